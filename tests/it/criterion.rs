//! `cargo bench` as criterion's users know it: flags and baselines work, ids are those of the cells, and each cell is
//! measured once.

use std::fs;
use std::path::PathBuf;

use fairlane::record::{Run, store};
use serde_json::Value;
use tempfile::TempDir;

use crate::alone::alone;
use crate::cli::{Ended, Invocation, suite};

/// As many as criterion takes at least.
const LANES: usize = 10;

const CELLS: [&str; 4] = ["timer-1ms/sequential/2", "timer-1ms/tasks/2", "noop/sequential/9", "noop/tasks/9"];

/// Where criterion keeps its numbers and Fairlane its records, over several calls.
struct Kept(TempDir);

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let suite = suite(LANES, "sequential,tasks", &[("timer-1ms", 2), ("noop", 9)]);
        // Long enough for all lanes, and for as many again if other programs disturb some.
        let suite = suite
            .replacen("seconds = 1\n", "seconds = 60\n", 1)
            .replace("quick_seconds = 1\n", "quick_seconds = 5\n");
        fs::write(folder.path().join("suite.toml"), suite).unwrap();
        Self(folder)
    }

    fn bench(&self, words: &str) -> Ended {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        let bench = Invocation::bench(words).env("FAIRLANE_SUITE", path("suite.toml"));
        bench.env("CRITERION_HOME", path("criterion")).env("FAIRLANE_RESULTS", path("results")).run()
    }

    /// The same, once more if other programs disturbed so many passes that criterion gets no numbers: at least one cell has
    /// fewer lanes that count than criterion takes.
    fn bench_undisturbed(&self, words: &str) -> Ended {
        for _ in 0..5 {
            let ended = self.bench(words).exits(0);
            let file = self.files().pop().unwrap();
            let run = store::read(&file).unwrap();
            if run.cells.iter().all(|cell| run.counted_times(cell).len() >= LANES) {
                return ended;
            }
            fs::remove_dir_all(file.parent().unwrap()).unwrap();
        }
        panic!("criterion gets no numbers from five runs of `{words}`")
    }

    /// The files of the records, the oldest first.
    fn files(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.0.path().join("results")).into_iter().flatten();
        let mut files: Vec<_> = folders.map(|folder| folder.unwrap().path().join("run.json")).collect();
        files.sort();
        files
    }

    fn runs(&self) -> Vec<Run> {
        self.files().iter().map(|file| store::read(file).unwrap()).collect()
    }

    /// What criterion keeps of a cell under that baseline: the files that `critcmp` reads.
    fn kept(&self, id: &str, baseline: &str) -> Option<(Value, Value)> {
        let read = |name: &str| -> Option<Value> {
            let file = self.0.path().join("criterion").join(id).join(baseline).join(name);
            serde_json::from_str(&fs::read_to_string(file).ok()?).ok()
        };
        read("benchmark.json").zip(read("sample.json"))
    }
}

/// The ids of the cells that the output names, in order.
fn named(text: &str) -> Vec<&str> {
    CELLS.into_iter().filter(|id| text.lines().any(|line| line.contains(id))).collect()
}

fn assert_fed(kept: &Kept, run: &Run, baseline: &str) {
    for cell in &run.cells {
        let (about, samples) = kept.kept(&cell.id, baseline).unwrap_or_else(|| panic!("{} is kept", cell.id));
        assert_eq!(about["full_id"], cell.id.as_str());
        let iterations = samples["iters"].as_array().unwrap();
        let times = samples["times"].as_array().unwrap().iter().zip(iterations);
        let mut times: Vec<f64> =
            times.map(|(time, n)| time.as_f64().unwrap() / n.as_f64().unwrap()).collect();
        let mut lanes = run.counted_times(cell);
        times.sort_by(f64::total_cmp);
        lanes.sort_by(f64::total_cmp);
        assert_eq!(times.len(), lanes.len(), "{}", cell.id);
        for (time, lane) in times.iter().zip(&lanes) {
            // Criterion's clock has whole nanoseconds.
            assert!((time - lane).abs() <= 1.0, "{}: {time} ns of a lane that took {lane}", cell.id);
        }
    }
}

