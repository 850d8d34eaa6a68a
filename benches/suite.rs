//! The suite: criterion walks the matrix of `suite.toml`, and lanes do the work.
//!
//! ```text
//! cargo bench                    # everything, within five minutes
//! cargo bench -- http --quick    # criterion's flags and filters
//! cargo bench -- control         # another matrix: benches/control.toml
//! ```
//!
//! Two measurements, one table. Criterion takes its own samples and keeps them in `target/criterion`. After each
//! group its lanes, still open, run interleaved rounds; only these fill the record and the table.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, SamplingMode};
use fairlane::cli::complain;
use fairlane::cli::measured::{Watch, conclude, finish, open, rounds, servers, share, slopes};
use fairlane::cli::progress::Progress;
use fairlane::clock;
use fairlane::failure::{Failure, OrFail};
use fairlane::lane::Cell;
use fairlane::measure::machine::environment::Environment;
use fairlane::measure::passes::comparison::{Compared, Comparison};
use fairlane::measure::passes::rounds::Rules;
use fairlane::measure::passes::session::{self, Session};
use fairlane::measure::passes::suite::{Group, Suite};
use fairlane::process::interrupt;
use fairlane::record::store::Recorder;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn main() -> ExitCode {
    fairlane::intercept();
    match Bench::new(Mode::of(env::args().skip(1))).and_then(Bench::run) {
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

struct Bench {
    mode: Mode,
    suite: Suite,
    /// What ids must contain, where the first argument named a suite and a part of it.
    filter: Option<String>,
    criterion: Criterion,
    /// Where criterion keeps its numbers.
    kept: PathBuf,
    session: Session,
    recorder: Recorder,
    /// None unless the run is recorded.
    watch: Option<Watch>,
    order: StdRng,
    failed: bool,
    /// Whether nothing was selected so far, though something was to be measured.
    unmatched: bool,
}

impl Bench {
    fn new(mode: Mode) -> Result<Self, Failure> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (suite, filter) = matrix(&project.join("benches"), mode.arguments.first());
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.join("target"), PathBuf::from);
        let kept = env::var_os("CRITERION_HOME").map_or_else(|| target.join("criterion"), PathBuf::from);
        // First the flags: criterion ends the process over a wrong one, and nothing must have happened by then.
        let criterion = Criterion::default()
            .sample_size(10)
            .warm_up_time(Duration::from_millis(1)) // lanes are warm
            // Under `--quick` criterion takes what it needs to settle, at most this long.
            .measurement_time(Duration::from_millis(if mode.quick { 50 } else { 500 }))
            .nresamples(2_000)
            .output_directory(&kept);
        let criterion = if cfg!(feature = "plots") { criterion } else { criterion.without_plots() };
        let criterion = criterion.configure_from_args();
        let criterion =
            if let Some(filter) = &filter { criterion.with_filter(filter.clone()) } else { criterion };
        let suite = Suite::read(&suite)?;
        interrupt::listen().or_fail(|| "listen for Ctrl-C")?;

        let started = clock::wall();
        let seed = clock::seed(started);
        let mut session = Session::new(session::LIMIT, None)?;
        let environment = Environment::here(session.cores());
        let mut recorder = Recorder::new(&project.join("results"), started, seed, environment.clone().into());
        let watch = mode.records().then(|| Watch::begin(&environment, &mut session, &mut recorder));
        let order = StdRng::seed_from_u64(seed);
        let unmatched = mode.records() || mode.test;
        Ok(Self {
            mode,
            suite,
            filter,
            criterion,
            kept,
            session,
            recorder,
            watch,
            order,
            failed: false,
            unmatched,
        })
    }

    fn run(mut self) -> Result<ExitCode, Failure> {
        let groups = std::mem::take(&mut self.suite.groups);
        let progress = Progress::new();
        let passes = if self.mode.records() { self.suite.passes } else { 1 };
        let mut earlier: Vec<Option<Compared>> = vec![None; groups.len()];
        'passes: for pass in 1..=passes {
            for (at, group) in groups.iter().enumerate() {
                self.group((at + 1, groups.len()), (pass, passes), group, &progress, &mut earlier[at])?;
                if interrupt::came() {
                    break 'passes;
                }
            }
        }
        // Only an interrupt leaves these: what the passes before it found is kept.
        for compared in earlier.iter().flatten() {
            conclude(compared, &[], &mut self.recorder)?;
        }
        if !interrupt::came() {
            self.criterion.final_summary();
        }
        let all = groups.iter().map(|group| group.cells.len()).sum::<usize>();
        if self.recorder.run().cells.len() < all {
            self.recorder.select(self.mode.arguments);
        }
        servers(self.recorder.run());
        if let Some(watch) = self.watch {
            watch.end(&mut self.recorder);
        }
        finish(self.recorder)?;
        if self.unmatched && !interrupt::came() {
            complain(
                &Failure::new("no cell matches the filter").help("`cargo bench -- --list` shows all cells"),
            );
            return Ok(ExitCode::from(2));
        }
        Ok(match (interrupt::came(), self.failed) {
            (true, _) => ExitCode::from(interrupt::EXIT),
            (false, true) => ExitCode::FAILURE,
            (false, false) => ExitCode::SUCCESS,
        })
    }

    /// Criterion's samples of the group's cells, in the first pass; then the interleaved rounds of those that were
    /// selected, and after the last pass what came of all rounds.
    fn group(
        &mut self,
        number: (usize, usize),
        (pass, passes): (usize, usize),
        group: &Group,
        progress: &Progress,
        earlier: &mut Option<Compared>,
    ) -> Result<(), Failure> {
        let mut comparison = Comparison::new(&mut self.session, group);
        if pass == 1 && (self.suite.criterion || !self.mode.records()) {
            self.failed |= sample(&mut self.criterion, group, &mut comparison, &self.mode, &self.kept);
        } else if pass == 1 {
            let wanted = |cell: &Cell| {
                self.filter.as_ref().is_none_or(|filter| cell.to_string().contains(filter.as_str()))
            };
            for (at, _) in group.cells.iter().enumerate().filter(|(_, cell)| wanted(cell)) {
                let _ = comparison.open(at); // the table says what became of it
            }
        } else if earlier.is_some() {
            open(&mut comparison, earlier.as_ref());
        }
        if interrupt::came() {
            return Ok(());
        }
        self.unmatched &= !comparison.is_selected() && earlier.is_none();
        if !self.mode.records() || !(comparison.is_selected() || earlier.is_some()) {
            return Ok(());
        }
        progress.begin(number, (pass, passes), group, None);
        let long = group.rounds.unwrap_or(self.suite.rounds);
        let budget = if self.mode.quick { self.suite.quick_rounds } else { long };
        let rules = share(Rules { budget, least: 8, most: 200 }, passes);
        let Some(compared) = rounds(comparison, rules, &mut self.order, progress) else { return Ok(()) };
        let compared = compared.after(earlier.take());
        if pass < passes {
            *earlier = Some(compared);
            return Ok(());
        }
        for cell in conclude(&compared, &[], &mut self.recorder)? {
            self.failed = true;
            forget(&self.kept, &cell.id);
        }
        self.failed |= slopes(&mut self.session, group, &mut self.order, progress, &mut self.recorder)?;
        Ok(())
    }
}

