//! The suite: lanes measure the matrix of `suite.toml`, and criterion keeps the times.
//!
//! ```text
//! cargo bench                    # everything, within five minutes
//! cargo bench -- http --quick    # criterion's flags and filters
//! cargo bench -- control         # another matrix: benches/control.toml
//! ```
//!
//! Measured once: first criterion is asked which cells its arguments select, then these are measured, pass by pass, as
//! `fairlane run` does it, then criterion is handed each lane's time as a sample. `--test`, `--list`, `--load-baseline` and
//! `--profile-time` run through criterion alone, on lanes that live meanwhile.

#[path = "suite/quiet.rs"] // a file beside this one would be a bench of its own
mod quiet;

use std::cell::RefCell;
use std::collections::HashSet;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use fairlane::cli::measured::{Watch, finish, measure, servers, slopes};
use fairlane::cli::progress::Progress;
use fairlane::cli::{command, complain};
use fairlane::clock;
use fairlane::failure::{Failure, OrFail};
use fairlane::lane::Cell;
use fairlane::measure::machine::environment::Environment;
use fairlane::measure::passes::session::{self, Session};
use fairlane::measure::passes::suite::{Group, Suite};
use fairlane::measure::passes::visit;
use fairlane::process::interrupt;
use fairlane::record::recorder::Recorder;
use fairlane::record::{Run, Status};
use quiet::{Quiet, results_only};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn main() -> ExitCode {
    fairlane::intercept();
    match run(Mode::of(env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()))) {
        Ok(code) => code,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

/// What criterion was asked to do, as far as it matters here. It parses its flags itself and does not tell.
#[derive(Debug, Default)]
struct Mode {
    /// Each cell once: `--test`, or no `--bench`, as under `cargo test --benches`.
    test: bool,
    /// `--quick`
    quick: bool,
    /// Nothing is measured now: `--list` and `--load-baseline` run no cell, `--profile-time` is for a profiler.
    unmeasured: bool,
    profile: bool,
    /// The arguments besides cargo's own.
    arguments: Vec<String>,
}

impl Mode {
    fn of(arguments: impl Iterator<Item = String>) -> Self {
        let mut mode = Self { test: true, ..Self::default() };
        for argument in arguments {
            match argument.split('=').next().unwrap_or_default() {
                "--bench" => {
                    mode.test = mode.arguments.iter().any(|argument| argument == "--test");
                    continue;
                }
                "--test" => mode.test = true,
                "--quick" => mode.quick = true,
                "--list" | "--load-baseline" => mode.unmeasured = true,
                "--profile-time" => (mode.unmeasured, mode.profile) = (true, true),
                _ => {}
            }
            mode.arguments.push(argument);
        }
        mode
    }

    fn records(&self) -> bool {
        !self.test && !self.unmeasured
    }
}

/// The suite file, and the filter within it where the first argument names one of ours: `control`, `scaling/timer`.
fn matrix(folder: &Path, first: Option<&String>) -> (PathBuf, Option<String>) {
    if let Some(given) = env::var_os("FAIRLANE_SUITE") {
        return (given.into(), None);
    }
    let (name, filter) = first.map_or(("", ""), |first| first.split_once('/').unwrap_or((first, "")));
    let named = folder.join(name).with_extension("toml");
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if is_name && named.is_file() {
        return (named, Some(filter.into()));
    }
    (folder.join("suite.toml"), None)
}

/// Criterion as its arguments want it, and where it keeps its numbers.
struct Keeper {
    kept: PathBuf,
    /// What ids must contain, where the first argument named a suite and a part of it.
    filter: Option<String>,
}

impl Keeper {
    fn new(project: &Path, filter: Option<String>) -> Self {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.join("target"), PathBuf::from);
        let kept = env::var_os("CRITERION_HOME").map_or_else(|| target.join("criterion"), PathBuf::from);
        Self { kept, filter }
    }

    fn criterion(&self) -> Criterion {
        let criterion = Criterion::default()
            .sample_size(10)
            .warm_up_time(Duration::from_millis(1)) // lanes are warm
            .measurement_time(Duration::from_nanos(1)) // each sample is one time that was measured
            .nresamples(2_000)
            .output_directory(&self.kept);
        let criterion = if cfg!(feature = "plots") { criterion } else { criterion.without_plots() };
        let criterion = criterion.configure_from_args();
        match &self.filter {
            Some(filter) => criterion.with_filter(filter.clone()),
            None => criterion,
        }
    }

    /// Lets criterion ask for every cell that its arguments select: `time` gives the time of so many batches of it.
    fn walk(
        &self,
        groups: &[Group],
        samples: impl Fn(&Cell) -> usize,
        time: &mut dyn FnMut(&Cell, u64) -> Duration,
    ) {
        let mut criterion = self.criterion();
        for group in groups {
            let Some(first) = group.cells.first() else { continue };
            let mut benches = criterion.benchmark_group(first.workload.to_string());
            benches.sampling_mode(SamplingMode::Flat);
            for cell in &group.cells {
                let samples = samples(cell);
                if samples == 0 {
                    continue;
                }
                benches.sample_size(samples.max(LEAST_SAMPLES));
                benches.bench_function(BenchmarkId::new(cell.executor_name(), cell.jobs), |bencher| {
                    bencher.iter_custom(|iterations| time(cell, iterations.max(1)));
                });
                if interrupt::came() {
                    break;
                }
            }
            benches.finish();
        }
        criterion.final_summary();
    }

    /// The same groups with those cells alone that criterion's arguments select. Criterion skips what took no time.
    fn selected(&self, groups: &[Group]) -> Result<Vec<Group>, Failure> {
        let asked = RefCell::new(HashSet::new());
        let silence = Quiet::all().or_fail(|| "silence criterion")?;
        let walked = unwound(|| {
            self.walk(groups, |_| LEAST_SAMPLES, &mut |cell, _| {
                asked.borrow_mut().insert(cell.to_string());
                Duration::ZERO
            });
        });
        drop(silence);
        walked?;
        let asked = asked.into_inner();
        let chosen = |group: &Group| Group {
            cells: group.cells.iter().filter(|cell| asked.contains(&cell.to_string())).cloned().collect(),
            ..group.clone()
        };
        Ok(groups.iter().map(chosen).filter(|group| !group.cells.is_empty()).collect())
    }

    /// Hands the times of the lanes that count to criterion, which keeps them, compares and prints. Under `--quick` it takes
    /// one number of each cell: the median.
    fn feed(&self, groups: &[Group], run: &Run, quick: bool) -> Result<(), Failure> {
        let times = |cell: &Cell| -> Vec<f64> {
            let id = cell.to_string();
            let found = run.cells.iter().find(|cell| cell.id == id && cell.status == Status::Measured);
            match found {
                Some(found) if quick => found.median_ns.into_iter().collect(),
                Some(found) => run.counted_times(found),
                None => Vec::new(),
            }
        };
        let enough = |cell: &Cell| {
            Some(times(cell).len()).filter(|count| quick || *count >= LEAST_SAMPLES).unwrap_or(0)
        };
        for cell in groups.iter().flat_map(|group| &group.cells).filter(|cell| enough(cell) == 0) {
            forget(&self.kept, &cell.to_string());
        }
        let mut turn = 0;
        let silence = Quiet::errors().or_fail(|| "silence criterion")?;
        let fed = unwound(|| {
            // As many calls as there are times, one after another: whichever comes first, each is taken once.
            self.walk(groups, enough, &mut |cell, iterations| {
                let times = times(cell);
                turn += 1;
                Duration::from_secs_f64(times[turn % times.len()] / 1e9 * iterations as f64)
            });
        });
        drop(silence);
        fed
    }
}

