//! Overlap against parallelism: concurrency is not parallelism.

use super::chart::{Figure, Place, Plane};
use crate::record::{Cell, Run, Status};
use crate::report::format;

/// Below, what was probed is the executor and not its jobs.
const LEAST_OVERLAP: f64 = 0.1;

/// The plane of all cells that were probed; nothing where none was.
pub(super) fn of(run: &Run) -> Option<Plane> {
    let points: Vec<Place> = run.cells.iter().filter_map(place).collect();
    (!points.is_empty()).then_some(Plane { cores: run.environment.cores, points })
}

fn place(cell: &Cell) -> Option<Place> {
    // Both axes are logarithmic, and there is no power of ten that is zero.
    let figure = |value: Option<f64>| {
        let value = value.filter(|value| value.is_finite() && *value > 0.0)?;
        Some(Figure { value, text: format::plain(value) })
    };
    if cell.status != Status::Measured || cell.is_primitive() {
        return None;
    }
    // Jobs that do nothing are hardly ever in flight: they would squeeze all others into a corner.
    if cell.overlap_factor.is_some_and(|overlap| overlap < LEAST_OVERLAP) {
        return None;
    }
    Some(Place {
        label: cell.id.clone(),
        model: cell.model.clone(),
        family: cell.family.clone(),
        overlap: figure(cell.overlap_factor)?,
        parallelism: figure(cell.cpu_parallelism)?,
    })
}
