//! A server that is slow on purpose, to see that a measurement notices it.
//!
//! Answers for: the ways to be slow, as text. Must not know: why, or how a server is slow.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

use crate::Error;

/// How a server is slow: `busy=2ms`, `serial`, `backlog=1`, or several of them with commas between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slow {
    /// Computes so long for each request.
    pub busy: Duration,
    /// Takes a request only when the one before is answered.
    pub serial: bool,
    /// The backlog of its listener, in place of [`BACKLOG`](crate::BACKLOG).
    pub backlog: Option<u32>,
}

impl FromStr for Slow {
    type Err = Error;

    fn from_str(text: &str) -> Result<Slow, Error> {
        let wrong = || Error::Slow { text: text.to_owned() };
        let mut slow = Slow::default();
        for way in text.split(',').filter(|way| !way.is_empty()) {
            match way.split_once('=') {
                None if way == "serial" => slow.serial = true,
                Some(("busy", time)) => {
                    let millis = time.strip_suffix("ms").and_then(|millis| millis.parse().ok());
                    slow.busy = Duration::from_millis(millis.ok_or_else(wrong)?);
                }
                Some(("backlog", number)) => slow.backlog = Some(number.parse().map_err(|_| wrong())?),
                _ => return Err(wrong()),
            }
        }
        Ok(slow)
    }
}

impl Slow {
    /// Computes for [`Self::busy`].
    pub(crate) fn compute(self) {
        let start = Instant::now();
        while start.elapsed() < self.busy {
            std::hint::spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_be_slow_are_read() {
        let read = |text: &str| text.parse::<Slow>().ok();
        assert_eq!(read(""), Some(Slow::default()));
        let busy = Duration::from_millis(2);
        assert_eq!(read("busy=2ms,serial,backlog=1"), Some(Slow { busy, serial: true, backlog: Some(1) }));
        for wrong in ["fast", "busy=2", "busy", "backlog=many", "serial=yes"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
