//! One run from its first lane to its page. `fairlane run` and `cargo bench` call the same function, and so both say what
//! may spoil their numbers, measure pass by pass, show the tables, save the record and write the page about it.
//!
//! Must not know where the groups come from.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::Stop;
use super::output::{self, complain, say, warn};
use super::progress::Progress;
use super::report::{page, page_path};
use super::watched::{keep, watched};
use crate::clock;
use crate::failure::Failure;
use crate::files;
use crate::measure::machine::environment::Environment;
use crate::measure::machine::shortage::Shortage;
use crate::measure::machine::warning::{self, Warning};
use crate::measure::passes::elsewhere::Elsewhere;
use crate::measure::passes::server::Listen;
use crate::measure::passes::session::Session;
use crate::measure::passes::slope;
use crate::measure::passes::slow;
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::Plan;
use crate::process::affinity;
use crate::process::interrupt;
use crate::process::program::other_lane;
use crate::record::part::Partition;
use crate::record::recorder::Recorder;
use crate::record::{Run, Slope, Status, agreement};
use crate::report;
use crate::report::column::{self, Column};
use crate::report::{terminal, view};

/// What is to be measured, how, and where the record goes.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The tables in their order.
    pub groups: &'a [Group],
    /// How long to measure, and how many lanes each cell is to have.
    pub plan: Plan,
    /// How long a lane may be silent before its cell fails.
    pub timeout: Duration,
    /// A mock server that the user runs; without it one is started where a cell needs it.
    pub server: Option<SocketAddr>,
    /// Where lanes run, if a launcher starts them.
    pub elsewhere: Option<Elsewhere>,
    /// Where the mock servers that are started listen.
    pub listen: Listen,
    /// The folder that gets a new folder with the record and its page. Without one nothing is kept, and no table is shown: the
    /// caller shows the run.
    pub results: Option<&'a Path>,
    /// The seed of the order of lanes; without it the clock gives one.
    pub seed: Option<u64>,
    /// The columns of the tables; without any the usual ones of each table.
    pub columns: &'a [&'static Column],
    /// The arguments that left out a part of the suite, for the record; none if nothing was left out.
    pub selection: Vec<String>,
    /// Which part of a run that is, where several machines share the run.
    pub partition: Option<Partition>,
    /// The command line, for the record.
    pub command: String,
}

/// A run that was measured.
#[derive(Debug)]
pub struct Recorded {
    /// As it is recorded.
    pub run: Run,
    /// Whether the record could be saved; if not, the reason is printed.
    pub is_saved: bool,
}

/// Measures, shows and records; `hand_on` gets the run when all is measured, unless the user ended it. Gives the run as it is
/// recorded.
///
/// # Errors
/// If nothing can be measured, or what `hand_on` says: the record is saved before.
pub fn run(
    asked: &Asked<'_>,
    hand_on: impl FnOnce(&Run) -> Result<(), Failure>,
) -> Result<Recorded, Failure> {
    let started = clock::wall();
    let seed = asked.seed.unwrap_or_else(|| clock::seed(started));
    let session = Session::new(asked.timeout, asked.server)?;
    let mut session = session.placed(asked.elsewhere.clone(), asked.listen);
    let environment = match session.elsewhere() {
        Some(elsewhere) => elsewhere.about.machine.clone(),
        None => Environment::here(session.cores()),
    };
    let mut recorder =
        Recorder::new(asked.results, started, seed, environment.clone(), asked.command.clone());
    if asked.server.is_some() {
        recorder.run.apparatus.server = "foreign".into();
    }
    recorder.run.via = session.elsewhere().map(|elsewhere| elsewhere.launcher.clone());
    recorder.run.selection.clone_from(&asked.selection);
    recorder.run.partition.clone_from(&asked.partition);
    recorder.prepare()?;
    let watch = Watch::begin(asked, &environment, &mut session, &mut recorder);
    let (mut order, progress) = (StdRng::seed_from_u64(seed), Progress::new());
    measure(asked, &mut session, &mut order, &progress, &mut recorder);
    let with_slopes = asked.groups.iter().filter(|_| asked.elsewhere.is_none()); // memory is not seen elsewhere
    for group in with_slopes.take_while(|_| !interrupt::came()) {
        slopes(&mut session, group, asked.results.is_some(), &mut order, &progress, &mut recorder);
    }
    let handed_on = if interrupt::came() { Ok(()) } else { hand_on(&recorder.run) };
    for agreement in agreement::of_servers(&recorder.run) {
        say(report::agreement::line(&agreement));
    }
    watch.end(&mut recorder);
    let recorded = finish(recorder);
    handed_on.map(|()| recorded)
}

/// How a run ended, for the exit code.
///
/// # Errors
/// If it was interrupted, a cell or a slope failed, or the record is not saved.
pub fn ended(Recorded { run, is_saved }: &Recorded) -> Result<(), Stop> {
    let cells = run.cells.iter().map(|cell| cell.status);
    let mut statuses = cells.chain(run.slopes.iter().map(|slope| slope.status));
    Stop::after(!is_saved || statuses.any(|status| status == Status::Failed))
}

