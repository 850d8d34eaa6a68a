//! A comparison of two programs, or of two recorded runs, on disk: `results/<start>-comparison/comparison.json`.
//!
//! Units stand in the names, what was not measured is `null`. `live` fills it from blocks, [`runs`] from two records,
//! [`criterion`] from two of criterion's baselines. Must not know how it is shown.

pub mod criterion;
mod live;
pub mod runs;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Environment, Warning};
use crate::measure::statistics::Estimate;

pub use crate::measure::gate::judge::Verdict;
pub use crate::measure::gate::metric::Metric;
pub use live::are_disturbed;

/// The version of this schema; a reader refuses a newer one.
pub const SCHEMA: u32 = 1;

/// Two sides, cell by cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A comparison by Fairlane")]
pub struct Comparison {
    /// The version of this schema.
    pub comparison_schema: u32,
    /// The version of Fairlane that wrote it.
    pub fairlane: String,
    /// Where the values come from.
    pub source: Source,
    /// When it began, in UTC, RFC 3339.
    pub started: String,
    /// The command that made it.
    pub command: String,
    /// Whether it ended before everything was judged.
    pub interrupted: bool,
    /// The seed of the order.
    pub seed: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How long it was allowed to take.
    pub budget_seconds: f64,
    /// At most this share of comparisons of equal programs calls something slower.
    pub alpha: f64,
    /// What was before.
    pub base: Side,
    /// What is new.
    pub head: Side,
    /// Whether both programs have the same bytes; then nothing was measured.
    pub identical: bool,
    /// The machine that compared, or that both runs are from.
    pub environment: Option<Environment>,
    /// What may have spoiled the numbers, in the order in which it was found.
    pub warnings: Vec<Warning>,
    /// What all cells together show.
    pub overall: Overall,
    /// One for each cell, in the order of the file.
    pub cells: Vec<Compared>,
    /// BASE against itself: the same cells, judged in the same way.
    pub controls: Vec<Compared>,
}

/// Where the values of a comparison come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Two programs, measured in blocks of one lane each.
    Live,
    /// Two recorded runs of Fairlane, which are not paired.
    Records,
    /// Two baselines of criterion, which are not paired and of one process each.
    Criterion,
}

/// One of the two sides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// What the user named: a program, a run, a baseline.
    pub name: String,
    /// What was built, as its lanes say: `0.1.0 (9d8427cf0a1b, release)`; `null` if they do not say so.
    pub build: Option<String>,
    /// The version of the lane protocol that it speaks; 0 if it does not say so.
    pub protocol: Option<u32>,
    /// The hash of the program, in hexadecimal.
    pub sha256: Option<String>,
    /// The size of the program.
    pub bytes: Option<u64>,
    /// When the run or baseline began.
    pub started: Option<String>,
}

/// What all cells together show. The first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Overall {
    /// BASE differs from itself: nothing is judged.
    Disturbed,
    /// A cell of HEAD is slower, or uses more of something.
    Slower,
    /// A cell of one side could not be measured, or none could.
    NotMeasured,
    /// What the sides allow is not judged: records of different machines, too few lanes.
    NotJudged,
    /// Some cell may be slower.
    Inconclusive,
    /// Some cell is faster, and none is slower.
    Faster,
    /// No cell differs by its threshold.
    Same,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// `workload/executor/n`; of a baseline of criterion its id.
    pub id: String,
    /// Whether there are numbers.
    pub status: Status,
    /// `BASE` or `HEAD`, if that side failed.
    pub failed_side: Option<String>,
    /// Why there are none.
    pub reason: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// What is said of each metric that has a threshold; the first one is the time, where that has one.
    pub metrics: Vec<Judgement>,
    /// The pairs, in the order in which they were measured; none where there are no pairs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Both sides were measured.
    Measured,
    /// One side failed.
    Failed,
    /// There was no time for it.
    LeftOut,
    /// Only one side has it.
    Missing,
}

/// What is said of one metric of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// What is compared.
    pub metric: Metric,
    /// The smallest share that matters.
    pub threshold: f64,
    /// What is said; `null` where nothing is judged.
    pub verdict: Option<Verdict>,
    /// HEAD over BASE.
    pub ratio: Option<f64>,
    /// The interval that encloses the true ratio in 90 of 100 comparisons.
    pub interval90: Option<[f64; 2]>,
    /// The median of BASE, in nanoseconds, switches or bytes.
    pub base: Option<Estimate>,
    /// The median of HEAD.
    pub head: Option<Estimate>,
    /// The smallest difference that four of five such comparisons would find, as a share.
    pub visible: Option<f64>,
    /// Whether the screen routed it to its confirmation.
    pub routed: bool,
    /// How many pairs the numbers rest on; of unpaired sides how many values the smaller one has.
    pub count: usize,
}

/// One lane of each side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Whether it belongs to the confirmation, of which the screen knew nothing.
    pub fresh: bool,
    /// Whether HEAD came first.
    pub head_first: bool,
    /// The share of the processors' time that other programs took; `null` if the kernel does not report it.
    pub others: Option<f64>,
    /// The lane of BASE.
    pub base: Values,
    /// The lane of HEAD.
    pub head: Values,
}

/// What one lane used for a batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// The median of its samples, in nanoseconds.
    pub time_ns: Option<f64>,
    /// Processor time.
    pub cpu_ns: Option<f64>,
    /// Context switches.
    pub switches: Option<f64>,
    /// Anonymous memory with the jobs in flight.
    pub memory_bytes: Option<f64>,
}

impl Comparison {
    /// The name of its file.
    pub const FILE: &str = "comparison.json";

    /// Whether there was no time for some cell.
    pub fn has_left_out(&self) -> bool {
        self.cells.iter().any(|cell| cell.status == Status::LeftOut)
    }
}

impl Compared {
    /// A cell without numbers.
    pub fn without(id: String, status: Status, reason: String) -> Self {
        let (metrics, pairs) = (Vec::new(), Vec::new());
        Self { id, status, failed_side: None, reason: Some(reason), help: None, metrics, pairs }
    }

    /// What is said of that metric.
    pub fn judgement(&self, metric: Metric) -> Option<&Judgement> {
        self.metrics.iter().find(|judged| judged.metric == metric)
    }

    /// Whether what matters first of it, or what differed in the screen, is neither the same nor different. Other costs
    /// that scatter do not make a cell inconclusive.
    pub fn is_inconclusive(&self) -> bool {
        self.metrics.iter().any(|judged| self.is_open(judged))
    }

    /// Whether this one of its metrics makes it inconclusive.
    pub fn is_open(&self, judged: &Judgement) -> bool {
        let is_first = self.metrics.first().is_some_and(|first| first.metric == judged.metric);
        (is_first || judged.routed) && judged.verdict == Some(Verdict::Inconclusive)
    }

    /// Whether something of it has that verdict.
    pub fn has(&self, verdict: Verdict) -> bool {
        self.metrics.iter().any(|judged| judged.verdict == Some(verdict))
    }
}

/// What all cells together show.
pub fn overall(cells: &[Compared], is_disturbed: bool) -> Overall {
    let any = |verdict| cells.iter().any(|cell| cell.has(verdict));
    let has_status = |status| cells.iter().any(|cell| cell.status == status);
    match () {
        () if is_disturbed => Overall::Disturbed,
        () if any(Verdict::Slower) => Overall::Slower,
        () if has_status(Status::Failed) || !has_status(Status::Measured) => Overall::NotMeasured,
        () if cells.iter().any(Compared::is_inconclusive) => Overall::Inconclusive,
        () if any(Verdict::Faster) => Overall::Faster,
        () => Overall::Same,
    }
}
