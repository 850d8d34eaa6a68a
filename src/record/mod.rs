//! A run on disk: `results/<run>/run.json`. Its types are the schema (`results/schema.json` is derived from them).
//!
//! Units stand in the names. What was not measured is `null`. [`store`] writes and never overwrites; [`judged`] fills
//! the record from a group, [`Slope::of`] from the lanes of a slope; [`check`] tells records from what only looks like
//! one; [`beside`] lays several runs side by side, [`agreement`] holds two rankings against each other, [`answer`] says
//! which executors one would choose. Knows no way to
//! show anything.

pub mod agreement;
pub mod answer;
pub mod beside;
pub mod check;
#[cfg(test)]
pub(crate) mod fixture;
pub mod judged;
mod slope;
pub mod store;
pub mod timeline;
mod work;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use slope::{PerUnit, Point, Slope};
pub use timeline::Timeline;
pub use work::{Work, executor};

/// The version of the schema; a reader refuses a newer one.
pub const SCHEMA: u32 = 1;

/// One invocation: the machine, the apparatus, and what became of every cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A run of Fairlane")]
pub struct Run {
    /// The version of this schema.
    pub schema: u32,
    /// The version of Fairlane that wrote the record.
    pub fairlane: String,
    /// When the run began, in UTC, RFC 3339.
    pub started: String,
    /// The command that made the run.
    pub command: String,
    /// Whether the run ended before all selected cells were done; it holds those that were.
    pub interrupted: bool,
    /// What was asked for, where that was not everything: the filters, or the ids of groups.
    pub selection: Vec<String>,
    /// The seed of the order of the rounds.
    pub seed: u64,
    /// The machine and the build.
    pub environment: Environment,
    /// What must not be the bottleneck.
    pub apparatus: Apparatus,
    /// What the machine or the build may have done to the numbers, in the order it was found.
    pub warnings: Vec<Warning>,
    /// One for each selected cell, group by group, in the order of the suite.
    pub cells: Vec<Cell>,
    /// What one more unit of a model holds while it waits, where the suite asks for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slopes: Vec<Slope>,
}

/// The machine and the build. No host name, no user name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Operating system.
    pub os: String,
    /// Kernel release.
    pub kernel: String,
    /// Processor.
    pub cpu_model: Option<String>,
    /// Available parallelism at start.
    pub cores: usize,
    /// The processors that the run may use, as a list like `0-1,4`.
    pub affinity: Option<String>,
    /// Frequency governor of the first core.
    pub governor: Option<String>,
    /// Main memory.
    pub memory_bytes: Option<u64>,
    /// Compiler.
    pub rustc: String,
    /// Cargo profile; numbers of anything but `release` mean little.
    pub profile: String,
    /// Commit, with `-dirty` for changed files.
    pub commit: Option<String>,
    /// Load average over 1, 5 and 15 minutes when the run began.
    pub load_average: Option<[f64; 3]>,
    /// The share of all processors' time that other guests of the host took; `null` until the run has ended, and if it was
    /// too short to tell.
    pub steal_share: Option<f64>,
    /// Whether the machine ran on a battery when the run began; `null` where it tells of no supply.
    pub on_battery: Option<bool>,
    /// What bounds the run.
    pub limits: Limits,
}

/// What bounds the run. `null`: no limit, or not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Open files of a process: the soft limit, after Fairlane raised it to the hard one.
    pub nofile: Option<u64>,
    /// Threads and processes of the user.
    pub nproc: Option<u64>,
    /// Threads of the machine.
    pub threads_max: Option<u64>,
    /// The largest process id, which bounds threads too.
    pub pid_max: Option<u64>,
    /// Memory maps of a process.
    pub max_map_count: Option<u64>,
    /// Threads and processes of the cgroup (version 2), or of one above it.
    pub cgroup_pids_max: Option<u64>,
    /// Processors whose time the cgroup (version 2), or one above it, may use.
    pub cgroup_cpus: Option<f64>,
}

/// A reason to doubt the numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// What kind it is, for machines: it stays when the words change.
    pub id: String,
    /// What it is.
    pub text: String,
    /// What to do about it.
    pub advice: String,
}

/// What must not be the bottleneck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Apparatus {
    /// `own` if Fairlane started the mock servers, `foreign` if the user named one.
    pub server: String,
    /// Requests a second that wiremock answered at most, without delay, to 32 connections; `null` if no cell needed it.
    pub ceiling_rps: Option<f64>,
    /// The same of the thin server.
    pub thin_ceiling_rps: Option<f64>,
    /// How much later than asked `std::thread::sleep` of 1 ms ends: the median of several.
    pub timer_resolution_ns: Option<u64>,
    /// The same of tokio's timer.
    pub tokio_timer_resolution_ns: Option<u64>,
    /// The median of the groups' noise floors; `null` if none had rounds enough.
    pub noise_floor: Option<f64>,
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Every answer was right, and there are numbers.
    Measured,
    /// It has no numbers; `reason` says why.
    Failed,
    /// It makes no sense; `reason` says why.
    NotApplicable,
}

