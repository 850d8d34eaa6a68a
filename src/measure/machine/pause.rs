//! Whether the run stood still for a while: a signal or a freezer stopped the driver, or the machine slept.
//!
//! A thread looks at two clocks a few times a second. If it wakes up much too late, the whole process stood still. And if
//! the clock that goes on during sleep has gone further than the other one, the machine slept. Must not know what was measured
//! meanwhile.

use std::ops::{AddAssign, Sub};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::clock::{self, Clock, Stamp};
use crate::failure::Failure;
use crate::process::limits;

/// How often the thread looks. That costs a measurement nothing that would show: a few microseconds each time.
const EVERY: Duration = Duration::from_millis(250);

/// A thread that wakes up later than this was stopped. A busy machine lets none wait so long.
const LATE: Duration = Duration::from_millis(500);

/// The two clocks are read one after the other; what they differ by more than this is sleep.
const APART: Duration = Duration::from_millis(200);

/// How long something stood still.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pause {
    /// The driver was stopped.
    pub stopped: Duration,
    /// The machine slept.
    pub slept: Duration,
}

impl Pause {
    /// Whether there was any.
    pub fn is_some(self) -> bool {
        self != Self::default()
    }
}

impl AddAssign for Pause {
    fn add_assign(&mut self, more: Self) {
        self.stopped += more.stopped;
        self.slept += more.slept;
    }
}

impl Sub for Pause {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        let Self { stopped, slept } = self;
        Self { stopped: stopped.saturating_sub(earlier.stopped), slept: slept.saturating_sub(earlier.slept) }
    }
}

/// The two clocks at a moment.
#[derive(Debug, Clone, Copy)]
struct Look {
    awake: Stamp,
    all: Stamp,
}

impl Look {
    fn now() -> Self {
        Self { awake: clock::now(), all: clock::with_sleep() }
    }

    /// What stood still since the look before, which was meant to be [`EVERY`] ago at most.
    fn since(self, earlier: Self) -> Pause {
        let (awake, all) = (self.awake.since(earlier.awake), self.all.since(earlier.all));
        let beyond = |time: Duration, usual: Duration, most: Duration| {
            Some(time.saturating_sub(usual)).filter(|more| *more > most).unwrap_or_default()
        };
        Pause { stopped: beyond(awake, EVERY, LATE), slept: beyond(all, awake, APART) }
    }
}

/// Watches for pauses from when it is made.
#[derive(Debug, Clone)]
pub struct Pauses(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    last: Look,
    sum: Pause,
    /// The time of what was repeated.
    repeated: Duration,
}

impl Pauses {
    /// Begins to watch. The thread ends when nobody asks any more.
    ///
    /// # Errors
    /// If the machine refuses the thread.
    pub fn watch() -> Result<Self, Failure> {
        let state = Arc::new(Mutex::new(State {
            last: Look::now(),
            sum: Pause::default(),
            repeated: Duration::ZERO,
        }));
        let watched = Arc::downgrade(&state);
        let look = move || {
            while let Some(state) = watched.upgrade() {
                Self(state).so_far();
                thread::sleep(EVERY);
            }
        };
        thread::Builder::new()
            .name("pauses".into())
            .spawn(look)
            .map_err(|cause| limits::explain("start the thread that watches for pauses", &cause))?;
        Ok(Self(state))
    }

    /// All pauses since it was made. It looks itself, because what asks may be awake before the thread is.
    pub fn so_far(&self) -> Pause {
        self.look().sum
    }

    /// What was measured in that time, by this clock, is repeated: it takes nothing of the time for measuring.
    pub fn repeat(&self, time: Duration) {
        self.look().repeated += time;
    }

    fn look(&self) -> MutexGuard<'_, State> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Look::now();
        let pause = now.since(state.last);
        state.sum += pause;
        state.last = now;
        state
    }
}

/// A clock that stands still while the run does: a pause takes nothing of the time for measuring.
impl Clock for Pauses {
    fn now(&self) -> Stamp {
        let State { last, sum, repeated } = &*self.look();
        Stamp::from_nanos(last.awake.nanos().saturating_sub(clock::nanos(sum.stopped + *repeated)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After that many milliseconds on each of the two clocks.
    fn after(awake: u64, all: u64) -> Pause {
        let look = |awake: u64, all: u64| {
            let at = |ms: u64| Stamp::from_nanos(ms * 1_000_000);
            Look { awake: at(5_000 + awake), all: at(90_000 + all) }
        };
        look(awake, all).since(look(0, 0))
    }

    #[test]
    fn a_machine_that_sleeps_and_a_process_that_is_stopped_differ_in_the_clocks() {
        let ms = Duration::from_millis;
        assert_eq!(after(250, 250), Pause::default());
        assert_eq!(after(700, 710), Pause::default(), "a busy machine");
        assert_eq!(after(3_250, 3_250), Pause { stopped: ms(3_000), slept: ms(0) });
        assert_eq!(after(250, 60_250), Pause { stopped: ms(0), slept: ms(60_000) });
        assert_eq!(after(3_250, 63_250), Pause { stopped: ms(3_000), slept: ms(60_000) });
        assert_eq!(after(250, 0), Pause::default(), "a clock that lags behind is no sleep");
    }

    #[test]
    fn who_is_awake_sees_no_pause() {
        let pauses = Pauses::watch().expect("a thread");
        let begun = (pauses.now(), clock::now());
        thread::sleep(EVERY * 3);
        let (own, real) = (pauses.now().since(begun.0), clock::now().since(begun.1));
        assert!(real >= EVERY * 3 && own + Duration::from_millis(100) >= real, "{own:?} of {real:?}");
        assert!(!pauses.so_far().is_some());
        pauses.repeat(own);
        assert!(pauses.now().since(begun.0) < EVERY * 2, "that time is given back");
    }
}
