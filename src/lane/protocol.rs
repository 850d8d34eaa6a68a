//! What is said over a lane's pipes: one JSON object a line, a request and its reply. `docs/LANES.md` teaches it.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Cell;
use crate::failure::Failure;
use crate::workload::Answer;

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
        /// What to run.
        cell: Cell,
        /// The mock server, if the workload needs one.
        server: Option<SocketAddr>,
        /// A folder that is this lane's alone, if the workload needs one; the driver removes it.
        scratch: Option<PathBuf>,
        /// The available parallelism, which every lane of a run takes from its driver.
        cores: usize,
    },
    /// Run the batch so many times and say how long each took.
    Sample {
        /// How many times.
        times: u64,
    },
    /// Say what a batch answered whose digest was new in the last [`Request::Sample`].
    Answers,
}

/// What a lane says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// Opened.
    Ready,
    /// Sampled.
    Sampled(Sampled),
    /// The answers of one batch in submission order.
    Answers {
        /// One a job.
        answers: Vec<Answer>,
    },
    /// It could not be done. The lane ends after that.
    Failed(Failure),
}

/// What came of a [`Request::Sample`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// How often the batch ran.
    pub count: u64,
    /// The time of all of them, in nanoseconds.
    pub total_ns: u64,
    /// The first of the single times, at most 1,000, in nanoseconds.
    pub samples_ns: Vec<u64>,
    /// The different digests that the batches' answers had, see [`digest`]; one, if all answered the same.
    pub digests: Vec<u64>,
}

/// The digest of a batch's answers: XXH3-64 over the answers as little-endian `u64` in submission order.
pub fn digest(answers: &[Answer]) -> u64 {
    let bytes: Vec<u8> = answers.iter().flat_map(|answer| answer.to_le_bytes()).collect();
    xxh3_64(&bytes)
}
