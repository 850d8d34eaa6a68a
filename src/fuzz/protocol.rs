//! Both directions of the lane protocol, line by line: what a driver reads of a lane, and what a lane reads of its driver.

use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::{Tried, one_line};
use super::shown;
use crate::failure::Failure;
use crate::lane::child::{self, Prepared};
use crate::lane::driver::KnownAnswers;
use crate::lane::protocol::{Opened, Parsed, Probed, Reply, Request, Sampled};
use crate::lane::{Cell, foreign, rules};
use crate::measure::passes::fairness;
use crate::process::dialogue;
use crate::record::{CellResult, Timeline};
use crate::workload::{Answer, Digest};

/// The cell of the dialogue in `docs/LANES.md`.
const CELL: &str = "http/tasks/32";
const CORES: usize = 2;
/// How long the driver has waited for a reply.
const WAITED: Duration = Duration::from_secs(1);

/// The lines of a lane or a driver as the other side gets them: bytes that are no text are replaced.
fn lines(path: &Path) -> Result<Vec<String>, String> {
    let bytes = fs::read(path).map_err(|cause| cause.to_string())?;
    Ok(bytes.split(|byte| *byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect())
}

/// What is read of a text is read again once it is written.
fn again<T: Serialize + DeserializeOwned + Debug>(read: &T) -> Result<(), String> {
    let text = serde_json::to_string(read).map_err(|cause| format!("{read:?} cannot be written: {cause}"))?;
    let back: T =
        serde_json::from_str(&text).map_err(|cause| format!("{text} is not read again: {cause}"))?;
    let changed = serde_json::to_string(&back).map_or(true, |other| other != text);
    if changed { Err(format!("{text} is another one once it is read again")) } else { Ok(()) }
}

/// Replies of a lane, each held against the rules.
pub(super) fn replies(path: &Path) -> Tried {
    let cell: Cell = CELL.parse().map_err(|failure: Failure| failure.message)?;
    for line in lines(path)? {
        let reply: Reply = match dialogue::understand("`fairlane-lane`", &line) {
            Ok(reply) => reply,
            Err(failure) => return Ok(Err(failure)),
        };
        again(&reply)?;
        let checked = match &reply {
            Reply::Ready(opened) => ready(&cell, opened),
            Reply::Sampled(found) => sampled(&cell, found),
            Reply::Used { usage } => usage.iter().try_for_each(|usage| rules::usage(usage, WAITED, CORES)),
            Reply::Probed(found) => probed(&cell, found)?,
            Reply::Stood { digest } => known(&cell).check_digest(*digest),
            Reply::Answers { answers } => {
                known(&cell).check_each(&answers.iter().map(|answer| answer.0).collect::<Vec<Answer>>())
            }
            Reply::Failed(failure) => Err(failure.clone()),
        };
        checked.or_else(|failure| one_line(&failure))?;
        one_line(&dialogue::Dialogue::nonsense("lane", &reply))?;
    }
    Ok(Ok(()))
}

fn known(cell: &Cell) -> KnownAnswers {
    KnownAnswers::of(&cell.workload, cell.jobs, Digest::Xxh3)
}

fn ready(cell: &Cell, opened: &Opened) -> Result<(), Failure> {
    rules::opened::keeps_connections(cell, opened);
    let claimed = foreign::as_claimed(cell, CORES, opened);
    claimed.width(CORES);
    rules::opened::version(opened)?;
    rules::opened::model(cell, opened)?;
    rules::opened::in_flight(cell, CORES, opened)
}

fn sampled(cell: &Cell, found: &Sampled) -> Result<(), Failure> {
    if let Some(usage) = found.usage {
        let each = usage.each(found.count);
        let _ = (each.cpu_ns(), each.switches());
        rules::usage(&usage, WAITED, CORES)?;
    }
    rules::sampled::count(found, found.count)?;
    rules::sampled::time(found, WAITED)?;
    rules::sampled::single_times(found)?;
    fairness::waits(cell, CORES, false, found)?;
    known(cell).check(found, || Ok(Vec::new()))
}

fn probed(cell: &Cell, found: &Probed) -> Result<Result<(), Failure>, String> {
    let timeline = Timeline::of(found);
    let result = CellResult { id: CELL.into(), jobs: cell.jobs, timeline, ..CellResult::default() };
    shown::timelines(&[result], 1 << 20)?;
    let jobs = |found: &Probed| {
        let Some(jobs) = &found.jobs else { return Ok(()) };
        rules::probed::in_flight(cell.width(CORES), found.wall_ns, jobs)?;
        rules::probed::quantiles(found.wall_ns, jobs)
    };
    let timeline = |found: &Probed| {
        found.timeline.as_ref().map_or(Ok(()), |seen| rules::probed::timeline(cell.jobs, found.wall_ns, seen))
    };
    Ok(rules::probed::wall(found, WAITED)
        .and_then(|()| jobs(found))
        .and_then(|()| timeline(found))
        .and_then(|()| fairness::tasks(cell, found))
        .and_then(|()| rules::usage(&found.usage, WAITED, CORES)))
}

/// Requests of a driver. A cell that opens fast is opened and asked, as far as the request says nothing that takes long.
pub(super) fn requests(path: &Path) -> Tried {
    let mut lane: Option<Prepared> = None;
    for line in lines(path)? {
        let request: Request = match child::understand(&line) {
            Ok(request) => request,
            Err(failure) => return Ok(Err(failure)),
        };
        again(&request)?;
        if let Request::Open { cell, cores, .. } = &request {
            if let Err(failure) = child::can_open(cell, *cores) {
                return Ok(Err(failure));
            }
            let _ = (Parsed::of(cell, *cores), cell.width(*cores), cell.least_time(*cores));
        }
        if !is_fast(&request) {
            continue;
        }
        match child::answer(&mut lane, request) {
            Ok(reply) => again(&reply)?,
            Err(failure) => return Ok(Err(failure)),
        }
    }
    Ok(Ok(()))
}

/// Whether it needs no other process, no server, no many threads and no long time. Standstills are of a whole process, in which
/// other tests run.
fn is_fast(request: &Request) -> bool {
    match request {
        Request::Open { cell, cores, .. } => {
            let executors = ["sequential", "threads", "thread-pool", "tasks", "tasks-mt", "rayon"];
            let is_short = cell.workload.kind().id == "noop" || cell.workload.value("delay") <= 1_000_000;
            let is_known = ["noop", "timer"].contains(&cell.workload.kind().id);
            is_known && is_short && cell.jobs <= 64 && *cores <= 64 && executors.contains(&cell.executor.id)
        }
        Request::Sample { times } => *times <= 3,
        Request::StandStill { .. } => false,
        Request::Usage | Request::Probe | Request::Answers => true,
    }
}
