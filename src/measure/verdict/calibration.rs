//! How often verdicts are right on this machine: the same cell twice, and cells that do a known share more work.
//!
//! More work is a longer delay for workloads that have one, and more jobs for the others. Must not know how it is shown.

use super::standing::time;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::{Measured, Outcome, QUIET};
use crate::measure::statistics::ranking;
use crate::workload::Spec;

/// How much more work those cells do, in percent.
pub const PLANTED: [u64; 3] = [5, 10, 20];

/// A twentieth of it is a whole number of milliseconds, the resolution of tokio's timer.
const WAIT_MS: u64 = 20;
const WAITS: usize = 4;
/// A twentieth more is one job more for every core, so that no core waits for another one's last job.
const JOBS_EACH_CORE: usize = 20;

/// The cell, the same cell again, and those with more work.
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

/// What was found of one cell.
#[derive(Debug, Clone)]
pub struct Found {
    /// The cell.
    pub cell: Cell,
    /// The number of verdicts.
    pub tables: u64,
    /// How many of them called the cell slower than itself.
    pub wrong: u64,
    /// How many of them found the cell with more work, for each share of [`PLANTED`].
    pub planted: [u64; PLANTED.len()],
}

/// Judges two cells again and again, each time over the next `lanes` undisturbed passes.
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
        return Err(Failure::new(
            "cannot calibrate: the group needs a cell, the same cell again, and cells with more work",
        ));
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
