//! The jobs: what they are, what they wait for or compute, and what they must answer.
//!
//! Each job stands in one file, in a blocking and an async form that share everything that is not waiting.
//! Must not know which executor calls [`Job::run`], from how many threads and in which order.
//!
//! A new workload is one file and one line in the list below.

mod blocking_section;
mod blur;
mod connection;
mod crawl;
mod db;
mod db_postgres;
mod digest;
mod fail;
mod file;
mod gate;
mod given;

mod hold;
mod http;
mod http_reqwest_blocking;
mod job;
mod kind;
mod noop;
mod note;
mod param;
pub mod phase;
mod picture;
mod primes;
pub mod primitive;
mod scratch;
mod server;
mod spec;
mod tcp;
mod timer;
pub mod trace;
mod work;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

pub use digest::Digest;
pub use fail::DONE;
pub use given::check_server;
pub use job::{Connect, ConnectAsync, Job, Visitor};
pub use kind::{Family, Kind, Needs};
pub use mock_server::Token;
pub use param::{Param, Unit};
pub use primitive::Primitive;
pub use scratch::{Scratch, sweep};
pub use server::Server;
pub use spec::Spec;
#[cfg(test)]
use work::jobs;
pub use work::{AsyncBody, AsyncWork, Batch, BlockingWork, Recipe, RemoteWork, known};

/// What a job answers: a count, an index, or the digest of something larger.
pub type Answer = u64;

/// What came of one job.
pub type Outcome = Result<Answer, Failure>;

/// Where jobs run: what they may talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobContext {
    /// The mock server, for workloads that need one.
    pub server: Option<Server>,
    /// The cell's own folder, for workloads that need one.
    pub scratch: Option<PathBuf>,
    /// Whether clients are made ready ahead of the clock and kept: a warm slot opens one connection and no more.
    pub warm: bool,
}

impl JobContext {
    fn server(&self) -> Result<Server, Failure> {
        self.server.ok_or_else(|| {
            Failure::new("cannot connect to a server: none was given, and this workload needs one")
        })
    }

    fn scratch(&self) -> Result<&Path, Failure> {
        self.scratch
            .as_deref()
            .ok_or_else(|| Failure::new("cannot use a folder: none was given, and this workload needs one"))
    }
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
    crate::workload::fail::Fail,
}
use with_job;
