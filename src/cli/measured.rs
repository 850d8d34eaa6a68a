//! What every recorded run does, `run` and the criterion suite alike: it says what may spoil its numbers, measures pass by
//! pass, prints the tables, saves the record; last comes the page about it.
//!
//! Must not know which groups there are.

use rand::rngs::StdRng;

use super::complain;
use super::progress::Progress;
use super::report::{beside, page};
use crate::clock::{self, Stamp};
use crate::measure::machine::environment::Environment;
use crate::measure::machine::environment::steal::Ticks;
use crate::measure::machine::warning::{self, Warning};
use crate::measure::passes::schedule::Next;
use crate::measure::passes::server;
use crate::measure::passes::session::Session;
use crate::measure::passes::slope;
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::{self, Forecast, Measured, Plan};
use crate::measure::statistics::ranking::LEAST;
use crate::process::cgroup::Throttled;
use crate::process::child::foreign_lane;
use crate::process::interrupt;
use crate::record::recorder::Recorder;
use crate::record::{Run, Slope, Status, agreement, judged};
use crate::report;
use crate::report::column::{self, Column};
use crate::report::{terminal, view};

/// An eye on the machine while a run is recorded.
#[derive(Debug)]
pub struct Watch(Option<Ticks>, Option<Throttled>);

impl Watch {
    /// Before the first lane: notes how late timers are, and warns of what is known by now.
    pub fn begin(environment: &Environment, session: &mut Session, recorder: &mut Recorder) -> Self {
        session.lateness();
        recorder.apparatus(session.known());
        let mut found = warning::at_start(environment);
        found.extend(server::slow().map(Warning::SlowServer));
        let lane = foreign_lane().map(|path| Warning::ForeignLane(path.display().to_string()));
        found.extend(lane);
        warn(&found, recorder);
        Self(Ticks::now(), Throttled::now())
    }

    /// After the last one: warns of what came meanwhile.
    pub fn end(self, recorder: &mut Recorder) {
        let stolen = self.0.zip(Ticks::now()).and_then(|(begun, ended)| ended.stolen_since(begun));
        recorder.stolen(stolen);
        let throttled = self.1.zip(Throttled::now()).and_then(|(begun, ended)| ended.since(begun));
        warn(&warning::at_end(stolen, throttled), recorder);
    }
}

/// Shows and records.
fn warn(warnings: &[Warning], recorder: &mut Recorder) {
    for warning in warnings.iter().map(crate::record::Warning::from) {
        anstream::eprint!("{}", report::warning::lines(&warning));
        recorder.warn(warning);
    }
}

/// Measures all groups as planned, says before the first sample what the budget is likely to leave, and shows (the usual
/// columns if none is chosen) and saves what came of it. Says whether a cell failed. An interrupt keeps the passes that were
/// whole; groups without one are left out.
pub fn measure(
    session: &mut Session,
    groups: &[Group],
    plan: Plan,
    order: &mut StdRng,
    columns: &[&Column],
    progress: &Progress,
    recorder: &mut Recorder,
) -> bool {
    let mut measured = watched(session, groups, plan, order, progress, Some(recorder));
    if interrupt::came() {
        measured.retain(|measured| !measured.passes.is_empty());
    }
    keep(&measured, recorder);
    let run = recorder.run();
    for (group, cells) in run.groups.iter().zip(run.groups()) {
        let usual = column::usual(cells);
        let columns = if columns.is_empty() { usual.as_slice() } else { columns };
        anstream::eprintln!("\n{}", terminal::table(&view::table(group, cells, columns)));
    }
    run.cells.iter().any(|cell| cell.status == Status::Failed)
}

/// Measures all groups as planned and tells how it goes on; the record, if there is one, is saved meanwhile.
pub fn watched(
    session: &mut Session,
    groups: &[Group],
    plan: Plan,
    order: &mut StdRng,
    progress: &Progress,
    recorder: Option<&mut Recorder>,
) -> Vec<Measured> {
    let mut teller = Teller { groups, progress, recorder, save_from: clock::now() };
    let measured = table::measure(session, groups, plan, order, &mut teller);
    progress.clear();
    measured
}

