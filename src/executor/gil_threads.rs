//! `gil-threads`: `thread-pool` under one global lock, CPython's rule in Rust. Threads wait together and compute in turn.
//!
//! A thread holds the lock while it computes and gives it up while it waits; see `gil.rs`.

use std::sync::Arc;

use super::gil::Gil;
use super::{ExecutorResult, ExecutorSpec, Model, Width, thread_pool};
use crate::workload::Batch;
use crate::workload::phase::{self, Lock};

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "gil-threads",
    model: Model::OsThread,
    about: "`thread-pool` under one global lock, which is released while waiting: CPython's threads",
    in_the_clock: "jobs and answers cross a channel, and the lock changes hands",
    made_ahead: Some("threads"),
    parallel: false,
    threads: Some(Width::Concurrency),
    open,
    ..ExecutorSpec::PLAIN
};

fn open(batch: &Batch) -> ExecutorResult {
    let gil: Arc<dyn Lock> = Arc::new(Gil::default());
    thread_pool::pool(batch, move |job| {
        gil.acquire();
        phase::compute_under(&gil);
        let outcome = job();
        gil.release();
        outcome
    })
}
