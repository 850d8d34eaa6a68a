//! A cell: a workload under an executor, at a size, and what follows from these three.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::foreign;
use crate::executor::{ExecutorSpec, Width};
use crate::primitive;
use crate::workload::trace::Trace;
use crate::workload::{Batch, JobContext, Spec};

/// One cell of the matrix.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cell {
    /// Which jobs.
    pub workload: Spec,
    /// Under which executor.
    pub executor: &'static ExecutorSpec,
    /// Whether even what is made ahead is made inside the clock: `thread-pool-cold`.
    pub cold: bool,
    /// How many at once, where the name says so: `thread-pool-w4`.
    pub workers: Option<usize>,
    /// On how many processors alone, where the name says so: `thread-pool-c1`.
    pub processors: Option<usize>,
    /// How many jobs.
    pub jobs: usize,
}

/// More jobs than this in one batch are a typing error.
pub const MOST_JOBS: usize = 1_000_000;

impl Cell {
    /// The cores it has, of those there are.
    pub fn cores(&self, all: usize) -> usize {
        self.processors.unwrap_or(all).min(all)
    }

    /// Whether client slots live from sample to sample.
    pub fn keeps_connections(&self) -> bool {
        self.executor.keeps_connections && !self.cold
    }

    /// The group that is compared in one table: `http-20ms/32`.
    pub fn group(&self) -> String {
        format!("{}/{}", self.workload, self.jobs)
    }

    /// How many jobs may be in flight at once: all of them where jobs wait, one per core where they compute; one where a
    /// primitive has one.
    pub fn concurrency(&self, cores: usize) -> usize {
        let kind = self.workload.kind();
        let default = match &kind.primitive {
            Some(primitive) if primitive.alone => 1,
            _ if kind.waits => self.jobs,
            _ => self.cores(cores),
        };
        self.workers.unwrap_or(default).min(self.jobs).max(1)
    }

    /// The most jobs that this executor has in flight here.
    pub fn width(&self, cores: usize) -> usize {
        self.number(self.executor.width, cores).min(self.jobs)
    }

    /// How many threads the lane's own process has, without the main one, while jobs are in flight.
    pub fn threads(&self, cores: usize) -> usize {
        self.executor.threads.map_or(0, |threads| self.number(threads, cores))
    }

    /// The number that a width stands for here.
    pub(super) fn number(&self, width: Width, cores: usize) -> usize {
        match width {
            Width::One => 1,
            Width::Cores => self.cores(cores),
            Width::Concurrency => self.concurrency(cores),
            Width::Jobs => self.jobs,
        }
    }

    /// The time that a batch takes at least: somebody does one wait after another. Zero where nothing says how long a
    /// job waits.
    pub fn least_time(&self, cores: usize) -> Duration {
        let waves = self.jobs.div_ceil(self.width(cores)) as u64;
        Duration::from_nanos(self.workload.value("delay").saturating_mul(waves))
    }

    /// What the executor opens.
    pub fn batch(&self, cores: usize, context: JobContext) -> Batch {
        Batch {
            spec: self.workload.clone(),
            jobs: self.jobs,
            concurrency: self.concurrency(cores),
            cores: self.cores(cores),
            context: JobContext { warm: !self.cold, ..context },
            // A primitive has no jobs that could leave stamps, and room for them would count as its memory.
            trace: Arc::new(Trace::new(if self.is_primitive() { 0 } else { self.jobs })),
        }
    }

    /// Whether it is a unit cost of a model, and no batch of jobs.
    pub fn is_primitive(&self) -> bool {
        self.workload.kind().primitive.is_some()
    }

    /// What a reader of its numbers must know, wherever it runs.
    pub fn notes(&self) -> Vec<String> {
        let kind = self.workload.kind();
        let form = match self.executor {
            executor if executor.foreign.is_some() => None, // they are about jobs in Rust
            executor if executor.is_async() => kind.async_note,
            _ => kind.blocking_note,
        };
        form.map(str::to_owned).into_iter().collect()
    }

    /// Why the cell makes no sense here, if it makes none.
    pub fn not_applicable(&self, cores: usize) -> Option<String> {
        let missing = || match foreign::of(self.executor) {
            Some(lane) => lane.found().err().map(|failure| failure.with_help()),
            None => (self.workload.kind().missing)(),
        };
        self.impossible(cores).or_else(missing)
    }

