//! A comparison of two programs, or of two recorded runs, on disk: `results/<start>-comparison/comparison.json`.
//!
//! Units stand in the names, what was not measured is `null`. `cell` is what is said of one cell; `live` fills it from
//! blocks, [`runs`] from two records, [`criterion`] from two of criterion's baselines. Must not know how it is shown.

mod cell;
pub mod criterion;
mod live;
pub mod runs;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Environment, Warning};
pub use crate::measure::gate::judge::Verdict;
pub use crate::measure::gate::metric::Metric;
pub use cell::{Compared, Judgement, Pair, Status, Values};
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

impl Comparison {
    /// The name of its file.
    pub const FILE: &str = "comparison.json";

    /// Whether there was no time for some cell.
    pub fn has_left_out(&self) -> bool {
        self.cells.iter().any(|cell| cell.status == Status::LeftOut)
    }
}

impl Overall {
    /// The same of a comparison that was interrupted: what it showed by then holds, but what it did not show could still have come.
    #[must_use]
    pub fn interrupted(self) -> Self {
        match self {
            Self::Inconclusive | Self::Faster | Self::Same => Self::NotJudged,
            shown => shown,
        }
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