#[test]
fn a_baseline_is_kept_compared_and_made_of_the_lanes_in_the_tables() {
    let _alone = alone();
    let kept = Kept::new();
    let first = kept.bench_undisturbed("--save-baseline a");
    let run = &kept.runs()[0];
    assert_eq!(run.cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), CELLS);
    assert_fed(&kept, run, "a");
    assert_eq!(named(&first.stdout), CELLS);
    assert_eq!(first.stdout.matches("time:   [").count(), 4, "{}", first.stdout);
    for noise in ["Warming", "Collecting", "Analyzing", "Unable to complete", "outliers", "Gnuplot"] {
        assert!(!first.stdout.contains(noise) && !first.stderr.contains(noise), "{noise}: {}", first.stderr);
    }

    let second = kept.bench_undisturbed("--baseline a");
    assert_eq!(second.stdout.matches("change: [").count(), 4, "{}", second.stdout);
    assert_fed(&kept, &kept.runs()[1], "new");
    assert_fed(&kept, run, "a");

    let loaded = kept.bench("--load-baseline new --baseline a").exits(0);
    assert_eq!((named(&loaded.stdout).len(), kept.runs().len()), (4, 2), "nothing is measured");
    for words in ["--baseline never", "--load-baseline never --baseline a"] {
        let refused = kept.bench(words).exits(2).stderr;
        let (_, option) = words.split_once("--").unwrap();
        let option = option.split(" --").next().unwrap();
        let error = format!("error: cannot use `--{option}`: there is no such baseline of these cells\n");
        assert!(refused.contains(&error) && refused.contains("these cells have `a`, `new`"), "{refused}");
        assert!(!refused.contains("panicked"), "{refused}");
        assert_eq!(kept.runs().len(), 2, "nothing is measured: {refused}");
    }
    fs::remove_dir_all(kept.0.path().join("criterion/noop/tasks/9/a")).unwrap();
    let partly = kept.bench("--baseline a").exits(2).stderr;
    assert!(partly.contains("1 of 4 cells are not in it, like `noop/tasks/9`"), "{partly}");
    assert!(partly.contains("`--baseline-lenient` compares what is there"), "{partly}");
    assert_eq!(kept.runs().len(), 2);
}

#[test]
fn filters_select_what_is_measured() {
    let _alone = alone();
    let kept = Kept::new();
    for (words, ids) in [
        ("noop/(tasks|threads)", &CELLS[3..]),
        ("--exact timer-1ms/tasks/2", &CELLS[1..2]),
        ("--quick timer", &CELLS[..2]),
    ] {
        let before = kept.runs().len();
        // Under `--quick` criterion gets the medians, of any number of lanes.
        let is_quick = words.starts_with("--quick");
        let ended = if is_quick { kept.bench(words).exits(0) } else { kept.bench_undisturbed(words) };
        assert_eq!(named(&ended.stdout), ids, "{words}: {}", ended.stdout);
        let runs = kept.runs();
        let run = &runs[before];
        assert_eq!(run.cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ids, "{words}");
        assert!(!run.selection.is_empty(), "{words}: the record does not say that it is a part of the suite");
    }
    let ended = kept.bench("nothing-like-this").exits(2);
    assert!(ended.stderr.contains("no cell matches the filter"), "{}", ended.stderr);
    assert_eq!(kept.runs().len(), 3);
}

#[test]
fn list_test_and_profile_time_leave_no_record() {
    let kept = Kept::new();
    let listed = kept.bench("--list").exits(0);
    assert_eq!(named(&listed.stdout), CELLS);
    let tested = kept.bench("--test").exits(0);
    assert_eq!(tested.stdout.matches("Success").count(), 4, "{}", tested.stdout);
    let profiled = kept.bench("--profile-time 2 timer-1ms/tasks").exits(0);
    assert!(profiled.stderr.contains("attach the profiler"), "{}", profiled.stderr);
    assert!(!kept.0.path().join("results").exists());
}
