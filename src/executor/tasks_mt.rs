//! `tasks-mt`: coroutines on one worker thread per core.

use tokio::runtime;

use super::tasks::{Slots, gather};
use super::{ExecutorResult, ExecutorSpec, Model, Width};
use crate::failure::OrFail;
use crate::workload::Batch;

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "tasks-mt",
    model: Model::Async,
    about: "a tokio task for every job on one worker thread per core",
    in_the_clock: "tasks are spawned and awaited",
    made_ahead: Some("the runtime"),
    threads: Some(Width::Cores),
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let jobs = batch.jobs;
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(batch.cores)
        .enable_all()
        .build()
        .or_fail(|| "start a runtime")?;
    let work = runtime.block_on(batch.asynchronous(batch.concurrency))?;
    let slots = Slots::of(batch);

    Ok(Box::new(move || {
        // Spawned onto a worker: from the blocked main thread every wake would cross threads.
        let gathering = runtime.spawn(gather(work.clone(), slots.clone(), jobs));
        runtime.block_on(gathering).or_fail(|| "await the batch")?
    }))
}
