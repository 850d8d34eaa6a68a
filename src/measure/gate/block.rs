//! A block: one fresh lane of BASE and one of HEAD, back to back, in the order of a coin. What one block shows is one pair.
//!
//! Each lane's environment has a variable of random length, so that no comparison rests on one placement of the stack.
//! Must not know what earlier blocks showed.

use rand::RngExt;
use rand::rngs::StdRng;

use super::metric::Metric;
use super::programs::{Programs, Side};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::passes::session::Session;
use crate::measure::passes::visit::{self, Samples};
use crate::measure::verdict::standing::time;

/// What one lane used for a batch; `None` of what it cannot measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane([Option<f64>; 4]);

impl Lane {
    /// A lane with these values, in the order of [`Metric::ALL`].
    pub fn new(values: [Option<f64>; 4]) -> Self {
        Self(values)
    }

    /// The value of a metric, in nanoseconds, switches or bytes.
    pub fn of(&self, metric: Metric) -> Option<f64> {
        self.0[metric as usize]
    }
}

/// A pair of lanes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The lane of BASE.
    pub base: Lane,
    /// The lane of HEAD; of BASE again in a control.
    pub head: Lane,
    /// Whether HEAD came first.
    pub head_first: bool,
    /// The share of the processors' time that other programs took; `None` if the kernel does not report it.
    pub others: Option<f64>,
}

impl Block {
    /// The logarithm of the ratio of HEAD to BASE.
    pub fn difference(&self, metric: Metric) -> Option<f64> {
        metric.difference(self.base.of(metric), self.head.of(metric))
    }
}

/// Why a cell has no blocks: one side failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub side: Side,
    /// Why.
    pub failure: Failure,
}

/// The longest variable, in bytes: more than a page, so that every placement of the stack within a page occurs.
const LAYOUTS: usize = 4_096;

/// Runs one block of the cell. `is_control` puts a second copy of BASE in HEAD's place. `stands` is how many jobs a lane can
/// have in flight at once, once that is known.
///
/// # Errors
/// Which side failed, and why.
pub fn run(
    session: &mut Session,
    programs: &Programs,
    cell: &Cell,
    is_control: bool,
    stands: &mut Option<usize>,
    coin: &mut StdRng,
) -> Result<Block, Broken> {
    let head_first = coin.random();
    let order = if head_first { [Side::Head, Side::Base] } else { [Side::Base, Side::Head] };
    let before = session.moment();
    let mut lanes = [Lane([None; 4]); 2];
    for side in order {
        let program = match (side, is_control) {
            (Side::Head, true) => &programs.twin,
            _ => programs.of(side),
        };
        session.start_lanes_of(program.clone().padded(coin.random_range(0..LAYOUTS)));
        let width = *stands;
        let visited =
            visit::visit_and(session, cell, Samples::Few, |session, lane| session.inspect(lane, width));
        let (visit, memory) = visited.map_err(|failure| Broken { side, failure })?;
        let in_flight = memory.map(|memory| memory.in_flight);
        if let Some(in_flight) = &in_flight {
            // The most so far: a busy machine that once showed fewer must not lower what all later lanes are asked for.
            *stands = Some(stands.map_or(in_flight.jobs, |most| most.max(in_flight.jobs)));
        }
        let used = visit.used;
        lanes[side as usize] = Lane([
            Some(time(&visit)),
            used.map(|used| used.cpu_ns()),
            used.map(|used| used.switches()),
            in_flight.map(|in_flight| in_flight.tree.anonymous_bytes as f64),
        ]);
    }
    let others = before.zip(session.moment()).and_then(|(before, now)| now.others_since(&before));
    let [base, head] = lanes;
    Ok(Block { base, head, head_first, others })
}
