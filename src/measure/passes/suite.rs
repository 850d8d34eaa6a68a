//! The matrix as data: reads a suite file into groups of cells, and says file, line and expectation when it cannot.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::table::Plan;
use super::visit::Samples;
use crate::failure::Failure;
use crate::files::{self, source::Source};
use crate::lane::Cell;
use crate::lane::cell::MOST_JOBS;
use crate::workload::Spec;

/// What runs: groups of cells, each one table, and the time they may take.
#[derive(Debug)]
pub struct Suite {
    /// One table each, in order.
    pub groups: Vec<Group>,
    /// How long to measure, and how many lanes each cell is to have.
    pub plan: Plan,
    /// The same under `--quick`.
    pub quick: Plan,
}

/// More lanes of a cell would not change what a table shows.
pub const MOST_LANES: usize = 200;

/// The cells that are compared with each other: one workload at one size.
#[derive(Debug, Clone)]
pub struct Group {
    /// One for each executor.
    pub cells: Vec<Cell>,
    /// A cell whose batch takes longer than this is left out, with that reason.
    pub sample_limit: Option<Duration>,
    /// How many lanes each of its cells is to have, where that is not what the suite says.
    pub lanes: Option<usize>,
    /// After the last pass, the memory of one more unit: the largest cell of each slope.
    pub slopes: Vec<Cell>,
}

impl Group {
    /// Its name: `http-20ms/32`.
    pub fn name(&self) -> String {
        self.cells.first().map(Cell::group).unwrap_or_default()
    }

    /// The cells of every combination, group by group.
    ///
    /// # Errors
    /// If an executor is unknown or a number of jobs is out of range.
    pub fn all(workloads: &[Spec], jobs: &[usize], executors: &[String]) -> Result<Vec<Self>, Failure> {
        let group = |workload: &Spec, jobs: usize| -> Result<Self, Failure> {
            let cell = |executor: &String| Cell::new(workload.clone(), executor, jobs);
            let cells = executors.iter().map(cell).collect::<Result<_, _>>()?;
            Ok(Self { cells, sample_limit: None, lanes: None, slopes: Vec::new() })
        };
        let groups: Result<Vec<_>, _> = workloads
            .iter()
            .flat_map(|workload| jobs.iter().map(move |jobs| group(workload, *jobs)))
            .collect();
        let twice = |id| {
            Failure::new(format!("cannot measure `{id}`: it is named twice")).help("name every cell once")
        };
        Self::distinct(groups?).map_err(twice)
    }

    /// The same groups, or the id of a cell that is in them twice.
    fn distinct(groups: Vec<Self>) -> Result<Vec<Self>, String> {
        let mut seen = HashSet::new();
        match groups
            .iter()
            .flat_map(|group| &group.cells)
            .map(Cell::to_string)
            .find(|id| !seen.insert(id.clone()))
        {
            Some(id) => Err(id),
            None => Ok(groups),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    seconds: Spanned<Value>,
    lanes: Spanned<i64>,
    quick_seconds: Spanned<Value>,
    quick_lanes: Spanned<i64>,
    sample_limit_seconds: Option<Spanned<Value>>,
    executors: Vec<Spanned<String>>,
    group: Vec<RawGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    workload: Spanned<String>,
    jobs: Vec<Spanned<i64>>,
    executors: Option<Vec<Spanned<String>>>,
    lanes: Option<Spanned<i64>>,
    #[serde(default)]
    memory_slope_to: BTreeMap<String, Spanned<i64>>,
}

impl Suite {
    /// Reads a suite file.
    ///
    /// # Errors
    /// If it cannot be read, is not TOML of this shape, or names something unknown: with file and line.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let help = "the suites of the project are in `benches/`";
        let text = files::settings(path).map_err(|failure| failure.or_help(help))?;
        Self::parse(&name.to_string(), &text)
    }

    /// Reads the text of a suite file called `name`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(name: &str, text: &str) -> Result<Self, Failure> {
        let source = Source { name, text, example: "benches/suite.toml" };
        let file: File = source.parse()?;
        let lanes = |key, value: &Spanned<i64>| source.count(key, value, 1, MOST_LANES);
        let limit = file.sample_limit_seconds.as_ref();
        let sample_limit = limit.map(|limit| source.seconds("sample_limit_seconds", limit)).transpose()?;
        let mut groups = Vec::new();
        for raw in &file.group {
            let own = raw.lanes.as_ref().map(|own| lanes("lanes", own)).transpose()?;
            let workload = raw.workload.get_ref().parse::<Spec>().map_err(source.at(raw.workload.span()))?;
            for jobs in &raw.jobs {
                let jobs = source.count("jobs", jobs, 1, MOST_JOBS)?;
                let cell = |executor: &Spanned<String>| {
                    let cell = Cell::new(workload.clone(), executor.get_ref(), jobs);
                    cell.map_err(source.at(executor.span()))
                };
                let executors = raw.executors.as_ref().unwrap_or(&file.executors);
                let cells = executors.iter().map(cell).collect::<Result<_, _>>()?;
                let largest = |(executor, most): (&String, &Spanned<i64>)| {
                    let jobs = source.count("memory_slope_to", most, 1, MOST_JOBS)?;
                    Cell::new(workload.clone(), executor, jobs).map_err(source.at(most.span()))
                };
                let slopes = raw.memory_slope_to.iter().map(largest).collect::<Result<_, _>>()?;
                groups.push(Group { cells, sample_limit, lanes: own, slopes });
            }
        }
        if groups.iter().all(|group| group.cells.is_empty()) {
            return Err(Failure::new(format!("cannot read `{name}`: it has no cell"))
                .help("add a `[[group]]` with executors"));
        }
        let quick = Plan {
            budget: source.seconds("quick_seconds", &file.quick_seconds)?,
            lanes: lanes("quick_lanes", &file.quick_lanes)?,
            samples: Samples::Few,
        };
        let plan = Plan {
            budget: source.seconds("seconds", &file.seconds)?,
            lanes: lanes("lanes", &file.lanes)?,
            samples: Samples::Usual,
        };
        let groups = Group::distinct(groups).map_err(|id| {
            Failure::new(format!("cannot read `{name}`: `{id}` is named twice")).help("name every cell once")
        })?;
        Ok(Self { groups, plan, quick })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(text: &str) -> Result<Suite, Failure> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(file.path(), text).expect("written");
        Suite::read(file.path()).map_err(|failure| {
            let message = failure.message.replace(&file.path().display().to_string(), "suite.toml");
            Failure { message, ..failure }
        })
    }

