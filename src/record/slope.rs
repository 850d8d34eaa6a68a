//! What a record says of the memory of one more unit, and how it comes from the lanes that were looked at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judged::published;
use super::{Point, Published, Status};
use crate::failure::Failure;
use crate::lane;
use crate::measure::passes::slope;
use crate::measure::statistics::Estimate;
use crate::primitive::Quantity;

/// What one more unit of a model holds while it waits: the slope of memory over the number of units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slope {
    /// The workload with its variations.
    pub workload: String,
    /// The executor.
    pub executor: String,
    /// What the executor is made of.
    pub model: String,
    /// Whether there are numbers.
    pub status: Status,
    /// Why there are none.
    pub reason: Option<String>,
    /// What to do about a failure.
    pub help: Option<String>,
    /// Anonymous memory (`Pss_Anon`), which is all in user mode: heaps and stacks.
    pub memory: Option<PerUnit>,
    /// The last level of the page tables (`VmPTE`), which the kernel holds.
    pub page_tables: Option<PerUnit>,
    /// The kernel's stacks, of all threads of the machine (`KernelStack`); `null` if the machine does not report it, or others
    /// started and ended threads meanwhile, so that the interval is wide.
    pub kernel_stacks: Option<PerUnit>,
    /// Published numbers, with those that were measured here.
    pub published: Vec<Published>,
    /// Each lane that was looked at, by size.
    pub points: Vec<Point>,
    /// The part of a merged record in which it was measured, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
}

/// Bytes for one more unit: the median of the slopes between pairs of lanes, of which no two share a lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PerUnit {
    /// The median.
    pub bytes: f64,
    /// The interval that encloses the true median in 99 of 100 runs; `null` below 8 pairs.
    pub interval99: Option<[f64; 2]>,
}

impl Slope {
    /// What came of the lanes of a slope, the largest of which was `most`.
    pub fn of(most: &lane::Cell, points: Result<Vec<Point>, Failure>) -> Self {
        let (points, failure) = match points {
            Ok(points) => (points, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let per_unit = |bytes: fn(&Point) -> Option<u64>| slope::per_unit(&points, bytes).map(PerUnit::from);
        let memory = per_unit(|point| Some(point.memory_bytes));
        Self {
            workload: most.workload.to_string(),
            executor: most.executor_name(),
            model: most.executor.model.name().into(),
            status: if failure.is_none() { Status::Measured } else { Status::Failed },
            published: memory
                .as_ref()
                .map(|memory| published(most, Quantity::Memory, memory.bytes))
                .unwrap_or_default(),
            memory,
            page_tables: per_unit(|point| Some(point.page_table_bytes)),
            kernel_stacks: per_unit(|point| point.kernel_stack_bytes).filter(PerUnit::is_steady),
            points,
            part: None,
            help: failure.as_ref().and_then(|failure| failure.help.clone()),
            reason: failure.map(|failure| failure.message),
        }
    }
}

impl PerUnit {
    /// Whether the interval is at most a tenth of the figure wide, or less than a hundredth of a kernel stack.
    fn is_steady(&self) -> bool {
        let allowed = (self.bytes.abs() / 10.0).max(164.0);
        self.interval99.is_some_and(|[low, high]| high - low <= allowed)
    }
}

impl From<Estimate> for PerUnit {
    fn from(found: Estimate) -> Self {
        Self { bytes: found.median, interval99: found.interval99 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_disturbed_is_no_figure() {
        let steady = |bytes, interval99| PerUnit { bytes, interval99 }.is_steady();
        assert!(steady(16_384.0, Some([16_380.0, 16_400.0])) && steady(0.0, Some([-3.0, 3.0])));
        assert!(!steady(147_456.0, Some([16_384.0, 300_000.0])) && !steady(16_384.0, None));
    }
}
