//! `fairlane limits`: how many threads, processes and tasks can wait at once on this machine, and what stopped each.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::Stop;
use super::output::{print, print_json, say};
use super::values::jobs;
use crate::clock::nanos;
use crate::executor;
use crate::measure::passes::session::Session;
use crate::measure::search::capacity::{Bounds, Next, Search, Stopped};
use crate::measure::search::waiting::{self, MODELS, Model, Waited};
use crate::process::interrupt;
use crate::process::limits;
use crate::process::room::Room;
use crate::record;
use crate::report::format::{self, count};

/// How long a lane may be silent: the last size may take several times as long as the time guard allows the one before.
const SILENCE: Duration = Duration::from_secs(90);

/// Find how many threads, processes and tasks can wait at once here, and what stops more
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairlane limits\n  fairlane limits --cap 2000 --json")]
pub(super) struct Limits {
    /// Try no more than this many at once [default: what leaves the machine usable]
    #[arg(long, value_name = "N", value_parser = jobs, allow_negative_numbers = true)]
    cap: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    models: Vec<Found>,
    limits: record::Limits,
}

/// What was found for one model. `null`: no size waited, or the system does not say.
#[derive(Serialize)]
struct Found {
    model: &'static str,
    waited_at_once: Option<usize>,
    anonymous_bytes_each: Option<u64>,
    batch_ns: Option<u64>,
    wait_ns: Option<u64>,
    /// `cap`, `most`, `room`, `memory`, `time` or `failure`.
    stopped_by: &'static str,
    reason: String,
    help: Option<String>,
}

impl Limits {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let mut session = Session::new(SILENCE, None)?;
        let mut models = Vec::new();
        for model in &MODELS {
            let found = self.search(model, &mut session)?;
            if !self.json {
                print(&found.line())?;
            }
            models.push(found);
        }
        let none_waited = models.iter().any(|found| found.waited_at_once.is_none());
        let report = Report { models, limits: limits::Limits::here() };
        if self.json { print_json(&report) } else { print(&table(&report.limits)) }?;
        if none_waited { Err(Stop::CellsFailed) } else { Ok(()) }
    }

    fn search(&self, model: &'static Model, session: &mut Session) -> Result<Found, Stop> {
        let most = executor::find(model.executor).map_or(0, |executor| executor.most);
        let mut search = Search::new(model);
        loop {
            let bounds = Bounds { asked: self.cap, most, room: Room::here() };
            let size = match search.next(&bounds) {
                Next::Stop(stopped) => return Ok(Found::new(model, search.best, stopped)),
                Next::Try(size) => size,
            };
            say(format_args!("{} {} at once", count(size as u64), model.executor));
            let tried = waiting::attempt(session, model.executor, size, search.best);
            if interrupt::came() {
                return Err(Stop::Interrupted);
            }
            match tried {
                Ok(waited) => search.waited(waited),
                Err(failure) => search.failed(size, failure),
            }
        }
    }
}

impl Found {
    fn new(model: &Model, best: Option<Waited>, stopped: Stopped) -> Self {
        let (stopped_by, reason, help) = match stopped {
            Stopped::Failed(size, failure) => {
                let size = count(size as u64);
                ("failure", format!("the next size, {size}, failed: {}", failure.message), failure.help)
            }
            Stopped::Asked(cap) => ("cap", format!("--cap is {}", count(cap as u64)), None),
            Stopped::Most(_) => ("most", "Fairlane tries no more".into(), None),
            Stopped::Room(left) => {
                let free = count(left.left);
                let each = model.threads_each;
                let takes = if each > 1 { format!(", and one takes {each}") } else { String::new() };
                let reason =
                    format!("more would take over half of the {free} that {} leaves{takes}", left.name);
                ("room", reason, None)
            }
            Stopped::Memory(bytes) => {
                let free = format::bytes(bytes);
                ("memory", format!("stopped by the memory guard: more could take over half of {free}"), None)
            }
            Stopped::Time(batch) => {
                let took = format::time(nanos(batch) as f64);
                ("time", format!("stopped by the time guard: that took {took}"), None)
            }
        };
        Self {
            model: model.executor,
            waited_at_once: best.map(|best| best.size),
            anonymous_bytes_each: best.and_then(|best| best.bytes_each()),
            batch_ns: best.map(|best| nanos(best.batch)),
            wait_ns: best.map(|best| nanos(best.delay)),
            stopped_by,
            reason,
            help,
        }
    }

    fn line(&self) -> String {
        let number = self.waited_at_once.map_or_else(|| "no".into(), |size| count(size as u64));
        let bytes = self.anonymous_bytes_each.map_or_else(|| format::MISSING.into(), format::bytes);
        let time = |ns: u64| format::time(ns as f64);
        let cost = self.batch_ns.zip(self.wait_ns).map_or_else(String::new, |(batch, wait)| {
            format!(" ({bytes} each; all in {}, {} of it waiting)", time(batch), time(wait))
        });
        let help = self.help.as_ref().map_or_else(String::new, |help| format!("\n  help: {help}"));
        format!("{number} {} waited at once{cost}; {}{help}\n", self.model, self.reason)
    }
}

fn table(found: &record::Limits) -> String {
    let limits = [
        ("open files of a process", "ulimit -n", found.nofile),
        ("threads of the user", "ulimit -u", found.nproc),
        ("threads of the machine", "kernel.threads-max", found.threads_max),
        ("largest process id", "kernel.pid_max", found.pid_max),
        ("memory maps of a process", "vm.max_map_count", found.max_map_count),
        ("threads of the cgroup", "pids.max", found.cgroup_pids_max),
    ];
    let row = |(what, name, limit): (_, _, Option<u64>)| {
        let limit = limit.map_or_else(|| format::MISSING.into(), count);
        format!("  {what:<26}{name:<20}{limit:>12}\n")
    };
    format!("\nWhat the kernel says (`-`: no limit, or not known)\n{}", limits.map(row).concat())
}
