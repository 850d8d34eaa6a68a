//! When the body of a job waits, noted while a probe looks on.
//!
//! Phases (`phase.rs`) say that the current job of this thread waits; whoever runs the job says which that is. Nothing
//! of this is in timed samples but one relaxed load a phase. Knows no job and no executor.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use super::trace::Span;
use crate::clock;

/// More waits than this are not kept of a job: the two that lie nearest to each other become one.
pub(super) const MOST_WAITS: usize = 32;

/// How many look on. Whoever waits asks this first, and nothing else if it is nobody.
static LOOKING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static CURRENT: RefCell<Option<Arc<Waits>>> = const { RefCell::new(None) };
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

/// The waits of one job.
#[derive(Debug, Default)]
pub(super) struct Waits(Mutex<Vec<Span>>);

impl Waits {
    /// Until the guard goes, what this thread waits for is this job's.
    pub(super) fn enter(self: &Arc<Self>) -> Entered {
        Entered(CURRENT.replace(Some(Arc::clone(self))))
    }

    /// In order and apart; none are left.
    pub(super) fn take(&self) -> Vec<Span> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// In place of what was noted here: another process did the job.
    pub(super) fn set(&self, waits: Vec<Span>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = waits;
    }

    fn add(&self, wait: Span) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.push(wait);
        if waits.len() > MOST_WAITS {
            join_nearest(&mut waits);
        }
    }
}

fn join_nearest(waits: &mut Vec<Span>) {
    let gap = |at: &usize| waits[at + 1].start.since(waits[*at].end);
    if let Some(at) = (0..waits.len().saturating_sub(1)).min_by_key(gap) {
        waits[at].end = waits[at + 1].end;
        waits.remove(at + 1);
    }
}

/// The thread has a current job.
#[derive(Debug)]
pub(super) struct Entered(Option<Arc<Waits>>);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.replace(self.0.take());
    }
}

/// Whether anybody looks on, and at the current job.
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
    let noting = if wanted() { Noting::begin() } else { None };
    let result = waiting();
    if let Some(noting) = noting {
        noting.end();
    }
    result
}

/// The same in an async job. It is larger than what it waits for, so box it.
pub(super) async fn noted_async<T>(waiting: impl Future<Output = T>) -> T {
    let noting = Noting::begin();
    let result = waiting.await;
    if let Some(noting) = noting {
        noting.end();
    }
    result
}

/// A section that waits on another thread for the job that is current on this one.
pub(super) fn carried<T>(section: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let current = CURRENT.with_borrow(Clone::clone);
    move || {
        let _entered = current.as_ref().map(Waits::enter);
        section()
    }
}

/// A wait that has begun.
struct Noting {
    waits: Arc<Waits>,
    start: clock::Stamp,
}

impl Noting {
    #[cold]
    fn begin() -> Option<Self> {
        let waits = CURRENT.with_borrow(Clone::clone)?;
        Some(Self { waits, start: clock::now() })
    }

    #[cold]
    fn end(self) {
        self.waits.add(Span { start: self.start, end: clock::now() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stamp;

    fn span(start: u64, end: u64) -> Span {
        Span { start: Stamp::from_nanos(start), end: Stamp::from_nanos(end) }
    }

    #[test]
    fn waits_are_noted_of_the_current_job_and_of_no_other() {
        let (job, looking) = (Arc::new(Waits::default()), Looking::on());
        noted(|| ());
        let entered = job.enter();
        noted(|| ());
        let section = carried(|| noted(|| ()));
        drop(entered);
        noted(|| ());
        assert_eq!(job.take().len(), 1, "the others came before and after");
        std::thread::spawn(section).join().expect("it does not panic");
        assert_eq!(job.take().len(), 1, "on the other thread");
        drop(looking);
    }

    #[test]
    fn of_too_many_waits_the_nearest_are_joined() {
        let waits = Waits::default();
        let far = MOST_WAITS as u64 - 2;
        (0..far).for_each(|at| waits.add(span(at * 100, at * 100 + 50)));
        for start in [10_000, 10_060, 10_110] {
            waits.add(span(start, start + 50));
        }
        let kept = waits.take();
        assert_eq!(kept.len(), MOST_WAITS);
        assert_eq!(kept[MOST_WAITS - 2..], [span(10_000, 10_050), span(10_060, 10_160)]);
    }
}