/// Criterion takes no fewer.
const LEAST_SAMPLES: usize = 10;

/// Criterion panics over a baseline that there is not.
fn unwound(walk: impl FnOnce()) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(walk)).map_err(|panic| {
        let text =
            panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Failure::new(format!("criterion: {}", text.unwrap_or("it panicked"))).help("`cargo bench -- --help`")
    })
}

/// What criterion kept under the id of a failed cell is no number of this run, and its summary must not have it.
fn forget(kept: &Path, id: &str) {
    let _ = std::fs::remove_dir_all(kept.join(id).join("new"));
}

fn run(mode: Mode) -> Result<ExitCode, Failure> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (suite, filter) = matrix(&project.join("benches"), mode.arguments.first());
    let keeper = Keeper::new(project, filter);
    // First the flags: criterion ends the process over a wrong one, and nothing must have happened by then.
    drop(keeper.criterion());
    let suite = Suite::read(&suite)?;
    interrupt::listen().or_fail(|| "listen for Ctrl-C")?;
    let mut session = Session::new(session::LIMIT, None)?;
    let failed = if mode.records() {
        record(&mode, &suite, &keeper, &mut session)?
    } else {
        live(&mode, &suite.groups, &keeper, &mut session)
    };
    Ok(match (interrupt::came(), failed) {
        (true, _) => ExitCode::from(interrupt::EXIT),
        (false, Some(true)) => ExitCode::FAILURE,
        (false, Some(false)) => ExitCode::SUCCESS,
        (false, None) => {
            let help = "`cargo bench -- --list` shows all cells";
            complain(&Failure::new("no cell matches the filter").help(help));
            ExitCode::from(2)
        }
    })
}

