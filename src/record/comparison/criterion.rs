//! Two baselines of criterion as a comparison. Their samples are of one process each and not paired, so that identical code
//! often differs: nothing is called slower that baselines of equal code do not carry.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::runs::judgement;
use super::{Compared, Comparison, Metric, Overall, SCHEMA, Side, Source, Status, Verdict, overall};
use crate::failure::{Failure, OrFail};
use crate::measure::gate::unpaired::Sides;
use crate::measure::statistics::estimate;
use crate::record::Warning;
use crate::record::document::{Document, Wanted};

/// With fewer baselines of equal code nothing is judged.
pub const LEAST: usize = 5;
const THRESHOLD: f64 = 0.05;

/// What criterion writes of a benchmark.
#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
}

/// What criterion writes of its samples: how many iterations each had, and how many nanoseconds they took.
#[derive(Deserialize)]
struct Samples {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// Compares two baselines below criterion's `folder`. `same` names baselines of code that is equal to that of `base`.
///
/// # Errors
/// If the folder or a file cannot be read, or no benchmark has both baselines.
pub fn compare(
    folder: &Path,
    [base, head]: [&str; 2],
    same: &[String],
    command: String,
) -> Result<Comparison, Failure> {
    if let Some(name) = twice(base, head, same) {
        return Err(Failure::new(format!("cannot compare with the baseline `{name}`: it is named twice"))
            .help("name each baseline once: `--same` names others of equal code"));
    }
    let mut cells = Vec::new();
    for benchmark in benchmarks(folder, 0)? {
        let of = |name: &str| read(&benchmark.join(name));
        let id = |name: &str| id(&benchmark.join(name));
        cells.push(match (of(base)?, of(head)?) {
            (None, None) => continue,
            (None, Some(_)) => Compared::without(id(head)?, Status::Missing, "BASE does not have it".into()),
            (Some(_), None) => Compared::without(id(base)?, Status::Missing, "HEAD does not have it".into()),
            (Some(own), Some(other)) => {
                let known = same.iter().map(|name| of(name)).collect::<Result<Vec<_>, _>>()?;
                let known: Vec<Vec<f64>> = known.into_iter().flatten().collect();
                let sides = Sides { base: own, head: other, threshold: THRESHOLD };
                let metrics = vec![judgement(Metric::Time, &sides, verdict(&sides, &known))];
                Compared {
                    metrics,
                    reason: None,
                    ..Compared::without(id(base)?, Status::Measured, String::new())
                }
            }
        });
    }
    if !cells.iter().any(|cell| cell.status == Status::Measured) {
        let what = format!("no benchmark in `{}` has both of them", folder.display());
        return Err(Failure::new(format!("cannot compare the baselines `{base}` and `{head}`: {what}"))
            .help("`cargo bench -- --save-baseline NAME` makes one; `new` is the newest, `base` the one before it"));
    }
    let is_judged = cells.iter().flat_map(|cell| &cell.metrics).any(|judged| judged.verdict.is_some());
    let side = |name: &str| Side { name: name.into(), ..Side::default() };
    Ok(Comparison {
        comparison_schema: SCHEMA,
        fairlane: env!("CARGO_PKG_VERSION").into(),
        source: Source::Criterion,
        started: String::new(),
        command,
        interrupted: false,
        seed: 0,
        seconds: 0.0,
        budget_seconds: 0.0,
        // Of so many baselines of equal code one is the slowest of all, beyond all others.
        alpha: 1.0 / (same.len() + 2) as f64,
        base: side(base),
        head: side(head),
        identical: false,
        environment: None,
        warnings: if is_judged { Vec::new() } else { vec![too_few(same.len())] },
        overall: if is_judged { overall(&cells, false) } else { Overall::NotJudged },
        cells,
        controls: Vec::new(),
    })
}

fn twice<'a>(base: &'a str, head: &'a str, same: &'a [String]) -> Option<&'a str> {
    let mut seen = HashSet::new();
    [base, head].into_iter().chain(same.iter().map(String::as_str)).find(|name| !seen.insert(*name))
}

