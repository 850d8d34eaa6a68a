//! From what a group left to what a record says.

use super::{
    ByHand, Cell, Environment, Latency, Limits, Published, Resources, Server, Status, Timeline, Unit, Warning,
};
use crate::lane;
use crate::lane::protocol::{self, Probed};
use crate::measure::machine::{environment, warning};
use crate::measure::passes::comparison::{Compared, Outcome};
use crate::measure::passes::session::Memory;
use crate::measure::verdict::standing::{self, Standing};
use crate::primitive::{self, Quantity};
use crate::process::limits;

/// The cells of one group, judged beside each other; cells that nobody selected are left out.
pub fn cells(compared: &Compared) -> Vec<Cell> {
    let (group, cores) = (compared.cells.as_slice(), compared.cores);
    let standings = standing::of(compared);
    let firsts: Vec<String> = group
        .iter()
        .zip(&standings)
        .filter(|(_, standing)| {
            standing.as_ref().is_some_and(|standing| standing.ties_with_fastest == Some(true))
        })
        .map(|((cell, _), _)| cell.executor_name())
        .collect();
    group
        .iter()
        .zip(standings)
        .filter(|((_, outcome), _)| !matches!(outcome, Outcome::NotSelected))
        .map(|((cell, outcome), standing)| {
            let mut judged = judged(cell, outcome, standing, &firsts, cores);
            judged.noise_floor = compared.noise_floor.filter(|_| judged.status == Status::Measured);
            judged
        })
        .collect()
}

fn judged(
    cell: &lane::Cell,
    outcome: &Outcome,
    standing: Option<Standing>,
    firsts: &[String],
    cores: usize,
) -> Cell {
    let mut judged = blank(cell, cores);
    match outcome {
        Outcome::Measured(measurement) => {
            judged.samples_ns.clone_from(&measurement.rounds);
            judged.verified = true;
            judged.server_agrees = measurement.server.as_ref().map(|_| true); // or the cell would have failed
            judged.server =
                measurement.server.as_ref().zip(cell.workload.server()).map(|(stats, kind)| Server {
                    kind: kind.to_string(),
                    requests: stats.requests,
                    peak_in_flight: stats.peak_in_flight,
                    peak_is_nominal: stats.peak_is_nominal,
                    cpu_share: measurement.evidence.share(measurement.evidence.server_ran_ns),
                });
        }
        Outcome::Failed(failure) => {
            judged.status = Status::Failed;
            judged.reason = Some(failure.message.clone());
            judged.help.clone_from(&failure.help);
        }
        Outcome::NotApplicable(reason) => {
            judged.status = Status::NotApplicable;
            judged.reason = Some(reason.clone());
        }
        Outcome::NotSelected => {}
    }
    if let Some(standing) = standing {
        judged.published = published(cell, Quantity::Time, standing.time.median / cell.jobs as f64);
        stand(&mut judged, standing, firsts);
    }
    if let Outcome::Measured(measurement) = outcome
        && let Some(probed) = &measurement.probed
    {
        look(&mut judged, probed, measurement.memory.as_ref());
    }
    judged
}

/// What others found for a primitive, beside what a job of ours takes or a unit of ours holds.
pub(super) fn published(cell: &lane::Cell, quantity: Quantity, per_job: f64) -> Vec<Published> {
    let Some(entry) = primitive::find(cell.workload.kind(), cell.executor.id) else { return Vec::new() };
    let beside_ours = |published: &primitive::Published| Published {
        what: published.what.into(),
        value: published.value,
        ours: per_job / published.in_a_job,
        source: published.source.into(),
    };
    entry.published.iter().filter(|published| published.quantity == quantity).map(beside_ours).collect()
}

fn stand(cell: &mut Cell, standing: Standing, firsts: &[String]) {
    cell.median_ns = Some(standing.time.median);
    cell.interval99_ns = standing.time.interval99.map(<[f64; 2]>::from);
    cell.ties_with_fastest = standing.ties_with_fastest;
    if standing.ties_with_fastest == Some(true) {
        cell.tied_with = firsts.iter().filter(|first| **first != cell.executor).cloned().collect();
    }
    cell.throughput_per_s = Some(standing.throughput_per_s);
    cell.ideal_ns = standing.ideal_ns;
    cell.efficiency = standing.ideal_ns.map(|ideal| ideal / standing.time.median);
    cell.ratio_to_fastest = standing.behind.map(|behind| behind.median);
    cell.ratio_to_fastest_interval99 =
        standing.behind.and_then(|behind| behind.interval99).map(<[f64; 2]>::from);
    cell.speedup_vs_sequential = standing.speedup_vs_sequential.map(|speedup| speedup.median);
    cell.speedup_interval99 =
        standing.speedup_vs_sequential.and_then(|speedup| speedup.interval99).map(<[f64; 2]>::from);
    cell.limited_by = Some(standing.limit.name().into());
    cell.by_hand = standing.by_hand.map(|by_hand| ByHand {
        executor: by_hand.executor.into(),
        ratio: by_hand.ratio.median,
        ratio_interval99: by_hand.ratio.interval99.map(<[f64; 2]>::from),
        added_ns_per_job: by_hand.added_ns_per_job,
    });
}