/// Criterion's samples of a group's cells. Says whether one failed.
fn sample(
    criterion: &mut Criterion,
    group: &Group,
    comparison: &mut Comparison<'_>,
    mode: &Mode,
    kept: &Path,
) -> bool {
    let Some(first) = group.cells.first() else { return false };
    let mut failed = false;
    let mut benches = criterion.benchmark_group(first.workload.to_string());
    benches.sampling_mode(SamplingMode::Flat);
    for (at, cell) in group.cells.iter().enumerate() {
        if comparison.not_applicable(at).is_some() {
            continue;
        }
        let id = BenchmarkId::new(cell.executor_name(), cell.jobs);
        if let Some(failure) = bench(&mut benches, id, comparison, at, mode) {
            forget(kept, &cell.to_string());
            if comparison.not_applicable(at).is_some() {
                continue; // as its first sample showed
            }
            failed = true;
            anstream::eprintln!("{cell} failed, and has no number");
            complain(&failure);
        }
        if interrupt::came() {
            break;
        }
    }
    benches.finish();
    failed
}

/// What criterion kept under the id of a failed cell is no number of this run, and its summary must not have it.
fn forget(kept: &Path, id: &str) {
    let _ = std::fs::remove_dir_all(kept.join(id).join("new"));
}

/// Lets criterion sample one cell through its lane. Criterion has no way to fail: a time of zero makes it skip its
/// analysis, and the failure comes back here.
fn bench(
    benches: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    comparison: &mut Comparison<'_>,
    at: usize,
    mode: &Mode,
) -> Option<Failure> {
    let mut failed = None;
    let mut told = !mode.profile;
    benches.bench_function(id, |bencher| {
        // Outside `iter_custom`, so that criterion's estimate of an iteration leaves it out.
        let opened = comparison.open(at);
        if let (false, Some(process)) = (told, comparison.process(at)) {
            anstream::eprintln!("the lane is process {process}: attach the profiler there");
            told = true;
        }
        bencher.iter_custom(|iterations| {
            let sampled = opened.clone().and_then(|()| comparison.sample(at, iterations.max(1)));
            match sampled {
                Ok(sampled) => Duration::from_nanos(sampled.total_ns),
                Err(failure) => {
                    failed.get_or_insert(failure);
                    Duration::ZERO
                }
            }
        });
    });
    if interrupt::came() { None } else { failed }
}
