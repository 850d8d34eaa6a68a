//! `sequential`: one job after another on the main thread. What everything else is compared with.

use super::{ExecutorResult, ExecutorSpec, Model, Width};
use crate::workload::Batch;

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "sequential",
    model: Model::MainThread,
    about: "one job after another on the main thread",
    in_the_clock: "nothing is made",
    width: Width::One,
    parallel: false,
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let jobs = batch.jobs;
    let work = batch.blocking(1)?;

    Ok(Box::new(move || (0..jobs).map(|job| work(job, 0)).collect()))
}
