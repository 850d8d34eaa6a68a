//! What is noted of one job while a probe looks on: where it began, when it was handed over, and when its body waited.
//!
//! Phases (`phase.rs`) say that the current job of this thread waits; `trace.rs` says which that is. Nothing of this is in
//! timed samples but one relaxed load a phase. Knows no batch, no job and no executor.

use std::cell::RefCell;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::clock::{self, Stamp};

/// From the start of a job's body to its end, or of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// When it began.
    pub start: Stamp,
    /// When it was done.
    pub end: Stamp,
}

/// What the process that did a job saw of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The body.
    pub span: Span,
    /// The core it began on, if the system tells.
    pub core: Option<usize>,
    /// When the body waited, in order and apart.
    pub waits: Vec<Span>,
}

/// A job of which more than two stamps are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub job: usize,
    /// The thread that began it, or the process, if that is a worker: the kernel's id, the same numbers for both.
    pub worker: u32,
    /// When it was handed over alone, if it was.
    pub handed: Option<Stamp>,
    /// All else.
    pub seen: Seen,
}

/// More waits than this are not kept of a job: the two that lie nearest to each other become one.
const MOST_WAITS: usize = 32;

/// How many probes look on. A job that waits asks this first, and nothing else if it is none.
static LOOKING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static CURRENT: RefCell<Option<Arc<Note>>> = const { RefCell::new(None) };
}

/// While it lives, the waits of current jobs are noted.
#[derive(Debug)]
pub(super) struct Looking(());

impl Looking {
    /// From now on.
    pub(super) fn on() -> Self {
        LOOKING.fetch_add(1, Relaxed);
        Self(())
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        LOOKING.fetch_sub(1, Relaxed);
    }
}

/// What is known of a job by now.
#[derive(Debug)]
pub(super) struct Note(Mutex<Kept>);

impl Note {
    pub(super) fn of(job: usize) -> Arc<Self> {
        let never = Stamp::from_nanos(0);
        let seen = Seen { span: Span { start: never, end: never }, core: None, waits: Vec::new() };
        Arc::new(Self(Mutex::new(Kept { job, worker: process::id(), handed: None, seen })))
    }

    pub(super) fn edit(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the guard goes, what this thread waits for is this job's.
    pub(super) fn enter(self: &Arc<Self>) -> Entered {
        Entered(CURRENT.replace(Some(Arc::clone(self))))
    }

    fn add(&self, wait: Span) {
        let waits = &mut self.edit().seen.waits;
        waits.push(wait);
        let gap = |at: &usize| waits[at + 1].start.since(waits[*at].end);
        if waits.len() > MOST_WAITS
            && let Some(at) = (0..MOST_WAITS).min_by_key(gap)
        {
            waits[at].end = waits.remove(at + 1).end;
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

/// Whether a probe looks on, and at the current job.
#[inline]
pub(super) fn wanted() -> bool {
    LOOKING.load(Relaxed) > 0 && has_current()
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
fn begin() -> Option<(Arc<Note>, Stamp)> {
    let note = CURRENT.with_borrow(Clone::clone)?;
    Some((note, clock::now()))
}

#[cold]
fn end((note, start): (Arc<Note>, Stamp)) {
    note.add(Span { start, end: clock::now() });
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

    fn span(start: u64, end: u64) -> Span {
        Span { start: Stamp::from_nanos(start), end: Stamp::from_nanos(end) }
    }

    fn take(note: &Note) -> Vec<Span> {
        std::mem::take(&mut note.edit().seen.waits)
    }

    #[test]
    fn waits_are_noted_of_the_current_job_and_of_no_other() {
        let (job, looking) = (Note::of(0), Looking::on());
        noted(|| ());
        let entered = job.enter();
        noted(|| ());
        let section = carried(|| noted(|| ()));
        drop(entered);
        noted(|| ());
        assert_eq!(take(&job).len(), 1, "the others came before and after");
        std::thread::spawn(section).join().expect("it does not panic");
        assert_eq!(take(&job).len(), 1, "on the other thread");
        drop(looking);
    }

    #[test]
    fn of_too_many_waits_the_nearest_are_joined() {
        let note = Note::of(0);
        let far = MOST_WAITS as u64 - 2;
        (0..far).for_each(|at| note.add(span(at * 100, at * 100 + 50)));
        for start in [10_000, 10_060, 10_110] {
            note.add(span(start, start + 50));
        }
        let kept = take(&note);
        assert_eq!(kept.len(), MOST_WAITS);
        assert_eq!(kept[MOST_WAITS - 2..], [span(10_000, 10_050), span(10_060, 10_160)]);
    }
}
