//! What a probe wants of each job of a batch, and when each began and ended. Nothing while samples are timed.
//!
//! Knows no executor; whoever does a job, in this process or in another, leaves two stamps here. Of the few jobs that a
//! picture can show it keeps more: who began them and where, when they were handed over, and when they waited.

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use nix::sched::sched_getcpu;
use nix::unistd::gettid;
use serde::{Deserialize, Serialize};
use tokio::task::{Id, try_id};

use super::waits::{Entered, Looking, Waits};
use crate::clock::{self, Stamp};

/// Of more jobs than this a probe keeps no more than two stamps: nobody could tell their rows apart.
pub const MOST_KEPT: usize = 64;

/// The stamps of a batch. While nothing is wanted, a job costs one relaxed load, and one where it is handed over.
#[derive(Debug, Default)]
pub struct Trace {
    on: AtomicBool,
    wanted: Mutex<Wanted>,
    spans: Vec<(AtomicU64, AtomicU64)>,
    /// In which tasks jobs ran, and the longest poll of each job; empty where jobs are not async.
    tasks: Mutex<(HashSet<Id>, Vec<Duration>)>,
    /// Of the jobs that are kept, by their number; made only when stamps are wanted.
    notes: RwLock<Vec<Arc<Note>>>,
    looking: Mutex<Option<Looking>>,
}

/// How the jobs of a batch ran as tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polled {
    /// In how many tasks.
    pub tasks: usize,
    /// The longest time for which a job held its worker, job by job in no order.
    pub longest: Vec<Duration>,
}

/// What is wanted of a job besides its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing: it is timed.
    #[default]
    Nothing,
    /// When its body began and ended.
    Stamps,
    /// That it joins the standstill of that name.
    Standstill(String),
}

/// From the start of a job's body to its end, or of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// When it began.
    pub start: Stamp,
    /// When it was done.
    pub end: Stamp,
}

/// What a worker process saw of a job that it did.
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

#[derive(Debug)]
struct Note {
    job: usize,
    handed: AtomicU64,
    began: Mutex<(u32, Option<usize>)>,
    waits: Arc<Waits>,
}

/// The jobs of a batch that are kept: at most [`MOST_KEPT`], evenly chosen, the first and the last included.
pub fn chosen(jobs: usize) -> impl Iterator<Item = usize> {
    let kept = jobs.min(MOST_KEPT);
    (0..kept).map(move |at| at * jobs.saturating_sub(1) / (kept - 1).max(1))
}

/// Which of the [`chosen`] a job is, if it is one: asked of every job, so it looks nowhere.
fn place(job: usize, jobs: usize) -> Option<usize> {
    let (steps, last) = (jobs.min(MOST_KEPT).saturating_sub(1).max(1), jobs.saturating_sub(1).max(1));
    let at = (job * steps).div_ceil(last);
    (job < jobs && at * last / steps == job).then_some(at)
}

/// Does a job in a worker process and looks on.
pub fn look_on<T>(body: impl FnOnce() -> T) -> (T, Seen) {
    let (looking, waits, core) = (Looking::on(), Arc::new(Waits::default()), core());
    let entered = waits.enter();
    let start = clock::now();
    let result = body();
    let span = Span { start, end: clock::now() };
    drop((entered, looking));
    (result, Seen { span, core, waits: waits.take() })
}

fn core() -> Option<usize> {
    sched_getcpu().ok()
}

impl Trace {
    /// Room for so many jobs; off.
    pub fn new(jobs: usize) -> Self {
        let mut spans = Vec::new();
        spans.resize_with(jobs, Default::default);
        Self { spans, ..Self::default() }
    }

