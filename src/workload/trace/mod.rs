//! What a probe wants of each job of a batch, and when each began and ended. Nothing while samples are timed.
//!
//! Knows no executor. Each job, in this process or in another, leaves two stamps here. Of the few jobs that a
//! picture can show it keeps more (`note.rs`).

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use nix::sched::sched_getcpu;
use nix::unistd::gettid;
use serde::{Deserialize, Serialize};
use tokio::task::{Id, try_id};

mod kept;

use self::kept::kept_index;
pub use self::kept::{MOST_KEPT, chosen};
pub use super::note::Ran;
use super::note::{Entered, Note, Observing};
use crate::clock;

/// The stamps of a batch. While nothing is wanted, a job costs one relaxed load, and one where it is handed over.
#[derive(Debug, Default)]
pub struct Trace {
    on: AtomicBool,
    spans: Vec<(AtomicU64, AtomicU64)>,
    /// Of the jobs that are kept, in order; made only when stamps are wanted.
    notes: RwLock<Vec<Arc<Note>>>,
    probe: Mutex<Probe>,
}

#[derive(Debug, Default)]
struct Probe {
    wanted: Wanted,
    _observing: Option<Observing>,
    tasks: HashSet<Id>,
    longest: Vec<Duration>,
}

/// What is wanted of a job besides its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// Nothing: it is timed.
    #[default]
    Nothing,
    /// When its body began and ended.
    Stamps,
    /// That it joins the standstill of that name.
    Standstill(String),
}

/// What the jobs of a batch left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// When the body of each job that left stamps began and ended, in nanoseconds of the clock.
    pub spans: Vec<[u64; 2]>,
    /// The jobs of which more is kept, in order. Their times are of the clock, their workers the kernel's ids.
    pub kept: Vec<Ran>,
    /// In how many tasks async jobs ran.
    pub tasks: usize,
    /// The longest time for which an async job held its worker, job by job in no order.
    pub longest: Vec<Duration>,
}

/// Does a job in a worker process and observes it: its outcome, and what was observed.
pub fn observe<T>(body: impl FnOnce() -> T) -> (T, Ran) {
    let (observing, note, core) = (Observing::on(), Note::of(0), core());
    let entered = note.enter();
    let start_ns = clock::now().nanos();
    let result = body();
    let end_ns = clock::now().nanos();
    drop((entered, observing));
    let waits_ns = std::mem::take(&mut note.edit().waits_ns);
    (result, Ran { core, start_ns, end_ns, waits_ns, ..Ran::default() })
}

fn core() -> Option<usize> {
    sched_getcpu().ok()
}

impl Trace {
    /// Room for that number of jobs; off.
    pub fn new(jobs: usize) -> Self {
        let mut spans = Vec::new();
        spans.resize_with(jobs, Default::default);
        Self { spans, ..Self::default() }
    }

    /// What is wanted of each job.
    pub fn wanted(&self) -> Wanted {
        if self.on.load(Relaxed) { self.probe().wanted.clone() } else { Wanted::Nothing }
    }

    /// Forgets all stamps and wants this from now on.
    pub fn begin(&self, wanted: Wanted) {
        for (start, end) in &self.spans {
            start.store(0, Relaxed);
            end.store(0, Relaxed);
        }
        let observes = wanted == Wanted::Stamps;
        let notes = if observes { chosen(self.spans.len()).map(Note::of).collect() } else { Vec::new() };
        *self.notes.write().unwrap_or_else(PoisonError::into_inner) = notes;
        *self.probe() = Probe { wanted, _observing: observes.then(Observing::on), ..Probe::default() };
        self.on.store(true, Relaxed);
    }

    /// Ends it: what all jobs left since the beginning.
    pub fn end(&self) -> Traced {
        self.on.store(false, Relaxed);
        let Probe { tasks, longest, .. } = std::mem::take(&mut *self.probe());
        let notes = std::mem::take(&mut *self.notes.write().unwrap_or_else(PoisonError::into_inner));
        let kept = |note: &Arc<Note>| {
            let mut kept = note.edit().clone();
            [kept.start_ns, kept.end_ns] = self.span(kept.job)?;
            Some(kept)
        };
        Traced {
            spans: (0..self.spans.len()).filter_map(|job| self.span(job)).collect(),
            kept: notes.iter().filter_map(kept).collect(),
            tasks: tasks.len(),
            longest,
        }
    }

    fn span(&self, job: usize) -> Option<[u64; 2]> {
        let (start, end) = self.spans.get(job)?;
        Some([start.load(Relaxed), end.load(Relaxed)]).filter(|stamps| !stamps.contains(&0))
    }

    fn probe(&self) -> MutexGuard<'_, Probe> {
        self.probe.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, job: usize) -> Option<Arc<Note>> {
        let at = kept_index(job, self.spans.len())?;
        self.notes.read().unwrap_or_else(PoisonError::into_inner).get(at).cloned()
    }

    /// The job is handed over, or a unit is made for it, here and now. An executor that hands over all at once need not report it.
    #[inline]
    pub fn hand(&self, job: usize) {
        if self.on.load(Relaxed) {
            self.note_handed(job);
        }
    }

    #[cold]
    fn note_handed(&self, job: usize) {
        if let Some(note) = self.note(job) {
            note.edit().handed_ns = clock::now().nanos();
        }
    }

    /// Runs the body of a job that blocks its thread, and observes it if that is wanted.
    #[inline]
    pub(super) fn observe<T>(&self, job: usize, body: impl FnOnce() -> T) -> T {
        let observed = self.on.load(Relaxed).then(|| self.start(job));
        let result = body();
        if let Some(entered) = observed {
            self.done(job);
            drop(entered);
        }
        result
    }

    /// Runs a job's future and observes it, wanted or not.
    pub(super) async fn watch<T>(&self, job: usize, mut body: impl Future<Output = T> + Unpin) -> T {
        let mut longest = Duration::ZERO;
        let note = self.note(job);
        drop(self.start(job));
        let result = poll_fn(|context| {
            let _entered = note.as_ref().map(Note::enter);
            let start = clock::now();
            let poll = Pin::new(&mut body).poll(context);
            longest = longest.max(clock::now().since(start));
            poll
        });
        let result = result.await;
        self.done(job);
        let mut probe = self.probe();
        probe.tasks.extend(try_id());
        probe.longest.push(longest);
        result
    }

    /// The body of a job begins here and now, on this thread.
    #[cold]
    fn start(&self, job: usize) -> Option<Entered> {
        let entered = self.note(job).map(|note| {
            let mut noted = note.edit();
            (noted.worker, noted.core) = (gettid().as_raw().unsigned_abs() as usize, core());
            note.enter()
        });
        self.spans[job].0.store(clock::now().nanos(), Relaxed);
        entered
    }

    #[cold]
    fn done(&self, job: usize) {
        self.spans[job].1.store(clock::now().nanos(), Relaxed);
    }

    /// What process `worker` saw of a job.
    pub fn record(&self, job: usize, worker: u32, seen: Ran) {
        self.spans[job].0.store(seen.start_ns, Relaxed);
        self.spans[job].1.store(seen.end_ns, Relaxed);
        if let Some(note) = self.note(job) {
            let mut noted = note.edit();
            *noted = Ran { job, worker: worker as usize, handed_ns: noted.handed_ns, ..seen };
        }
    }
}

#[cfg(test)]
mod tests;
