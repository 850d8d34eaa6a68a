//! What goes over a lane's pipes: one JSON object a line, a request and its reply. `docs/LANES.md` teaches it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Cell;
use super::hex::Hex;
use crate::failure::Failure;
use crate::process::usage::Usage;
use crate::workload::{Digest, Token};

pub use crate::workload::trace::{MOST_KEPT, Ran, chosen};

/// The version of this protocol. A lane of version 0 does not say so, and writes digests and answers as numbers.
pub const PROTOCOL: u32 = 1;

/// A reply carries at most this many single times.
pub const MOST_SAMPLES: usize = 1_000;
/// More different digests than this are not kept: two are one too many.
pub const MOST_DIGESTS: usize = 8;

/// What the driver asks of a lane.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Request {
    /// Make everything ready that is warm. Comes first and once.
    Open {
        /// The version that the driver speaks.
        #[serde(default)]
        protocol: u32,
        /// What to run.
        cell: Cell,
        /// The same for lanes that do not read names of cells.
        #[serde(flatten)]
        parsed: Box<Parsed>,
        /// The mock server, if the workload needs one.
        server: Option<SocketAddr>,
        /// What the server demands with every request, if other machines can reach it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<Token>,
        /// A folder that is this lane's alone, if the workload needs one; the driver removes it. A lane on another machine makes
        /// its own.
        scratch: Option<PathBuf>,
        /// The available parallelism, which every lane of a run takes from its driver.
        cores: usize,
    },
    /// Run the batch `times` times and say how long each took.
    Sample {
        /// How many times.
        times: u64,
    },
    /// Say what the worker processes that the lane keeps alive have used since this was last asked.
    Usage,
    /// Run the batch once more and look at it closely.
    Probe,
    /// Run the batch once more; each job joins a standstill on its way, so that the driver can look at all of them.
    StandStill {
        /// The name of the standstill.
        at: String,
    },
    /// Say what a batch answered whose digest was new in the last [`Request::Sample`].
    Answers,
}

/// A cell in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parsed {
    /// The workload without variations.
    pub workload: String,
    /// The values of its parameters, each with its unit in its name.
    pub parameters: BTreeMap<String, u64>,
    /// The executor without variations.
    pub executor: String,
    /// Jobs in a batch.
    pub jobs: usize,
    /// How many of them may be in flight at once.
    pub concurrency: usize,
    /// Whether what is usually made ahead is made inside the clock.
    pub cold: bool,
}

impl Parsed {
    /// The parts of a cell on a machine with that many processors.
    pub fn of(cell: &Cell, cores: usize) -> Self {
        Self {
            workload: cell.workload.kind().id.into(),
            parameters: cell.workload.parameters(),
            executor: cell.executor.id.into(),
            jobs: cell.jobs,
            concurrency: cell.concurrency(cores),
            cold: cell.cold,
        }
    }
}

/// What a lane says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// Opened.
    Ready(Opened),
    /// Sampled.
    Sampled(Sampled),
    /// What living workers used.
    Used {
        /// The sum over all of them; zero if there are none, `null` if they cannot report it.
        usage: Option<Usage>,
    },
    /// The batch was probed.
    Probed(Probed),
    /// Stood still, and went on.
    Stood {
        /// The digest of the answers.
        digest: Hex,
    },
    /// The answers of one batch in submission order.
    Answers {
        /// One a job.
        answers: Vec<Hex>,
    },
    /// It could not be done. The lane ends after that.
    Failed(Failure),
}

/// What a lane says of itself when it is ready. What it leaves out is unknown, or as the registry has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Opened {
    /// The version that it speaks; 0 of a lane that does not say so.
    pub protocol: u32,
    /// What was built: `0.1.0 (9d8427cf0a1b, release)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// The language that it is written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What runs it, with version: `CPython 3.14.2, lock on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// What the executor is made of, as in the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How many jobs it can have in flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<usize>,
    /// The least and the most threads that its own process has then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<[usize; 2]>,
    /// What turns bytes into an answer.
    pub hash: Digest,
    /// Whether no batch opens a connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeps_connections: Option<bool>,
    /// For how long it needs batches before the first that counts, in milliseconds.
    pub warm_up_ms: u64,
}

