//! What the models themselves cost: the cells of primitives, each written for one primitive under one model.
//!
//! A primitive is no batch of jobs that any executor can run, so its cells are opened here. They run in the same
//! lanes, in the same passes, and are judged like all others. Uses the executors' trait and names and none of their
//! code; must not know lanes, passes, or what becomes of a time. Start reading at `switch.rs`.
//!
//! A new primitive is its name in `workload::primitive`, one file here, and a line for each model in [`TABLE`].

mod count;
mod handover;
mod pipe;
mod spawn;
mod switch;
pub mod unit;
mod wait;

use tokio::runtime::{self, Runtime};

use crate::executor::{self, Executor, Model};
use crate::failure::{Failure, OrFail};
use crate::process::affinity;
use crate::workload::{Answer, Batch, Kind};

type Opened = Result<Box<dyn Executor>, Failure>;

/// One primitive under one model.
#[derive(Debug)]
pub struct Entry {
    /// The primitive: the id of its kind.
    pub kind: &'static str,
    /// The executor whose model it is.
    pub executor: &'static str,
    /// What stands on both sides, and what lies between them.
    pub how: &'static str,
    /// What others found, to be held against ours.
    pub published: &'static [Published],
    open: fn(&Batch) -> Opened,
}

/// A number that somebody else published.
#[derive(Debug)]
pub struct Published {
    /// What of, with an article: `a switch between tasks`.
    pub what: &'static str,
    /// What kind of number it is.
    pub quantity: Quantity,
    /// The number: nanoseconds or bytes.
    pub value: f64,
    /// How many of these are in one job of ours.
    pub in_a_job: f64,
    /// Where it stands.
    pub source: &'static str,
}

/// What is measured of a primitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The time of a job.
    Time,
    /// What a unit holds.
    Memory,
}

const BRIGADE: &str = "jimblandy/context-switch";
const RUNTIMES: &str = "hez2010/async-runtimes-benchmarks-2024, derived";

const NONE: &[Published] = &[];
const TASK_SWITCH: &[Published] = &[time("a switch between tasks", 200.0, 2.0)];
const THREAD_SWITCH: &[Published] = &[time("a switch between threads", 1_700.0, 2.0)];
const READY_SWITCH: &[Published] = &[time("a switch by readiness of I/O", 1_700.0, 2.0)];
const TASK_SPAWN: &[Published] = &[time("a new task", 300.0, 1.0)];
const THREAD_SPAWN: &[Published] = &[time("a new thread", 17_000.0, 1.0)];
const TASK_MEMORY: &[Published] =
    &[memory("a task", 0.4 * 1_024.0, BRIGADE), memory("a task of a million", 455.0, RUNTIMES)];
const THREAD_MEMORY: &[Published] =
    &[memory("a thread, without some 10 KiB of the kernel's", 9.5 * 1_024.0, BRIGADE)];

/// Nanoseconds, and how many of these are in one job of ours.
const fn time(what: &'static str, value: f64, in_a_job: f64) -> Published {
    Published { what, quantity: Quantity::Time, value, in_a_job, source: BRIGADE }
}

/// Bytes.
const fn memory(what: &'static str, value: f64, source: &'static str) -> Published {
    Published { what, quantity: Quantity::Memory, value, in_a_job: 1.0, source }
}

