//! `rayon`: one worker per core, which steal work from each other. Made to compute, not to wait.

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPoolBuilder, current_thread_index};

use super::{ExecutorResult, ExecutorSpec, Model, Width};
use crate::failure::OrFail;
use crate::workload::Batch;

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "rayon",
    model: Model::OsThread,
    about: "a work-stealing pool with one worker per core, whatever the concurrency",
    in_the_clock: "jobs are split and stolen",
    made_ahead: Some("threads, one per core"),
    width: Width::Cores,
    threads: Some(Width::Cores),
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let jobs = batch.jobs;
    let work = batch.blocking(batch.cores)?;
    let pool = ThreadPoolBuilder::new()
        .num_threads(batch.cores)
        .build()
        .or_fail(|| "start rayon's worker threads")?;

    Ok(Box::new(move || {
        pool.install(|| {
            // Every job may be stolen: rayon would join short ranges to one, and of waiting jobs even two are long.
            let jobs = (0..jobs).into_par_iter().with_max_len(1);
            jobs.map(|job| work(job, current_thread_index().unwrap_or(0))).collect()
        })
    }))
}
