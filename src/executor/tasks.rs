//! `tasks`: coroutines on one thread, the event loop as in asyncio. The runtime is warm, the tasks are not.

use std::sync::Arc;

use crossbeam::queue::ArrayQueue;
use tokio::runtime;
use tokio::sync::Semaphore;

use super::{Answers, Entry, Executor, MANY, Model, Width};
use crate::failure::{Failure, OrFail};
use crate::workload::{AsyncWork, Batch};

pub(super) static ENTRY: Entry = Entry {
    id: "tasks",
    model: Model::Async,
    about: "a tokio task for every job on one thread: an event loop",
    in_the_clock: "tasks are spawned and awaited",
    made_ahead: Some("the runtime"),
    asynchronous: true,
    keeps_connections: true,
    width: Width::Concurrency,
    parallel: false,
    threads: None,
    most: MANY,
    by_hand_for: &[],
    unchecked: false,
    open,
};

pub(super) fn open(batch: &Batch) -> Result<Box<dyn Executor>, Failure> {
    let jobs = batch.jobs;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().or_fail(|| "start a runtime")?;
    let work = runtime.block_on(batch.asynchronous(batch.concurrency))?;
    let slots = Slots::new(batch.concurrency);

    Ok(Box::new(move || runtime.block_on(gather(work.clone(), slots.clone(), jobs))))
}

/// Spawns a task for every job and awaits them in submission order. Only what is spawned runs concurrently.
pub(super) async fn gather(work: Arc<dyn AsyncWork>, slots: Arc<Slots>, jobs: usize) -> Answers {
    let spawn = |job| {
        let (work, slots) = (work.clone(), slots.clone());
        work.hand(job);
        tokio::spawn(async move { slots.run(work, job).await })
    };
    let tasks: Vec<_> = (0..jobs).map(spawn).collect();

    let mut answers = Vec::with_capacity(jobs);
    for task in tasks {
        answers.push(task.await.or_fail(|| "await a task")??);
    }
    Ok(answers)
}

/// As many permits as there are client slots, and which slots are free.
pub(super) struct Slots {
    permits: Semaphore,
    free: ArrayQueue<usize>,
}

impl Slots {
    pub(super) fn new(count: usize) -> Arc<Self> {
        let free = ArrayQueue::new(count);
        for slot in 0..count {
            let _ = free.push(slot);
        }
        Arc::new(Self { permits: Semaphore::new(count), free })
    }

    async fn run(&self, work: Arc<dyn AsyncWork>, job: usize) -> crate::workload::Outcome {
        let _permit = self.permits.acquire().await.or_fail(|| "wait for a free slot")?;
        let slot = self.free.pop().ok_or_else(|| Failure::new("a permit came without a free slot"))?;
        let outcome = work.run(job, slot).await;
        let _ = self.free.push(slot);
        outcome
    }
}
