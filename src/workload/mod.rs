//! The jobs: what they are, what they wait for or compute, and what they must answer.
//!
//! Each job stands in one file, in a blocking and an async form that share everything that is not waiting.
//! Knows no executor: who calls [`Job::run`], from how many threads and in which order, is none of its business.
//!
//! A new workload is one file and one line in the list below.

mod blocking_section;
mod blur;
mod connection;
mod crawl;
mod db;
mod db_postgres;
mod file;
mod hold;
mod http;
mod http_reqwest_blocking;
mod noop;
mod note;
mod param;
pub mod phase;
mod picture;
mod primes;
pub mod primitive;
mod scratch;
mod spec;
mod tcp;
mod timer;
pub mod trace;
mod work;

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

pub use connection::check_server;
pub use param::{Param, Unit};
pub use primitive::Primitive;
pub use scratch::Scratch;
pub use spec::Spec;
#[cfg(test)]
use work::jobs;
pub use work::{AsyncBody, AsyncWork, Batch, BlockingWork, Recipe, RemoteWork, known};

/// What a job answers: a count, an index, or the digest of something larger.
pub type Answer = u64;

/// What came of one job.
pub type Outcome = Result<Answer, Failure>;

/// What the time of a job mostly goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Nothing: it measures the apparatus.
    Control,
    /// Waiting.
    Io,
    /// Computing.
    Cpu,
    /// Waiting, then computing.
    Mixed,
    /// Neither: a unit cost of the model itself.
    Primitive,
}

impl Family {
    /// The name in tables and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Io => "io",
            Self::Cpu => "cpu",
            Self::Mixed => "mixed",
            Self::Primitive => "primitive",
        }
    }
}

/// What a workload needs to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A folder that is this cell's alone, and that all its slots share; its name is no other cell's either.
    Scratch,
    /// Any mock server; wiremock unless the name says `-hyper`.
    Server,
    /// The thin mock server: only it has the route.
    ThinServer,
}

/// What can be said of a workload without running it.
#[derive(Debug)]
pub struct Kind {
    /// The name without variations: lower case and hyphens.
    pub id: &'static str,
    /// What its time goes into.
    pub family: Family,
    /// Whether jobs wait: then all of them run at once by default, else one per core.
    pub waits: bool,
    /// One sentence: what one job does.
    pub about: &'static str,
    /// What jobs are called, several of them.
    pub many: &'static str,
    /// Its variations, each with a unit of its own.
    pub params: &'static [Param],
    /// What it talks to, or writes in.
    pub needs: Needs,
    /// Whether what it waits for is a disk.
    pub on_disk: bool,
    /// Threads that each of its clients hides, at most: a runtime's, or a resolver's.
    pub hidden_threads: usize,
    /// Why it cannot run inside an async runtime, if it cannot.
    pub blocking_only: Option<&'static str>,
    /// What its async form is, where it is not what the word promises.
    pub async_note: Option<&'static str>,
    /// The same of its blocking form.
    pub blocking_note: Option<&'static str>,
    /// What a reader of its numbers must know of this machine, if there is anything.
    pub caveat: fn() -> Option<String>,
    /// What the environment lacks for it to run, if anything.
    pub missing: fn() -> Option<String>,
    /// Removes what a cell left elsewhere under the name of its folder, once its lane has ended, however that ended.
    pub clear: fn(&Path),
    /// What it is instead of a workload, if it is a primitive: then `src/primitive` opens its cells.
    pub primitive: Option<Primitive>,
}

impl Kind {
    /// What most workloads say: they need nothing said. A base to write the others upon.
    const PLAIN: Self = Self {
        id: "",
        family: Family::Control,
        waits: false,
        about: "",
        many: "jobs",
        params: &[],
        needs: Needs::Nothing,
        on_disk: false,
        hidden_threads: 0,
        blocking_only: None,
        async_note: None,
        blocking_note: None,
        caveat: || None,
        missing: || None,
        clear: |_| (),
        primitive: None,
    };
}

