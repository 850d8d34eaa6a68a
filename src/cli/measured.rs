//! What every recorded run does, `run` and the criterion suite alike: it says what may spoil its numbers, and at the
//! end of each group its lanes take turns, the table is printed, the record is saved; last comes the page about it.
//!
//! Must not know which groups there are.

use rand::rngs::StdRng;

use super::progress::Progress;
use super::report::{beside, page};
use crate::failure::Failure;
use crate::measure::machine::environment::Environment;
use crate::measure::machine::environment::steal::Ticks;
use crate::measure::machine::warning::{self, Warning};
use crate::measure::passes::comparison::{Compared, Comparison, Outcome};
use crate::measure::passes::rounds::Rules;
use crate::measure::passes::server;
use crate::measure::passes::session::Session;
use crate::measure::passes::slope;
use crate::measure::passes::suite::Group;
use crate::process::interrupt;
use crate::record::store::Recorder;
use crate::record::{Cell, Run, Slope, Status, agreement, judged};
use crate::report;
use crate::report::column::{self, Column};
use crate::report::{terminal, view};

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

/// Opens the lanes that this pass needs: all in the first, and those that have numbers so far in the others.
pub fn open(comparison: &mut Comparison<'_>, earlier: Option<&Compared>) {
    let Some(earlier) = earlier else { return comparison.open_all() };
    for (at, (_, outcome)) in earlier.cells.iter().enumerate() {
        if matches!(outcome, Outcome::Measured(_)) {
            let _ = comparison.open(at); // the table says what became of it
        }
    }
}

/// Runs the rounds of one pass. `None` if an interrupt cut them short: that is no result.
pub fn rounds(
    comparison: Comparison<'_>,
    rules: Rules,
    order: &mut StdRng,
    progress: &Progress,
) -> Option<Compared> {
    let compared = comparison.run(rules, order, &mut |done, expected| progress.round(done, expected));
    progress.clear();
    if interrupt::came() { None } else { Some(compared) }
}

/// The rules of one of several passes that share a budget and the least number of rounds.
pub fn share(rules: Rules, passes: usize) -> Rules {
    let parts = u32::try_from(passes).unwrap_or(u32::MAX).max(1);
    Rules { budget: rules.budget / parts, least: rules.least.div_ceil(passes.max(1)), ..rules }
}

/// Shows (the usual columns if none is chosen) and saves what came of all rounds of a group, and gives the cells that
/// failed.
///
/// # Errors
/// If the record cannot be saved.
pub fn conclude(
    compared: &Compared,
    columns: &[&Column],
    recorder: &mut Recorder,
) -> Result<Vec<Cell>, Failure> {
    let Some((first, _)) = compared.cells.first() else { return Ok(Vec::new()) };
    recorder.apparatus(&compared.apparatus, compared.noise_floor);
    let cells = judged::cells(compared);
    let usual = column::usual(&cells);
    let columns = if columns.is_empty() { usual.as_slice() } else { columns };
    anstream::eprintln!("\n{}", terminal::table(&view::table(&first.group(), &cells, columns)));
    let failed = cells.iter().filter(|cell| cell.status == Status::Failed).cloned().collect();
    recorder.add(cells)?;
    Ok(failed)
}

/// Measures, shows and saves what one more unit holds, if the group asks for that and the executor was measured. Says
/// whether that failed for any.
///
/// # Errors
/// If the record cannot be saved.
pub fn slopes(
    session: &mut Session,
    group: &Group,
    order: &mut StdRng,
    progress: &Progress,
    recorder: &mut Recorder,
) -> Result<bool, Failure> {
    let measured = |most: &&crate::lane::Cell| {
        let executor = most.executor_name();
        let mut ids =
            group.cells.iter().filter(|cell| cell.executor_name() == executor).map(ToString::to_string);
        let cells = &recorder.run().cells;
        ids.any(|id| cells.iter().any(|cell| cell.id == id && cell.status == Status::Measured))
    };
    let asked: Vec<_> = group.slopes.iter().filter(measured).collect();
    let mut found: Vec<Slope> = Vec::with_capacity(asked.len());
    for most in asked {
        progress.look(&most.executor_name());
        let points =
            slope::measure(session, most, order, &mut |done, expected| progress.round(done, expected));
        progress.clear();
        if interrupt::came() {
            return Ok(false);
        }
        found.push(Slope::of(most, points));
    }
    if !found.is_empty() {
        anstream::eprintln!("{}", terminal::table(&view::slopes(&group.name(), &found)));
    }
    let failed = found.iter().any(|slope| slope.status == Status::Failed);
    found.into_iter().try_for_each(|slope| recorder.add_slope(slope))?;
    Ok(failed)
}

/// Says of every workload that was measured with both mock servers whether their rankings agree.
pub fn servers(run: &Run) {
    for agreement in agreement::of_servers(run) {
        anstream::eprintln!("{}", report::agreement::line(&agreement));
    }
}

/// Saves the record and writes the page about it into the same folder, and says where both lie. A page that cannot be
/// written is a pity and no failure: the record is there, and `fairlane report` writes it later.
///
/// # Errors
/// If the record cannot be saved.
pub fn finish(recorder: Recorder) -> Result<Run, Failure> {
    let (run, path) = recorder.finish(interrupt::came())?;
    if let Some(record) = path {
        anstream::eprintln!("record: {}", record.display());
        let out = beside(&record);
        match page(&run, &record, &out) {
            Ok(()) => anstream::eprintln!("report: {}", out.display()),
            Err(failure) => {
                let (id, text) = ("report".into(), format!("there is no page: {failure}"));
                let advice = format!("`fairlane report {} --out FILE` writes it elsewhere", record.display());
                anstream::eprint!("{}", report::warning::lines(&crate::record::Warning { id, text, advice }));
            }
        }
    }
    Ok(run)
}
