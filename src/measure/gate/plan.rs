//! The cells of a comparison as data: reads `gate.toml`, and names file, line and expectation when it cannot.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::metric::{Metric, Thresholds};
use crate::failure::Failure;
use crate::files;
use crate::files::source::Source;
use crate::lane::Cell;
use crate::lane::cell::MOST_JOBS;
use crate::workload::Spec;

/// What to compare.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The time for everything.
    pub budget: Duration,
    /// The cells, the most important first.
    pub cells: Vec<Judged>,
}

/// A cell with what matters of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The cell.
    pub cell: Cell,
    /// What is judged, and from which difference on.
    pub thresholds: Thresholds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    seconds: Spanned<Value>,
    thresholds: Percentages,
    group: Vec<RawGroup>,
}

type Percentages = BTreeMap<Spanned<String>, Spanned<f64>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    workload: Spanned<String>,
    jobs: Vec<Spanned<i64>>,
    executors: Vec<Spanned<String>>,
    thresholds: Option<Percentages>,
}

impl Plan {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is not TOML of this shape, or names something unknown: with file and line.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let help = "`benches/gate.toml` shows every key with its meaning";
        let text = files::settings(path).map_err(|failure| failure.or_help(help))?;
        Self::parse(&name.to_string(), &text)
    }

    /// Reads the text of a file called `name`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(name: &str, text: &str) -> Result<Self, Failure> {
        let source = Source { name, text, example: "benches/gate.toml" };
        let file: File = source.parse()?;
        let thresholds = |given: &Percentages| {
            let one = |sum: Thresholds, (key, percent): (&Spanned<String>, &Spanned<f64>)| {
                let metric = metric(key.get_ref()).map_err(source.at(key.span()))?;
                let share = percent.get_ref() / 100.0;
                if !(0.001..=10.0).contains(&share) {
                    let refused = Failure::new(format!("the threshold is {} %", percent.get_ref()));
                    return Err(source.at(percent.span())(refused.help("give a number from 0.1 to 1000")));
                }
                Ok(sum.with(metric, share))
            };
            given.iter().try_fold(Thresholds::default(), one)
        };
        let general = thresholds(&file.thresholds)?;
        let mut cells: Vec<Judged> = Vec::new();
        for group in &file.group {
            let thresholds = group.thresholds.as_ref().map_or(Ok(general), &thresholds)?;
            let workload =
                group.workload.get_ref().parse::<Spec>().map_err(source.at(group.workload.span()))?;
            for jobs in &group.jobs {
                let jobs = source.count("jobs", jobs, 1, MOST_JOBS)?;
                for executor in &group.executors {
                    let cell = Cell::new(workload.clone(), executor.get_ref(), jobs);
                    let cell = cell.map_err(source.at(executor.span()))?;
                    if cells.iter().any(|other| other.cell.to_string() == cell.to_string()) {
                        let twice = Failure::new(format!("`{cell}` is named twice"));
                        return Err(source.at(executor.span())(twice.help("name every cell once")));
                    }
                    cells.push(Judged { cell, thresholds });
                }
            }
        }
        if cells.is_empty() {
            return Err(Failure::new(format!("cannot read `{name}`: it has no cell"))
                .help("add a `[[group]]` with executors"));
        }
        Ok(Self { budget: source.seconds("seconds", &file.seconds)?, cells })
    }
}

fn metric(name: &str) -> Result<Metric, Failure> {
    Metric::ALL.into_iter().find(|metric| metric.name() == name).ok_or_else(|| {
        Failure::new(format!("unknown threshold `{name}`"))
            .help("thresholds are `time`, `cpu`, `switches` and `memory`")
    })
}
