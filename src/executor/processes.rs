//! `processes`: a process for every job, at most `concurrency` alive. They are made and waited for inside the clock.

use super::worker::Worker;
use super::{Answers, Entry, Executor, Model, Width};
use crate::failure::{Failure, OrFail};
use crate::process::child;
use crate::workload::trace::Trace;
use crate::workload::{Batch, Place, Recipe};

pub(super) static ENTRY: Entry = Entry {
    id: "processes",
    model: Model::Process,
    about: "a new process for every job, at most `concurrency` alive; it cannot keep connections",
    in_the_clock: "processes are made, connect, and are waited for",
    made_ahead: None,
    asynchronous: false,
    keeps_connections: false,
    width: Width::Concurrency,
    parallel: true,
    threads: None,
    most: 4_096,
    by_hand_for: &[],
    unchecked: false,
    open,
};

fn open(batch: &Batch) -> Result<Box<dyn Executor>, Failure> {
    let concurrency = batch.concurrency;
    let cold = Batch { place: Place { warm: false, ..batch.place.clone() }, ..batch.clone() };
    let (recipe, jobs) = cold.remote()?;

    let trace = batch.trace.clone();

    Ok(Box::new(move || run(&recipe, &jobs, concurrency, &trace)))
}

fn run(recipe: &Recipe, jobs: &[Vec<u8>], concurrency: usize, trace: &Trace) -> Answers {
    let mut answers = vec![0; jobs.len()];
    let mut alive: Vec<(usize, Worker)> = Vec::with_capacity(concurrency);
    let mut waiting = jobs.iter().enumerate();

    loop {
        while alive.len() < concurrency
            && let Some((job, frame)) = waiting.next()
        {
            alive.push((job, Worker::start(recipe, Some((job, frame, trace)))?));
        }
        if alive.is_empty() {
            return Ok(answers);
        }
        let ready =
            child::ready(alive.iter().map(|(_, worker)| &worker.child)).or_fail(|| "wait for processes")?;
        for at in ready.into_iter().rev() {
            let (job, mut worker) = alive.swap_remove(at);
            answers[job] = worker.receive(job, trace)?;
            worker.finish()?;
        }
    }
}
