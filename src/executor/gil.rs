//! A global interpreter lock without an interpreter: CPython's rule for who computes next.
//!
//! A thread that wants the lock waits 5 ms, then asks the holder to drop it at its next checkpoint; the holder drops it and
//! goes on only after another thread has had it. So `take_gil` and `drop_gil` do it in CPython's `Python/ceval_gil.c`,
//! with the 5 ms of `sys.getswitchinterval()`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::workload::phase::Lock;

const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

/// The lock.
#[derive(Default)]
pub(super) struct Gil {
    state: Mutex<State>,
    /// The lock was dropped.
    dropped: Condvar,
    /// The lock was taken by another thread.
    switched: Condvar,
    drop_request: AtomicBool,
}

#[derive(Default)]
struct State {
    held: bool,
    /// How often it was taken.
    switches: u64,
}

impl Gil {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drop_held(&self, mut state: MutexGuard<'_, State>) {
        state.held = false;
        self.dropped.notify_one();
    }
}

impl Lock for Gil {
    fn acquire(&self) {
        let mut state = self.state();
        while state.held {
            let seen = state.switches;
            let (woken, wait) =
                self.dropped.wait_timeout(state, SWITCH_INTERVAL).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            // No other thread had it meanwhile: its holder computes on and on.
            if wait.timed_out() && state.held && state.switches == seen {
                self.drop_request.store(true, Ordering::Relaxed);
            }
        }
        state.held = true;
        state.switches += 1;
        self.drop_request.store(false, Ordering::Relaxed);
        self.switched.notify_all();
    }

    fn release(&self) {
        self.drop_held(self.state());
    }

    fn offer(&self) {
        if !self.drop_request.load(Ordering::Relaxed) {
            return;
        }
        let state = self.state();
        let mine = state.switches;
        self.drop_held(state);
        // Or this thread, awake already, would take it back before the other one is.
        let state = self.state();
        let waiting = |state: &mut State| state.switches == mine;
        drop(self.switched.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner));
        self.acquire();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::{Arc, Barrier};
    use std::thread;

    use super::*;
    use crate::workload::phase;

    /// Runs `body` on as many threads, each under the same lock.
    fn under_one_lock(threads: usize, body: impl Fn() + Sync) {
        let gil: Arc<dyn Lock> = Arc::new(Gil::default());
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    gil.acquire();
                    phase::compute_under(&gil);
                    body();
                    gil.release();
                });
            }
        });
    }

    #[test]
    fn only_one_thread_computes_at_any_moment() {
        let computing = AtomicUsize::new(0);
        under_one_lock(4, || {
            for _ in 0..1_000 {
                assert_eq!(computing.fetch_add(1, Ordering::SeqCst), 0);
                std::hint::spin_loop();
                assert_eq!(computing.fetch_sub(1, Ordering::SeqCst), 1);
                phase::checkpoint();
            }
        });
    }

    #[test]
    fn all_threads_wait_at_once() {
        let all = Barrier::new(4);
        under_one_lock(4, || {
            phase::wait(|| all.wait());
        });
    }

    #[test]
    fn a_thread_that_computes_on_and_on_lets_others_in_at_its_checkpoints() {
        let (first, last) = (AtomicBool::new(true), AtomicBool::new(false));
        under_one_lock(2, || {
            if first.swap(false, Ordering::SeqCst) {
                while !last.load(Ordering::SeqCst) {
                    phase::checkpoint();
                }
            } else {
                last.store(true, Ordering::SeqCst);
            }
        });
    }
}
