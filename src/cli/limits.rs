//! `fairlane limits`: how many threads, processes and tasks can wait at once on this machine, and what stopped each.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{Stop, print, print_json};
use crate::clock::nanos;
use crate::executor;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::cell::MOST_JOBS;
use crate::measure::capacity::{Bounds, MODELS, Model, Next, Search, Stopped, Waited};
use crate::measure::session::{Memory, Session};
use crate::process::interrupt;
use crate::process::limits;
use crate::process::room::Room;
use crate::record::Limits as Known;
use crate::report::format::{self, count};

/// How long a lane may be silent: the last size may take several times what the guard of time allows the one before.
const SILENCE: Duration = Duration::from_secs(90);

/// A job waits at least so long; longer where starting all of them takes longer.
const WAIT: Duration = Duration::from_millis(100);

/// How many waits are tried, each longer than the one before, until the last job has begun before the first one ends and
/// all have been seen to stand.
const TRIES: u32 = 4;

/// Find how many threads, processes and tasks can wait at once here, and what stops more
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairlane limits\n  fairlane limits --cap 2000 --json")]
pub(super) struct Limits {
    /// Try no more than this many at once [default: what leaves the machine usable]
    #[arg(long, value_name = "N", value_parser = cap)]
    cap: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    models: Vec<Found>,
    limits: Known,
}

/// What was found of one model. `null`: no size waited, or the system does not tell.
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
        let report = Report { models, limits: limits::Limits::here().into() };
        if self.json { print_json(&report) } else { print(&table(&report.limits)) }?;
        if none_waited { Err(Stop::CellsFailed) } else { Ok(()) }
    }

    fn search(&self, model: &'static Model, session: &mut Session) -> Result<Found, Stop> {
        let most = executor::find(model.executor).map_or(0, |entry| entry.most);
        let mut search = Search::new(model);
        loop {
            let bounds = Bounds { asked: self.cap, most, room: Room::here() };
            let size = match search.next(&bounds) {
                Next::Stop(stopped) => return Ok(Found::new(model, search.best, stopped)),
                Next::Try(size) => size,
            };
            anstream::eprintln!("{} {} at once", count(size as u64), model.executor);
            let tried = attempt(session, model.executor, size, search.best);
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

/// Lets so many jobs wait at once, long enough that the last one has begun before the first one ends.
fn attempt(
    session: &mut Session,
    executor: &str,
    size: usize,
    before: Option<Waited>,
) -> Result<Waited, Failure> {
    let expected = before.map(|before| before.overhead().mul_f64(size as f64 / before.size.max(1) as f64));
    let mut delay = long_enough(expected.unwrap_or_default());
    let mut overlapped = None;
    for _ in 0..TRIES {
        let workload = format!("timer-{}ms", delay.as_millis());
        let mut lane = session.open(&Cell::new(workload.parse()?, executor, size)?)?;
        let batch = Duration::from_nanos(session.sample(&mut lane, 1)?.total_ns);
        // The last wait began at least `delay` before the end of the batch, the first one ended at least `delay` after
        // its beginning: only if the rest is shorter than that they must have overlapped.
        let rest = batch.saturating_sub(delay);
        if rest >= delay {
            delay = long_enough(rest);
            continue;
        }
        session.look(&mut lane)?;
        let memory = lane.memory.as_ref();
        let waited = Waited { size, delay, batch, bytes: memory.map(Memory::above_idle) };
        if memory.is_none_or(|memory| memory.in_flight.jobs == size) {
            return Ok(waited);
        }
        // Standing still takes longer than waiting. A look waits as long as a batch takes: the next one longer.
        overlapped = overlapped.or(Some(Waited { bytes: None, ..waited }));
        delay *= 3;
    }
    overlapped
        .ok_or_else(|| Failure::new(format!("starting {size} jobs took longer than each of them waited")))
}

/// A wait that is longer than the rest of the batch, even if that takes somewhat longer than thought; whole milliseconds.
fn long_enough(rest: Duration) -> Duration {
    let millis = rest.max(WAIT).mul_f64(1.5).as_millis();
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

impl Found {
    fn new(model: &Model, best: Option<Waited>, stopped: Stopped) -> Self {
        let (stopped_by, reason, help) = match stopped {
            Stopped::Failed(size, failure) => {
                let size = count(size as u64);
                ("failure", format!("the next size, {size}, failed: {}", failure.message), failure.help)
            }
            Stopped::Asked(cap) => ("cap", format!("--cap is {}", count(cap as u64)), None),
            Stopped::Most(_) => ("most", "Fairlane asks for no more".into(), None),
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

fn table(known: &Known) -> String {
    let limits = [
        ("open files of a process", "ulimit -n", known.nofile),
        ("threads of the user", "ulimit -u", known.nproc),
        ("threads of the machine", "kernel.threads-max", known.threads_max),
        ("largest process id", "kernel.pid_max", known.pid_max),
        ("memory maps of a process", "vm.max_map_count", known.max_map_count),
        ("threads of the cgroup", "pids.max", known.cgroup_pids_max),
    ];
    let row = |(what, name, limit): (_, _, Option<u64>)| {
        let limit = limit.map_or_else(|| format::MISSING.into(), count);
        format!("  {what:<26}{name:<20}{limit:>12}\n")
    };
    format!("\nWhat the kernel says (`-`: no limit, or not known)\n{}", limits.map(row).concat())
}

fn cap(text: &str) -> Result<usize, String> {
    let cap = text.parse().ok().filter(|cap| (1..=MOST_JOBS).contains(cap));
    cap.ok_or_else(|| format!("a number from 1 to {MOST_JOBS}"))
}
