//! Whether the run stood still for a while: a signal or a freezer stopped the driver, or the machine slept.
//!
//! A thread looks at two clocks a few times a second. If it wakes up much too late, the whole process stood still. And if
//! the clock that goes on during sleep has gone further than the other one, the machine slept. Must not know what was measured
//! meanwhile.

use std::ops::{AddAssign, Sub};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::clock::{self, Clock, Stamp};
use crate::failure::Failure;
use crate::process::{limits, pressure};

/// How often the thread looks. That costs a measurement nothing that would show: a few microseconds each time.
const EVERY: Duration = Duration::from_millis(250);

/// A thread that wakes up later than this, and did not wait for a processor, was stopped.
const LATE: Duration = Duration::from_millis(500);

/// How long the thread may wait for a processor until nobody waits for what it sees.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// The two clocks at a moment, and how long the thread that watches has waited for a processor until then.
#[derive(Debug, Clone, Copy)]
struct Look {
    awake: Stamp,
    all: Stamp,
    waited: Duration,
}

impl Look {
    fn now() -> Self {
        loop {
            let (awake, all) = (clock::now(), clock::with_sleep());
            // Who lost the processor between the two would take that for sleep.
            if clock::now().since(awake) < APART / 2 {
                return Self { awake, all, waited: pressure::waited().unwrap_or_default() };
            }
        }
    }

    /// What stood still since the look before, which was meant to be [`EVERY`] ago at most.
    fn since(self, earlier: Self) -> Pause {
        let (awake, all) = (self.awake.since(earlier.awake), self.all.since(earlier.all));
        let beyond = |time: Duration, usual: Duration, most: Duration| {
            Some(time.saturating_sub(usual)).filter(|more| *more > most).unwrap_or_default()
        };
        // A thread that waits for a processor is late, too, but nothing stands still.
        let usual = EVERY + self.waited.saturating_sub(earlier.waited);
        Pause { stopped: beyond(awake, usual, LATE), slept: beyond(all, awake, APART) }
    }
}

/// Watches for pauses from when it is made.
#[derive(Debug, Clone)]
pub struct Pauses(Arc<Watched>);

#[derive(Debug)]
struct Watched {
    state: Mutex<State>,
    /// The thread has looked.
    looked: Condvar,
}

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
        let state = State { last: Look::now(), sum: Pause::default(), repeated: Duration::ZERO };
        let watched = Arc::new(Watched { state: Mutex::new(state), looked: Condvar::new() });
        let looking = Arc::downgrade(&watched);
        let look = move || {
            let mut before = Look::now();
            while let Some(watched) = looking.upgrade() {
                let now = Look::now();
                watched.note(now, now.since(std::mem::replace(&mut before, now)));
                drop(watched);
                thread::sleep(EVERY);
            }
        };
        thread::Builder::new()
            .name("pauses".into())
            .spawn(look)
            .map_err(|cause| limits::explain("start the thread that watches for pauses", &cause))?;
        Ok(Self(watched))
    }

    /// All pauses since it was made. Who asks may be awake before the thread is, and then waits for what it sees.
    pub fn so_far(&self) -> Pause {
        self.look().sum
    }

    /// What was measured in that time, by this clock, is repeated: it takes nothing of the time for measuring.
    pub fn repeat(&self, time: Duration) {
        self.look().repeated += time;
    }

    fn look(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_late = |state: &mut State| clock::now().since(state.last.awake) > EVERY + LATE;
        let waited = self.0.looked.wait_timeout_while(state, PATIENCE, is_late);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Watched {
    fn note(&self, now: Look, pause: Pause) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sum += pause;
        state.last = now;
        self.looked.notify_all();
    }
}

/// A clock that stands still while the run does: a pause takes nothing of the time for measuring.
impl Clock for Pauses {
    fn now(&self) -> Stamp {
        let state = self.look();
        let gone = clock::nanos(state.sum.stopped + state.repeated);
        Stamp::from_nanos(clock::now().nanos().saturating_sub(gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After that many milliseconds on each of the two clocks.
    fn after(awake: u64, all: u64) -> Pause {
        after_waiting(awake, all, 0)
    }

    /// The same, of which the thread waited for a processor for some.
    fn after_waiting(awake: u64, all: u64, waited: u64) -> Pause {
        let look = |awake: u64, all: u64, waited: u64| {
            let at = |ms: u64| Stamp::from_nanos(ms * 1_000_000);
            Look { awake: at(5_000 + awake), all: at(90_000 + all), waited: Duration::from_millis(waited) }
        };
        look(awake, all, 70 + waited).since(look(0, 0, 70))
    }

    #[test]
    fn a_machine_that_sleeps_and_a_process_that_is_stopped_differ_in_the_clocks() {
        let ms = Duration::from_millis;
        assert_eq!(after(250, 250), Pause::default());
        assert_eq!(after(700, 710), Pause::default(), "a busy machine");
        assert_eq!(after_waiting(5_700, 5_710, 5_300), Pause::default(), "one that is very busy");
        assert_eq!(after_waiting(5_250, 5_250, 2_000), Pause { stopped: ms(3_000), slept: ms(0) });
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