/// Judges and saves.
fn keep(measured: &[Measured], recorder: &mut Recorder) {
    if let Some(last) = measured.last() {
        recorder.apparatus(&last.apparatus);
    }
    recorder.keep(measured.iter().map(judged::group));
}

/// Saving may take one part in so many of the time.
const SAVING: u32 = 20;

/// Tells how a run goes on, and saves what is known after a pass, for the driver may be killed.
struct Teller<'t> {
    groups: &'t [Group],
    progress: &'t Progress,
    recorder: Option<&'t mut Recorder>,
    save_from: Stamp,
}

impl table::Watch for Teller<'_> {
    fn rehearse(&mut self, group: usize) {
        self.progress.rehearse((group + 1, self.groups.len()), &self.groups[group].name());
    }

    fn forecast(&mut self, forecast: Forecast) {
        self.progress.clear();
        let forecast = report::forecast::Forecast {
            lanes: forecast.lanes(),
            least: LEAST.min(forecast.wanted),
            budget: forecast.budget,
            needed: forecast.budget_for(LEAST),
        };
        anstream::eprintln!("{}", report::forecast::line(&forecast));
    }

    fn next(&mut self, next: Next) {
        self.progress.pass(&next, &self.groups[next.group].name());
    }

    fn passed(&mut self, so_far: &dyn Fn() -> Vec<Measured>) -> bool {
        let begun = clock::now();
        if let Some(recorder) = &mut self.recorder
            && begun >= self.save_from
        {
            keep(&so_far(), recorder);
            let ended = clock::now();
            self.save_from = ended.after(ended.since(begun) * SAVING);
        }
        true
    }
}

/// Measures, shows and saves what one more unit holds, if the group asks for that and the executor was measured. Says
/// whether that failed for any.
pub fn slopes(
    session: &mut Session,
    group: &Group,
    order: &mut StdRng,
    progress: &Progress,
    recorder: &mut Recorder,
) -> bool {
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
            slope::measure(session, most, order, &mut |done, expected| progress.step(done, expected));
        progress.clear();
        if interrupt::came() {
            return false;
        }
        found.push(Slope::of(most, points));
    }
    if !found.is_empty() {
        anstream::eprintln!("{}", terminal::table(&view::slopes(&group.name(), &found)));
    }
    let failed = found.iter().any(|slope| slope.status == Status::Failed);
    found.into_iter().for_each(|slope| recorder.add_slope(slope));
    failed
}

/// Says of every workload that was measured with both mock servers whether their rankings agree.
pub fn servers(run: &Run) {
    for agreement in agreement::of_servers(run) {
        anstream::eprintln!("{}", report::agreement::line(&agreement));
    }
}

/// Saves the record and writes the page about it into the same folder, and says where both lie. Gives the run, and whether
/// its record is saved; if not, the reason is printed. A page that cannot be written is a warning: `fairlane report` writes it
/// later.
pub fn finish(recorder: Recorder) -> (Run, bool) {
    let (run, saved) = recorder.finish(interrupt::came());
    match &saved {
        Ok(None) => {}
        Ok(Some(record)) => {
            anstream::eprintln!("record: {}", record.display());
            let out = beside(record);
            match page(&run, record, &out) {
                Ok(()) => anstream::eprintln!("report: {}", out.display()),
                Err(failure) => {
                    let (id, text) = ("report".into(), format!("there is no page: {failure}"));
                    let advice =
                        format!("`fairlane report {} --out FILE` writes it elsewhere", record.display());
                    anstream::eprint!(
                        "{}",
                        report::warning::lines(&crate::record::Warning { id, text, advice })
                    );
                }
            }
        }
        Err(failure) => complain(failure),
    }
    (run, saved.is_ok())
}
