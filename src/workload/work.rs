//! A batch of jobs with its client slots, behind traits that hide which job it is.
//!
//! This is all an executor sees of a workload: how many jobs there are, and a way to do number `job` on `slot`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::trace::{Trace, Wanted};
use super::{Answer, Job, Outcome, Place, Spec, Visitor};
use crate::failure::{Failure, OrFail};
#[cfg(debug_assertions)]
use crate::process::falsify;

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
    pub place: Place,
    /// Where a probe finds their stamps.
    pub trace: Arc<Trace>,
}

/// Jobs that block the calling thread while they wait.
pub trait BlockingWork: Send + Sync {
    /// Says that a unit is about to be made for job number `job`. Who hands over all at once need not say so.
    fn hand(&self, job: usize);

    /// Does job number `job` with the client of `slot`, which no other job uses meanwhile.
    ///
    /// # Errors
    /// What the job said.
    fn run(&self, job: usize, slot: usize) -> Outcome;
}

/// An async job at work, which owns all it needs.
pub type AsyncBody = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Jobs that yield to a runtime while they wait.
pub trait AsyncWork: Send + Sync {
    /// As [`BlockingWork::hand`].
    fn hand(&self, job: usize);

    /// Job number `job` with the client of `slot`.
    fn run(self: Arc<Self>, job: usize, slot: usize) -> AsyncBody;
}

/// Jobs that arrive as bytes, in a worker process with one slot.
pub trait RemoteWork {
    /// Does the job that `frame` holds.
    ///
    /// # Errors
    /// What the job said, or that the frame holds no such job.
    fn run(&self, frame: &[u8]) -> Outcome;
}

/// What a worker process must know before the first job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recipe {
    workload: Spec,
    /// Where it runs; a warm worker connects at once and says when it is ready.
    pub place: Place,
}

impl Batch {
    /// Makes what all slots share, ahead of them.
    ///
    /// # Errors
    /// What the machine refused.
    pub fn prepare(&self) -> Result<(), Failure> {
        struct Prepare<'a>(&'a Batch);
        impl Visitor for Prepare<'_> {
            type Output = Result<(), Failure>;
            fn visit<J: Job>(self) -> Self::Output {
                J::prepare(&jobs(&self.0.spec, self.0.jobs), &self.0.place)
            }
        }
        self.spec.visit(Prepare(self))
    }

    /// The jobs with `slots` blocking clients.
    ///
    /// # Errors
    /// If a client cannot be made ready.
    pub fn blocking(&self, slots: usize) -> Result<Arc<dyn BlockingWork>, Failure> {
        struct Open<'a>(&'a Batch, usize);
        impl Visitor for Open<'_> {
            type Output = Result<Arc<dyn BlockingWork>, Failure>;
            fn visit<J: Job>(self) -> Self::Output {
                let clients = (0..self.1).map(|_| J::connect(&self.0.place)).collect::<Result<_, _>>()?;
                let (jobs, trace) = (jobs(&self.0.spec, self.0.jobs), self.0.trace.clone());
                Ok(Arc::new(Blocking::<J> { jobs, clients, trace }))
            }
        }
        self.spec.visit(Open(self, slots))
    }

    /// The jobs with `slots` async clients; to be awaited on the runtime that will run them.
    ///
    /// # Errors
    /// If a client cannot be made ready.
    pub async fn asynchronous(&self, slots: usize) -> Result<Arc<dyn AsyncWork>, Failure> {
        struct Open(Batch, usize);
        impl Visitor for Open {
            type Output = Pin<Box<dyn Future<Output = Result<Arc<dyn AsyncWork>, Failure>> + Send>>;
            fn visit<J: Job>(self) -> Self::Output {
                Box::pin(async move {
                    let mut clients = Vec::with_capacity(self.1);
                    for _ in 0..self.1 {
                        clients.push(J::connect_async(&self.0.place).await?);
                    }
                    let (jobs, trace) = (jobs(&self.0.spec, self.0.jobs), self.0.trace.clone());
                    Ok(Arc::new(Async::<J> { jobs, clients, trace }) as Arc<dyn AsyncWork>)
                })
            }
        }
        self.spec.visit(Open(self.clone(), slots)).await
    }

    /// What a worker process must know, and the jobs as bytes.
    ///
    /// # Errors
    /// If a job cannot be encoded.
    pub fn remote(&self) -> Result<(Recipe, Vec<Vec<u8>>), Failure> {
        struct Encode<'a>(&'a Batch);
        impl Visitor for Encode<'_> {
            type Output = Result<Vec<Vec<u8>>, Failure>;
            fn visit<J: Job>(self) -> Self::Output {
                let encode = |job: &J| postcard::to_stdvec(job).or_fail(|| "encode a job");
                jobs(&self.0.spec, self.0.jobs).iter().map(encode).collect()
            }
        }
        let recipe = Recipe { workload: self.spec.clone(), place: self.place.clone() };
        Ok((recipe, self.spec.visit(Encode(self))?))
    }
}

