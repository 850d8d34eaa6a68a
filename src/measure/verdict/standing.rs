//! Where each cell of a group stands: against the fastest, the sequential one, the ideal and its control; and what it cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bottleneck::{self, Bottleneck, Facts};
pub use super::costs::Costs;
use super::counted::{Counted, counted};
use super::ideal;
use crate::lane::Cell;
use crate::measure::passes::table::{Measured, Measurement, Outcome};
use crate::measure::passes::visit::Visit;
use crate::measure::statistics::ranking::{self, LEAST};
use crate::measure::statistics::{self, Estimate, spread};
use crate::process::usage::Usage;
use crate::workload::Family;

/// What the lanes of a group mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The standing of every measured cell; `None` for the others.
    pub standings: Vec<Option<Standing>>,
    /// Which passes count.
    pub counted: Counted,
    /// The standard deviation of the logarithm of the ratio of two lanes of one pass, pooled over the group.
    pub lane_spread: Option<f64>,
    /// The smallest difference that would show in most such tables, as a share; `None` where there is no verdict.
    pub visible_difference: Option<f64>,
}

/// What a cell's lanes mean, compared with those of the same group.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Nanoseconds for one batch, over the lanes.
    pub time: Estimate,
    /// Jobs a second.
    pub throughput_per_s: f64,
    /// The time that no executor of that concurrency can beat, where the workload has one.
    pub ideal_ns: Option<f64>,
    /// How many times as long as the fastest it took, pass by pass; `None` of a cell that is not ranked.
    pub behind: Option<Estimate>,
    /// How many times as fast as the sequential executor of its own language, pass by pass.
    pub speedup_vs_sequential: Option<Estimate>,
    /// The same against `sequential`, of a cell in another language.
    pub speedup_vs_rust: Option<Estimate>,
    /// Whether the speed-up is more than its jobs in flight allow: then something else than the executor was measured.
    pub impossible: bool,
    /// Whether no other cell is faster beyond chance; `None` without a verdict.
    pub ties_with_fastest: Option<bool>,
    /// What Fairlane costs: this cell compared with its hand-written equivalent.
    pub by_hand: Option<ByHand>,
    /// What kept it from being faster.
    pub bottleneck: Bottleneck,
    /// What one batch used; `None` of lanes that cannot measure it.
    pub costs: Option<Costs>,
    /// Processor time over wall time: cores at work on average.
    pub parallelism: Option<Estimate>,
}

/// A cell compared with its hand-written equivalent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// The control.
    pub executor: String,
    /// How many times as long this cell takes: from the ratios of the lanes of one pass.
    pub ratio: f64,
    /// The interval of that.
    pub ratio_interval99: Option<[f64; 2]>,
    /// The difference of the medians for each job.
    pub added_ns_per_job: f64,
}

/// The lanes of one cell that count.
#[derive(Debug)]
pub(super) struct Lanes {
    /// The time of each.
    times: Vec<f64>,
    /// Their median.
    pub(super) time: Estimate,
    /// What a batch used: the medians over the lanes.
    pub(super) used: Option<Usage<f64>>,
    costs: Option<Costs>,
    parallelism: Option<Estimate>,
}

impl Lanes {
    fn of(measurement: &Measurement, counted: &Counted) -> Option<Self> {
        let visits: Vec<&Visit> =
            counted.passes.iter().filter_map(|pass| measurement.visits.get(*pass)).collect();
        let times: Vec<f64> = visits.iter().map(|visit| time(visit)).collect();
        let time = statistics::estimate(&times)?;
        let used: Option<Vec<Usage<f64>>> = visits.iter().map(|visit| visit.used).collect();
        let costs = used.as_deref().and_then(Costs::of);
        let cores =
            used.map(|used| used.iter().zip(&times).map(|(used, time)| used.cpu_ns() / time).collect());
        let parallelism = cores.and_then(|cores: Vec<f64>| statistics::estimate(&cores));
        let used = costs.map(|costs| Usage {
            cpu_user_ns: costs.cpu_ns.median,
            faults_major: costs.faults_major.median,
            ..Usage::default()
        });
        Some(Self { times, time, used, costs, parallelism })
    }
}

/// The executor that those of this program are compared with.
const SEQUENTIAL: &str = "sequential";

/// The time of a lane: the median of its samples.
pub fn time(visit: &Visit) -> f64 {
    statistics::estimate(&visit.samples_ns).map_or(f64::NAN, |found| found.median)
}