/// One cell. All numbers are `null` unless it was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
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
    /// Jobs in a batch: the `n` of the id.
    pub jobs: usize,
    /// The most jobs this cell may have in flight.
    pub concurrency: usize,
    /// What a sample is: always the time of one batch.
    pub unit: Unit,
    /// Whether there are numbers.
    pub status: Status,
    /// Why there are none.
    pub reason: Option<String>,
    /// What to do about a failure.
    pub help: Option<String>,
    /// What a reader of the numbers must know: of the job's async form, or of the machine.
    #[serde(default)]
    pub notes: Vec<String>,
    /// One for each round, in order: cells of the same group were measured in the same rounds.
    pub samples_ns: Vec<f64>,
    /// The median of the samples.
    pub median_ns: Option<f64>,
    /// The interval that encloses the true median in 99 of 100 runs; `null` below 8 samples.
    pub interval99_ns: Option<[f64; 2]>,
    /// Whether it is the fastest of its group or its paired 99 % interval against the fastest includes 1; `null`
    /// with too few rounds to say.
    pub ties_with_fastest: Option<bool>,
    /// The executors that tie for the first place, where this one does and is not alone.
    pub tied_with: Vec<String>,
    /// Jobs a second.
    pub throughput_per_s: Option<f64>,
    /// What no executor of that concurrency can beat: waiting in waves, or the sequential time over the cores.
    pub ideal_ns: Option<f64>,
    /// `ideal_ns / median_ns`.
    pub efficiency: Option<f64>,
    /// How many times as long as the fastest of its group it took: median of the paired ratios.
    #[serde(default)]
    pub ratio_to_fastest: Option<f64>,
    /// The interval of that.
    #[serde(default)]
    pub ratio_to_fastest_interval99: Option<[f64; 2]>,
    /// How many times as fast as `sequential`: median of the paired ratios.
    pub speedup_vs_sequential: Option<f64>,
    /// The interval of that.
    pub speedup_interval99: Option<[f64; 2]>,
    /// What others found for the same, beside what was measured here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
    /// What Fairlane itself costs here, where the group has the hand-written control.
    pub by_hand: Option<ByHand>,
    /// From the start of a job's body to its end, in the probe.
    pub latency_ns: Option<Latency>,
    /// From the hand-over of the batch to the end of a job, in the probe.
    pub response_ns: Option<Latency>,
    /// What the whole process tree used in the probe, beside what it used before.
    pub resources: Option<Resources>,
    /// Sum of the jobs' latencies over the probe's wall time: how many jobs were in flight on average.
    pub overlap_factor: Option<f64>,
    /// Processor time over wall time in the probe: how many cores worked on average. `null` below 1 ms, where the
    /// account is too coarse.
    pub cpu_parallelism: Option<f64>,
    /// When its jobs ran, in the probe; `null` of controls and primitives, which leave no stamps.
    #[serde(default)]
    pub timeline: Option<Timeline>,
    /// The probe's wall time over the median of the samples: what looking closely costs.
    pub probe_slowdown: Option<f64>,
    /// What kept it from being faster: `backlog` or `server` (such a cell is not ranked), `memory`, `disk`, `cores`,
    /// `timer`, or `none` of these.
    pub limited_by: Option<String>,
    /// By how much two lanes of the fastest cell of this group may differ, as a share; differences below are ties. `null`
    /// with too few rounds to say.
    pub noise_floor: Option<f64>,
    /// What the mock server saw of the last sample.
    pub server: Option<Server>,
    /// Whether every answer of every sample was compared with the known one.
    pub verified: bool,
    /// Whether the server counted as many requests as were sent, for each sample; `null` without a server of ours.
    pub server_agrees: Option<bool>,
}

impl Cell {
    /// Whether it measures what a model itself costs, and no work.
    pub fn is_primitive(&self) -> bool {
        self.family == "primitive"
    }
}

/// What a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Unit {
    /// Nanoseconds for one batch of `jobs` jobs.
    #[serde(rename = "ns/batch")]
    NsPerBatch,
}

/// A number that somebody else published, beside ours.
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

/// A cell against its hand-written equivalent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// The control.
    pub executor: String,
    /// How many times as long this cell takes: median of the paired ratios.
    pub ratio: f64,
    /// The interval of that.
    pub ratio_interval99: Option<[f64; 2]>,
    /// The difference of the medians for each job.
    pub added_ns_per_job: f64,
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

/// What the whole process tree used for the probed batch, and what it held in another in which all its jobs were made to
/// stand still in mid-flight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Processor time in user mode.
    pub cpu_user_ns: u64,
    /// Processor time in the kernel.
    pub cpu_sys_ns: u64,
    /// Times a thread waited and gave up its core.
    pub switches_voluntary: u64,
    /// Times a core was taken from a thread that could have gone on.
    pub switches_involuntary: u64,
    /// Pages that were mapped without reading a disk.
    pub faults_minor: u64,
    /// Pages that were read from a disk.
    pub faults_major: u64,
    /// Anonymous memory (`Pss_Anon`: heaps and stacks, not the program) of all processes with their jobs in flight, above
    /// that of a lane that does nothing. `null` if no job could be made to stand still.
    pub memory_bytes: Option<u64>,
    /// How much of it was there before any job ran: pools, runtimes, worker processes, clients and their connections.
    pub memory_ready_bytes: Option<u64>,
    /// How many jobs were in flight then: fewer than `concurrency` where one keeps others from beginning.
    pub memory_jobs: Option<u64>,
    /// All resident memory then, the program included, shared pages split between the sharers (`Pss`).
    pub pss_bytes: Option<u64>,
    /// The most that each process ever had resident (`VmHWM`), summed over the processes.
    pub peak_rss_bytes: Option<u64>,
    /// Threads of all processes with their jobs in flight. Each process of Fairlane has one that waits for its parent's
    /// end.
    pub threads_peak: Option<u64>,
    /// Processes with their jobs in flight, the lane itself included.
    pub processes_peak: Option<u64>,
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
