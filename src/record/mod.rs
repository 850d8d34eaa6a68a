//! A run on disk: `results/<run>/run.json`. Its types are the schema (`results/schema.json` is derived from them).
//!
//! Units stand in the names. What was not measured is `null`. [`store`] writes and never overwrites; [`judged`] fills
//! the record from a group, [`Slope::of`] from the lanes of a slope; [`check`] separates records from what only looks like
//! one; [`mod@document`] says what a file is; [`upgrade`] reads those of the first schema; [`side_by_side`] puts several runs into one table, [`agreement`]
//! compares two rankings, [`recommendation`] names the executors to choose, [`calibration`] records how often verdicts on
//! this machine are right. Knows no way to show anything.

pub mod agreement;
pub mod calibration;
mod cell;
pub mod check;
pub mod comparison;
#[cfg(test)]
pub(crate) mod divided;
pub mod document;
#[cfg(test)]
pub(crate) mod fixture;
mod folder;
pub mod judged;
pub mod merge;
pub mod page;
pub mod part;
pub mod recommendation;
pub mod recorder;
pub mod side_by_side;
mod slope;
pub mod store;
pub mod timeline;
pub mod upgrade;
mod work;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::measure::statistics::ranking::LEAST;

pub use crate::measure::machine::environment::Environment;
pub use crate::measure::machine::warning::Warning;
pub use crate::measure::passes::slope::Point;
pub use crate::measure::statistics::Estimate as Figure;
pub use crate::measure::verdict::standing::{ByHand, Costs};
pub use crate::process::limits::Limits;
pub use cell::{CellResult, Lane, Latency, Memory, Published, Server, Status};
pub use slope::{PerUnit, Slope};
pub use timeline::Timeline;
pub use work::{LEVEL, Work, executor};

/// The version of the schema; a reader refuses a newer one.
pub const SCHEMA: u32 = 2;

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
    /// The seed of the order of groups and cells in each pass.
    pub seed: u64,
    /// The machine and the build: of the lanes, if a launcher started them.
    pub environment: Environment,
    /// The program that started the lanes on another machine or in a container, without its arguments; then the driver and the
    /// mock servers ran outside of `environment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// What must not be the bottleneck.
    pub apparatus: Apparatus,
    /// What the machine or the build may have done to the numbers, in the order it was found.
    pub warnings: Vec<Warning>,
    /// The tables: a workload at a size each, in the order of the suite.
    pub groups: Vec<Group>,
    /// One for each selected cell, group by group.
    pub cells: Vec<CellResult>,
    /// What one more unit of a model holds while it waits, where the suite asks for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slopes: Vec<Slope>,
    /// What was found last of how much verdicts on this machine are worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<calibration::Calibration>,
    /// Which part of a run it is, where several machines share the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<part::Partition>,
    /// The parts that it is made of, if it is merged. Then `environment`, `via`, `apparatus` and `seed` are those of the first part, and
    /// `warnings` are those of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<part::Merged>,
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
}

/// What was measured together: the cells of one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// `http/32`.
    pub name: String,
    /// Every pass, in order, with those that were taken again. Each measured cell has one lane for each.
    pub passes: Vec<Pass>,
    /// How far the table came, if the run was interrupted before it had all its passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Interrupted>,
    /// Whether the passes that count are enough, and quiet enough, for a verdict.
    pub judged: bool,
    /// The standard deviation of the logarithm of the ratio of two lanes of one pass, pooled over the cells; `null` below 8
    /// passes or two cells.
    pub lane_spread: Option<f64>,
    /// The smallest difference that would show in most such tables, as a share; `null` without a verdict.
    pub visible_difference: Option<f64>,
    /// The part of a merged record in which it was measured, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
}

/// How far a table came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interrupted {
    /// The passes in which every cell had a lane. If none is, the table has what there was of the first.
    pub after: usize,
    /// The passes that it was expected to have.
    pub of: usize,
}

/// A pass of a group: a fresh lane for each of its cells, in random order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The part of the time of the processors, which the run may use, that other programs took; `null` where the kernel does
    /// not report it.
    pub others: Option<f64>,
    /// Whether its lanes are in the medians, intervals and verdicts.
    pub counted: bool,
}

impl Group {
    /// How many passes count: the lanes of each cell.
    pub fn lanes(&self) -> usize {
        self.passes.iter().filter(|pass| pass.counted).count()
    }

    /// How many passes do not count, because other programs took too much of the processors.
    pub fn left_out(&self) -> usize {
        self.passes.len() - self.lanes()
    }

    /// Whether there are passes enough for a verdict, but too many were disturbed.
    pub fn is_too_disturbed(&self) -> bool {
        !self.judged && self.passes.len() >= LEAST
    }

    /// The largest part of the processors that other programs took in a pass that counts.
    pub fn most_taken(&self) -> f64 {
        let counted = self.passes.iter().filter(|pass| pass.counted);
        counted.filter_map(|pass| pass.others).fold(0.0, f64::max)
    }
}
