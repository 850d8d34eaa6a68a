//! `tasks-rayon`: coroutines on one thread wait, a rayon pool with one worker per core computes. The recommended mix.

use rayon::ThreadPoolBuilder;

use super::{ExecutorResult, ExecutorSpec, Model, Width, tasks};
use crate::failure::OrFail;
use crate::workload::Batch;
use crate::workload::phase;

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "tasks-rayon",
    model: Model::AsyncAndThreads,
    about: "a tokio task for every job on one thread, which computes on a rayon pool: the recommended mix",
    in_the_clock: "tasks are spawned and awaited, and computing crosses to the pool and back",
    made_ahead: Some("the runtime and the pool"),
    threads: Some(Width::Cores),
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let pool = ThreadPoolBuilder::new()
        .num_threads(batch.cores)
        .build()
        .or_fail(|| "start rayon's worker threads")?;
    phase::compute_elsewhere(Box::new(move |work| pool.spawn(work)));
    tasks::open(batch)
}
