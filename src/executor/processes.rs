//! `processes`: a process for every job, at most `concurrency` alive. They are made and waited for inside the clock.

use std::collections::HashMap;

use super::worker::Worker;
use super::{Answers, ExecutorResult, ExecutorSpec, Model};
use crate::failure::OrFail;
use crate::process::ready::Ready;
use crate::workload::trace::Trace;
use crate::workload::{Batch, JobContext, Recipe};

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "processes",
    model: Model::Process,
    about: "a new process for every job, at most `concurrency` alive; it cannot keep connections",
    in_the_clock: "processes are made, connect, and are waited for",
    keeps_connections: false,
    most: 4_096,
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let concurrency = batch.concurrency;
    let cold = Batch { context: JobContext { warm: false, ..batch.context.clone() }, ..batch.clone() };
    let (recipe, jobs) = cold.remote()?;

    let trace = batch.trace.clone();

    Ok(Box::new(move || run(&recipe, &jobs, concurrency, &trace)))
}

fn run(recipe: &Recipe, jobs: &[Vec<u8>], concurrency: usize, trace: &Trace) -> Answers {
    let mut answers = vec![0; jobs.len()];
    let mut ready = Ready::new().or_fail(REFUSED)?;
    let mut alive = HashMap::with_capacity(concurrency);
    let mut waiting = jobs.iter().enumerate();

    loop {
        while alive.len() < concurrency
            && let Some((job, frame)) = waiting.next()
        {
            let worker = Worker::start(recipe, Some((job, frame, trace)))?;
            ready.watch(worker.output(), job).or_fail(REFUSED)?;
            alive.insert(job, worker);
        }
        if alive.is_empty() {
            return Ok(answers);
        }
        for job in ready.wait(true).or_fail(REFUSED)? {
            if let Some(mut worker) = alive.remove(&job) {
                answers[job] = worker.receive(job, trace)?;
                worker.finish()?;
            }
        }
    }
}

const REFUSED: fn() -> &'static str = || "wait for processes";
