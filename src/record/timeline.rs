//! When the jobs of a probed batch ran: what a picture of it is drawn from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More jobs than this are not kept of a batch: nobody could tell their rows apart.
pub const MOST_KEPT: usize = 64;

/// The probed batch, job by job. All times are nanoseconds since the executor was handed the batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timeline {
    /// What the batch took.
    pub wall_ns: u64,
    /// At most 64 of its jobs, evenly chosen, in submission order.
    pub jobs: Vec<Ran>,
}

/// A job of the probed batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ran {
    /// Its number in the batch.
    pub job: usize,
    /// The thread or process that began it, by the order in which they first began one.
    pub worker: usize,
    /// The core it began on; `null` if the lane cannot say.
    pub core: Option<usize>,
    /// When the executor began to make a unit for it or to hand it over; 0 where all were handed over at once.
    pub handed_ns: u64,
    /// When its body began.
    pub start_ns: u64,
    /// When its body was done.
    pub end_ns: u64,
    /// When its body waited, from and to. Otherwise it computed, or was ready to and had no core.
    pub waits_ns: Vec<[u64; 2]>,
}
