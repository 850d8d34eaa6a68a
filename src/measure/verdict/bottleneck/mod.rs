//! What kept a cell from being faster, judged from evidence and not from expectations.
//!
//! The apparatus comes first, because a time that it limits is worthless for comparing models. Then come the machine and the
//! model itself.

use crate::lane::Cell;
use crate::lane::protocol::Probed;
use crate::measure::machine::evidence::Evidence;
use crate::measure::machine::timer::Lateness;
use crate::process::usage::Usage;
use mock_server::Stats;

/// What a cell's time was mostly made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bottleneck {
    /// Connections were turned away: the server's backlog was full.
    Backlog,
    /// The server: it was busy nearly all the time, near its ceiling, or let requests wait outside.
    Server,
    /// Memory: each job had to wait for a page to be read back from a disk, on average.
    Memory,
    /// Waiting for a disk.
    Disk,
    /// The cores that this executor can compute on were computing nearly all the time.
    Cores,
    /// The tick of a timer: what a wait took beyond what was asked.
    Timer,
    /// None of these: waiting that was asked for, and what the executor itself does.
    None,
}

impl Bottleneck {
    /// The name in tables and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backlog => "backlog",
            Self::Server => "server",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Cores => "cores",
            Self::Timer => "timer",
            Self::None => "none",
        }
    }

    /// Whether the time is that of the apparatus and not of the executor: such a cell is not ranked.
    pub fn is_apparatus(self) -> bool {
        matches!(self, Self::Backlog | Self::Server)
    }
}

/// What is known about one cell.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Which.
    pub cell: &'a Cell,
    /// The cores of the machine.
    pub cores: usize,
    /// The median time of a batch in nanoseconds.
    pub median_ns: f64,
    /// What was observed during its samples.
    pub evidence: Evidence,
    /// What the server counted of its last sample.
    pub server: Option<&'a Stats>,
    /// The requests a second that its server can answer.
    pub ceiling_rps: Option<f64>,
    /// The probe.
    pub probed: Option<&'a Probed>,
    /// What a batch used, by its samples; `None` of a lane that cannot say.
    pub used: Option<Usage<f64>>,
    /// How late timers are.
    pub lateness: Option<Lateness>,
}

/// Nearly all of the time. Below this, something else may decide.
const MOST: f64 = 0.8;
/// If a disk is busy for half of the time, the cell waits for it.
const HALF: f64 = 0.5;
/// A smaller delay of a wait, as a share of it, is not reported.
const REPORTED: f64 = 0.03;

/// What limited the cell.
pub fn of(facts: &Facts<'_>) -> Bottleneck {
    let evidence = &facts.evidence;
    if evidence.overflows > 0 {
        Bottleneck::Backlog
    } else if is_server(facts) {
        Bottleneck::Server
    } else if facts.used.is_some_and(|used| used.faults_major >= facts.cell.jobs as f64) {
        Bottleneck::Memory
    } else if evidence.share(evidence.disk_busy_ns) >= HALF {
        Bottleneck::Disk
    } else if computing(facts).is_some_and(|computing| computing >= MOST * computable(facts)) {
        Bottleneck::Cores
    } else if is_timer(facts) {
        Bottleneck::Timer
    } else {
        Bottleneck::None
    }
}

/// The server computed nearly all the time, or it had far fewer requests in flight than the lane. Where it has delays to
/// keep, also: it was ready to compute while something else than this cell had the processors, or it answered about as many
/// requests as it can. Requests that wait for each other, and not for a delay, may come as fast as the server can answer.
fn is_server(facts: &Facts<'_>) -> bool {
    let Some(server) = facts.server else { return false };
    let evidence = &facts.evidence;
    let delays = facts.cell.workload.kind().params.iter().any(|param| param.name == "delay");
    let ran = evidence.share(evidence.server_ran_ns);
    let wanted = evidence.share(evidence.server_ran_ns + evidence.server_queued_ns);
    let ours = computing(facts).unwrap_or(0.0);
    let starved = delays && wanted >= MOST && ours < HALF * facts.cell.cores(facts.cores) as f64;
    let rate = facts.cell.jobs as f64 / facts.median_ns * 1e9;
    let at_ceiling = delays && facts.ceiling_rps.is_some_and(|ceiling| rate >= MOST * ceiling);
    ran >= MOST || starved || at_ceiling || overlap(facts).is_some_and(|overlap| outside(overlap, server))
}

/// On average twice as many jobs were in flight as requests at most: the others waited before they reached the server.
fn outside(overlap: f64, server: &Stats) -> bool {
    overlap >= 2.0 * server.peak_in_flight.max(1) as f64
}

fn overlap(facts: &Facts<'_>) -> Option<f64> {
    let probed = facts.probed?;
    Some(probed.jobs.as_ref()?.in_flight_ns as f64 / probed.wall_ns as f64)
}

/// Cores at work on average in the samples.
fn computing(facts: &Facts<'_>) -> Option<f64> {
    Some(facts.used?.cpu_ns() / facts.median_ns)
}

/// The cores that the executor can compute on at once.
fn computable(facts: &Facts<'_>) -> f64 {
    let Facts { cell, cores, .. } = *facts;
    // A blocking section runs on a pool of threads, whatever the runtime has.
    let parallel =
        cell.executor.parallel || (cell.executor.is_async() && cell.workload.kind().async_note.is_some());
    if parallel { cell.width(cores).min(cell.cores(cores)) as f64 } else { 1.0 }
}

/// The batch took longer than its waits by about as much as this executor's timer is late. Waits that end with an answer
/// depend on the server's timer, which is the same for all executors.
fn is_timer(facts: &Facts<'_>) -> bool {
    let Facts { cell, cores, median_ns, .. } = *facts;
    let (Some(lateness), None) = (facts.lateness, facts.server) else { return false };
    let asked = cell.least_time(cores).as_nanos() as f64;
    if asked == 0.0 {
        return false;
    }
    let waves = asked / cell.workload.value("delay").max(1) as f64;
    let tick = if cell.executor.is_async() { lateness.tokio_ns } else { Some(lateness.blocking_ns) };
    let tick = tick.unwrap_or(0) as f64 * waves;
    tick >= REPORTED * asked && tick >= HALF * (median_ns - asked)
}

#[cfg(test)]
mod tests;
