//! `threads`: a thread for every job, at most `concurrency` alive. Threads are made and joined inside the clock.

use std::thread;

use crossbeam::channel::bounded;

use super::{Answers, Entry, Executor, MANY, Model, as_asked};
use crate::failure::Failure;
use crate::process::limits;
use crate::workload::{Batch, BlockingWork};

pub(super) static ENTRY: Entry = Entry {
    id: "threads",
    model: Model::OsThread,
    about: "a new thread for every job, at most `concurrency` alive",
    in_the_clock: "threads are made and joined",
    asynchronous: false,
    keeps_connections: true,
    width: as_asked,
    most: MANY,
    by_hand_for: &[],
    open,
};

fn open(batch: &Batch) -> Result<Box<dyn Executor>, Failure> {
    let (jobs, concurrency) = (batch.jobs, batch.concurrency);
    let work = batch.blocking(concurrency)?;

    Ok(Box::new(move || run(&*work, jobs, concurrency)))
}

fn run(work: &dyn BlockingWork, jobs: usize, concurrency: usize) -> Answers {
    let (release, free) = bounded(concurrency);
    (0..concurrency).try_for_each(|slot| release.send(slot)).map_err(|_| slots_lost())?;

    thread::scope(|scope| {
        let mut threads = Vec::with_capacity(jobs);
        for job in 0..jobs {
            let slot = free.recv().map_err(|_| slots_lost())?;
            let release = &release;
            let thread = thread::Builder::new().spawn_scoped(scope, move || {
                let outcome = work.run(job, slot);
                let _ = release.send(slot);
                outcome
            });
            let number = job + 1;
            threads.push(
                thread.map_err(|cause| {
                    limits::explain(format_args!("start thread {number} of {jobs}"), &cause)
                })?,
            );
        }
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(Failure::new("a thread panicked"))))
            .collect()
    })
}

fn slots_lost() -> Failure {
    Failure::new("the channel of free slots was closed")
}