    /// What is wanted of each job.
    pub fn wanted(&self) -> Wanted {
        if !self.on.load(Relaxed) {
            return Wanted::Nothing;
        }
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets all stamps and wants this from now on.
    pub fn begin(&self, wanted: Wanted) {
        for (start, end) in &self.spans {
            start.store(0, Relaxed);
            end.store(0, Relaxed);
        }
        *self.tasks() = Default::default();
        let looks = wanted == Wanted::Stamps;
        let notes = if looks { chosen(self.spans.len()).map(Note::of).collect() } else { Vec::new() };
        *self.notes.write().unwrap_or_else(PoisonError::into_inner) = notes;
        *self.looking.lock().unwrap_or_else(PoisonError::into_inner) = looks.then(Looking::on);
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
        self.on.store(true, Relaxed);
    }

    /// Ends it: the span of every job that left one.
    pub fn end(&self) -> Vec<Span> {
        self.on.store(false, Relaxed);
        *self.looking.lock().unwrap_or_else(PoisonError::into_inner) = None;
        (0..self.spans.len()).filter_map(|job| self.span(job)).collect()
    }

    fn span(&self, job: usize) -> Option<Span> {
        let stamp = |at: &AtomicU64| Some(at.load(Relaxed)).filter(|at| *at > 0).map(Stamp::from_nanos);
        let (start, end) = self.spans.get(job)?;
        Some(Span { start: stamp(start)?, end: stamp(end)? })
    }

    /// How the jobs ran as tasks, since the beginning.
    pub fn polled(&self) -> Polled {
        let (tasks, longest) = &*self.tasks();
        Polled { tasks: tasks.len(), longest: longest.clone() }
    }

    /// What was kept since the beginning, job by job. Only once: it is gone then.
    pub fn kept(&self) -> Vec<Kept> {
        let notes = std::mem::take(&mut *self.notes.write().unwrap_or_else(PoisonError::into_inner));
        notes.iter().filter_map(|note| Some(note.told(self.span(note.job)?))).collect()
    }

    fn tasks(&self) -> MutexGuard<'_, (HashSet<Id>, Vec<Duration>)> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, job: usize) -> Option<Arc<Note>> {
        let at = place(job, self.spans.len())?;
        self.notes.read().unwrap_or_else(PoisonError::into_inner).get(at).cloned()
    }

    /// The job is handed over, or a unit is made for it, here and now. Who hands over all at once need not say so.
    #[inline]
    pub fn hand(&self, job: usize) {
        if self.on.load(Relaxed) {
            self.note_handed(job);
        }
    }

    #[cold]
    fn note_handed(&self, job: usize) {
        if let Some(note) = self.note(job) {
            note.handed.store(clock::now().nanos(), Relaxed);
        }
    }

    /// Runs the body of a job that blocks its thread, and looks on if that is wanted.
    #[inline]
    pub(super) fn look_on<T>(&self, job: usize, body: impl FnOnce() -> T) -> T {
        let looked_at = self.on.load(Relaxed).then(|| self.start(job));
        let result = body();
        if let Some(entered) = looked_at {
            self.done(job);
            drop(entered);
        }
        result
    }

    /// Runs a job's future and looks on, wanted or not.
    pub(super) async fn watch<T>(&self, job: usize, mut body: impl Future<Output = T> + Unpin) -> T {
        let mut longest = Duration::ZERO;
        let waits = self.note(job).map(|note| Arc::clone(&note.waits));
        drop(self.start(job));
        let result = poll_fn(|context| {
            let _entered = waits.as_ref().map(Waits::enter);
            let start = clock::now();
            let poll = Pin::new(&mut body).poll(context);
            longest = longest.max(clock::now().since(start));
            poll
        });
        let result = result.await;
        self.done(job);
        let mut tasks = self.tasks();
        tasks.0.extend(try_id());
        tasks.1.push(longest);
        result
    }

    /// The body of a job begins here and now, on this thread.
    #[cold]
    fn start(&self, job: usize) -> Option<Entered> {
        let note = self.note(job);
        let entered = note.map(|note| {
            note.begin(gettid().as_raw().unsigned_abs(), core());
            note.waits.enter()
        });
        self.spans[job].0.store(clock::now().nanos(), Relaxed);
        entered
    }

    #[cold]
    fn done(&self, job: usize) {
        self.spans[job].1.store(clock::now().nanos(), Relaxed);
    }

    /// What process `worker` saw of a job.
    pub fn record(&self, job: usize, worker: u32, seen: Seen) {
        self.spans[job].0.store(seen.span.start.nanos(), Relaxed);
        self.spans[job].1.store(seen.span.end.nanos(), Relaxed);
        if let Some(note) = self.note(job) {
            note.begin(worker, seen.core);
            note.waits.set(seen.waits);
        }
    }
}

