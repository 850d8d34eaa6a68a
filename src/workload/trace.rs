//! What a probe wants of each job of a batch, and when each began and ended. Nothing while samples are timed.
//!
//! Knows no executor; whoever does a job, in this process or in another, leaves two stamps here.

use std::collections::HashSet;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::{Id, try_id};

use crate::clock::{self, Stamp};

/// The stamps of a batch. While nothing is wanted, a job costs one relaxed load.
#[derive(Debug, Default)]
pub struct Trace {
    on: AtomicBool,
    wanted: Mutex<Wanted>,
    spans: Vec<(AtomicU64, AtomicU64)>,
    /// In which tasks jobs ran, and the longest poll of each job; empty where jobs are not async.
    tasks: Mutex<(HashSet<Id>, Vec<Duration>)>,
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

/// From the start of a job's body to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When the body began.
    pub start: Stamp,
    /// When it was done.
    pub end: Stamp,
}

impl Trace {
    /// Room for so many jobs; off.
    pub fn new(jobs: usize) -> Self {
        let mut spans = Vec::new();
        spans.resize_with(jobs, Default::default);
        Self { on: AtomicBool::new(false), wanted: Mutex::default(), spans, tasks: Mutex::default() }
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
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
        self.on.store(true, Relaxed);
    }

    /// Ends it: the span of every job that left one.
    pub fn end(&self) -> Vec<Span> {
        self.on.store(false, Relaxed);
        let stamp = |at: &AtomicU64| Some(at.load(Relaxed)).filter(|at| *at > 0).map(Stamp::from_nanos);
        self.spans
            .iter()
            .filter_map(|(start, end)| Some(Span { start: stamp(start)?, end: stamp(end)? }))
            .collect()
    }

    /// How the jobs ran as tasks, since the beginning.
    pub fn polled(&self) -> Polled {
        let (tasks, longest) = &*self.tasks();
        Polled { tasks: tasks.len(), longest: longest.clone() }
    }

    fn tasks(&self) -> MutexGuard<'_, (HashSet<Id>, Vec<Duration>)> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a job's future, and looks on if that is wanted.
    pub(super) async fn watch<T>(&self, job: impl Future<Output = T>) -> T {
        if self.wanted() != Wanted::Stamps {
            return job.await;
        }
        // Boxed, or the future of every job would be twice as large.
        let (mut job, mut longest) = (Box::pin(job), Duration::ZERO);
        let result = poll_fn(|context| {
            let start = clock::now();
            let poll = job.as_mut().poll(context);
            longest = longest.max(clock::now().since(start));
            poll
        });
        let result = result.await;
        let mut tasks = self.tasks();
        tasks.0.extend(try_id());
        tasks.1.push(longest);
        result
    }

    /// The body of a job begins here and now, if stamps are wanted.
    pub(super) fn start(&self, job: usize) {
        if self.on.load(Relaxed) {
            self.spans[job].0.store(clock::now().nanos(), Relaxed);
        }
    }

    /// It is done.
    pub(super) fn done(&self, job: usize) {
        if self.on.load(Relaxed) {
            self.spans[job].1.store(clock::now().nanos(), Relaxed);
        }
    }

    /// The span of a job that another process did.
    pub fn record(&self, job: usize, span: Span) {
        self.spans[job].0.store(span.start.nanos(), Relaxed);
        self.spans[job].1.store(span.end.nanos(), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_left_only_while_they_are_wanted() {
        let trace = Trace::new(2);
        trace.start(0);
        trace.done(0);
        trace.begin(Wanted::Stamps);
        trace.start(1);
        trace.done(1);
        let spans = trace.end();
        assert_eq!(spans.len(), 1, "job 0 ran before");
        assert_eq!(trace.wanted(), Wanted::Nothing);
        assert!(spans[0].start <= spans[0].end);
        trace.begin(Wanted::Stamps);
        assert_eq!(trace.end(), [], "the earlier stamps are forgotten");
    }
}
