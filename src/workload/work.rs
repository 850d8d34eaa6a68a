//! A batch of jobs with its client slots, behind traits that hide which job it is.
//!
//! This is all an executor sees of a workload: how many jobs there are, and a way to do number `job` on `slot`.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::trace::{Trace, Wanted};
use super::{Answer, Connect, ConnectAsync, Digest, Job, JobContext, Outcome, Spec, with_job};
use crate::failure::{Failure, OrFail};

/// The jobs of a cell as an executor opens them.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Which jobs.
    pub spec: Spec,
    /// How many.
    pub jobs: usize,
    /// How many at once, at most.
    pub concurrency: usize,
    /// The cores there are.
    pub cores: usize,
    /// Where they run.
    pub context: JobContext,
    /// Where a probe finds their stamps.
    pub trace: Arc<Trace>,
}

/// Does job number `job` with the client of `slot`, which no other job uses meanwhile; it blocks the calling thread while it
/// waits. Called as `work(job, slot)`.
pub type BlockingWork = dyn Fn(usize, usize) -> Outcome + Send + Sync;

/// An async job at work, which owns all it needs.
pub type AsyncBody = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Jobs that yield to a runtime while they wait.
pub trait AsyncWork: Send + Sync {
    /// Says that a unit is about to be made for job number `job`. An executor that hands over all at once need not report it.
    fn hand(&self, job: usize);

    /// Job number `job` with the client of `slot`.
    fn run(self: Arc<Self>, job: usize, slot: usize) -> AsyncBody;
}

/// Does the job that a frame holds, in a worker process with one slot.
pub type RemoteWork = dyn Fn(&[u8]) -> Outcome;

/// What a worker process must know before the first job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recipe {
    workload: Spec,
    /// Where it runs; a warm worker connects at once and says when it is ready.
    pub context: JobContext,
}

impl Batch {
    /// Makes what all slots share, ahead of them.
    ///
    /// # Errors
    /// What the machine refused.
    pub fn prepare(&self) -> Result<(), Failure> {
        with_job!(self.spec.kind(), J => J::prepare(&self.jobs::<J>(), &self.context), Ok(()))
    }

    /// The jobs with `slots` blocking clients.
    ///
    /// # Errors
    /// If a client cannot be made ready.
    pub fn blocking(&self, slots: usize) -> Result<Arc<BlockingWork>, Failure> {
        with_job!(self.spec.kind(), J => self.open_blocking::<J>(slots), Err(self.spec.no_jobs()))
    }

    fn open_blocking<J: Job>(&self, slots: usize) -> Result<Arc<BlockingWork>, Failure> {
        let (jobs, clients, trace) = (self.jobs::<J>(), self.clients::<J>(slots)?, self.trace.clone());
        Ok(Arc::new(move |job, slot| trace.observe(job, || jobs[job].run(&clients[slot]))))
    }

    /// The jobs with `slots` async clients; to be awaited on the runtime that will run them.
    ///
    /// # Errors
    /// If a client cannot be made ready.
    pub async fn asynchronous(&self, slots: usize) -> Result<Arc<dyn AsyncWork>, Failure> {
        with_job!(self.spec.kind(), J => self.open_async::<J>(slots).await, Err(self.spec.no_jobs()))
    }

    async fn open_async<J: Job>(&self, slots: usize) -> Result<Arc<dyn AsyncWork>, Failure> {
        let clients = self.async_clients::<J>(slots).await?;
        Ok(Arc::new(Async::<J> { clients, jobs: self.jobs(), trace: self.trace.clone() }))
    }

    /// What a worker process must know, and the jobs as bytes.
    ///
    /// # Errors
    /// If a job cannot be encoded.
    pub fn remote(&self) -> Result<(Recipe, Vec<Vec<u8>>), Failure> {
        let recipe = Recipe { workload: self.spec.clone(), context: self.context.clone() };
        let jobs = with_job!(self.spec.kind(), J => self.encode::<J>(), Err(self.spec.no_jobs()))?;
        Ok((recipe, jobs))
    }

    fn encode<J: Job>(&self) -> Result<Vec<Vec<u8>>, Failure> {
        self.jobs::<J>().iter().map(|job| postcard::to_stdvec(job).or_fail(|| "encode a job")).collect()
    }

    pub(crate) fn jobs<J: Job>(&self) -> Vec<J> {
        jobs(&self.spec, self.jobs)
    }

    pub(crate) fn clients<J: Job>(&self, count: usize) -> Result<Vec<J::Client>, Failure> {
        (0..count).map(|_| J::Client::connect(&self.context)).collect()
    }

    pub(crate) async fn async_clients<J: Job>(&self, count: usize) -> Result<Vec<J::AsyncClient>, Failure> {
        let mut clients = Vec::with_capacity(count);
        for _ in 0..count {
            clients.push(J::AsyncClient::connect(&self.context).await?);
        }
        Ok(clients)
    }
}

impl Recipe {
    /// Makes the worker's one slot.
    ///
    /// # Errors
    /// If its client cannot be made ready.
    pub fn open(&self) -> Result<Box<RemoteWork>, Failure> {
        with_job!(self.workload.kind(), J => self.open_for::<J>(), Err(self.workload.no_jobs()))
    }

    fn open_for<J: Job>(&self) -> Result<Box<RemoteWork>, Failure> {
        let client = J::Client::connect(&self.context)?;
        Ok(Box::new(move |frame| {
            let job: J = postcard::from_bytes(frame).or_fail(|| "decode a job")?;
            job.run(&client)
        }))
    }
}

/// The right answers of a batch, in order; the one of a whole batch of a primitive. Jobs that are the same datum have
/// the same answer.
pub fn known(spec: &Spec, count: usize, digest: Digest) -> Vec<Answer> {
    match &spec.kind().primitive {
        Some(primitive) => vec![(primitive.known)(spec, count as u64)],
        None => with_job!(spec.kind(), J => known_of::<J>(spec, count, digest), Vec::new()),
    }
}

fn known_of<J: Job>(spec: &Spec, count: usize, digest: Digest) -> Vec<Answer> {
    let mut found: HashMap<Vec<u8>, Answer> = HashMap::new();
    let mut answer = |job: &J| match postcard::to_stdvec(job) {
        Ok(datum) => *found.entry(datum).or_insert_with(|| job.known(digest)),
        Err(_) => job.known(digest),
    };
    jobs::<J>(spec, count).iter().map(&mut answer).collect()
}

pub(super) fn jobs<J: Job>(spec: &Spec, count: usize) -> Vec<J> {
    (0..count).map(|index| J::new(spec, index, count)).collect()
}

struct Async<J: Job> {
    jobs: Vec<J>,
    clients: Vec<J::AsyncClient>,
    trace: Arc<Trace>,
}

impl<J: Job> AsyncWork for Async<J> {
    fn hand(&self, job: usize) {
        self.trace.hand(job);
    }

    fn run(self: Arc<Self>, job: usize, slot: usize) -> AsyncBody {
        let watching = (self.trace.wanted() == Wanted::Stamps).then(|| Arc::clone(&self.trace));
        let body: AsyncBody = Box::pin(async move { self.jobs[job].run_async(&self.clients[slot]).await });
        match watching {
            None => body,
            // Around it: a job that is timed holds nothing for being watched.
            Some(trace) => Box::pin(async move { trace.watch(job, body).await }),
        }
    }
}
