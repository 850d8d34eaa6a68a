//! `fairlane calibrate`: how far verdicts can be trusted on this machine.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::Stop;
use super::output::{self, complain, print, print_json, say};
use super::progress::Progress;
use super::values::{distinct, lanes, name, seconds, seed};
use super::watched::watched;
use crate::clock;
use crate::failure::Failure;
use crate::measure::machine::environment::Environment;
use crate::measure::passes::session::{self, Session};
use crate::measure::passes::table::Plan;
use crate::measure::passes::visit::Samples;
use crate::measure::verdict::calibration::{found, group};
use crate::process::interrupt;
use crate::record::calibration::Calibration;
use crate::record::store;
use crate::report::{terminal, view};
use crate::workload::Spec;

/// More tables would make the intervals narrower than needed.
const TABLES: usize = 100;

/// Measure how far verdicts can be trusted on this machine: a cell against itself, and against more work
#[derive(Debug, Args)]
#[command(
    after_help = "Each cell is measured twice under the same name, and with 5, 10 and 20 % more work added: longer \
    waits, or more jobs.\nThe newest result of this machine becomes part of the runs that follow.\n\nExamples:\n  \
    fairlane calibrate\n  fairlane calibrate -w http -e tasks,thread-pool --lanes 16 --budget 300"
)]
pub(super) struct Calibrate {
    /// Workloads
    #[arg(
        long,
        short,
        value_delimiter = ',',
        value_name = "NAMES",
        value_parser = name,
        default_value = "timer,tcp,http,db,primes"
    )]
    workload: Vec<String>,
    /// Executors
    #[arg(long, short, value_delimiter = ',', value_name = "NAMES", value_parser = name, default_value = "sequential,tasks")]
    executors: Vec<String>,
    /// Lanes of each cell in a table; the suite has 16
    #[arg(long, value_name = "N", default_value = "12", value_parser = lanes, allow_negative_numbers = true)]
    lanes: usize,
    /// The time for all of it, in seconds
    #[arg(long, short, value_name = "SECONDS", default_value = "900", value_parser = seconds, allow_negative_numbers = true)]
    budget: Duration,
    /// The folder in which a new folder with the result is made
    #[arg(long, short, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
    /// The seed of the random order of lanes [default: from the clock]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Calibrate {
    pub(super) fn run(&self) -> Result<(), Stop> {
        distinct("--workload", &self.workload).map_err(Stop::Misuse)?;
        distinct("--executors", &self.executors).map_err(Stop::Misuse)?;
        let (begun, started) = (clock::now(), clock::wall());
        let mut session = Session::new(session::TIMEOUT, None)?;
        let cores = session.cores();
        let workloads = self.workload.iter().map(|name| name.parse::<Spec>());
        let workloads = workloads.collect::<Result<Vec<_>, _>>().map_err(Stop::Misuse)?;
        let pairs = workloads.iter().flat_map(|workload| self.executors.iter().map(move |e| (workload, e)));
        let groups = pairs.map(|(workload, executor)| group(workload, executor, cores));
        let groups = groups.collect::<Result<Vec<_>, Failure>>().map_err(Stop::Misuse)?;
        store::prepare(&self.out)?;
        let machine = Environment::here(cores);
        let mut order = StdRng::seed_from_u64(self.seed.unwrap_or_else(|| clock::seed(started)));
        let plan = Plan { budget: self.budget, lanes: self.lanes * TABLES, samples: Samples::Usual };
        let measured = watched(&mut session, &groups, plan, &mut order, &Progress::new(), None);

        let (mut all, mut failed) = (Vec::new(), false);
        for (group, measured) in groups.iter().zip(&measured) {
            match found(measured, self.lanes) {
                Ok(found) => all.push(found),
                Err(_) if interrupt::came() => failed = true, // there was no time, and the user knows why
                Err(failure) => {
                    failed = true;
                    let message = format!("cannot calibrate `{}`: {failure}", group.name());
                    complain(&Failure { message, ..failure });
                }
            }
        }
        let seconds = clock::now().since(begun).as_secs_f64();
        let started = clock::date(started);
        let calibration = Calibration::new(started, &machine, self.lanes, seconds, &all);
        if self.json {
            print_json(&calibration)?;
        } else {
            print(&terminal::table(&view::calibration(&calibration), output::width()))?;
        }
        if calibration.false_alarms().of > 0 {
            let path = store::keep(
                &self.out,
                &calibration.started,
                ("calibration", Calibration::FILE),
                &calibration,
            )?;
            say(format_args!("calibration: {}", path.display()));
        }
        Stop::after(failed)
    }
}
