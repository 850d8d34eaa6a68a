//! `threads`: a thread for every job, at most `concurrency` alive. Threads are made and joined inside the clock.

use std::thread::{self, ScopedJoinHandle};

use crossbeam::channel::bounded;

use super::{Answers, ExecutorResult, ExecutorSpec, Model, Width};
use crate::failure::Failure;
use crate::process::limits;
use crate::workload::trace::Trace;
use crate::workload::{Batch, BlockingWork, Outcome};

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "threads",
    model: Model::OsThread,
    about: "a new thread for every job, at most `concurrency` alive",
    in_the_clock: "threads are made and joined",
    threads: Some(Width::Concurrency),
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let (jobs, concurrency) = (batch.jobs, batch.concurrency);
    let (work, trace) = (batch.blocking(concurrency)?, batch.trace.clone());

    Ok(Box::new(move || run(&*work, &trace, jobs, concurrency)))
}

fn run(work: &BlockingWork, trace: &Trace, jobs: usize, concurrency: usize) -> Answers {
    let (release, free) = bounded(concurrency);
    (0..concurrency).try_for_each(|slot| release.send(slot)).map_err(|_| slots_lost())?;

    thread::scope(|scope| {
        let mut answers = vec![0; jobs];
        let mut alive: Vec<Option<(usize, ScopedJoinHandle<'_, Outcome>)>> = Vec::new();
        alive.resize_with(concurrency, || None);
        for job in 0..jobs {
            let slot = free.recv().map_err(|_| slots_lost())?;
            if let Some((done, thread)) = alive[slot].take() {
                answers[done] = join(thread)?;
            }
            let release = &release;
            trace.hand(job);
            let thread = thread::Builder::new().spawn_scoped(scope, move || {
                let outcome = work(job, slot);
                let _ = release.send(slot);
                outcome
            });
            let refused = |cause| limits::explain(format_args!("start thread {} of {jobs}", job + 1), &cause);
            alive[slot] = Some((job, thread.map_err(refused)?));
        }
        for (done, thread) in alive.into_iter().flatten() {
            answers[done] = join(thread)?;
        }
        Ok(answers)
    })
}

fn join(thread: ScopedJoinHandle<'_, Outcome>) -> Outcome {
    thread.join().unwrap_or_else(|_| Err(Failure::new("cannot run a job: its thread panicked")))
}

fn slots_lost() -> Failure {
    Failure::new("cannot run a job: the channel of free slots is closed")
}