impl Note {
    fn of(job: usize) -> Arc<Self> {
        let (handed, began, waits) = (AtomicU64::new(0), Mutex::new((process::id(), None)), Arc::default());
        Arc::new(Self { job, handed, began, waits })
    }

    fn begin(&self, worker: u32, core: Option<usize>) {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = (worker, core);
    }

    fn told(&self, span: Span) -> Kept {
        let (worker, core) = *self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let handed = Some(self.handed.load(Relaxed)).filter(|at| *at > 0).map(Stamp::from_nanos);
        Kept { job: self.job, worker, handed, seen: Seen { span, core, waits: self.waits.take() } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::phase;

    #[test]
    fn stamps_are_left_only_while_they_are_wanted() {
        let trace = Trace::new(2);
        trace.look_on(0, || ());
        trace.begin(Wanted::Stamps);
        trace.look_on(1, || ());
        let spans = trace.end();
        assert_eq!(spans.len(), 1, "job 0 ran before");
        assert_eq!(trace.wanted(), Wanted::Nothing);
        assert!(spans[0].start <= spans[0].end);
        trace.begin(Wanted::Stamps);
        assert_eq!(trace.end(), [], "the earlier stamps are forgotten");
    }

    #[test]
    fn the_kept_jobs_are_evenly_chosen_with_the_first_and_the_last() {
        let of = |jobs| chosen(jobs).collect::<Vec<_>>();
        assert_eq!((of(0), of(1), of(3)), (vec![], vec![0], vec![0, 1, 2]));
        assert_eq!(of(MOST_KEPT), (0..MOST_KEPT).collect::<Vec<_>>());
        for jobs in [MOST_KEPT + 1, 100, 127, 128, 200, 10_000] {
            let kept = of(jobs);
            assert_eq!((kept.len(), kept[0], kept[MOST_KEPT - 1]), (MOST_KEPT, 0, jobs - 1), "of {jobs}");
            let steps: HashSet<_> = kept.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let even = (jobs - 1) / (MOST_KEPT - 1);
            assert!(steps.iter().all(|step| (even..=even + 1).contains(step)), "of {jobs}: {steps:?}");
        }
        for jobs in [1, 2, 3, MOST_KEPT, MOST_KEPT + 1, 127, 200, 10_000] {
            let places = (0..jobs + 2).filter_map(|job| Some((place(job, jobs)?, job)));
            assert!(places.eq(of(jobs).into_iter().enumerate()), "each is found in its place, and no other");
        }
        assert_eq!(place(0, 0), None);
    }

    #[test]
    fn more_is_kept_of_a_kept_job() {
        let trace = Trace::new(200);
        trace.begin(Wanted::Stamps);
        for job in [0, 1] {
            trace.hand(job);
            trace.look_on(job, || phase::wait(|| ()));
        }
        trace.end();
        let kept = trace.kept();
        let [Kept { job: 0, worker, handed: Some(handed), seen: Seen { span, waits, .. } }] = &kept[..]
        else {
            panic!("{kept:?} in place of job 0: job 1 is none of the 64, and no other ran")
        };
        assert_eq!(*worker, gettid().as_raw().unsigned_abs());
        let [wait] = &waits[..] else { panic!("{waits:?} in place of one wait") };
        let order = [*handed, span.start, wait.start, wait.end, span.end];
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(trace.kept(), [], "it was told once");
    }

    #[test]
    fn what_a_worker_process_saw_is_kept_as_if_it_were_seen_here() {
        let (answer, seen) = look_on(|| phase::wait(|| 7));
        assert_eq!((answer, seen.waits.len()), (7, 1));
        let trace = Trace::new(1);
        trace.begin(Wanted::Stamps);
        trace.record(0, 4_711, seen.clone());
        assert_eq!(trace.end(), [seen.span]);
        assert_eq!(trace.kept(), [Kept { job: 0, worker: 4_711, handed: None, seen }]);
    }
}
