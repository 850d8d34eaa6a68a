//! Numbers of a cell that several columns and the spreadsheet show: none where they were not measured.

use crate::record::{CellResult, Costs, Figure, Latency, Memory};

/// The median of what one batch used.
pub(in crate::report) fn cost(cell: &CellResult, figure: fn(&Costs) -> Figure) -> Option<f64> {
    cell.costs.as_ref().map(|costs| figure(costs).median)
}

/// The ends of its 99 % interval.
pub(in crate::report) fn cost_interval(cell: &CellResult, figure: fn(&Costs) -> Figure) -> Option<[f64; 2]> {
    cell.costs.as_ref().and_then(|costs| figure(costs).interval99)
}

/// What its processes held with the jobs in flight.
pub(in crate::report) fn held(cell: &CellResult, number: fn(&Memory) -> u64) -> Option<f64> {
    cell.memory.as_ref().map(|memory| number(memory) as f64)
}

/// How long the jobs of the probed batch took, in nanoseconds.
pub(in crate::report) fn latency(cell: &CellResult, quantile: fn(&Latency) -> u64) -> Option<f64> {
    cell.latency_ns.as_ref().map(|latency| quantile(latency) as f64)
}

/// The hundredth part of fewer than a hundred jobs is the longest one, and is called that.
pub(in crate::report) fn has_hundredths(cell: &CellResult) -> bool {
    cell.jobs >= 100
}