/// Judges a group.
pub fn judge(measured: &Measured) -> Judged {
    let counted = counted(&measured.passes);
    let group: Vec<&Cell> = measured.cells.iter().map(|(cell, _)| cell).collect();
    let lanes: Vec<Option<Lanes>> = measured
        .cells
        .iter()
        .map(|(_, outcome)| match outcome {
            Outcome::Measured(measurement) => Lanes::of(measurement, &counted),
            _ => None,
        })
        .collect();
    let named = |name: &str| group.iter().position(|cell| cell.executor_name() == name);
    let in_rust = named(SEQUENTIAL).or_else(|| named("sequential-c1"));
    let in_rust = in_rust.and_then(|at| lanes[at].as_ref());
    // A language is compared with itself: else its speed, and not its executors, would be what the speed-up shows.
    let sequential_of = |cell: &Cell| match &cell.executor.foreign {
        Some(foreign) => named(foreign.sequential).and_then(|at| lanes[at].as_ref()),
        None => in_rust,
    };
    let bottlenecks: Vec<Bottleneck> =
        measured.cells.iter().zip(&lanes).map(|(of, own)| bottleneck(measured, of, own)).collect();

    let ranked: Vec<usize> = (0..group.len())
        .filter(|at| lanes[*at].is_some() && is_contender(group[*at], bottlenecks[*at]))
        .collect();
    let logs: Vec<Vec<f64>> = ranked
        .iter()
        .filter_map(|at| lanes[*at].as_ref())
        .map(|own| own.times.iter().map(|time| time.ln()).collect())
        .collect();
    let logs: Vec<&[f64]> = logs.iter().map(Vec::as_slice).collect();
    let behind = if counted.judged { ranking::behind(&logs) } else { None };
    let fastest = ranking::fastest(&logs).and_then(|at| lanes[ranked[at]].as_ref());
    let ranked_index = |at: usize| ranked.iter().position(|ranked| *ranked == at);

    let stand = |at: usize| {
        let (cell, own) = (group[at], lanes[at].as_ref()?);
        let ties = match ranked_index(at) {
            Some(index) => behind.as_ref().map(|behind| !behind[index]),
            None => Some(false).filter(|_| behind.is_some()),
        };
        let speedup_to = |other: &Lanes| statistics::ratio(&other.times, &own.times);
        let sequential = sequential_of(cell);
        let speedup = sequential.and_then(speedup_to);
        Some(Standing {
            time: own.time,
            throughput_per_s: cell.jobs as f64 / own.time.median * 1e9,
            ideal_ns: ideal::of(cell, &group, sequential, measured.cores, measured.apparatus.lateness),
            behind: fastest
                .filter(|_| ranked_index(at).is_some())
                .and_then(|fastest| statistics::ratio(&own.times, &fastest.times)),
            impossible: speedup.is_some_and(|speedup| is_impossible(cell, measured.cores, speedup)),
            speedup_vs_sequential: speedup,
            speedup_vs_rust: in_rust.filter(|_| cell.executor.foreign.is_some()).and_then(speedup_to),
            ties_with_fastest: ties,
            by_hand: by_hand(&group, &lanes, at, measured.cores),
            bottleneck: bottlenecks[at],
            costs: own.costs,
            parallelism: own.parallelism,
        })
    };
    let lane_spread = spread::spread(&logs);
    let visible = |lane_spread| spread::visible(lane_spread, counted.passes.len());
    Judged {
        standings: (0..group.len()).map(stand).collect(),
        visible_difference: lane_spread.filter(|_| behind.is_some()).map(visible),
        lane_spread: lane_spread.filter(|_| counted.passes.len() >= LEAST),
        counted,
    }
}

fn bottleneck(measured: &Measured, (cell, outcome): &(Cell, Outcome), lanes: &Option<Lanes>) -> Bottleneck {
    let (Outcome::Measured(measurement), Some(own)) = (outcome, lanes) else { return Bottleneck::None };
    let ceiling = |kind| measured.apparatus.ceilings.get(&kind).copied();
    bottleneck::of(&Facts {
        cell,
        cores: measured.cores,
        median_ns: own.time.median,
        evidence: measurement.evidence(),
        server: measurement.server(),
        ceiling_rps: cell.workload.server().and_then(ceiling),
        probed: Some(&measurement.rehearsed.probed),
        used: own.used,
        lateness: measured.apparatus.lateness,
    })
}

/// A control is only compared with. A time that the apparatus limits is not ranked either.
fn is_contender(cell: &Cell, bottleneck: Bottleneck) -> bool {
    !cell.executor.is_control() && !bottleneck.is_apparatus()
}

/// A speed-up cannot exceed the number of jobs in flight, nor, for computing, the number of cores. A twentieth more is
/// allowed, because a batch costs more than its jobs. Empty jobs and primitives have only such costs.
fn is_impossible(cell: &Cell, cores: usize, speedup: Estimate) -> bool {
    let kind = cell.workload.kind();
    let most = match kind.family {
        Family::Cpu => cell.width(cores).min(cell.cores(cores)),
        Family::Io | Family::Mixed => cell.width(cores),
        Family::Control | Family::Primitive => return false,
    };
    let sure = speedup.interval99.map_or(speedup.median, |[low, _]| low);
    sure > most as f64 * 1.05
}

/// The first measured control of this executor that has as many jobs in flight.
fn by_hand(group: &[&Cell], lanes: &[Option<Lanes>], at: usize, cores: usize) -> Option<ByHand> {
    let (cell, own) = (group[at], lanes[at].as_ref()?);
    let is_control = |other: &Cell| {
        other.executor.by_hand_for.contains(&cell.executor.id)
            && other.width(cores) == cell.width(cores)
            && other.processors == cell.processors
    };
    let mut controls = group.iter().zip(lanes).filter(|(other, _)| is_control(other));
    let (control, control_lanes) = controls.find_map(|(other, lanes)| Some((other, lanes.as_ref()?)))?;
    let ratio = statistics::ratio(&own.times, &control_lanes.times)?;
    Some(ByHand {
        executor: control.executor.id.into(),
        ratio: ratio.median,
        ratio_interval99: ratio.interval99,
        added_ns_per_job: (own.time.median - control_lanes.time.median) / cell.jobs as f64,
    })
}
