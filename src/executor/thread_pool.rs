//! `thread-pool`: `concurrency` threads made ahead, fed by a channel.

use std::thread;

use crossbeam::channel::unbounded;

use super::{ExecutorResult, ExecutorSpec, Model, Width};
use crate::failure::Failure;
use crate::process::limits;
use crate::workload::{Batch, Outcome};

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "thread-pool",
    model: Model::OsThread,
    about: "`concurrency` threads made ahead, fed by a channel",
    in_the_clock: "jobs and answers cross a channel",
    made_ahead: Some("threads"),
    threads: Some(Width::Concurrency),
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    pool(batch, |job| job())
}

/// The pool, with something around every job.
pub(super) fn pool(
    batch: &Batch,
    around: impl Fn(&dyn Fn() -> Outcome) -> Outcome + Clone + Send + 'static,
) -> ExecutorResult {
    let (jobs, concurrency) = (batch.jobs, batch.concurrency);
    let work = batch.blocking(concurrency)?;
    let (hand_out, inbox) = unbounded();
    let (outbox, hand_in) = unbounded();

    for slot in 0..concurrency {
        let (work, around, inbox, outbox) = (work.clone(), around.clone(), inbox.clone(), outbox.clone());
        let thread = move || {
            for job in inbox {
                let _ = outbox.send((job, around(&|| work(job, slot))));
            }
        };
        let refused =
            |cause| limits::explain(format_args!("start thread {} of {concurrency}", slot + 1), &cause);
        thread::Builder::new().spawn(thread).map_err(refused)?;
    }

    Ok(Box::new(move || {
        for job in 0..jobs {
            hand_out
                .send(job)
                .map_err(|_| Failure::new("cannot run a job: the threads of the pool have ended"))?;
        }
        let mut answers = vec![0; jobs];
        for (job, outcome) in hand_in.iter().take(jobs) {
            answers[job] = outcome?;
        }
        Ok(answers)
    }))
}
