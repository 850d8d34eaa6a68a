//! Overlap against parallelism: concurrency is not parallelism.

use super::chart::{Amount, Plane, PlanePoint};
use crate::record::{CellResult, Run, Status};
use crate::report::format;

/// Below this the probe shows the executor and not its jobs.
const LEAST_OVERLAP: f64 = 0.1;

/// The plane of all probed cells; `None` if there are none, or if they are from machines that differ.
pub(super) fn of(run: &Run) -> Option<Plane> {
    if run.machines().len() > 1 {
        return None;
    }
    let points: Vec<PlanePoint> = run.cells.iter().filter_map(point).collect();
    (!points.is_empty()).then_some(Plane { cores: run.environment.cores, points })
}

fn point(cell: &CellResult) -> Option<PlanePoint> {
    // Both axes are logarithmic and have no zero.
    let figure = |value: Option<f64>| {
        let value = value.filter(|value| value.is_finite() && *value > 0.0)?;
        Some(Amount { value, text: format::plain(value) })
    };
    if cell.status != Status::Measured || cell.is_primitive() {
        return None;
    }
    // Jobs that do nothing are hardly ever in flight: they would move all others into a corner.
    if cell.overlap_factor.is_some_and(|overlap| overlap < LEAST_OVERLAP) {
        return None;
    }
    Some(PlanePoint {
        label: cell.id.clone(),
        model: cell.model.clone(),
        family: cell.family.clone(),
        overlap: figure(cell.overlap_factor)?,
        parallelism: figure(cell.cpu_parallelism)?,
    })
}