/// What came of a [`Request::Sample`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// How often the batch ran.
    pub count: u64,
    /// The time of all of them, in nanoseconds.
    pub total_ns: u64,
    /// The first of the single times, at most 1,000, in nanoseconds.
    pub samples_ns: Vec<u64>,
    /// The different digests that the batches' answers had; one, if all answered the same.
    pub digests: Vec<Hex>,
    /// What the batches used in the lane's own process and in children that have ended by now; not what living workers
    /// used, see [`Request::Usage`]. A lane that cannot say leaves it out.
    #[serde(default)]
    pub usage: Option<Usage>,
}

/// What came of a [`Request::Probe`]: one run of the batch that counts for no time in any table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// How long it took, in nanoseconds.
    pub wall_ns: u64,
    /// When the jobs ran; a lane that puts no stamps on its jobs cannot say.
    pub jobs: Option<Jobs>,
    /// The same job by job, of at most [`MOST_KEPT`] of them.
    #[serde(default)]
    pub timeline: Option<JobTimes>,
    /// What the lane and all its processes used.
    pub usage: Usage,
    /// The digest of the answers.
    pub digest: Hex,
}

/// When the jobs of a probed batch ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jobs {
    /// The sum over all jobs of the time from the start of the body to its end, in nanoseconds.
    pub in_flight_ns: u64,
    /// From the start of a job's body to its end.
    pub latency: Quantiles,
    /// From the hand-over of the batch to the end of a job.
    pub response: Quantiles,
    /// How they ran as tasks, under async executors.
    pub tasks: Option<Tasks>,
}

/// When some jobs of a probed batch ran, evenly chosen, the first and the last included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTimes {
    /// In submission order.
    pub jobs: Vec<Ran>,
}

/// How the jobs of a probed batch ran as tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasks {
    /// In how many different tasks.
    pub count: u64,
    /// The longest time for which a job held its worker: half of the jobs held it no longer.
    pub poll_p50_ns: u64,
}

/// How long the jobs of one batch took, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantiles {
    /// Half of them took no longer.
    pub p50_ns: u64,
    /// Nine in ten took no longer.
    pub p90_ns: u64,
    /// All but one in a hundred took no longer.
    pub p99_ns: u64,
    /// The longest.
    pub max_ns: u64,
}

impl Quantiles {
    /// The quantiles of these times by nearest rank; `None` of no times.
    pub fn of(mut times: Vec<u64>) -> Option<Self> {
        times.sort_unstable();
        let rank = |percent: usize| times.get((times.len() * percent).div_ceil(100).max(1) - 1).copied();
        Some(Self { p50_ns: rank(50)?, p90_ns: rank(90)?, p99_ns: rank(99)?, max_ns: rank(100)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_need_not_say_when_each_job_ran() {
        let usage = serde_json::to_value(<Usage>::default()).expect("plain data");
        let reply = serde_json::json!({"wall_ns": 1, "jobs": null, "usage": usage, "digest": 1});
        let probed: Probed = serde_json::from_value(reply).expect("a reply");
        assert_eq!(probed.timeline, None);
    }

    #[test]
    fn quantiles_are_by_nearest_rank() {
        let latency = |times: &[u64]| Quantiles::of(times.to_vec());
        let quantiles = |p50_ns, p90_ns, p99_ns, max_ns| Some(Quantiles { p50_ns, p90_ns, p99_ns, max_ns });
        assert_eq!(latency(&[]), None);
        assert_eq!(latency(&[7]), quantiles(7, 7, 7, 7));
        assert_eq!(latency(&[3, 1]), quantiles(1, 3, 3, 3));
        assert_eq!(latency(&(1..=200).rev().collect::<Vec<_>>()), quantiles(100, 180, 198, 200));
    }
}