    /// Why the cell makes no sense on any machine with that many cores, if it makes none.
    pub fn impossible(&self, cores: usize) -> Option<String> {
        let (kind, name) = (self.workload.kind(), self.executor.id);
        let (width, at_once) = (self.width(cores), self.workload.at_once(self.jobs));
        if self.is_primitive() && (self.cold || self.workers.is_some()) {
            return Some("a primitive has no variation like `-cold` or `-w4`".into());
        }
        if let Some(foreign) = self.executor.foreign.as_ref().filter(|one| !one.workloads.contains(&kind.id))
        {
            return Some(format!("the `{}` lane has no `{}`", foreign.lane, kind.id));
        }
        if let Some(reason) = primitive::not_applicable(kind, self.executor) {
            return Some(reason);
        }
        if let (true, Some(reason)) = (self.executor.is_async(), kind.blocking_only) {
            return Some(reason.into());
        }
        if at_once > width {
            return Some(format!("{at_once} jobs must be in flight at once, and {name} has at most {width}"));
        }
        if !self.jobs.is_multiple_of(at_once) {
            return Some(format!(
                "{} jobs cannot be divided into groups of {at_once} that wait for each other",
                self.jobs
            ));
        }
        if width > self.executor.most {
            return Some(format!("more than {} at once would endanger the machine", self.executor.most));
        }
        if let Some(processors) = self.processors.filter(|processors| *processors > cores) {
            return Some(format!("it asks for {processors} cores, and this process may use {cores}"));
        }
        if self.workers.is_some() && self.executor.is_control() {
            return Some("controls run at the default concurrency".into());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(id: &str) -> Cell {
        id.parse().expect("a cell")
    }

    #[test]
    fn waiting_jobs_run_all_at_once_and_computing_ones_one_per_core() {
        assert_eq!(cell("timer/threads/32").concurrency(2), 32);
        assert_eq!(cell("primes/threads/32").concurrency(2), 2);
        assert_eq!(cell("timer/threads-w4/32").concurrency(2), 4);
        assert_eq!(cell("primitive-switch/threads/32").width(2), 1);
        assert_eq!(cell("primitive-count-mutex/threads/32").width(2), 2);
        assert_eq!(cell("primitive-wait/threads/32").width(2), 32);
        assert_eq!(cell("timer/rayon/32").width(2), 2);
        assert_eq!(cell("timer/rayon-c1/32").width(2), 1);
        assert_eq!(cell("primes/threads-c1/32").concurrency(2), 1);
        assert_eq!(cell("primes/threads-w4-c1/32").concurrency(2), 4);
        assert_eq!(cell("timer/threads-c1/32").concurrency(2), 32);
        assert_eq!(cell("timer/rayon/32").least_time(2), Duration::from_millis(160));
        assert_eq!(cell("timer/threads-w5/32").least_time(2), Duration::from_millis(70));
        assert_eq!(cell("primes/threads/32").least_time(2), Duration::ZERO);
    }

    #[test]
    fn what_is_async_in_name_only_is_labelled_so() {
        let noted = |id: &str| cell(id).notes().iter().any(|note| note.contains("blocking section"));
        assert!(noted("file/tasks/16") && noted("file/tasks-mt/16"));
        assert!(!noted("file/thread-pool/16") && !noted("http/tasks/16"));
    }

    #[test]
    fn impossible_cells_are_not_applicable_with_a_reason() {
        let reason = |id: &str| cell(id).not_applicable(2);
        let one = "32 jobs must be in flight at once, and sequential has at most 1";
        assert_eq!(reason("hold/sequential/32").as_deref(), Some(one));
        assert_eq!(reason("hold-2/rayon/32"), None);
        assert!(reason("hold-3/tasks/32").is_some_and(|reason| reason.contains("into groups of 3")));
        assert!(
            reason("http-reqwest-blocking/tasks/1").is_some_and(|reason| reason.contains("async runtime"))
        );
        assert!(reason("timer/processes/5000").is_some_and(|reason| reason.contains("endanger")));
        assert!(reason("noop/hand-command/5000").is_some_and(|reason| reason.contains("endanger")));
        assert_eq!(
            reason("noop/tasks-c3/1").as_deref(),
            Some("it asks for 3 cores, and this process may use 2")
        );
        assert_eq!(reason("timer-1us/sequential/200000"), None, "one at once endangers nothing");
        assert_eq!(reason("primitive-switch-1core/threads/9"), None);
        assert_eq!(reason("primitive-switch/sequential/9").as_deref(), Some("it takes two units"));
        assert!(
            reason("primitive-switch/tasks-cold/9").is_some_and(|reason| reason.contains("has no variation"))
        );
        assert!(reason("primitive-wait/processes/5000").is_some_and(|reason| reason.contains("endanger")));
    }
}