impl Recipe {
    /// Makes the worker's one slot.
    ///
    /// # Errors
    /// If its client cannot be made ready.
    pub fn open(&self) -> Result<Box<dyn RemoteWork>, Failure> {
        struct Open<'a>(&'a Place);
        impl Visitor for Open<'_> {
            type Output = Result<Box<dyn RemoteWork>, Failure>;
            fn visit<J: Job>(self) -> Self::Output {
                Ok(Box::new(Remote::<J> { client: J::connect(self.0)?, job: PhantomData }))
            }
        }
        self.workload.visit(Open(&self.place))
    }
}

/// The right answers of a batch, in order; the one of a whole batch of a primitive. Jobs that are the same datum have
/// the same answer.
pub fn known(spec: &Spec, count: usize) -> Vec<Answer> {
    struct Known<'a>(&'a Spec, usize);
    impl Visitor for Known<'_> {
        type Output = Vec<Answer>;
        fn visit<J: Job>(self) -> Vec<Answer> {
            let mut found: HashMap<Vec<u8>, Answer> = HashMap::new();
            let mut answer = |job: &J| match postcard::to_stdvec(job).map(|datum| found.entry(datum)) {
                Ok(Entry::Occupied(seen)) => *seen.get(),
                Ok(Entry::Vacant(new)) => *new.insert(job.known()),
                Err(_) => job.known(),
            };
            jobs::<J>(self.0, self.1).iter().map(&mut answer).collect()
        }
    }
    match &spec.kind().primitive {
        Some(primitive) => vec![(primitive.known)(spec, count as u64)],
        None => spec.visit(Known(spec, count)),
    }
}

pub(crate) fn jobs<J: Job>(spec: &Spec, count: usize) -> Vec<J> {
    (0..count).map(|index| J::new(spec, index, count)).collect()
}

struct Blocking<J: Job> {
    jobs: Vec<J>,
    clients: Vec<J::Client>,
    trace: Arc<Trace>,
}

impl<J: Job> BlockingWork for Blocking<J> {
    fn hand(&self, job: usize) {
        self.trace.hand(job);
    }

    fn run(&self, job: usize, slot: usize) -> Outcome {
        self.trace.look_on(job, || self.jobs[job].run(&self.clients[slot]))
    }
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
        let body: AsyncBody =
            Box::pin(async move { falsified(self.jobs[job].run_async(&self.clients[slot])).await });
        match watching {
            None => body,
            // Around it: a job that is timed holds nothing for being watched.
            Some(trace) => Box::pin(async move { trace.watch(job, body).await }),
        }
    }
}

#[cfg(not(debug_assertions))]
fn falsified<T>(job: impl Future<Output = T>) -> impl Future<Output = T> {
    job
}

/// Tests see that a job that blocks its worker is caught.
#[cfg(debug_assertions)]
async fn falsified<T>(job: impl Future<Output = T>) -> T {
    if falsify::is("blocked-worker") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    job.await
}

struct Remote<J: Job> {
    client: J::Client,
    job: PhantomData<fn(J)>,
}

impl<J: Job> RemoteWork for Remote<J> {
    fn run(&self, frame: &[u8]) -> Outcome {
        let job: J = postcard::from_bytes(frame).or_fail(|| "decode a job")?;
        job.run(&self.client)
    }
}
