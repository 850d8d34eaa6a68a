//! `process-pool`: `concurrency` worker processes made ahead, fed by pipes.

use std::sync::Arc;

use super::worker::Worker;
use super::{Answers, Executor, ExecutorResult, ExecutorSpec, Model};
use crate::failure::{Failure, OrFail};
use crate::process::ready::Ready;
use crate::process::usage::Usage;
use crate::workload::Batch;
use crate::workload::trace::Trace;

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "process-pool",
    model: Model::Process,
    about: "`concurrency` worker processes made ahead, fed by pipes",
    in_the_clock: "jobs and answers cross pipes as bytes",
    made_ahead: Some("processes"),
    most: 4_096,
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let (recipe, jobs) = batch.remote()?;
    let start = |_| Worker::start(&recipe, None);
    let mut workers = (0..batch.concurrency).map(start).collect::<Result<Vec<_>, _>>()?;
    if recipe.context.warm {
        workers.iter_mut().try_for_each(Worker::ready)?;
    }

    let ready = Ready::new().or_fail(REFUSED)?;
    for (at, worker) in workers.iter().enumerate() {
        ready.watch(worker.output(), at).or_fail(REFUSED)?;
    }
    Ok(Box::new(Pool { workers, ready, jobs, trace: batch.trace.clone() }))
}

/// After this number of jobs it asks which workers are done: they are awake, and a job costs them least. A pool of threads does the
/// same by itself.
const BURST: usize = 8;

const REFUSED: fn() -> &'static str = || "wait for workers";

struct Pool {
    workers: Vec<Worker>,
    ready: Ready,
    jobs: Vec<Vec<u8>>,
    trace: Arc<Trace>,
}

impl Executor for Pool {
    fn run(&mut self) -> Answers {
        let Self { workers, ready, jobs, trace } = self;
        let mut answers = vec![0; jobs.len()];
        let mut waiting = jobs.iter().enumerate();
        let mut idle: Vec<usize> = (0..workers.len()).rev().collect();
        let mut doing = vec![None; workers.len()];
        let mut left = jobs.len();
        while left > 0 {
            for _ in 0..BURST.min(idle.len()) {
                let Some((job, frame)) = waiting.next() else { break };
                let Some(at) = idle.pop() else { break };
                workers[at].send(job, frame, trace)?;
                doing[at] = Some(job);
            }
            let may_go_on = !idle.is_empty() && waiting.len() > 0;
            for at in ready.wait(!may_go_on).or_fail(REFUSED)? {
                let Some(job) = doing[at].take() else { return Err(workers[at].lost()) };
                answers[job] = workers[at].receive(job, trace)?;
                left -= 1;
                idle.push(at);
            }
        }
        Ok(answers)
    }

    fn usage(&mut self) -> Result<Option<Usage>, Failure> {
        self.workers.iter_mut().map(Worker::usage).sum::<Result<_, _>>().map(Some)
    }
}
