//! From what a group left to what a record says.

use super::{
    CellResult, Group, Interrupted, Lane, Latency, Memory, Pass, Published, Server, Status, Timeline,
};
use crate::lane;
use crate::lane::protocol::{self, Probed};
use crate::measure::passes::session;
use crate::measure::passes::table::{self, Measured, Measurement, Outcome};
use crate::measure::passes::visit::Visit;
use crate::measure::statistics::Estimate;
use crate::measure::verdict::standing::{self, Judged, Standing};
use crate::primitive::{self, Quantity};

/// One group of the run, and its cells, judged together.
pub fn group(measured: &Measured) -> (Group, Vec<CellResult>) {
    let judged = standing::judge(measured);
    let name = measured.cells.first().map(|(cell, _)| cell.group()).unwrap_or_default();
    let pass = |(at, pass): (usize, &table::Pass)| Pass {
        others: pass.others,
        counted: judged.counted.passes.contains(&at),
    };
    let group = Group {
        name,
        passes: measured.passes.iter().enumerate().map(pass).collect(),
        interrupted: measured.interrupted.map(|table::Interrupted { after, of }| Interrupted { after, of }),
        judged: judged.counted.judged,
        lane_spread: judged.lane_spread,
        visible_difference: judged.visible_difference,
        part: None,
    };
    (group, cells(measured, judged))
}

fn cells(measured: &Measured, judged: Judged) -> Vec<CellResult> {
    let first = |standing: &Option<Standing>| {
        standing.as_ref().is_some_and(|standing| standing.ties_with_fastest == Some(true))
    };
    let names = measured.cells.iter().zip(&judged.standings).filter(|(_, standing)| first(standing));
    let firsts: Vec<String> = names.map(|((cell, _), _)| cell.executor_name()).collect();
    let cells = measured.cells.iter().zip(judged.standings);
    let judge = |((cell, outcome), standing): (&(lane::Cell, Outcome), Option<Standing>)| CellResult {
        notes: cell.notes().into_iter().chain(measured.caveat.clone()).collect(),
        ..one(cell, outcome, standing, &firsts, measured.cores)
    };
    cells.map(judge).collect()
}

fn one(
    cell: &lane::Cell,
    outcome: &Outcome,
    standing: Option<Standing>,
    firsts: &[String],
    cores: usize,
) -> CellResult {
    let mut judged = blank(cell, cores);
    match outcome {
        Outcome::Measured(measurement) => {
            judged.lanes = measurement.visits.iter().map(lane).collect();
            judged.server = server(cell, measurement);
            judged.runtime =
                measurement.rehearsed.opened.runtime.clone().filter(|_| cell.executor.foreign.is_some());
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
    }
    if let Some(standing) = standing {
        judged.published = published(cell, Quantity::Time, standing.time.median / cell.jobs as f64);
        stand(&mut judged, standing, firsts);
    }
    if let Outcome::Measured(measurement) = outcome {
        add_probe(&mut judged, &measurement.rehearsed.probed);
        judged.memory = measurement.rehearsed.memory.as_ref().map(memory);
    }
    judged
}

fn lane(visit: &Visit) -> Lane {
    let used = visit.used.as_ref();
    Lane {
        samples_ns: visit.samples_ns.clone(),
        cpu_ns: used.map(|used| used.cpu_ns()),
        switches: used.map(|used| used.switches_voluntary + used.switches_involuntary),
    }
}

fn server(cell: &lane::Cell, measurement: &Measurement) -> Option<Server> {
    let (stats, kind) = measurement.server().zip(cell.workload.server())?;
    let evidence = measurement.evidence();
    Some(Server {
        kind: kind.to_string(),
        requests: stats.requests,
        peak_in_flight: stats.peak_in_flight,
        peak_is_nominal: stats.peak_is_nominal,
        cpu_share: evidence.share(evidence.server_ran_ns),
    })
}

/// Published numbers for a primitive, with what a job of ours takes or a unit of ours holds.
pub(super) fn published(cell: &lane::Cell, quantity: Quantity, per_job: f64) -> Vec<Published> {
    let Some(primitive) = primitive::find(cell.workload.kind(), cell.executor.id) else { return Vec::new() };
    let with_ours = |published: &primitive::Published| Published {
        what: published.what.into(),
        value: published.value,
        ours: per_job / published.in_a_job,
        source: published.source.into(),
    };
    primitive.published.iter().filter(|published| published.quantity == quantity).map(with_ours).collect()
}

fn stand(cell: &mut CellResult, standing: Standing, firsts: &[String]) {
    cell.median_ns = Some(standing.time.median);
    cell.interval99_ns = standing.time.interval99;
    cell.ties_with_fastest = standing.ties_with_fastest;
    if standing.ties_with_fastest == Some(true) {
        cell.tied_with = firsts.iter().filter(|first| **first != cell.executor).cloned().collect();
    }
    cell.throughput_per_s = Some(standing.throughput_per_s);
    cell.ideal_ns = standing.ideal_ns;
    cell.efficiency = standing.ideal_ns.map(|ideal| ideal / standing.time.median);
    let split = |of: Option<Estimate>| (of.map(|of| of.median), of.and_then(|of| of.interval99));
    (cell.ratio_to_fastest, cell.ratio_to_fastest_interval99) = split(standing.behind);
    (cell.speedup_vs_sequential, cell.speedup_interval99) = split(standing.speedup_vs_sequential);
    (cell.speedup_vs_rust, cell.speedup_vs_rust_interval99) = split(standing.speedup_vs_rust);
    cell.impossible_speedup = standing.impossible;
    cell.cpu_parallelism = standing.parallelism.map(|cores| cores.median);
    cell.costs = standing.costs;
    cell.limited_by = Some(standing.bottleneck.name().into());
    cell.by_hand = standing.by_hand;
}

/// What the probe saw. Its wall time counts for nothing but what it costs to look.
fn add_probe(cell: &mut CellResult, probed: &Probed) {
    let wall = probed.wall_ns as f64;
    if let Some(jobs) = &probed.jobs {
        cell.latency_ns = Some(latency(&jobs.latency));
        cell.response_ns = Some(latency(&jobs.response));
        cell.overlap_factor = Some(jobs.in_flight_ns as f64 / wall);
    }
    cell.timeline = Timeline::of(probed);
    cell.probe_slowdown = cell.median_ns.map(|median| wall / median);
}

fn memory(memory: &session::Memory) -> Memory {
    let tree = &memory.in_flight.tree;
    Memory {
        bytes: memory.above_idle(),
        ready_bytes: memory.ready_bytes.saturating_sub(memory.idle_bytes),
        jobs: memory.in_flight.jobs as u64,
        pss_bytes: tree.pss_bytes,
        peak_rss_bytes: memory.in_flight.peak_rss_bytes,
        threads: tree.threads,
        processes: tree.processes,
    }
}

fn latency(quantiles: &protocol::Quantiles) -> Latency {
    Latency { p50: quantiles.p50_ns, p90: quantiles.p90_ns, p99: quantiles.p99_ns, max: quantiles.max_ns }
}

fn blank(cell: &lane::Cell, cores: usize) -> CellResult {
    CellResult {
        id: cell.to_string(),
        workload: cell.workload.to_string(),
        family: cell.workload.kind().family.name().into(),
        executor: cell.executor_name(),
        model: cell.executor.model.name().into(),
        language: cell.executor.foreign.as_ref().map(|foreign| foreign.language.into()),
        jobs: cell.jobs,
        concurrency: cell.width(cores),
        ..CellResult::default()
    }
}
