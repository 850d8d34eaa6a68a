//! `tasks`: coroutines on one thread, the event loop as in asyncio. The runtime is warm, the tasks are not.

use std::sync::Arc;

use crossbeam::queue::ArrayQueue;
use tokio::runtime;
use tokio::sync::Semaphore;

use super::{Answers, ExecutorResult, ExecutorSpec, Model};
use crate::failure::{Failure, OrFail};
use crate::workload::{AsyncWork, Batch, Outcome};

pub(super) static SPEC: ExecutorSpec = ExecutorSpec {
    id: "tasks",
    model: Model::Async,
    about: "a tokio task for every job on one thread: an event loop",
    in_the_clock: "tasks are spawned and awaited",
    made_ahead: Some("the runtime"),
    parallel: false,
    open,
    ..ExecutorSpec::PLAIN
};

pub(super) fn open(batch: &Batch) -> ExecutorResult {
    let jobs = batch.jobs;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().or_fail(|| "start a runtime")?;
    let work = runtime.block_on(batch.asynchronous(batch.concurrency))?;
    let slots = Slots::of(batch);

    Ok(Box::new(move || runtime.block_on(gather(work.clone(), slots.clone(), jobs))))
}

/// Spawns a task for every job and awaits them in submission order. Only what is spawned runs concurrently.
pub(super) async fn gather(work: Arc<dyn AsyncWork>, slots: Option<Arc<Slots>>, jobs: usize) -> Answers {
    let spawn = |job| {
        work.hand(job);
        match &slots {
            None => tokio::spawn(work.clone().run(job, job)),
            Some(slots) => tokio::spawn(slots.clone().run(work.clone(), job)),
        }
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
    /// `None` where every job has a slot of its own: then no job waits for one.
    pub(super) fn of(batch: &Batch) -> Option<Arc<Self>> {
        if batch.concurrency >= batch.jobs {
            return None;
        }
        let free = ArrayQueue::new(batch.concurrency);
        for slot in 0..batch.concurrency {
            let _ = free.push(slot);
        }
        Some(Arc::new(Self { permits: Semaphore::new(batch.concurrency), free }))
    }

    async fn run(self: Arc<Self>, work: Arc<dyn AsyncWork>, job: usize) -> Outcome {
        let _permit = self.permits.acquire().await.or_fail(|| "wait for a free slot")?;
        let slot = self
            .free
            .pop()
            .ok_or_else(|| Failure::new("cannot run a job: there is a permit and no free slot"))?;
        let outcome = work.run(job, slot).await;
        let _ = self.free.push(slot);
        outcome
    }
}