/// Where jobs run: what they may talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The mock server, for workloads that need one.
    pub server: Option<SocketAddr>,
    /// The cell's own folder, for workloads that need one.
    pub scratch: Option<PathBuf>,
    /// Whether clients are made ready ahead of the clock and kept: a warm slot opens one connection and no more.
    pub warm: bool,
}

impl Place {
    fn server(&self) -> Result<SocketAddr, Failure> {
        self.server.ok_or_else(|| Failure::new("this workload talks to a server and none was given"))
    }

    fn scratch(&self) -> Result<&Path, Failure> {
        self.scratch.as_deref().ok_or_else(|| Failure::new("this workload needs a folder and none was given"))
    }
}

/// What a blocking slot keeps from job to job: a connection, or nothing.
pub trait Connect: Send + Sync + Sized {
    /// Makes one client slot.
    ///
    /// # Errors
    /// If there is no server, or it does not answer as it should.
    fn connect(place: &Place) -> Result<Self, Failure>;
}

/// The same for a slot of an async executor.
pub trait ConnectAsync: Send + Sync + Sized {
    /// Makes one client slot, inside the runtime that will use it.
    ///
    /// # Errors
    /// As [`Connect::connect`].
    fn connect(place: &Place) -> impl Future<Output = Result<Self, Failure>> + Send;
}

impl Connect for () {
    fn connect(_: &Place) -> Result<Self, Failure> {
        Ok(())
    }
}

impl ConnectAsync for () {
    async fn connect(_: &Place) -> Result<Self, Failure> {
        Ok(())
    }
}

/// What has no async form is shared with a blocking section.
impl<C: Connect> ConnectAsync for Arc<C> {
    async fn connect(place: &Place) -> Result<Self, Failure> {
        C::connect(place).map(Self::new)
    }
}

/// One unit of work: plain data with a deterministic answer.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + Sized + 'static {
    /// What can be said of the workload without running it.
    const KIND: Kind;
    /// What a blocking slot keeps from job to job.
    type Client: Connect;
    /// The same for a slot of an async executor.
    type AsyncClient: ConnectAsync;

    /// The job number `index` of a batch of `jobs`.
    fn new(spec: &Spec, index: usize, jobs: usize) -> Self;

    /// The right answer, found by another way than running the job.
    fn known(&self) -> Answer;

    /// How many jobs must be in flight before any of them can end.
    fn at_once(_spec: &Spec, _jobs: usize) -> usize {
        1
    }

    /// Makes what all slots of a cell share; called once, ahead of them.
    ///
    /// # Errors
    /// What the machine refused.
    fn prepare(_jobs: &[Self], _place: &Place) -> Result<(), Failure> {
        Ok(())
    }

    /// Does the work, blocking the calling thread while it waits.
    ///
    /// # Errors
    /// What the job's connection said.
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

macro_rules! workloads {
    ($d:tt $($job:ty),+ $(,)?) => {
        /// Every workload there is; primitives have a list of their own, [`primitive::KINDS`].
        pub static KINDS: &[&Kind] = &[$(&<$job as Job>::KIND),+];

        /// `with_job!(kind, J => with, without)`: the expression `with`, where `J` is the job type behind that kind; the
        /// expression `without` for a primitive, which has no jobs.
        macro_rules! with_job {
            ($d kind:expr, $d J:ident => $d with:expr, $d without:expr) => {
                match $d kind.id {
                    $(id if id == <$job as $crate::workload::Job>::KIND.id => {
                        type $d J = $job;
                        $d with
                    })+
                    _ => $d without,
                }
            };
        }
    };
}

workloads! { $
    crate::workload::noop::Noop,
    crate::workload::timer::Timer,
    crate::workload::tcp::Tcp,
    crate::workload::http::Http,
    crate::workload::http_reqwest_blocking::HttpReqwestBlocking,
    crate::workload::file::File,
    crate::workload::db::Db,
    crate::workload::db::DbBackoff,
    crate::workload::db::DbRead,
    crate::workload::db_postgres::DbPostgres,
    crate::workload::hold::Hold,
    crate::workload::primes::Primes,
    crate::workload::blur::Blur,
    crate::workload::crawl::Crawl,
}
use with_job;
