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

pub use super::note::Ran;
use super::note::{Entered, Note, Observing};
use crate::clock;

/// Of more jobs than this a probe keeps no more than two stamps: a reader could not distinguish their rows.
pub const MOST_KEPT: usize = 64;

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

/// The jobs of a batch that are kept: at most [`MOST_KEPT`], evenly chosen, the first and the last included.
pub fn chosen(jobs: usize) -> impl Iterator<Item = usize> {
    let kept = jobs.min(MOST_KEPT);
    (0..kept).map(move |at| at * jobs.saturating_sub(1) / (kept - 1).max(1))
}

/// Which of the [`chosen`] a job is, if it is one: asked of every job, so it searches nothing.
fn kept_index(job: usize, jobs: usize) -> Option<usize> {
    let (steps, last) = (jobs.min(MOST_KEPT).saturating_sub(1).max(1), jobs.saturating_sub(1).max(1));
    let at = (job * steps).div_ceil(last);
    (job < jobs && at * last / steps == job).then_some(at)
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
        let looked_at = self.on.load(Relaxed).then(|| self.start(job));
        let result = body();
        if let Some(entered) = looked_at {
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
mod tests {
    use super::*;
    use crate::workload::phase;

    #[test]
    fn stamps_are_left_only_while_they_are_wanted() {
        let trace = Trace::new(2);
        trace.observe(0, || ());
        trace.begin(Wanted::Stamps);
        trace.observe(1, || ());
        let spans = trace.end().spans;
        assert_eq!(spans.len(), 1, "job 0 ran before");
        assert_eq!(trace.wanted(), Wanted::Nothing);
        assert!(spans[0].is_sorted());
        trace.begin(Wanted::Stamps);
        assert!(trace.end().spans.is_empty(), "the earlier stamps are forgotten");
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
            let places = (0..jobs + 2).filter_map(|job| Some((kept_index(job, jobs)?, job)));
            assert!(places.eq(of(jobs).into_iter().enumerate()), "each is found in its place, and no other");
        }
        assert_eq!(kept_index(0, 0), None);
    }

    #[test]
    fn more_is_kept_of_a_kept_job() {
        let trace = Trace::new(200);
        trace.begin(Wanted::Stamps);
        for job in [0, 1] {
            trace.hand(job);
            trace.observe(job, || phase::wait(|| ()));
        }
        let kept = trace.end().kept;
        let [Ran { job: 0, worker, handed_ns, start_ns, end_ns, waits_ns, .. }] = &kept[..] else {
            panic!("{kept:?} in place of job 0: job 1 is none of the 64, and no other ran")
        };
        assert_eq!(*worker, gettid().as_raw().unsigned_abs() as usize);
        let [[from, to]] = waits_ns[..] else { panic!("{waits_ns:?} in place of one wait") };
        let order = [*handed_ns, *start_ns, from, to, *end_ns];
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(trace.end().kept, [], "it was reported once");
    }

    #[test]
    fn what_a_worker_process_saw_is_kept_as_if_it_were_seen_here() {
        let (answer, seen) = observe(|| phase::wait(|| 7));
        assert_eq!((answer, seen.waits_ns.len()), (7, 1));
        let trace = Trace::new(1);
        trace.begin(Wanted::Stamps);
        trace.record(0, 4_711, seen.clone());
        let (spans, kept) = (vec![[seen.start_ns, seen.end_ns]], vec![Ran { worker: 4_711, ..seen }]);
        assert_eq!(trace.end(), Traced { spans, kept, tasks: 0, longest: Vec::new() });
    }

    #[test]
    fn jobs_that_share_a_task_and_a_job_that_holds_its_worker_are_seen() {
        const HOLD: Duration = Duration::from_millis(20);
        let trace = Arc::new(Trace::new(3));
        trace.begin(Wanted::Stamps);
        let job = |job: usize, blocks: bool| {
            let trace = Arc::clone(&trace);
            let body =
                async move { if blocks { std::thread::sleep(HOLD) } else { tokio::time::sleep(HOLD).await } };
            async move { trace.watch(job, Box::pin(body)).await }
        };
        let (one, two, three) = (job(0, false), job(1, true), job(2, false));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let both = tokio::spawn(async { (one.await, two.await) });
            tokio::spawn(three).await.expect("no panic");
            both.await.expect("no panic");
        });
        let Traced { spans, tasks, mut longest, .. } = trace.end();
        longest.sort_unstable();
        assert_eq!((spans.len(), tasks), (3, 2));
        assert!(longest[0] < HOLD && longest[2] >= HOLD, "{longest:?}");
    }
}
