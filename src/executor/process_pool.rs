//! `process-pool`: `concurrency` worker processes made ahead, fed by pipes.

use super::worker::Worker;
use super::{Answers, Entry, Executor, Model, Width};
use crate::failure::{Failure, OrFail};
use crate::process::child;
use crate::workload::Batch;

pub(super) static ENTRY: Entry = Entry {
    id: "process-pool",
    model: Model::Process,
    about: "`concurrency` worker processes made ahead, fed by pipes",
    in_the_clock: "jobs and answers cross pipes as bytes",
    made_ahead: Some("processes"),
    asynchronous: false,
    keeps_connections: true,
    width: Width::Concurrency,
    most: 4_096,
    by_hand_for: &[],
    open,
};

fn open(batch: &Batch) -> Result<Box<dyn Executor>, Failure> {
    let (recipe, jobs) = batch.remote()?;
    let start = |_| Worker::start(&recipe, None);
    let mut workers = (0..batch.concurrency).map(start).collect::<Result<Vec<_>, _>>()?;
    if recipe.warm {
        workers.iter_mut().try_for_each(|worker| worker.receive().map(drop))?;
    }

    Ok(Box::new(move || run(&mut workers, &jobs)))
}

fn run(workers: &mut [Worker], jobs: &[Vec<u8>]) -> Answers {
    let mut answers = vec![0; jobs.len()];
    let mut idle: Vec<usize> = (0..workers.len()).rev().collect();
    let mut busy: Vec<(usize, usize)> = Vec::with_capacity(workers.len());
    let mut waiting = jobs.iter().enumerate();

    loop {
        while let Some(&at) = idle.last()
            && let Some((job, frame)) = waiting.next()
        {
            workers[at].send(frame)?;
            idle.pop();
            busy.push((job, at));
        }
        if busy.is_empty() {
            return Ok(answers);
        }
        let ready =
            child::ready(busy.iter().map(|(_, at)| &workers[*at].child)).or_fail(|| "wait for workers")?;
        for which in ready.into_iter().rev() {
            let (job, at) = busy.swap_remove(which);
            answers[job] = workers[at].receive()?;
            idle.push(at);
        }
    }
}
