//! What one more unit holds: the memory of batches of many sizes, each in a fresh lane, and its slope over the size.
//!
//! Theil's *incomplete* method (H. Theil, "A rank-invariant method of linear and polynomial regression analysis", 1950,
//! part I): the sizes are paired, the smallest of the lower half with the smallest of the upper half and so on. No two
//! pairs share a lane, so their slopes are independent, and their median has the interval that all medians here have.
//! What every lane holds equally cancels out. Must not know what a unit is.

use std::fmt;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::statistics::{self, Estimate};
use crate::process::interrupt;

/// Twelve pairs: the interval then leaves out the lowest and the highest slope, so that one odd lane does not matter.
pub const SIZES: usize = 24;

/// A fresh lane with all its units waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// How many.
    pub units: usize,
    /// Anonymous memory of its processes, that of an idle lane included.
    pub memory_bytes: u64,
    /// Their page tables.
    pub page_table_bytes: u64,
    /// The kernel's stacks of all threads of the machine.
    pub kernel_stack_bytes: Option<u64>,
}

/// As many sizes as [`SIZES`], evenly spread up to that of the cell; fewer where it is smaller.
pub fn sizes(most: usize) -> Vec<usize> {
    let mut sizes: Vec<usize> = (1..=SIZES).map(|step| (most * step / SIZES).max(1)).collect();
    sizes.dedup();
    sizes
}

/// Opens a lane for each size, in random order, and measures its memory. `watch` is called with the lanes done and expected.
///
/// # Errors
/// The first lane that failed, or whose units did not all wait at once.
pub fn measure(
    session: &mut Session,
    most: &Cell,
    order: &mut StdRng,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Point>, Failure> {
    if let Some(reason) = session.not_applicable(most) {
        return Err(failed(most, format_args!("it is not applicable, {reason}")));
    }
    let mut sizes = sizes(most.jobs);
    sizes.shuffle(order);
    let mut points = Vec::with_capacity(sizes.len());
    for units in &sizes {
        if interrupt::came() {
            return Err(Failure::new("interrupted"));
        }
        points.push(measure_point(session, &Cell { jobs: *units, ..most.clone() })?);
        watch(points.len(), sizes.len());
    }
    points.sort_by_key(|point| point.units);
    Ok(points)
}

/// No batch ran in that lane before, so it holds no memory of an earlier one.
fn measure_point(session: &mut Session, cell: &Cell) -> Result<Point, Failure> {
    let mut lane = session.open(cell)?;
    let Some(seen) = session.inspect(&mut lane, None)?.map(|memory| memory.in_flight) else {
        return Err(failed(cell, format_args!("the system does not report it")));
    };
    if seen.jobs != cell.jobs {
        return Err(failed(cell, format_args!("only {} of its units waited at once", seen.jobs)));
    }
    Ok(Point {
        units: cell.jobs,
        memory_bytes: seen.tree.anonymous_bytes,
        page_table_bytes: seen.tree.page_table_bytes,
        kernel_stack_bytes: seen.kernel_stack_bytes,
    })
}

fn failed(cell: &Cell, why: fmt::Arguments<'_>) -> Failure {
    Failure::new(format!("cannot measure the memory of `{cell}`: {why}"))
}

/// Bytes for each further unit, of points in the order of their size; `None` if there are too few for a pair, or not
/// all have that figure.
pub fn per_unit(points: &[Point], bytes: impl Fn(&Point) -> Option<u64>) -> Option<Estimate> {
    let figures: Vec<(f64, f64)> =
        points.iter().map(|point| Some((point.units as f64, bytes(point)? as f64))).collect::<Option<_>>()?;
    // Of an odd number the middle one has no partner.
    let (lower, upper) = (&figures[..figures.len() / 2], &figures[figures.len().div_ceil(2)..]);
    let slope = |((less, low), (more, high)): (&(f64, f64), &(f64, f64))| (high - low) / (more - less);
    let slopes: Vec<f64> = lower.iter().zip(upper).map(slope).collect();
    statistics::estimate(&slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(memory: impl Fn(usize) -> f64) -> Vec<Point> {
        let point = |units| Point {
            units,
            memory_bytes: memory(units) as u64,
            page_table_bytes: 0,
            kernel_stack_bytes: None,
        };
        sizes(2_400).into_iter().map(point).collect()
    }

    fn slope(points: &[Point]) -> Estimate {
        per_unit(points, |point| Some(point.memory_bytes)).expect("pairs")
    }

    #[test]
    fn sizes_are_spread_evenly_and_none_comes_twice() {
        assert_eq!(sizes(2_400)[..3], [100, 200, 300]);
        assert_eq!((sizes(500).len(), sizes(500).last()), (24, Some(&500)));
        assert_eq!(sizes(3), [1, 2, 3]);
    }

    #[test]
    fn what_all_lanes_hold_equally_cancels_out() {
        let found = slope(&points(|units| 1e6 + 512.0 * units as f64));
        assert_eq!(found, Estimate { median: 512.0, interval99: Some([512.0, 512.0]) });
    }

    #[test]
    fn one_odd_lane_does_not_matter() {
        let found = slope(&points(|units| if units == 300 { 9e9 } else { 512.0 * units as f64 }));
        assert_eq!(found, Estimate { median: 512.0, interval99: Some([512.0, 512.0]) });
    }

    #[test]
    fn pages_make_steps_and_the_interval_encloses_the_slope() {
        let found = slope(&points(|units| (units as f64 * 432.0 / 4096.0).ceil() * 4096.0));
        let [low, high] = found.interval99.expect("twelve pairs");
        assert!(low <= 432.0 && 432.0 <= high && high - low < 10.0, "{found:?}");
    }

    #[test]
    fn what_is_not_known_of_all_has_no_slope() {
        assert_eq!(per_unit(&points(|_| 1.0), |point| point.kernel_stack_bytes), None);
        assert_eq!(per_unit(&[], |point| Some(point.memory_bytes)), None);
    }
}
