//! `process-pool`: `concurrency` worker processes made ahead, fed by pipes.

use std::sync::Arc;

use super::worker::Worker;
use super::{Answers, Entry, Executor, Model, Width};
use crate::failure::{Failure, OrFail};
use crate::process::child;
use crate::process::usage::Usage;
use crate::workload::Batch;
use crate::workload::trace::Trace;

pub(super) static ENTRY: Entry = Entry {
    id: "process-pool",
    model: Model::Process,
    about: "`concurrency` worker processes made ahead, fed by pipes",
    in_the_clock: "jobs and answers cross pipes as bytes",
    made_ahead: Some("processes"),
    asynchronous: false,
    keeps_connections: true,
    width: Width::Concurrency,
    parallel: true,
    threads: None,
    most: 4_096,
    by_hand_for: &[],
    unchecked: false,
    open,
};

fn open(batch: &Batch) -> Result<Box<dyn Executor>, Failure> {
    let (recipe, jobs) = batch.remote()?;
    let start = |_| Worker::start(&recipe, None);
    let mut workers = (0..batch.concurrency).map(start).collect::<Result<Vec<_>, _>>()?;
    if recipe.place.warm {
        workers.iter_mut().try_for_each(Worker::ready)?;
    }

    Ok(Box::new(Pool { workers, jobs, trace: batch.trace.clone() }))
}

struct Pool {
    workers: Vec<Worker>,
    jobs: Vec<Vec<u8>>,
    trace: Arc<Trace>,
}

impl Executor for Pool {
    fn run(&mut self) -> Answers {
        let Self { workers, jobs, trace } = self;
        let mut answers = vec![0; jobs.len()];
        let mut idle: Vec<usize> = (0..workers.len()).rev().collect();
        let mut busy: Vec<(usize, usize)> = Vec::with_capacity(workers.len());
        let mut waiting = jobs.iter().enumerate();

        loop {
            while let Some(&at) = idle.last()
                && let Some((job, frame)) = waiting.next()
            {
                workers[at].send(job, frame, trace)?;
                idle.pop();
                busy.push((job, at));
            }
            if busy.is_empty() {
                return Ok(answers);
            }
            let children = busy.iter().map(|(_, at)| &workers[*at].child);
            let ready = child::ready(children).or_fail(|| "wait for workers")?;
            for which in ready.into_iter().rev() {
                let (job, at) = busy.swap_remove(which);
                answers[job] = workers[at].receive(job, trace)?;
                idle.push(at);
            }
        }
    }

    fn usage(&mut self) -> Result<Usage, Failure> {
        self.workers.iter_mut().map(Worker::usage).sum()
    }
}
