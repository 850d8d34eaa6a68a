//! The execution models, one file each in its shortest idiomatic form, and the registry that lists them.
//!
//! An executor is opened ahead of the clock: that makes what is *warm* (threads of a pool, a runtime, worker
//! processes, client slots). Then each [`Executor::run`] does every job of the batch once, inside the clock.
//! Knows no particular job: a batch is a number of jobs and a way to do one of them.
//!
//! A new executor is one file and one line in [`REGISTRY`].

pub mod by_hand;
mod gil;
mod gil_threads;
mod process_pool;
mod processes;
mod rayon;
mod sequential;
mod tasks;
mod tasks_mt;
mod tasks_rayon;
mod thread_pool;
mod threads;
pub mod worker;

use std::sync::OnceLock;

use serde::Deserialize;

use crate::failure::Failure;
use crate::process::usage::Usage;
use crate::workload::{Answer, Batch};

/// An opened executor, or what the machine refused.
pub type ExecutorResult = Result<Box<dyn Executor>, Failure>;

/// The answers of a batch in submission order, or why there are none.
pub type Answers = Result<Vec<Answer>, Failure>;

/// An opened executor: it holds a batch and can run it again and again.
pub trait Executor {
    /// Does every job once. The clock runs from this call to its return.
    ///
    /// # Errors
    /// The first job that failed, or what the machine refused.
    fn run(&mut self) -> Answers;

    /// What other processes, which it keeps alive, have used since the last call: the call adds nothing. `None` if they
    /// cannot report it.
    ///
    /// # Errors
    /// If one of them is gone.
    fn usage(&mut self) -> Result<Option<Usage>, Failure> {
        Ok(Some(Usage::default()))
    }
}

/// Most executors are a closure over what they keep warm.
impl<F: FnMut() -> Answers> Executor for F {
    fn run(&mut self) -> Answers {
        self()
    }
}

/// What an executor is made of, as operating systems see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The main thread alone.
    MainThread,
    /// Threads of the operating system.
    OsThread,
    /// Processes.
    Process,
    /// Tasks on a runtime: coroutines.
    Async,
    /// Tasks that wait, threads that compute.
    AsyncAndThreads,
}

impl Model {
    /// Every model.
    pub const ALL: [Self; 5] =
        [Self::MainThread, Self::OsThread, Self::Process, Self::Async, Self::AsyncAndThreads];

    /// The name in tables and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::MainThread => "main thread",
            Self::OsThread => "OS thread",
            Self::Process => "process",
            Self::Async => "async task",
            Self::AsyncAndThreads => "async task and OS thread",
        }
    }
}

/// What bounds the jobs that an executor has in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Width {
    /// It never has more than one.
    One,
    /// One for each core, whatever the concurrency.
    Cores,
    /// The concurrency that is asked for.
    Concurrency,
    /// Nothing: all jobs of the batch.
    Jobs,
}

/// One line of the registry.
#[derive(Debug)]
pub struct ExecutorSpec {
    /// The name: lower case and hyphens.
    pub id: &'static str,
    /// What it is made of.
    pub model: Model,
    /// One sentence: what it does with a batch.
    pub about: &'static str,
    /// What is made inside the clock.
    pub in_the_clock: &'static str,
    /// What is made ahead of the clock, besides client slots. Only what has such has a `-cold` form.
    pub made_ahead: Option<&'static str>,
    /// Whether client slots live from sample to sample.
    pub keeps_connections: bool,
    /// What bounds the jobs it has in flight.
    pub width: Width,
    /// Whether it can compute on more than one core.
    pub parallel: bool,
    /// Threads that it has in its own process, without the main one, while jobs are in flight.
    pub threads: Option<Width>,
    /// More at once than this would endanger the machine.
    pub most: usize,
    /// The executors that this hand-written control is compared with. The first control of a group that names an
    /// executor is its: `hand-rayon` listed before `hand-scope` is the one for `rayon`.
    pub by_hand_for: &'static [&'static str],
    /// The language that it is written in, and what follows from that; `None` of those that are in this program.
    pub foreign: Option<Foreign>,
    /// Makes what is warm.
    pub open: fn(&Batch) -> ExecutorResult,
}

/// What is known of an executor in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The language, as tables name it.
    pub language: &'static str,
    /// The name of the lane whose program runs it.
    pub lane: &'static str,
    /// The executor of the same language that has one job in flight: what its speed-up is measured against.
    pub sequential: &'static str,
    /// The ids of the workloads that it can run.
    pub workloads: Vec<&'static str>,
}

impl ExecutorSpec {
    /// What most executors are; the others are written upon it.
    pub(crate) const PLAIN: Self = Self {
        id: "",
        model: Model::OsThread,
        about: "",
        in_the_clock: "",
        made_ahead: None,
        keeps_connections: true,
        width: Width::Concurrency,
        parallel: true,
        threads: None,
        most: 100_000, // more threads or tasks than this have never been tried
        by_hand_for: &[],
        foreign: None,
        open: |_| Err(Failure::new("cannot run this executor here: it is a program in another language")),
    };

    /// Whether it runs jobs in their async form.
    pub fn is_async(&self) -> bool {
        matches!(self.model, Model::Async | Model::AsyncAndThreads)
    }

    /// Whether it is a hand-written control, which is compared with and never wins.
    pub fn is_control(&self) -> bool {
        !self.by_hand_for.is_empty()
    }
}

/// Every executor there is, in the order of tables without numbers; the controls come last.
pub static REGISTRY: &[&ExecutorSpec] = &[
    &sequential::SPEC,
    &threads::SPEC,
    &thread_pool::SPEC,
    &rayon::SPEC,
    &gil_threads::SPEC,
    &processes::SPEC,
    &process_pool::SPEC,
    &tasks::SPEC,
    &tasks_mt::SPEC,
    &tasks_rayon::SPEC,
    &by_hand::LOOP,
    &by_hand::SCOPE,
    &by_hand::THREADS,
    &by_hand::RAYON,
    &by_hand::COMMAND,
    &by_hand::POOL,
    &by_hand::SPAWN,
    &by_hand::SPAWN_MT,
];

/// Executors in other languages, from the lanes files.
static FOREIGN: OnceLock<Vec<&'static ExecutorSpec>> = OnceLock::new();

/// Adds executors in other languages, once and for all.
pub fn register(foreign: Vec<&'static ExecutorSpec>) {
    let _ = FOREIGN.set(foreign);
}

/// Every executor: those of [`REGISTRY`], then those in other languages.
pub fn all() -> impl Iterator<Item = &'static ExecutorSpec> {
    REGISTRY.iter().chain(FOREIGN.get().into_iter().flatten()).copied()
}

/// The executor of that name.
pub fn find(id: &str) -> Option<&'static ExecutorSpec> {
    all().find(|executor| executor.id == id)
}
