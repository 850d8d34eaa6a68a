//! What the verdicts of a machine are worth: the same cell under two names, and cells that do a known part more of the work.
//!
//! What is planted is work and no sleep beside it: a longer wait where the workload waits for as long as it is told, more
//! jobs elsewhere. Must not know how it is shown.

use super::standing::time;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::{Measured, Outcome, QUIET};
use crate::measure::statistics::ranking;
use crate::workload::Spec;

/// How much more work the planted cells do, in percent.
pub const PLANTED: [u64; 3] = [5, 10, 20];

/// A twentieth of it is whole milliseconds, the grain of tokio's timer.
const WAIT_MS: u64 = 20;
const WAITS: usize = 4;
/// A twentieth more is a whole job more for every core, so that no core waits for another one's last job.
const JOBS_EACH_CORE: usize = 20;

/// The cell, the same again, and those with more work.
///
/// # Errors
/// If the executor is unknown.
pub fn group(workload: &Spec, executor: &str, cores: usize) -> Result<Group, Failure> {
    let waits = workload.kind().params.iter().any(|param| param.name == "delay");
    let cell = |more: u64| {
        if waits {
            let wait = format!("{}ms", WAIT_MS + WAIT_MS * more / 100);
            return Cell::new(workload.clone().with("delay", &wait)?, executor, WAITS);
        }
        let jobs = JOBS_EACH_CORE * cores;
        Cell::new(workload.clone(), executor, jobs + jobs * more as usize / 100)
    };
    let cells = [0, 0].into_iter().chain(PLANTED).map(cell).collect::<Result<_, _>>()?;
    Ok(Group { cells, sample_limit: None, lanes: None, slopes: Vec::new() })
}

/// What was told of one cell.
#[derive(Debug, Clone)]
pub struct Found {
    /// The cell.
    pub cell: Cell,
    /// How many times the verdict was asked.
    pub tables: u64,
    /// How many times it called the same cell behind itself.
    pub wrong: u64,
    /// How many times it found what was planted.
    pub planted: [u64; PLANTED.len()],
}

/// Asks for the verdict on two cells again and again, each time with the next so many undisturbed passes.
///
/// # Errors
/// Why one of the cells has no numbers.
pub fn found(measured: &Measured, lanes: usize) -> Result<Found, Failure> {
    let quiet = |pass: &usize| measured.passes[*pass].others.is_none_or(|others| others <= QUIET);
    let passes: Vec<usize> = (0..measured.passes.len()).filter(quiet).collect();
    let logs = |(_, outcome): &(Cell, Outcome)| match outcome {
        Outcome::Measured(measurement) => {
            let log = |pass: &usize| measurement.visits.get(*pass).map_or(f64::NAN, |visit| time(visit).ln());
            Ok(passes.iter().map(log).collect())
        }
        Outcome::Failed(failure) => Err(failure.clone()),
        Outcome::NotApplicable(reason) => Err(Failure::new(reason.clone())),
    };
    let values = measured.cells.iter().map(logs).collect::<Result<Vec<Vec<f64>>, _>>()?;
    let ([(cell, _), ..], [own, again, planted @ ..]) = (measured.cells.as_slice(), values.as_slice()) else {
        return Err(Failure::new("a calibration has a cell, the same again, and planted ones"));
    };
    let mut found = Found { cell: cell.clone(), tables: 0, wrong: 0, planted: [0; PLANTED.len()] };
    for table in 0..passes.len() / lanes.max(1) {
        let part = table * lanes..(table + 1) * lanes;
        let behind = |other: &Vec<f64>| ranking::behind(&[&own[part.clone()], &other[part.clone()]]);
        let Some(same) = behind(again) else { break };
        found.tables += 1;
        found.wrong += u64::from(same.contains(&true));
        for (count, planted) in found.planted.iter_mut().zip(planted) {
            *count += u64::from(behind(planted).is_some_and(|behind| behind[1]));
        }
    }
    Ok(found)
}
