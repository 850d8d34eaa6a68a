//! The end of every measured group: its lanes take turns, the table is printed, the record is saved. `run` and the
//! criterion suite share it.

use rand::rngs::StdRng;

use super::progress::Progress;
use crate::failure::Failure;
use crate::measure::comparison::Comparison;
use crate::measure::rounds::Rules;
use crate::process::interrupt;
use crate::record::store::Recorder;
use crate::record::{Cell, Status, judged};
use crate::report::table;

/// Runs the rounds, shows and saves what came of them, and gives the cells that failed. What was cut short by an
/// interrupt is no result.
///
/// # Errors
/// If the record cannot be saved.
pub fn measure(
    comparison: Comparison<'_>,
    rules: Rules,
    order: &mut StdRng,
    progress: &Progress,
    recorder: &mut Recorder,
) -> Result<Vec<Cell>, Failure> {
    let (name, cores) = (comparison.name(), comparison.cores());
    let outcomes = comparison.run(rules, order, &mut |done, expected| progress.round(done, expected));
    progress.clear();
    if interrupt::came() {
        return Ok(Vec::new());
    }
    let cells = judged::cells(&outcomes, cores);
    anstream::eprintln!("\n{}", table::group(&name, &cells));
    let failed = cells.iter().filter(|cell| cell.status == Status::Failed).cloned().collect();
    recorder.add(cells)?;
    Ok(failed)
}
