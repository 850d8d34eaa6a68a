//! One cell on disk: what its lanes left, and what that means.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ByHand, Costs, Timeline};

/// What became of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Every answer was right, and there are numbers.
    #[default]
    Measured,
    /// It has no numbers; `reason` says why.
    Failed,
    /// It makes no sense; `reason` says why.
    NotApplicable,
}

/// One cell. All numbers are `null` unless it was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Cell")] // as the published schema calls it
pub struct CellResult {
    /// `workload/executor/n`.
    pub id: String,
    /// The workload with its variations.
    pub workload: String,
    /// What its time goes into: `control`, `io`, `cpu` or `mixed`; `primitive` for a unit cost of a model.
    pub family: String,
    /// The executor with its variation.
    pub executor: String,
    /// What the executor is made of.
    pub model: String,
    /// The language that the executor is written in, where that is not Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What ran it, where that is not this program: `CPython 3.14.2, lock on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Jobs in a batch: the `n` of the id.
    pub jobs: usize,
    /// The most jobs this cell may have in flight.
    pub concurrency: usize,
    /// Which of the run's `groups` it stands in.
    pub group: usize,
    /// Whether there are numbers.
    pub status: Status,
    /// Why there are none.
    pub reason: Option<String>,
    /// What to do about a failure.
    pub help: Option<String>,
    /// What a reader of the numbers must know: of the job's async form, or of the machine.
    #[serde(default)]
    pub notes: Vec<String>,
    /// One for each pass of its group, in order: lanes of one pass are a pair.
    pub lanes: Vec<Lane>,
    /// Nanoseconds for one batch: the median over the lanes of the passes that count, of each lane's median.
    pub median_ns: Option<f64>,
    /// The interval that encloses the true median in 99 of 100 runs; `null` below 8 lanes.
    pub interval99_ns: Option<[f64; 2]>,
    /// Whether no other cell of its group is faster beyond chance and by a hundredth; `null` without a verdict. How sure a tie
    /// is says `ratio_to_fastest_interval99`.
    pub ties_with_fastest: Option<bool>,
    /// The executors that tie for the first place, where this one does and is not alone.
    pub tied_with: Vec<String>,
    /// Jobs a second.
    pub throughput_per_s: Option<f64>,
    /// What no executor of that concurrency can beat: waiting in waves, or the sequential time over the cores.
    pub ideal_ns: Option<f64>,
    /// `ideal_ns / median_ns`.
    pub efficiency: Option<f64>,
    /// How many times as long as the fastest of its group it took: from the ratios of the lanes of one pass.
    #[serde(default)]
    pub ratio_to_fastest: Option<f64>,
    /// The interval of that.
    #[serde(default)]
    pub ratio_to_fastest_interval99: Option<[f64; 2]>,
    /// How many times as fast as `sequential`, or as the sequential executor of its own language: from the ratios of the lanes
    /// of one pass.
    pub speedup_vs_sequential: Option<f64>,
    /// The interval of that.
    pub speedup_interval99: Option<[f64; 2]>,
    /// The same against `sequential`, of a cell in another language than Rust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speedup_vs_rust: Option<f64>,
    /// The interval of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speedup_vs_rust_interval99: Option<[f64; 2]>,
    /// Whether it is more times as fast as `sequential` than it has jobs in flight (cores, where it computes): then something
    /// else than the executor was measured.
    #[serde(default)]
    pub impossible_speedup: bool,
    /// Published numbers for the same, with those that were measured here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
    /// What Fairlane itself costs here, where the group has the hand-written control.
    pub by_hand: Option<ByHand>,
    /// From the start of a job's body to its end, in the probe.
    pub latency_ns: Option<Latency>,
    /// From the hand-over of the batch to the end of a job, in the probe.
    pub response_ns: Option<Latency>,
    /// What one batch used, with all its processes.
    pub costs: Option<Costs>,
    /// What its processes held in one run of the batch in which its jobs were made to stand still.
    pub memory: Option<Memory>,
    /// Sum of the jobs' latencies over the probe's wall time: how many jobs were in flight on average.
    pub overlap_factor: Option<f64>,
    /// Processor time over wall time: how many cores worked on average.
    pub cpu_parallelism: Option<f64>,
    /// When its jobs ran, in the probe; `null` of controls and primitives, which leave no stamps.
    #[serde(default)]
    pub timeline: Option<Timeline>,
    /// The probe's wall time over the median of the samples: what looking closely costs.
    pub probe_slowdown: Option<f64>,
    /// What kept it from being faster: `backlog` or `server` (such a cell is not ranked), `memory`, `disk`, `cores`,
    /// `timer`, or `none` of these.
    pub limited_by: Option<String>,
    /// What the mock server saw of the last sample.
    pub server: Option<Server>,
}

impl CellResult {
    /// Whether it measures what a model itself costs, and no work.
    pub fn is_primitive(&self) -> bool {
        self.family == "primitive"
    }
}

/// What one lane left, a process that ran nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Nanoseconds for one batch, sample by sample. Very short batches are timed in blocks, hence fractions.
    pub samples_ns: Vec<f64>,
    /// Processor time of one batch, on average over the samples; `null` of lanes that cannot say.
    pub cpu_ns: Option<f64>,
    /// Times a thread left its core in one batch, the same way.
    pub switches: Option<f64>,
}

/// A published number, with the one that was measured here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// What of, with an article: `a switch between tasks`.
    pub what: String,
    /// The published number: nanoseconds in a cell, bytes in a slope.
    pub value: f64,
    /// What was measured here, in the same unit. Of a round trip with two switches it is half.
    pub ours: f64,
    /// Where the published number stands.
    pub source: String,
}

impl Published {
    /// How many times the published number ours is.
    pub fn ratio(&self) -> f64 {
        self.ours / self.value
    }
}

/// How long the jobs of the probed batch took, by nearest rank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: u64,
    /// Nine in ten took no longer.
    pub p90: u64,
    /// All but one in a hundred took no longer.
    pub p99: u64,
    /// The longest.
    pub max: u64,
}

/// What the processes of a lane held with their jobs in flight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Anonymous memory (`Pss_Anon`: heaps and stacks, not the program) of all processes with their jobs in flight, above
    /// that of a lane that does nothing.
    pub bytes: u64,
    /// How much of it was there before any job ran: pools, runtimes, worker processes, clients and their connections.
    pub ready_bytes: u64,
    /// How many jobs were in flight then: fewer than `concurrency` where one keeps others from beginning.
    pub jobs: u64,
    /// All resident memory then, the program included, shared pages split between the sharers (`Pss`).
    pub pss_bytes: u64,
    /// The most that each process ever had resident (`VmHWM`), summed over the processes.
    pub peak_rss_bytes: u64,
    /// Threads of all processes then. The lane has one that waits for its parent's end; workers have none.
    pub threads: u64,
    /// Processes then, the lane itself included.
    pub processes: u64,
}

/// What the mock server saw of a cell's last sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// `wiremock` or `hyper`.
    pub kind: String,
    /// Requests.
    pub requests: u64,
    /// The most that were in flight at once.
    pub peak_in_flight: u64,
    /// Whether that is arrival plus delay (wiremock knows no more) instead of counted.
    pub peak_is_nominal: bool,
    /// The part of all samples' time that its threads were on a processor.
    pub cpu_share: f64,
}