    const HEAD: &str = "seconds = 5\nlanes = 16\nquick_seconds = 1\nquick_lanes = 8\n\
                        executors = [\"sequential\", \"tasks\"]\n";

    #[test]
    fn a_suite_says_how_long_and_how_many_lanes_and_a_group_may_say_otherwise() {
        let head = HEAD.replace("executors", "sample_limit_seconds = 2\nexecutors");
        let group = "[[group]]\nworkload = \"timer\"\njobs = [1]\nlanes = 20\n";
        let suite = read(&format!("{head}{group}")).expect("valid");
        assert_eq!(suite.plan, Plan { budget: Duration::from_secs(5), lanes: 16, samples: Samples::Usual });
        assert_eq!(suite.quick, Plan { budget: Duration::from_secs(1), lanes: 8, samples: Samples::Few });
        assert_eq!(suite.groups[0].lanes, Some(20));
        assert_eq!(suite.groups[0].sample_limit, Some(Duration::from_secs(2)));
        assert!(read(&format!("\u{feff}{head}{group}")).is_ok(), "with a byte-order mark");
        let failure = read(&format!("{}{group}", HEAD.replace("lanes = 16", "lanes = 0"))).expect_err("none");
        assert_eq!(failure.message, "cannot read `suite.toml` line 2: `lanes = 0`: the least is `1`");
    }

    #[test]
    fn a_group_is_a_workload_at_a_size_under_every_executor() {
        let suite =
            read(&format!("{HEAD}[[group]]\nworkload = \"http-20ms\"\njobs = [1, 32]\n")).expect("valid");
        let names: Vec<_> = suite.groups.iter().map(Group::name).collect();
        assert_eq!(names, ["http-20ms/1", "http-20ms/32"]);
        let ids: Vec<_> = suite.groups[1].cells.iter().map(ToString::to_string).collect();
        assert_eq!(ids, ["http-20ms/sequential/32", "http-20ms/tasks/32"]);
    }

    #[test]
    fn mistakes_are_reported_with_file_line_and_expectation() {
        for (text, message) in [
            ("seconds = ", "cannot read `suite.toml` line 1: "),
            (
                "[[group]]\nworkload = \"htpp\"\njobs = [1]\n",
                "cannot read `suite.toml` line 7: unknown workload `htpp`",
            ),
            (
                "[[group]]\nworkload = \"http\"\njobs = [0]\n",
                "cannot read `suite.toml` line 8: `jobs = 0`: the least is `1`",
            ),
            (
                "[[group]]\nworkload = \"http-20mph\"\njobs = [1]\n",
                "cannot read the workload `http-20mph` in `suite.toml` line 7: `20mph` is not a variation",
            ),
            (
                "[[group]]\nworkload = \"http\"\njobs = [1]\nexecutors = [\"tasks-w0\"]\n",
                "cannot read the executor `tasks-w0` in `suite.toml` line 9: `0` is not a number of workers: the least is `1`",
            ),
            (
                "[[group]]\nworkload = \"http\"\njobs = [1]\nexecutors = [\n\"tasks\",\n\"taks\"]\n",
                "cannot read `suite.toml` line 11: unknown executor `taks`",
            ),
            (
                "[[group]]\nworkload = \"http\"\njob = [1]\n",
                "cannot read `suite.toml` line 8: unknown field `job`",
            ),
            (
                "[[group]]\nworkload = \"http\"\njobs = \"all\"\n",
                "cannot read `suite.toml` line 8: invalid type: string",
            ),
            (
                "[[group]]\nworkload = \"http\"\njobs = [1, 1]\n",
                "cannot read `suite.toml`: `http/sequential/1` is named twice",
            ),
            ("group = []\n", "cannot read `suite.toml`: it has no cell"),
        ] {
            let text = if text.starts_with('s') { text.to_owned() } else { format!("{HEAD}{text}") };
            let failure = read(&text).expect_err(&text);
            assert!(failure.message.starts_with(message), "{failure}");
            assert_eq!(failure.message.matches("cannot").count(), 1, "{failure}");
            assert!(failure.help.is_some(), "{failure}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let failure = Suite::read(Path::new("no/such/suite.toml")).expect_err("missing");
        assert!(failure.message.starts_with("cannot read `no/such/suite.toml`: "), "{failure}");
    }
}