/// Every cell of a primitive, in the order of lists.
pub static TABLE: &[Entry] = &[
    row("primitive-switch", "tasks", "two tasks on one thread, `Notify`", TASK_SWITCH, switch::tasks),
    row("primitive-switch", "tasks-mt", "two tasks, `Notify`", TASK_SWITCH, switch::tasks_mt),
    row("primitive-switch", "threads", "two threads, park and unpark", THREAD_SWITCH, switch::threads),
    row("primitive-switch", "processes", "two processes, a pair of pipes", NONE, pipe::processes),
    row("primitive-pipe", "tasks", "two tasks on one thread, tokio's pipes", READY_SWITCH, pipe::tasks),
    row("primitive-pipe", "tasks-mt", "two tasks, tokio's pipes", READY_SWITCH, pipe::tasks_mt),
    row("primitive-pipe", "threads", "two threads", THREAD_SWITCH, pipe::threads),
    row("primitive-pipe", "processes", "two processes", NONE, pipe::processes),
    row("primitive-spawn", "tasks", "`tokio::spawn` and await on one thread", TASK_SPAWN, spawn::tasks),
    row("primitive-spawn", "tasks-mt", "`tokio::spawn` and await on a worker", TASK_SPAWN, spawn::tasks_mt),
    row("primitive-spawn", "threads", "`thread::Builder::spawn` and join", THREAD_SPAWN, spawn::threads),
    row("primitive-spawn", "processes", "this program once more, which ends at once", NONE, spawn::processes),
    row("primitive-handover", "tasks", "an owned buffer, tokio's channels", NONE, handover::tasks),
    row("primitive-handover", "tasks-mt", "an owned buffer, tokio's channels", NONE, handover::tasks_mt),
    row("primitive-handover", "threads", "an owned buffer, crossbeam's channels", NONE, handover::threads),
    row("primitive-handover", "processes", "copied into a pipe and out of it", NONE, handover::processes),
    row("primitive-count-mutex", "sequential", "nobody else", NONE, count::alone::<count::Locked>),
    row("primitive-count-mutex", "threads", "std's mutex", NONE, count::threads::<count::Locked>),
    row("primitive-count-mutex", "tasks", "std's mutex, one thread", NONE, count::tasks::<count::Locked>),
    row("primitive-count-mutex", "tasks-mt", "std's mutex", NONE, count::tasks_mt::<count::Locked>),
    row("primitive-count-atomic", "sequential", "nobody else", NONE, count::alone::<count::Atomic>),
    row("primitive-count-atomic", "threads", "relaxed", NONE, count::threads::<count::Atomic>),
    row("primitive-count-atomic", "tasks", "relaxed, one thread", NONE, count::tasks::<count::Atomic>),
    row("primitive-count-atomic", "tasks-mt", "relaxed", NONE, count::tasks_mt::<count::Atomic>),
    row("primitive-count-channel", "threads", "crossbeam's channel", NONE, count::channel_threads),
    row("primitive-count-channel", "tasks", "tokio's channel, one thread", NONE, count::channel_tasks),
    row("primitive-count-channel", "tasks-mt", "tokio's channel", NONE, count::channel_tasks_mt),
    row("primitive-count-cell", "sequential", "a loop", NONE, count::cell_alone),
    row("primitive-count-cell", "tasks", "tasks of one thread", NONE, count::cell_tasks),
    row("primitive-wait", "tasks", "tasks of one thread, one `Notify`", TASK_MEMORY, wait::tasks),
    row("primitive-wait", "tasks-mt", "tasks, one `Notify`", TASK_MEMORY, wait::tasks_mt),
    row("primitive-wait", "threads", "parked threads", THREAD_MEMORY, wait::threads),
    row("primitive-wait", "processes", "processes that read a pipe", NONE, wait::processes),
];

const fn row(
    kind: &'static str,
    executor: &'static str,
    how: &'static str,
    published: &'static [Published],
    open: fn(&Batch) -> Opened,
) -> Entry {
    Entry { kind, executor, how, published, open }
}

/// The cell of that primitive and executor, if it is one and has one.
pub fn find(kind: &Kind, executor: &str) -> Option<&'static Entry> {
    kind.primitive.as_ref()?;
    TABLE.iter().find(|entry| (entry.kind, entry.executor) == (kind.id, executor))
}

