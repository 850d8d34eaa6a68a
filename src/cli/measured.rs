//! What every recorded run does, `run` and the criterion suite alike: it says what may spoil its numbers, and at the
//! end of each group its lanes take turns, the table is printed, the record is saved.
//!
//! Must not know which groups there are.

use rand::rngs::StdRng;

use super::progress::Progress;
use crate::failure::Failure;
use crate::measure::comparison::Comparison;
use crate::measure::environment::Environment;
use crate::measure::environment::steal::Ticks;
use crate::measure::rounds::Rules;
use crate::measure::server;
use crate::measure::session::Session;
use crate::measure::warning::{self, Warning};
use crate::process::interrupt;
use crate::record::store::Recorder;
use crate::record::{Cell, Status, judged};
use crate::report;
use crate::report::column::Column;
use crate::report::table;

/// An eye on the machine while a run is recorded.
#[derive(Debug)]
pub struct Watch(Option<Ticks>);

impl Watch {
    /// Before the first lane: notes how late timers are, and warns of what is known by now.
    pub fn begin(environment: &Environment, session: &mut Session, recorder: &mut Recorder) -> Self {
        session.lateness();
        recorder.apparatus(session.known(), None);
        let mut found = warning::at_start(environment);
        found.extend(server::slow().map(Warning::SlowServer));
        warn(&found, recorder);
        Self(Ticks::now())
    }

    /// After the last one: warns of what came meanwhile.
    pub fn end(self, recorder: &mut Recorder) {
        let stolen = self.0.zip(Ticks::now()).and_then(|(begun, ended)| ended.stolen_since(begun));
        recorder.stolen(stolen);
        warn(&warning::at_end(stolen), recorder);
    }
}

/// Shows and records.
fn warn(warnings: &[Warning], recorder: &mut Recorder) {
    for warning in warnings.iter().map(crate::record::Warning::from) {
        anstream::eprint!("{}", report::warning::lines(&warning));
        recorder.warn(warning);
    }
}

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
    columns: &[&Column],
    recorder: &mut Recorder,
) -> Result<Vec<Cell>, Failure> {
    let name = comparison.name();
    let compared = comparison.run(rules, order, &mut |done, expected| progress.round(done, expected));
    progress.clear();
    if interrupt::came() {
        return Ok(Vec::new());
    }
    recorder.apparatus(&compared.apparatus, compared.noise_floor);
    let cells = judged::cells(&compared);
    anstream::eprintln!("\n{}", table::group(&name, &cells, columns));
    let failed = cells.iter().filter(|cell| cell.status == Status::Failed).cloned().collect();
    recorder.add(cells)?;
    Ok(failed)
}
