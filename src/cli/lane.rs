//! `fairlane lane`: one cell in this process, for a profiler.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::Stop;
use super::output::{print, print_json, say};
use super::values::seconds;
use crate::clock;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::child::Prepared;
use crate::lane::driver::KnownAnswers;
use crate::measure::passes::server::{Listen, Server};
use crate::measure::statistics;
use crate::process::interrupt;
use crate::process::program::Program;
use crate::process::role;
use crate::process::tree;
use crate::process::usage::Usage;
use crate::report::format;
use crate::workload::{Digest, JobContext};

/// Run one cell in this process: over and over for a profiler, or once to see what it uses
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    perf record --call-graph dwarf fairlane lane primes/rayon/16 --seconds 5\n  \
    /usr/bin/time -v fairlane lane primes/thread-pool/2000 --probe")]
pub(super) struct Lane {
    /// The cell: `workload/executor/jobs`
    cell: String,
    /// How long, in seconds
    #[arg(long, short, value_name = "SECONDS", default_value = "10", value_parser = seconds, allow_negative_numbers = true)]
    seconds: Duration,
    /// Run the batch once and print what it used, like the probe of a run
    #[arg(long, conflicts_with = "seconds")]
    probe: bool,
    /// Print that as JSON
    #[arg(long, requires = "probe")]
    json: bool,
}

/// What a probed batch used, for comparison with what other programs report about this process.
#[derive(Debug, Serialize)]
struct ProbeUsage {
    wall_ns: u64,
    usage: Usage,
    /// The sum of the peak resident sizes of all living processes, in bytes.
    peak_rss_bytes: Option<u64>,
}

impl Lane {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let cell: Cell = self.cell.parse().map_err(Stop::Misuse)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if let Some(reason) = cell.not_applicable(cores) {
            let failure = Failure::new(format!("cannot run `{cell}`: {reason}"));
            return Err(Stop::Misuse(
                failure.help("`fairlane list` shows what workloads and executors need"),
            ));
        }
        let known = KnownAnswers::of(&cell.workload, cell.jobs, Digest::Xxh3);
        let start = |kind| Server::start(&Program::myself()?, kind, Listen::default());
        let server = cell.workload.server().map(start).transpose()?;
        let scratch = cell.workload.scratch()?;
        role::end_on_panic();
        let context = JobContext {
            server: server.as_ref().map(Server::for_clients),
            scratch: scratch.as_ref().map(|scratch| scratch.path().to_owned()),
            warm: true,
        };
        let mut lane = Prepared::open(cell.clone(), context, cores)?;
        if self.probe {
            return self.account(&mut lane, &known);
        }

        say(format_args!("{cell} runs in process {} for {:?}", std::process::id(), self.seconds));
        let end = clock::now().after(self.seconds);
        let mut samples = Vec::new();
        while clock::now() < end && !interrupt::came() {
            let sampled = lane.sample(1)?;
            known.check(&sampled, || Ok(lane.answers()))?;
            samples.push(sampled.total_ns as f64);
        }
        if let Some(found) = statistics::estimate(&samples) {
            let interval = found.interval99.map_or_else(|| format::MISSING.into(), format::time_range);
            let (count, median) = (samples.len(), format::time(found.median));
            print(&format!("{cell}: {count} batches, median {median}, 99 % interval {interval}\n"))?;
        }
        if interrupt::came() { Err(Stop::Interrupted) } else { Ok(()) }
    }

    fn account(&self, lane: &mut Prepared, known: &KnownAnswers) -> Result<(), Stop> {
        let probed = lane.probe()?;
        known.check_digest(probed.digest)?;
        let peak_rss_bytes = tree::inspect(std::process::id()).map(|tree| tree.peak_rss_bytes);
        let account = ProbeUsage { wall_ns: probed.wall_ns, usage: probed.usage, peak_rss_bytes };
        if self.json {
            return print_json(&account);
        }
        let (time, usage) = (|ns: u64| format::time(ns as f64), account.usage);
        let peak = account.peak_rss_bytes.map_or_else(|| format::MISSING.into(), format::bytes);
        print(&format!(
            "{}: {}\n  processor time   {} user, {} kernel\n  switches         {} voluntary, {} forced\n  \
             page faults      {} minor, {} major\n  peak RSS         {peak}\n",
            self.cell,
            time(account.wall_ns),
            time(usage.cpu_user_ns),
            time(usage.cpu_sys_ns),
            usage.switches_voluntary,
            usage.switches_involuntary,
            usage.faults_minor,
            usage.faults_major,
        ))
    }
}
