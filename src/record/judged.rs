//! From what a group left to what a record says.

use super::{ByHand, Cell, Environment, Server, Status, Unit};
use crate::lane;
use crate::measure::comparison::Outcome;
use crate::measure::environment;
use crate::measure::standing::{self, Standing};

/// The cells of one group, judged beside each other; cells that nobody selected are left out.
pub fn cells(group: &[(lane::Cell, Outcome)], cores: usize) -> Vec<Cell> {
    let standings = standing::of(group, cores);
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
        .map(|((cell, outcome), standing)| judged(cell, outcome, standing, &firsts, cores))
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
        stand(&mut judged, standing, firsts);
    }
    judged
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
    cell.speedup_vs_sequential = standing.speedup_vs_sequential.map(|speedup| speedup.median);
    cell.speedup_interval99 =
        standing.speedup_vs_sequential.and_then(|speedup| speedup.interval99).map(<[f64; 2]>::from);
    cell.by_hand = standing.by_hand.map(|by_hand| ByHand {
        executor: by_hand.executor.into(),
        ratio: by_hand.ratio.median,
        ratio_interval99: by_hand.ratio.interval99.map(<[f64; 2]>::from),
        added_ns_per_job: by_hand.added_ns_per_job,
    });
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
        speedup_vs_sequential: None,
        speedup_interval99: None,
        by_hand: None,
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
            governor: here.governor,
            memory_bytes: here.memory_bytes,
            rustc: here.rustc.into(),
            profile: here.profile.into(),
            commit: here.commit.map(Into::into),
            load_average: here.load_average,
        }
    }
}
