//! `fairlane lane`: one cell in this very process, for a profiler.

use std::time::Duration;

use clap::Args;

use super::matrix::seconds;
use super::{Stop, print};
use crate::clock;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::child::Prepared;
use crate::lane::driver::Known;
use crate::measure::server::Server;
use crate::measure::statistics;
use crate::process::child::Program;
use crate::process::interrupt;
use crate::process::role;
use crate::report::format;
use crate::workload::Place;

/// Run one cell over and over in this process, for a profiler
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane lane http/tasks/32 --seconds 10\n  \
    perf record --call-graph dwarf fairlane lane primes/rayon/16 --seconds 5")]
pub(super) struct Lane {
    /// The cell: `workload/executor/jobs`
    cell: String,
    /// How long, in seconds
    #[arg(long, short, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    seconds: Duration,
}

impl Lane {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let cell: Cell = self.cell.parse().map_err(Stop::Misuse)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if let Some(reason) = cell.not_applicable(cores) {
            return Err(Stop::Misuse(Failure::new(format!("`{cell}` is not applicable: {reason}"))));
        }
        let known = Known::of(&cell.workload, cell.jobs);
        let server =
            cell.workload.server().map(|kind| Server::start(&Program::myself()?, kind)).transpose()?;
        let scratch = cell.workload.scratch()?;
        role::end_on_panic();
        let place = Place {
            server: server.as_ref().map(Server::addr),
            scratch: scratch.as_ref().map(|scratch| scratch.path().to_owned()),
            warm: true,
        };
        let mut lane = Prepared::open(cell.clone(), place, cores)?;

        anstream::eprintln!("{cell} runs in process {} for {:?}", std::process::id(), self.seconds);
        let end = clock::now().after(self.seconds);
        let mut samples = Vec::new();
        while clock::now() < end && !interrupt::came() {
            let sampled = lane.sample(1)?;
            known.check(&sampled, || Ok(lane.answers()))?;
            samples.push(sampled.total_ns as f64);
        }
        if let Some(found) = statistics::estimate(&samples) {
            let interval = found
                .interval99
                .map_or_else(|| format::MISSING.into(), |(low, high)| format::time_range([low, high]));
            let (count, median) = (samples.len(), format::time(found.median));
            print(&format!("{cell}: {count} batches, median {median}, 99 % interval {interval}\n"))?;
        }
        if interrupt::came() { Err(Stop::Interrupted) } else { Ok(()) }
    }
}