/// The kernel accounts in microseconds, and the account is opened before and closed after the batch: of less than a
/// millisecond that would be too large a part.
const SHORTEST_ACCOUNT_NS: f64 = 1e6;

/// What the probe saw. Its wall time counts for nothing but what it costs to look.
fn look(cell: &mut Cell, probed: &Probed, memory: Option<&Memory>) {
    let wall = probed.wall_ns as f64;
    let usage = probed.usage;
    if let Some(jobs) = &probed.jobs {
        cell.latency_ns = Some(quantiles(&jobs.latency));
        cell.response_ns = Some(quantiles(&jobs.response));
        cell.overlap_factor = Some(jobs.in_flight_ns as f64 / wall);
    }
    cell.timeline = Timeline::of(probed);
    let cpu = (usage.cpu_user_ns + usage.cpu_sys_ns) as f64;
    cell.cpu_parallelism = (wall >= SHORTEST_ACCOUNT_NS).then_some(cpu / wall);
    cell.probe_slowdown = cell.median_ns.map(|median| wall / median);
    let above_idle =
        |bytes: fn(&Memory) -> u64| memory.map(|memory| bytes(memory).saturating_sub(memory.idle_bytes));
    cell.resources = Some(Resources {
        cpu_user_ns: usage.cpu_user_ns,
        cpu_sys_ns: usage.cpu_sys_ns,
        switches_voluntary: usage.switches_voluntary,
        switches_involuntary: usage.switches_involuntary,
        faults_minor: usage.faults_minor,
        faults_major: usage.faults_major,
        memory_bytes: above_idle(|memory| memory.in_flight.tree.anonymous_bytes),
        memory_ready_bytes: above_idle(|memory| memory.ready_bytes),
        memory_jobs: memory.map(|memory| memory.in_flight.jobs as u64),
        pss_bytes: memory.map(|memory| memory.in_flight.tree.pss_bytes),
        peak_rss_bytes: memory.map(|memory| memory.in_flight.peak_rss_bytes),
        threads_peak: memory.map(|memory| memory.in_flight.tree.threads),
        processes_peak: memory.map(|memory| memory.in_flight.tree.processes),
    });
}

fn quantiles(latency: &protocol::Latency) -> Latency {
    Latency { p50: latency.p50_ns, p90: latency.p90_ns, p99: latency.p99_ns, max: latency.max_ns }
}

fn blank(cell: &lane::Cell, cores: usize) -> Cell {
    Cell {
        id: cell.to_string(),
        workload: cell.workload.to_string(),
        family: cell.workload.kind().family.name().into(),
        executor: cell.executor_name(),
        model: cell.executor.model.name().into(),
        jobs: cell.jobs,
        concurrency: cell.width(cores),
        unit: Unit::NsPerBatch,
        status: Status::Measured,
        reason: None,
        help: None,
        notes: cell.notes(),
        samples_ns: Vec::new(),
        median_ns: None,
        interval99_ns: None,
        ties_with_fastest: None,
        tied_with: Vec::new(),
        throughput_per_s: None,
        ideal_ns: None,
        efficiency: None,
        ratio_to_fastest: None,
        ratio_to_fastest_interval99: None,
        speedup_vs_sequential: None,
        speedup_interval99: None,
        published: Vec::new(),
        by_hand: None,
        latency_ns: None,
        response_ns: None,
        resources: None,
        overlap_factor: None,
        cpu_parallelism: None,
        timeline: None,
        probe_slowdown: None,
        limited_by: None,
        noise_floor: None,
        server: None,
        verified: false,
        server_agrees: None,
    }
}

impl From<environment::Environment> for Environment {
    fn from(here: environment::Environment) -> Self {
        Self {
            os: here.os,
            kernel: here.kernel,
            cpu_model: here.cpu_model,
            cores: here.cores,
            affinity: here.affinity,
            governor: here.governor,
            memory_bytes: here.memory_bytes,
            rustc: here.rustc.into(),
            profile: here.profile.into(),
            commit: here.commit.map(Into::into),
            load_average: here.load_average,
            steal_share: None,
            on_battery: here.on_battery,
            limits: here.limits.into(),
        }
    }
}

impl From<limits::Limits> for Limits {
    fn from(here: limits::Limits) -> Self {
        Self {
            nofile: here.nofile,
            nproc: here.nproc,
            threads_max: here.threads_max,
            pid_max: here.pid_max,
            max_map_count: here.max_map_count,
            cgroup_pids_max: here.cgroup_pids_max,
            cgroup_cpus: here.cgroup_cpus,
        }
    }
}

impl From<&warning::Warning> for Warning {
    fn from(warning: &warning::Warning) -> Self {
        Self { id: warning.id().into(), text: warning.to_string(), advice: warning.advice().into() }
    }
}