/// Watches the machine while a run is recorded; none if lanes run on another one.
#[derive(Debug)]
struct Watch(Option<Shortage>);

impl Watch {
    /// Before the first lane: notes how late timers are, and warns of what is known by now.
    fn begin(
        asked: &Asked<'_>,
        environment: &Environment,
        session: &mut Session,
        recorder: &mut Recorder,
    ) -> Self {
        session.lateness();
        recorder.apparatus(session.apparatus());
        let mut found = warning::at_start(environment);
        found.extend(shared_cores(asked, session));
        found.extend(slow::given().map(|how| warning::slow_server(&how)));
        let lane = other_lane().map(|path| warning::other_lane(&path.display().to_string()));
        found.extend(lane);
        found.extend(session.elsewhere().map(|elsewhere| warning::elsewhere(&elsewhere.launcher)));
        warn_of(found, recorder);
        Self(session.elsewhere().is_none().then(Shortage::begin))
    }

    /// After the last one: warns of what came meanwhile.
    fn end(self, recorder: &mut Recorder) {
        let Some(found) = self.0.map(Shortage::end) else { return };
        recorder.run.environment.steal_share = found.stolen;
        warn_of(warning::at_end(found.stolen, found.throttled), recorder);
    }
}

/// Whether cells on a part of the processors must share physical cores. Those of another machine are not known.
fn shared_cores(asked: &Asked<'_>, session: &Session) -> Option<Warning> {
    let cells = asked.groups.iter().flat_map(|group| &group.cells);
    let processors =
        cells.filter_map(|cell| cell.processors).filter(|_| session.elsewhere().is_none()).max()?;
    Some(warning::shared_cores(processors, affinity::shared_cores(processors)?))
}

/// Shows and records.
fn warn_of(warnings: Vec<Warning>, recorder: &mut Recorder) {
    for warning in warnings {
        warn(&warning);
        recorder.run.warnings.push(warning);
    }
}

/// Measures all groups as planned, shows and saves what came of it. An interrupt keeps the passes that were whole; groups
/// without one are left out.
fn measure(
    asked: &Asked<'_>,
    session: &mut Session,
    order: &mut StdRng,
    progress: &Progress,
    recorder: &mut Recorder,
) {
    let mut measured = watched(session, asked.groups, asked.plan, order, progress, Some(recorder));
    if interrupt::came() {
        measured.retain(|measured| !measured.passes.is_empty());
    }
    keep(&measured, recorder);
    let run = &recorder.run;
    for (group, cells) in run.groups.iter().zip(run.groups()).filter(|_| asked.results.is_some()) {
        let usual = column::usual(cells);
        // Columns that were asked for are shown, also where there is no room for them.
        let (columns, width) = match asked.columns {
            [] => (usual.as_slice(), output::error_width()),
            named => (named, None),
        };
        say(format_args!("\n{}", terminal::table(&view::table(group, cells, columns), width)));
    }
}

/// Measures, shows and saves what one more unit holds, if the group asks for that and the executor was measured.
fn slopes(
    session: &mut Session,
    group: &Group,
    shows: bool,
    order: &mut StdRng,
    progress: &Progress,
    recorder: &mut Recorder,
) {
    let measured = |most: &&crate::lane::Cell| {
        let executor = most.executor_name();
        let mut ids =
            group.cells.iter().filter(|cell| cell.executor_name() == executor).map(ToString::to_string);
        let cells = &recorder.run.cells;
        ids.any(|id| cells.iter().any(|cell| cell.id == id && cell.status == Status::Measured))
    };
    let asked: Vec<_> = group.slopes.iter().filter(measured).collect();
    let mut found: Vec<Slope> = Vec::with_capacity(asked.len());
    for most in asked {
        progress.slope(&most.executor_name());
        let points =
            slope::measure(session, most, order, &mut |done, expected| progress.step(done, expected));
        progress.clear();
        if interrupt::came() {
            return;
        }
        found.push(Slope::of(most, points));
    }
    if !found.is_empty() && shows {
        say(terminal::table(&view::slopes(&group.name(), &found), output::error_width()));
    }
    found.into_iter().for_each(|slope| recorder.add_slope(slope));
}

/// Saves the record, and writes the page about it.
fn finish(recorder: Recorder) -> Recorded {
    let (run, saved) = recorder.finish(interrupt::came());
    match &saved {
        Ok(None) => {}
        Ok(Some(record)) => write_page(&run, record),
        Err(failure) => complain(failure),
    }
    Recorded { run, is_saved: saved.is_ok() }
}

/// Writes the page about a saved record into the same folder, and says where both are. A page that cannot be written is a
/// warning and not a failure: the record is there, and `fairlane report` can write the page later.
pub(super) fn write_page(run: &Run, record: &Path) {
    say(format_args!("record: {}", record.display()));
    let out = page_path(record);
    match files::text(record).and_then(|json| page(run, &json, &out)) {
        Ok(()) => say(format_args!("report: {}", out.display())),
        Err(failure) => {
            let (id, text) = ("report".into(), format!("there is no page: {failure}"));
            let advice = format!("`fairlane report {} --html FILE` writes it elsewhere", record.display());
            warn(&Warning { id, text, advice });
        }
    }
}
