//! Where the requests of `/hold/k` meet: none goes on before `k` are there.
//!
//! Answers for: the requests that wait, their release, and giving up. Must not know: HTTP, or counters.
//!
//! Requests with the same `k` form a generation; the next one starts when it is released or given up.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long a generation may gather. It bounds what a hopeless cell costs the suite.
pub const HOLD_LIMIT: Duration = Duration::from_secs(5);

/// Why no request was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only {waiting} of {k} requests were waiting")]
pub(crate) struct TooFew {
    waiting: usize,
    k: u32,
}

type Verdict = Result<(), TooFew>;
type Generation = Vec<oneshot::Sender<Verdict>>;

#[derive(Default)]
pub(crate) struct Hold(Mutex<HashMap<u32, Generation>>);

impl Hold {
    /// Waits until `k` callers wait with the same `k`. The first to exhaust [`HOLD_LIMIT`] gives up for its
    /// whole generation, so that all of them report the same number.
    ///
    /// All callers belong to one current-thread runtime: a verdict cannot arrive between the time-out and
    /// the giving up.
    pub(crate) async fn wait(&self, k: u32) -> Verdict {
        let mut verdict = self.join(k);
        let decided = match timeout(HOLD_LIMIT, &mut verdict).await {
            Ok(decided) => decided,
            Err(_) => {
                self.give_up(k);
                verdict.await
            }
        };
        decided.unwrap_or(Err(TooFew { waiting: 0, k }))
    }

    fn join(&self, k: u32) -> oneshot::Receiver<Verdict> {
        let (sender, verdict) = oneshot::channel();
        let mut generations = self.lock();
        let generation = generations.entry(k).or_default();
        generation.push(sender);
        if generation.len() >= k as usize {
            // Those whose client has left are counted out only here: doing so at each arrival would be quadratic.
            generation.retain(|waiting| !waiting.is_closed());
        }
        if generation.len() >= k as usize {
            decide(generations.remove(&k), Ok(()));
        }
        verdict
    }

    fn give_up(&self, k: u32) {
        let generation = self.lock().remove(&k);
        let waiting = generation.iter().flatten().filter(|waiting| !waiting.is_closed()).count();
        decide(generation, Err(TooFew { waiting, k }));
    }

    /// No update here can panic half-way, so a poisoned lock changes nothing.
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Generation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A failed send means that the client has left.
fn decide(generation: Option<Generation>, verdict: Verdict) {
    for waiting in generation.into_iter().flatten() {
        let _ = waiting.send(verdict);
    }
}
