//! What the models themselves cost: the cells of primitives, each written for one primitive under one model.
//!
//! A primitive is not a batch of jobs that any executor can run, so its cells are opened here. They run in the same
//! lanes, in the same passes, and are judged like all others. Uses the executors' trait and names and none of their
//! code; must not know lanes, passes, or what becomes of a time. Start reading at `switch.rs`.
//!
//! A new primitive is its name in `workload::primitive`, one file here, and a line for each model in [`TABLE`].

mod count;
mod handover;
mod pipe;
mod spawn;
mod switch;
mod table;
pub mod unit;
mod wait;

use std::fmt::Display;
use std::thread::{self, JoinHandle};

use tokio::runtime::{self, Runtime};

use crate::executor::{self, ExecutorResult, Model};
use crate::failure::{Failure, OrFail};
use crate::process::{affinity, limits};
use crate::workload::{Answer, Batch, Kind};

pub use table::{Published, Quantity, TABLE};

/// One primitive under one model.
#[derive(Debug)]
pub struct PrimitiveSpec {
    /// The primitive: the id of its kind.
    pub kind: &'static str,
    /// The executor whose model it is.
    pub executor: &'static str,
    /// What stands on both sides, and what lies between them.
    pub how: &'static str,
    /// What others found, to be held against ours.
    pub published: &'static [Published],
    open: Open,
}

/// How a cell is made.
#[derive(Debug)]
enum Open {
    /// Out of nothing.
    Plain(fn(&Batch) -> ExecutorResult),
    /// On a runtime: of one thread under `tasks`, of one for each core under `tasks-mt`.
    On(fn(Runtime, &Batch) -> ExecutorResult),
}

/// The cell of that primitive and executor, if it is one and has one.
pub fn find(kind: &Kind, executor: &str) -> Option<&'static PrimitiveSpec> {
    kind.primitive.as_ref()?;
    TABLE.iter().find(|line| (line.kind, line.executor) == (kind.id, executor))
}

/// Why that executor has no cell of that primitive; `None` if it has one, or the kind is not a primitive.
pub fn not_applicable(kind: &Kind, executor: &executor::ExecutorSpec) -> Option<String> {
    let primitive = kind.primitive.as_ref()?;
    if find(kind, executor.id).is_some() {
        return None;
    }
    if executor.model == Model::AsyncAndThreads {
        return Some("its units are those of `tasks` and of `threads`".into());
    }
    let same_model = |line: &&PrimitiveSpec| {
        line.kind == kind.id
            && executor::find(line.executor).is_some_and(|other| other.model == executor.model)
    };
    let stands_for_it = TABLE.iter().find(same_model);
    Some(stands_for_it.map_or_else(
        || primitive.without.into(),
        |line| format!("its units are those of `{}`", line.executor),
    ))
}

impl PrimitiveSpec {
    /// Makes what is warm, on as many cores as the name says.
    ///
    /// # Errors
    /// What the machine refused.
    pub fn open(&self, batch: &Batch) -> ExecutorResult {
        let cores = usize::try_from(batch.spec.value("cores")).unwrap_or(usize::MAX);
        if cores > 0 {
            affinity::pin(cores).or_fail(|| format!("pin the cell to {cores} cores"))?;
        }
        match self.open {
            Open::Plain(open) => open(batch),
            Open::On(open) => open(self.runtime(batch)?, batch),
        }
    }

    /// An event loop on the calling thread, or a worker thread for each core.
    fn runtime(&self, batch: &Batch) -> Result<Runtime, Failure> {
        let mut builder = if self.executor == "tasks" {
            runtime::Builder::new_current_thread()
        } else {
            runtime::Builder::new_multi_thread()
        };
        builder.worker_threads(batch.cores).enable_all().build().or_fail(|| "start a runtime")
    }
}

/// Starts a thread, which an error calls `what`: `the other thread` of a cell with two.
fn start_thread<T: Send + 'static>(
    what: impl Display,
    body: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Failure> {
    let refused = |cause| limits::explain(format_args!("start {what}"), &cause);
    thread::Builder::new().spawn(body).map_err(refused)
}

const OTHER: &str = "the other thread";

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
    use crate::workload::{Digest, JobContext, known};

    #[test]
    fn every_line_names_a_primitive_and_an_executor_once() {
        for (at, line) in TABLE.iter().enumerate() {
            assert!(KINDS.iter().any(|kind| kind.id == line.kind), "{}", line.kind);
            assert!(executor::find(line.executor).is_some(), "{}", line.executor);
            let again = |other: &PrimitiveSpec| (other.kind, other.executor) == (line.kind, line.executor);
            assert!(!TABLE[..at].iter().any(again), "{line:?}");
        }
    }

    /// Those of processes need a program that can be re-executed: the integration tests have one.
    #[test]
    fn every_cell_in_this_process_answers_right_again_and_again() {
        for line in TABLE.iter().filter(|line| line.executor != "processes") {
            let context = JobContext { server: None, scratch: None, warm: true };
            let (spec, jobs) = (line.kind.parse().expect("a primitive"), 101);
            let right = known(&spec, jobs, Digest::Xxh3);
            let batch = Batch { spec, jobs, concurrency: 3, cores: 2, context, trace: Arc::default() };
            let mut cell = line.open(&batch).expect("opened");
            for _ in 0..3 {
                assert_eq!(cell.run().as_ref(), Ok(&right), "{line:?}");
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
