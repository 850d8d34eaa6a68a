//! What every workload implements: a job in a blocking and an async form, and the clients of their slots.

use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Answer, Digest, JobContext, Kind, Outcome, Spec};
use crate::failure::Failure;

/// What a blocking slot keeps from job to job: a connection, or nothing.
pub trait Connect: Send + Sync + Sized {
    /// Makes one client slot.
    ///
    /// # Errors
    /// If there is no server, or it does not answer as it should.
    fn connect(context: &JobContext) -> Result<Self, Failure>;
}

/// The same for a slot of an async executor.
pub trait ConnectAsync: Send + Sync + Sized {
    /// Makes one client slot, inside the runtime that will use it.
    ///
    /// # Errors
    /// As [`Connect::connect`].
    fn connect(context: &JobContext) -> impl Future<Output = Result<Self, Failure>> + Send;
}

impl Connect for () {
    fn connect(_: &JobContext) -> Result<Self, Failure> {
        Ok(())
    }
}

impl ConnectAsync for () {
    async fn connect(_: &JobContext) -> Result<Self, Failure> {
        Ok(())
    }
}

/// What has no async form is shared with a blocking section.
impl<C: Connect> ConnectAsync for Arc<C> {
    async fn connect(context: &JobContext) -> Result<Self, Failure> {
        C::connect(context).map(Self::new)
    }
}

/// One unit of work: plain data with a deterministic answer.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + Sized + 'static {
    /// The facts about the workload that need no run.
    const KIND: Kind;
    /// What a blocking slot keeps from job to job.
    type Client: Connect;
    /// The same for a slot of an async executor.
    type AsyncClient: ConnectAsync;

    /// The job number `index` of a batch of `jobs`.
    fn new(spec: &Spec, index: usize, jobs: usize) -> Self;

    /// The right answer, found by another way than running the job; `digest` is what turns bytes into an answer.
    fn known(&self, digest: Digest) -> Answer;

    /// How many jobs must be in flight before any of them can end.
    fn at_once(_spec: &Spec, _jobs: usize) -> usize {
        1
    }

    /// Makes what all slots of a cell share; called once, ahead of them.
    ///
    /// # Errors
    /// What the machine refused.
    fn prepare(_jobs: &[Self], _context: &JobContext) -> Result<(), Failure> {
        Ok(())
    }

    /// Does the work, blocking the calling thread while it waits.
    ///
    /// # Errors
    /// The result of the job's connection.
    fn run(&self, client: &Self::Client) -> Outcome;

    /// Does the work, yielding to the runtime while it waits.
    fn run_async(&self, client: &Self::AsyncClient) -> impl Future<Output = Outcome> + Send;
}

/// Something that is done with a workload's job type, from outside of this module.
pub trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it.
    ///
    /// # Errors
    /// What the machine refused.
    fn visit<J: Job>(self) -> Result<Self::Output, Failure>;
}
