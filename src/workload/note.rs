//! What is noted of one job while a probe observes it: where it began, when it was handed over, and when its body waited.
//!
//! Phases (`phase.rs`) say that the current job of this thread waits; `trace.rs` says which that is. Nothing of this is in
//! timed samples but one relaxed load a phase. Knows no batch, no job and no executor.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock;

/// A job of the probed batch. Times are nanoseconds since the executor was handed the batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ran {
    /// Its number in the batch.
    pub job: usize,
    /// The thread or process that began it, by the order in which they first began one.
    pub worker: usize,
    /// The core it began on; `null` if the lane cannot say.
    #[serde(default)]
    #[schemars(!default)]
    pub core: Option<usize>,
    /// When the executor began to make a unit for it or to hand it over; 0 where all were handed over at once.
    #[serde(default)]
    #[schemars(!default)]
    pub handed_ns: u64,
    /// When its body began.
    pub start_ns: u64,
    /// When its body was done.
    pub end_ns: u64,
    /// When its body waited, from and to, in order and apart. Otherwise it computed, or was ready to and had no core.
    #[serde(default)]
    #[schemars(!default)]
    pub waits_ns: Vec<[u64; 2]>,
}

/// More waits than this are not kept of a job: the two that lie nearest to each other become one.
const MOST_WAITS: usize = 32;

/// How many probes observe. A job that waits asks this first, and nothing else if it is none.
static OBSERVERS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static CURRENT: RefCell<Option<Arc<Note>>> = const { RefCell::new(None) };
}

/// While it lives, the waits of current jobs are noted.
#[derive(Debug)]
pub(super) struct Observing(());

impl Observing {
    /// From now on.
    pub(super) fn on() -> Self {
        OBSERVERS.fetch_add(1, Relaxed);
        Self(())
    }
}

impl Drop for Observing {
    fn drop(&mut self) {
        OBSERVERS.fetch_sub(1, Relaxed);
    }
}

/// What is known of a job by now: times since the clock's own start, and as its worker the kernel's id of a thread or process.
#[derive(Debug)]
pub(super) struct Note(Mutex<Ran>);

impl Note {
    pub(super) fn of(job: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Ran { job, ..Ran::default() })))
    }

    pub(super) fn edit(&self) -> MutexGuard<'_, Ran> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the guard goes, what this thread waits for is this job's.
    pub(super) fn enter(self: &Arc<Self>) -> Entered {
        Entered(CURRENT.replace(Some(Arc::clone(self))))
    }

    fn add(&self, wait: [u64; 2]) {
        let waits = &mut self.edit().waits_ns;
        waits.push(wait);
        let gap = |at: &usize| waits[at + 1][0].saturating_sub(waits[*at][1]);
        if waits.len() > MOST_WAITS
            && let Some(at) = (0..MOST_WAITS).min_by_key(gap)
        {
            waits[at][1] = waits.remove(at + 1)[1];
        }
    }
}

/// The thread has a current job.
#[derive(Debug)]
pub(super) struct Entered(Option<Arc<Note>>);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.replace(self.0.take());
    }
}

/// Whether a probe observes, and which job is current.
#[inline]
pub(super) fn wanted() -> bool {
    OBSERVERS.load(Relaxed) > 0 && has_current()
}

#[cold]
fn has_current() -> bool {
    CURRENT.with_borrow(Option::is_some)
}

/// Waits, and notes when if the thread has a current job.
#[inline]
pub(super) fn noted<T>(waiting: impl FnOnce() -> T) -> T {
    let begun = if wanted() { begin() } else { None };
    let result = waiting();
    if let Some(begun) = begun {
        end(begun);
    }
    result
}

/// The same in an async job. It is larger than what it waits for, so box it.
pub(super) async fn noted_async<T>(waiting: impl Future<Output = T>) -> T {
    let begun = begin();
    let result = waiting.await;
    if let Some(begun) = begun {
        end(begun);
    }
    result
}

#[cold]
fn begin() -> Option<(Arc<Note>, u64)> {
    let note = CURRENT.with_borrow(Clone::clone)?;
    Some((note, clock::now().nanos()))
}

#[cold]
fn end((note, start_ns): (Arc<Note>, u64)) {
    note.add([start_ns, clock::now().nanos()]);
}

/// A section that waits on another thread for the job that is current on this one.
pub(super) fn carried<T>(section: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let current = CURRENT.with_borrow(Clone::clone);
    move || {
        let _entered = current.as_ref().map(Note::enter);
        section()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(note: &Note) -> Vec<[u64; 2]> {
        std::mem::take(&mut note.edit().waits_ns)
    }

    #[test]
    fn waits_are_noted_of_the_current_job_and_of_no_other() {
        let (job, observing) = (Note::of(0), Observing::on());
        noted(|| ());
        let entered = job.enter();
        noted(|| ());
        let section = carried(|| noted(|| ()));
        drop(entered);
        noted(|| ());
        assert_eq!(take(&job).len(), 1, "the others came before and after");
        std::thread::spawn(section).join().expect("it does not panic");
        assert_eq!(take(&job).len(), 1, "on the other thread");
        drop(observing);
    }

    #[test]
    fn of_too_many_waits_the_nearest_are_joined() {
        let note = Note::of(0);
        let far = MOST_WAITS as u64 - 2;
        (0..far).for_each(|at| note.add([at * 100, at * 100 + 50]));
        for start in [10_000, 10_060, 10_110] {
            note.add([start, start + 50]);
        }
        let kept = take(&note);
        assert_eq!(kept.len(), MOST_WAITS);
        assert_eq!(kept[MOST_WAITS - 2..], [[10_000, 10_050], [10_060, 10_160]]);
    }
}