/// Measures what is selected, shows and records it, and hands it to criterion. Says whether a cell failed; `None` if none
/// was selected.
fn record(
    mode: &Mode,
    suite: &Suite,
    keeper: &Keeper,
    session: &mut Session,
) -> Result<Option<bool>, Failure> {
    let groups = keeper.selected(&suite.groups)?;
    if groups.is_empty() {
        return Ok(None);
    }
    let started = clock::wall();
    let seed = clock::seed(started);
    let environment = Environment::here(session.cores());
    let results = env::var_os("FAIRLANE_RESULTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("results"), PathBuf::from);
    let command = command::of_bench(&mode.arguments);
    let mut recorder = Recorder::new(&results, started, seed, environment.clone(), command);
    let watch = Watch::begin(&environment, session, &mut recorder);
    let (mut order, progress) = (StdRng::seed_from_u64(seed), Progress::new());
    let plan = if mode.quick { suite.quick } else { suite.plan };
    let mut failed = measure(session, &groups, plan, &mut order, &[], &progress, &mut recorder);
    for group in groups.iter().take_while(|_| !interrupt::came()) {
        failed |= slopes(session, group, &mut order, &progress, &mut recorder);
    }
    if !interrupt::came() {
        let filter = results_only().or_fail(|| "read what criterion prints")?;
        let fed = keeper.feed(&groups, recorder.run(), mode.quick);
        drop(filter);
        fed?;
    }
    let count = |groups: &[Group]| groups.iter().map(|group| group.cells.len()).sum::<usize>();
    if count(&groups) < count(&suite.groups) {
        recorder.select(mode.arguments.clone());
    }
    servers(recorder.run());
    watch.end(&mut recorder);
    let (_, is_saved) = finish(recorder);
    Ok(Some(failed || !is_saved))
}

/// Lets criterion run the cells themselves, on lanes that live while it asks for them: to see that they answer right, or for
/// a profiler. Says whether a cell failed; `None` if one should have run and none was selected.
fn live(mode: &Mode, groups: &[Group], keeper: &Keeper, session: &mut Session) -> Option<bool> {
    let cores = session.cores();
    let mut lane = None;
    let mut failures: Vec<(String, Failure)> = Vec::new();
    let mut selected = false;
    keeper.walk(groups, |cell| usize::from(cell.not_applicable(cores).is_none()), &mut |cell, iterations| {
        selected = true;
        let id = cell.to_string();
        if failures.last().is_some_and(|(failed, _)| *failed == id) {
            return Duration::ZERO;
        }
        let mut sample = || {
            if lane.as_ref().is_none_or(|(open, _)| *open != id) {
                lane = None; // only one lane runs at any moment
                let (opened, ..) = visit::warm(session, cell)?;
                if mode.profile {
                    anstream::eprintln!("the lane is process {}: attach the profiler there", opened.id());
                }
                lane = Some((id.clone(), opened));
            }
            let (_, lane) = lane.as_mut().ok_or_else(|| Failure::new("the lane is not open"))?;
            session.sample(lane, iterations)
        };
        // Criterion has no way to fail: a time of zero makes it skip its analysis.
        match sample() {
            Ok(sampled) => Duration::from_nanos(sampled.total_ns),
            Err(failure) => {
                failures.push((id, failure));
                Duration::ZERO
            }
        }
    });
    if interrupt::came() {
        return Some(false);
    }
    for (id, failure) in &failures {
        forget(&keeper.kept, id);
        anstream::eprintln!("{id} failed, and has no number");
        complain(failure);
    }
    (selected || mode.unmeasured).then_some(!failures.is_empty())
}