/// Why that executor has no cell of that primitive; `None` if it has one, or the kind is no primitive.
pub fn not_applicable(kind: &Kind, executor: &executor::Entry) -> Option<String> {
    let primitive = kind.primitive.as_ref()?;
    if find(kind, executor.id).is_some() {
        return None;
    }
    if executor.model == Model::AsyncAndThreads {
        return Some("its units are those of `tasks` and of `threads`".into());
    }
    let same_model = |entry: &&Entry| {
        entry.kind == kind.id
            && executor::find(entry.executor).is_some_and(|other| other.model == executor.model)
    };
    let stands_for_it = TABLE.iter().find(same_model);
    Some(stands_for_it.map_or_else(
        || primitive.without.into(),
        |entry| format!("its units are those of `{}`", entry.executor),
    ))
}

impl Entry {
    /// Makes what is warm, on as many cores as the name says.
    ///
    /// # Errors
    /// What the machine refused.
    pub fn open(&self, batch: &Batch) -> Opened {
        let cores = usize::try_from(batch.spec.value("cores")).unwrap_or(usize::MAX);
        if cores > 0 {
            affinity::pin(cores).or_fail(|| format!("pin the cell to {cores} cores"))?;
        }
        (self.open)(batch)
    }
}

/// An event loop on the calling thread.
fn one_thread() -> Result<Runtime, Failure> {
    runtime::Builder::new_current_thread().enable_all().build().or_fail(|| "start a runtime")
}

/// A worker thread for each core.
fn many_threads(batch: &Batch) -> Result<Runtime, Failure> {
    let mut builder = runtime::Builder::new_multi_thread();
    builder.worker_threads(batch.cores).enable_all().build().or_fail(|| "start a runtime")
}

/// Runs it as a task, as everything that it makes: awaited from outside, every wake would cross threads.
fn on(
    runtime: &Runtime,
    task: impl Future<Output = Result<Answer, Failure>> + Send + 'static,
) -> executor::Answers {
    Ok(vec![runtime.block_on(runtime.spawn(task)).or_fail(|| "await a task")??])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::workload::primitive::KINDS;
    use crate::workload::{Place, known};

    #[test]
    fn every_line_names_a_primitive_and_an_executor_once() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(KINDS.iter().any(|kind| kind.id == entry.kind), "{}", entry.kind);
            assert!(executor::find(entry.executor).is_some(), "{}", entry.executor);
            let again = |other: &Entry| (other.kind, other.executor) == (entry.kind, entry.executor);
            assert!(!TABLE[..at].iter().any(again), "{entry:?}");
        }
    }

    /// Those of processes need a program that can be re-executed: the integration tests have one.
    #[test]
    fn every_cell_in_this_process_answers_right_again_and_again() {
        for entry in TABLE.iter().filter(|entry| entry.executor != "processes") {
            let place = Place { server: None, scratch: None, warm: true };
            let (spec, jobs) = (entry.kind.parse().expect("a primitive"), 101);
            let right = known(&spec, jobs);
            let batch = Batch { spec, jobs, concurrency: 3, cores: 2, place, trace: Arc::default() };
            let mut cell = entry.open(&batch).expect("opened");
            for _ in 0..3 {
                assert_eq!(cell.run().as_ref(), Ok(&right), "{entry:?}");
            }
        }
    }

    #[test]
    fn who_has_no_cell_has_a_reason() {
        let reason = |kind: &str, executor: &str| {
            let kind = KINDS.iter().find(|known| known.id == kind).expect("a primitive");
            not_applicable(kind, executor::find(executor).expect("an executor"))
        };
        assert_eq!(reason("primitive-switch", "tasks"), None);
        assert_eq!(reason("primitive-switch", "sequential").as_deref(), Some("it takes two units"));
        assert_eq!(reason("primitive-switch", "rayon").as_deref(), Some("its units are those of `threads`"));
        assert_eq!(
            reason("primitive-count-atomic", "processes").as_deref(),
            Some("processes share no memory")
        );
        assert!(reason("primitive-spawn", "tasks-rayon").is_some_and(|reason| reason.contains("and of")));
    }
}
