//! Criterion, which keeps the times of the lanes, compares them with baselines and prints what it found.
//!
//! Must not know how cells are selected or measured.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BenchmarkFilter, BenchmarkId, Criterion, SamplingMode};
use fairlane::cli::bench::{Bench, LEAST_SAMPLES};
use fairlane::cli::output::say;
use fairlane::failure::{Failure, OrFail};
use fairlane::files::target;
use fairlane::lane::Cell;
use fairlane::measure::passes::suite::Group;
use fairlane::process::interrupt;
use fairlane::record::{Run, Status, store};

use super::quiet::{Filter, Quiet};

/// Lanes are warm already.
const WARM_UP: Duration = Duration::from_millis(1);
/// Each sample is one time that was measured.
const MEASUREMENT: Duration = Duration::from_nanos(1);

/// Criterion as its arguments want it, and the folder where it keeps its numbers.
pub(super) struct Keeper(PathBuf);

impl Keeper {
    /// Criterion of this project. Its arguments have been read before, so it has little reason to refuse one.
    ///
    /// # Errors
    /// If it panics over a value.
    pub(super) fn new() -> Result<Self, Failure> {
        let home = env::var_os("CRITERION_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let keeper = Self(home.unwrap_or_else(|| target::folder().join("criterion")));
        unwound(|| drop(keeper.criterion()))?;
        Ok(keeper)
    }

    /// Tries whether criterion can write its files, before the measurement that they are about.
    ///
    /// # Errors
    /// If it cannot.
    pub(super) fn prepare(&self) -> Result<(), Failure> {
        store::prepare(&self.0).map_err(|failure| {
            failure.help("make room or set permissions there, or name another folder in CRITERION_HOME")
        })
    }

    fn criterion(&self) -> Criterion {
        let criterion =
            Criterion::default().sample_size(LEAST_SAMPLES).nresamples(2_000).output_directory(&self.0);
        let criterion = if cfg!(feature = "plots") { criterion } else { criterion.without_plots() };
        // The cells that it gets are selected already.
        criterion.configure_from_args().with_benchmark_filter(BenchmarkFilter::AcceptAll)
    }

    /// Lets criterion ask for every cell: `time` gives the time of n batches of it. Cells without samples are left out.
    ///
    /// # Errors
    /// If it panics.
    pub(super) fn walk(
        &self,
        groups: &[Group],
        samples: impl Fn(&Cell) -> usize,
        time: &mut dyn FnMut(&Cell, u64) -> Duration,
    ) -> Result<(), Failure> {
        unwound(|| {
            let mut criterion = self.criterion();
            for group in groups {
                let Some(first) = group.cells.first() else { continue };
                let mut benches = criterion.benchmark_group(first.workload.to_string());
                benches.sampling_mode(SamplingMode::Flat);
                // Not those of the arguments, which are about what is measured.
                benches.warm_up_time(WARM_UP).measurement_time(MEASUREMENT);
                for cell in group.cells.iter().filter(|cell| samples(cell) > 0) {
                    benches.sample_size(samples(cell).max(LEAST_SAMPLES));
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
        })
    }

    /// Hands the times of the lanes that count to criterion, which keeps them, compares and prints. Under `--quick` it takes
    /// one number of each cell: the median.
    ///
    /// # Errors
    /// If criterion panics, or what it prints cannot be written.
    pub(super) fn feed(&self, groups: &[Group], run: &Run, bench: &Bench) -> Result<(), Failure> {
        let quick = bench.quick;
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
        let stale = groups.iter().flat_map(|group| &group.cells).filter(|cell| enough(cell) == 0);
        for cell in stale.filter(|_| bench.keeps) {
            self.forget(cell);
        }
        let mut turn = 0;
        let filter = Filter::results_only().or_fail(|| "read what criterion prints")?;
        let silence = Quiet::errors().or_fail(|| "silence criterion")?;
        // As many calls as there are times, one after another: whichever comes first, each is taken once.
        let fed = self.walk(groups, enough, &mut |cell, iterations| {
            let times = times(cell);
            turn += 1;
            Duration::from_secs_f64(times[turn % times.len()] / 1e9 * iterations as f64)
        });
        drop(silence);
        let printed = filter.end().or_fail(|| "write what criterion prints");
        let all = groups.iter().flat_map(|group| &group.cells);
        let short = all.filter(|cell| enough(cell) == 0 && !times(cell).is_empty()).count();
        if short > 0 {
            say(format_args!(
                "criterion got no numbers of {short} cells: it takes at least {LEAST_SAMPLES} lanes; the record and the page have them"
            ));
        }
        fed.and(printed)
    }

    /// Criterion has no number of a failed cell from this run, and its summary must not show one of an earlier run.
    pub(super) fn forget(&self, cell: &Cell) {
        let _ = fs::remove_dir_all(self.folder(cell).join("new"));
    }

    fn folder(&self, cell: &Cell) -> PathBuf {
        self.0.join(cell.to_string())
    }

    /// Refuses baselines that not all of these cells have: criterion would panic over the first one, after everything is
    /// measured.
    ///
    /// # Errors
    /// Which baseline is missing, with those that exist.
    pub(super) fn require(&self, bench: &Bench, groups: &[Group], cores: usize) -> Result<(), Failure> {
        let cells = groups.iter().flat_map(|group| &group.cells);
        let cells: Vec<&Cell> = cells.filter(|cell| cell.not_applicable(cores).is_none()).collect();
        for (option, baseline) in &bench.baselines {
            let lacking: Vec<_> =
                cells.iter().filter(|cell| !is_baseline(&self.folder(cell).join(baseline))).collect();
            let Some(first) = lacking.first() else { continue };
            let cause = if lacking.len() == cells.len() {
                "there is no such baseline of these cells".into()
            } else {
                format!("{} of {} cells are not in it, like `{first}`", lacking.len(), cells.len())
            };
            return Err(Failure::new(format!("cannot use `--{option} {baseline}`: {cause}"))
                .help(self.other_baselines(&cells, baseline)));
        }
        Ok(())
    }

    fn other_baselines(&self, cells: &[&Cell], baseline: &str) -> String {
        let folders = cells.iter().flat_map(|cell| fs::read_dir(self.folder(cell)).into_iter().flatten());
        let there = folders.flatten().map(|entry| entry.path()).filter(|path| is_baseline(path));
        let names: BTreeSet<String> =
            there.filter_map(|path| Some(format!("`{}`", path.file_name()?.to_string_lossy()))).collect();
        let make = format!("`cargo bench -- --save-baseline {baseline}` makes it");
        if names.is_empty() {
            return format!("{make}; these cells have no baseline yet");
        }
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        format!("{make}, `--baseline-lenient` compares what is there; these cells have {names}")
    }
}

fn is_baseline(folder: &Path) -> bool {
    folder.join("benchmark.json").is_file()
}

/// Criterion panics over what it cannot do.
fn unwound(walk: impl FnOnce()) -> Result<(), Failure> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {})); // the text becomes our error
    let walked = catch_unwind(AssertUnwindSafe(walk));
    panic::set_hook(hook);
    walked.map_err(|panic| {
        let text =
            panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("it panicked").replace('\n', " ");
        Failure::new(format!("cannot go on with criterion: {text}"))
            .help("`cargo bench -- --help` shows what criterion takes")
    })
}
