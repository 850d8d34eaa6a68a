//! The one place that reads the clock.
//!
//! `CLOCK_MONOTONIC` is one clock for all processes of a machine, so stamps taken in a lane, its workers and the
//! driver can be laid on one time axis. Knows nothing of what is timed.

mod fake;

use std::time::{Duration, SystemTime};

use nix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

pub use fake::Fake;

/// A point on the machine's monotonic clock, in nanoseconds since an arbitrary start. It means the same in another
/// process of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp(u64);

impl Stamp {
    /// A stamp that came from another process of this machine, as [`Self::nanos`] gave it there.
    pub fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the clock's own start.
    pub fn nanos(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this stamp; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The stamp that lies `span` after this one.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(nanos(span)))
    }
}

/// A source of the time: the machine, or a test.
pub trait Clock {
    /// The present.
    fn now(&self) -> Stamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Monotonic;

impl Clock for Monotonic {
    fn now(&self) -> Stamp {
        now()
    }
}

/// The present on the machine's monotonic clock.
pub fn now() -> Stamp {
    // Every Linux has this clock: a failure here does not come from a setting that a user could change.
    clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(Stamp(0), |time| Stamp(nanos(Duration::from(time))))
}

/// The present on a clock that goes on while the machine sleeps, where that of [`now`] stands still. The two have the same start.
pub fn with_sleep() -> Stamp {
    clock_gettime(ClockId::CLOCK_BOOTTIME).map_or_else(|_| now(), |time| Stamp(nanos(Duration::from(time))))
}

/// The calendar's present, for the date of a record. Never used to time anything.
#[expect(clippy::disallowed_methods, reason = "this is the module that reads the clock")]
pub fn wall() -> SystemTime {
    SystemTime::now()
}

/// A moment of the calendar as RFC 3339, in UTC. A clock may be set wrong: what lies before 1970 or after 9999 is the nearest
/// second of those years, because no reader of dates takes another.
pub fn date(wall: SystemTime) -> String {
    let since = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs().min(LAST));
    humantime::format_rfc3339_seconds(date).to_string()
}

/// 9999-12-31T23:59:59Z in seconds since 1970.
const LAST: u64 = 253_402_300_799;

/// A seed that differs from run to run, of at most 53 bits: many readers of JSON round larger numbers, and a seed that was
/// copied from a record must give the same order again.
pub fn seed(wall: SystemTime) -> u64 {
    nanos(wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()) % (1 << 53)
}

/// A duration in whole nanoseconds; longer than 584 years is `u64::MAX`.
pub fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_wrong_gives_a_date_that_can_be_read() {
        let epoch = SystemTime::UNIX_EPOCH;
        let at = |seconds: u64| epoch + Duration::from_secs(seconds);
        for (wall, text) in [
            (at(1_795_687_200), "2026-11-26T10:00:00Z"),
            (epoch, "1970-01-01T00:00:00Z"),
            (epoch - Duration::from_secs(86_400), "1970-01-01T00:00:00Z"),
            (at(LAST), "9999-12-31T23:59:59Z"),
            (at(LAST + 1), "9999-12-31T23:59:59Z"),
            (at(LAST * 2), "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(date(wall), text);
            assert!(humantime::parse_rfc3339_weak(text).is_ok());
            assert!(seed(wall) < 1 << 53);
        }
    }
}