fn too_few(count: usize) -> Warning {
    Warning {
        id: "no-history".into(),
        text: format!(
            "{count} baselines of equal code are named, and at least {LEAST} are needed to know how much equal code differs \
             here: nothing is judged"
        ),
        advice: "save some of the same commit, on other days too, and name them: `--same a,b,c,d,e`".into(),
    }
}

/// Slower or faster only beyond all baselines of equal code, and by more than they differ from each other.
fn verdict(sides: &Sides, known: &[Vec<f64>]) -> Option<Verdict> {
    let median = |values: &[f64]| estimate(values).map(|found| found.median.ln());
    let mut equal: Vec<f64> = known.iter().filter_map(|values| median(values)).collect();
    if equal.len() < LEAST {
        return None;
    }
    equal.push(median(&sides.base)?);
    let own = median(&sides.head)?;
    let lowest = equal.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = equal.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let matters = (highest - lowest).max(sides.threshold.ln_1p());
    Some(match own {
        own if own - highest > matters => Verdict::Slower,
        own if lowest - own > matters => Verdict::Faster,
        own if own > lowest - matters && own < highest + matters && matters <= sides.threshold.ln_1p() => {
            Verdict::Same
        }
        _ => Verdict::Inconclusive,
    })
}

const HELP: &str =
    "criterion writes to `target/criterion`; `cargo bench -- --save-baseline NAME` makes a baseline again";

/// Folders deeper than this are not criterion's.
const DEEPEST: usize = 6;

