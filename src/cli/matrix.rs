//! Which cells: from the suite file, or from workloads, executors and sizes named on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Stop;
use super::values::{cores, jobs, name, wait};
use crate::executor::{self, Width};
use crate::failure::Failure;
use crate::measure::passes::suite::{Group, Suite};
use crate::measure::passes::table::Plan;
use crate::measure::passes::visit::Samples;
use crate::workload::{Spec, Unit};

/// The suites as they were when this binary was built, for an installed `fairlane`.
const SUITE: &str = include_str!("../../benches/suite.toml");
/// The primitives: no run includes them by default, but `verify` checks their answers, too.
const PRIMITIVES: &str = include_str!("../../benches/primitives.toml");

/// The plan for cells that are named one by one: half a minute, and as many lanes as fit into it.
const PLAN: Plan = Plan { budget: Duration::from_secs(30), lanes: 60, samples: Samples::Usual };

/// Workloads, executors and sizes.
#[derive(Debug, Args)]
pub(super) struct Matrix {
    /// Workloads, with their variations: `http`, `http-20ms-4kib`, `primes-200000` [default: http]
    #[arg(long, short, value_delimiter = ',', value_name = "NAMES", value_parser = name, conflicts_with = "suite")]
    workload: Vec<String>,
    /// Executors, with their variations: `tasks`, `thread-pool-w4` [default: all but the controls]
    #[arg(long, short, value_delimiter = ',', value_name = "NAMES", value_parser = name, conflicts_with = "suite")]
    executors: Vec<String>,
    /// Jobs in a batch, one table for each number [default: 32]
    #[arg(long, short, value_delimiter = ',', value_name = "N", value_parser = jobs, allow_negative_numbers = true, conflicts_with = "suite")]
    jobs: Vec<usize>,
    /// Jobs in flight at once, at most [default: all where they wait, one per core where they compute]
    #[arg(long, short, value_name = "N", value_parser = jobs, allow_negative_numbers = true, conflicts_with = "suite")]
    concurrency: Option<usize>,
    /// Measure every executor a second time, on N cores only, different physical ones if possible; the server runs on the others, if there are any
    #[arg(long, value_name = "N", value_parser = cores, allow_negative_numbers = true, conflicts_with = "suite")]
    cores: Option<usize>,
    /// How long a wait takes, like `20ms`: the same as `-20ms` in the workload's name
    #[arg(long, short, value_name = "TIME", value_parser = wait, allow_negative_numbers = true, conflicts_with = "suite")]
    delay: Option<String>,
    /// A suite file with the whole matrix, like `benches/suite.toml`
    #[arg(long, value_name = "FILE")]
    suite: Option<PathBuf>,
}

impl Matrix {
    /// The groups that are named, and the plan for them unless the user gives a budget.
    pub(super) fn groups(&self) -> Result<(Vec<Group>, Plan), Stop> {
        let groups = match &self.suite {
            Some(path) => Suite::read(path).map(|suite| (suite.groups, suite.plan)),
            None => self.named().map(|groups| (groups, PLAN)),
        };
        groups.map_err(Stop::Misuse)
    }

    fn named(&self) -> Result<Vec<Group>, Failure> {
        let or = |given: &[String], default: &[&str]| match given {
            [] => default.iter().map(|name| (*name).to_owned()).collect(),
            given => given.to_vec(),
        };
        let workloads = or(&self.workload, &["http"]);
        let workloads = workloads.iter().map(|name| self.workload(name)).collect::<Result<Vec<_>, _>>()?;
        let contenders: Vec<_> = executor::REGISTRY
            .iter()
            .filter(|executor| executor.by_hand_for.is_empty())
            .map(|executor| executor.id)
            .collect();
        let executors: Vec<_> =
            or(&self.executors, &contenders).iter().map(|name| self.executor(name)).collect();
        let confined = self
            .cores
            .into_iter()
            .flat_map(|cores| executors.iter().map(move |name| format!("{name}-c{cores}")));
        let executors: Vec<_> = executors.iter().cloned().chain(confined).collect();
        let jobs = if self.jobs.is_empty() { vec![32] } else { self.jobs.clone() };
        Group::all(&workloads, &jobs, &executors)
    }

    fn workload(&self, name: &str) -> Result<Spec, Failure> {
        let spec: Spec = name.parse()?;
        let Some(delay) = &self.delay else { return Ok(spec) };
        if name.split('-').any(|part| Unit::Duration.parse(part).is_ok()) {
            return Err(Failure::new(format!(
                "cannot use `--delay {delay}` with `{name}`: its name has a delay"
            ))
            .help("give the delay once: in the name, or with `--delay`"));
        }
        spec.with("delay", delay)
    }

    /// The name with the concurrency in it, where that makes a difference.
    fn executor(&self, name: &str) -> String {
        let Some(concurrency) = self.concurrency else { return name.into() };
        let id = name.strip_suffix("-cold").unwrap_or(name);
        let executor = executor::find(id);
        let follows = executor.is_some_and(|executor| executor.width == Width::Concurrency);
        if follows { format!("{name}-w{concurrency}") } else { name.into() }
    }
}

/// The groups of a file, or of the suites this binary was built with.
pub(super) fn groups(file: Option<&PathBuf>) -> Result<Vec<Group>, Stop> {
    let read = |suite: Result<Suite, Failure>| suite.map(|suite| suite.groups).map_err(Stop::Misuse);
    match file {
        Some(path) => read(Suite::read(path)),
        None => {
            let mut groups = read(Suite::parse("benches/suite.toml", SUITE))?;
            groups.extend(read(Suite::parse("benches/primitives.toml", PRIMITIVES))?);
            Ok(groups)
        }
    }
}
