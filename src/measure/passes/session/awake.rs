//! What is measured while the run stands still does not count, and is measured again: the driver was stopped, its machine slept, or
//! a lane or a server was stopped. Must not know what was measured.

use super::Session;
use crate::clock::Clock;
use crate::measure::machine::pause::{Pause, Pauses};
use crate::process::{child, interrupt};

/// What a session knows of pauses.
#[derive(Debug, Default)]
pub(super) struct Paused {
    /// All pauses of the driver that were asked for.
    before: Pause,
    /// Whether a lane or a server was stopped since.
    child: bool,
}

/// Something that is stopped more often than this in a row cannot be measured.
const TRIES: usize = 5;

impl Session {
    /// Tries again while something stood still meanwhile; `tell` is called for each time. A pause of no length is that of a lane or
    /// of a server. `None` if it never worked.
    pub fn awake<T>(
        &mut self,
        tell: &mut dyn FnMut(Pause),
        mut attempt: impl FnMut(&mut Self) -> T,
    ) -> Option<T> {
        self.paused(); // what was before does not count
        for _ in 0..TRIES {
            let begun = self.pauses.now();
            let done = attempt(self);
            match self.paused() {
                Some(pause) if !interrupt::came() => {
                    tell(pause);
                    self.pauses.repeat(self.pauses.now().since(begun));
                }
                _ => return Some(done),
            }
        }
        None
    }

    /// A clock that stands still while the driver does, and that does not count what was repeated.
    pub fn pauses(&self) -> Pauses {
        self.pauses.clone()
    }

    /// What stood still since this was last asked.
    fn paused(&mut self) -> Option<Pause> {
        let now = self.pauses.so_far();
        let Paused { before, child } =
            std::mem::replace(&mut self.paused, Paused { before: now, child: false });
        let pause = now - before;
        (pause.is_some() || child).then_some(pause)
    }

    /// Looks whether the lane or the server was stopped during a sample.
    pub(super) fn look_for_stopped(&mut self, lane: u32, server: Option<u32>) {
        for process in [Some(lane), server].into_iter().flatten() {
            self.paused.child |= child::was_continued(process);
        }
    }
}