/// Every folder that has baselines in it, sorted.
fn benchmarks(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, Failure> {
    let operation = || format!("read criterion's folder `{}`", folder.display());
    let entries = fs::read_dir(folder).or_fail(operation).map_err(|failure| failure.help(HELP))?;
    let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    inside.retain(|path| path.is_dir());
    inside.sort();
    let mut found = Vec::new();
    if inside.iter().any(|path| path.join("sample.json").is_file()) {
        found.push(folder.to_path_buf());
    }
    if depth < DEEPEST {
        for path in inside.iter().filter(|path| !path.join("sample.json").is_file()) {
            found.extend(benchmarks(path, depth + 1)?);
        }
    }
    Ok(found)
}

fn id(baseline: &Path) -> Result<String, Failure> {
    let file = baseline.join("benchmark.json");
    match parse::<Benchmark>(&file, "full_id")?.full_id {
        id if id.is_empty() => {
            Err(Failure::new(format!("cannot read `{}`: `full_id` is empty", file.display())).help(HELP))
        }
        id => Ok(id),
    }
}

/// Nanoseconds for one iteration, sample by sample; `None` if there is no such baseline.
fn read(baseline: &Path) -> Result<Option<Vec<f64>>, Failure> {
    let file = baseline.join("sample.json");
    if fs::symlink_metadata(&file).is_err() {
        return Ok(None);
    }
    let Samples { iters, times } = parse(&file, "iters")?;
    let refused =
        |why: &str| Err(Failure::new(format!("cannot read `{}`: {why}", file.display())).help(HELP));
    match () {
        () if iters.len() != times.len() => refused("`iters` and `times` have different lengths"),
        () if iters.is_empty() => refused("it has no samples"),
        () if !iters.iter().chain(&times).all(|value| *value > 0.0) => refused("a value is not positive"),
        () => {
            let each: Vec<f64> = times.iter().zip(&iters).map(|(time, count)| time / count).collect();
            // Both can be possible, and the time of an iteration none that a record can hold.
            let is_time = |value: &f64| value.is_normal();
            if each.iter().all(is_time) {
                Ok(Some(each))
            } else {
                refused("the time of an iteration is out of range")
            }
        }
    }
}

fn parse<T: DeserializeOwned>(file: &Path, key: &'static str) -> Result<T, Failure> {
    let wanted = Wanted { what: "a file of criterion", key, newest: u32::MAX, advice: HELP };
    Document::open(file, &wanted)?.parse(&wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(folder: &Path, benchmark: &str, name: &str, nanos: f64) {
        let place = folder.join(benchmark.replace('/', "_")).join(name);
        fs::create_dir_all(&place).expect("made");
        let iters: Vec<f64> = (1..=20).map(f64::from).collect();
        let times: Vec<f64> = iters.iter().map(|count| count * nanos * (1.0 + count * 1e-4)).collect();
        let write = |file: &str, text: serde_json::Value| {
            fs::write(place.join(file), text.to_string()).expect("written");
        };
        write("sample.json", serde_json::json!({"sampling_mode": "Linear", "iters": iters, "times": times}));
        write("benchmark.json", serde_json::json!({"group_id": "g", "full_id": benchmark}));
    }

    #[test]
    fn without_baselines_of_equal_code_there_are_ratios_and_no_verdict() {
        let folder = tempfile::tempdir().expect("a folder");
        baseline(folder.path(), "sort/1", "base", 100.0);
        baseline(folder.path(), "sort/1", "new", 150.0);
        baseline(folder.path(), "sort/2", "new", 150.0);
        let found = compare(folder.path(), ["base", "new"], &[], String::new()).expect("two baselines");
        assert_eq!(found.overall, Overall::NotJudged);
        let ratio = found.cells[0].metrics[0].ratio.expect("a ratio");
        assert!((ratio - 1.5).abs() < 0.01 && found.cells[0].metrics[0].verdict.is_none());
        assert_eq!((found.cells[0].id.as_str(), found.cells[1].status), ("sort/1", Status::Missing));
    }

    #[test]
    fn what_differs_by_more_than_equal_code_does_is_judged() {
        let folder = tempfile::tempdir().expect("a folder");
        let same: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).into();
        for (at, name) in same.iter().enumerate() {
            baseline(folder.path(), "quiet", name, 100.0 + at as f64);
            baseline(folder.path(), "noisy", name, 100.0 + 15.0 * at as f64);
        }
        for (benchmark, nanos) in [("quiet", 120.0), ("noisy", 170.0)] {
            baseline(folder.path(), benchmark, "base", 101.0);
            baseline(folder.path(), benchmark, "new", nanos);
        }
        let found = compare(folder.path(), ["base", "new"], &same, String::new()).expect("baselines");
        let verdicts: Vec<_> = found.cells.iter().map(|cell| cell.metrics[0].verdict).collect();
        assert_eq!(verdicts, [Some(Verdict::Inconclusive), Some(Verdict::Slower)], "noisy, quiet");
        assert_eq!(found.overall, Overall::Slower);
        assert!((found.alpha - 1.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_criterions_is_an_error_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let failed = |names| compare(folder.path(), names, &[], String::new()).expect_err("refused").message;
        assert!(failed(["base", "new"]).contains("no benchmark in `"), "{}", failed(["base", "new"]));
        assert!(
            failed(["base", "base"]).contains("`base`: it is named twice"),
            "{}",
            failed(["base", "base"])
        );
        let again = ["a", "b", "c", "d", "a"].map(String::from);
        let again = compare(folder.path(), ["base", "new"], &again, String::new());
        assert!(again.is_err_and(|failure| failure.message.contains("`a`: it is named twice")));
        baseline(folder.path(), "sort", "base", 1.0);
        let file = folder.path().join("sort/base/sample.json");
        for (text, says) in [
            ("{\"iters\": [1], \"times\": []}", "different lengths"),
            ("{\"iters\": [], \"times\": []}", "no samples"),
            ("{\"iters\": [1], \"times\": [-1]}", "not positive"),
            ("{\"iters\": [1e-300], \"times\": [1e300]}", "out of range"),
            ("{\"iters\": [1e300], \"times\": [1e-300]}", "out of range"),
            ("half", "sample.json`: it is not JSON"),
        ] {
            fs::write(&file, text).expect("written");
            assert!(failed(["base", "new"]).contains(says), "{text}: {}", failed(["base", "new"]));
        }
        assert!(
            compare(Path::new("no/such"), ["a", "b"], &[], String::new()).is_err_and(|f| f.help.is_some())
        );
    }
}
