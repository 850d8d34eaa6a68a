//! Tests that need the machine for themselves, because they are about a verdict: while such a test runs, the commands of
//! other tests wait.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Running {
    commands: usize,
    waiting: usize,
    alone: bool,
}

static RUNNING: Mutex<Running> = Mutex::new(Running { commands: 0, waiting: 0, alone: false });
static CHANGED: Condvar = Condvar::new();

thread_local! {
    static IS_ALONE: Cell<bool> = const { Cell::new(false) };
    /// The running commands of this test. A test that has one may start another even while a second test waits to be alone:
    /// otherwise each would wait for the other.
    static OWN: Cell<usize> = const { Cell::new(0) };
}

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn once(may_not: impl FnMut(&mut Running) -> bool) -> MutexGuard<'static, Running> {
    CHANGED.wait_while(running(), may_not).unwrap_or_else(PoisonError::into_inner)
}

/// While it lives, commands of other tests wait.
pub(crate) struct Alone(());

/// Waits until no command of another test runs.
pub(crate) fn alone() -> Alone {
    running().waiting += 1;
    let mut running = once(|running| running.alone || running.commands > 0);
    running.waiting -= 1;
    running.alone = true;
    IS_ALONE.set(true);
    Alone(())
}

impl Drop for Alone {
    fn drop(&mut self) {
        running().alone = false;
        IS_ALONE.set(false);
        CHANGED.notify_all();
    }
}

/// A running command, of a test that is alone or of one among others.
pub(crate) struct Shared {
    counted: bool,
}

/// Waits while a test is alone, or is about to be.
pub(crate) fn shared() -> Shared {
    let counted = !IS_ALONE.get();
    if counted {
        let has_one = OWN.get() > 0;
        once(|running| running.alone || (running.waiting > 0 && !has_one)).commands += 1;
        OWN.set(OWN.get() + 1);
    }
    Shared { counted }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.counted {
            running().commands -= 1;
            OWN.set(OWN.get().saturating_sub(1));
            CHANGED.notify_all();
        }
    }
}
