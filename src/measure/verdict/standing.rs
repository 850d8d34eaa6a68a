//! Where each cell of a group stands: against the fastest, the sequential one, the ideal and its control.

use super::limit::{self, Facts, Limit};
use crate::executor::Width;
use crate::lane::Cell;
use crate::measure::passes::comparison::{Compared, Outcome};
use crate::measure::statistics::{self, Estimate};
use crate::workload::Family;

/// What a cell's samples mean beside those of the same group.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Nanoseconds for one batch.
    pub time: Estimate,
    /// Jobs a second.
    pub throughput_per_s: f64,
    /// The time that no executor of that concurrency can beat, where the workload has one.
    pub ideal_ns: Option<f64>,
    /// How many times as long as the fastest it took, pair by pair; `None` of what is not ranked.
    pub behind: Option<Estimate>,
    /// How many times as fast as `sequential`, pair by pair.
    pub speedup_vs_sequential: Option<Estimate>,
    /// Whether it is the fastest, or its difference from the fastest may be chance; `None` if there are too few
    /// rounds to say.
    pub ties_with_fastest: Option<bool>,
    /// What Fairlane costs: this cell against its hand-written equivalent.
    pub by_hand: Option<ByHand>,
    /// What kept it from being faster.
    pub limit: Limit,
}

/// A cell against its hand-written equivalent.
#[derive(Debug, Clone, PartialEq)]
pub struct ByHand {
    /// The id of the control.
    pub executor: &'static str,
    /// How many times as long the cell takes, pair by pair.
    pub ratio: Estimate,
    /// The difference of the medians, in nanoseconds for each job.
    pub added_ns_per_job: f64,
}

/// The standing of every measured cell; `None` for the others.
pub fn of(compared: &Compared) -> Vec<Option<Standing>> {
    let group = compared.cells.as_slice();
    let named = |name: &str| group.iter().find(|(cell, _)| cell.executor_name() == name);
    let sequential = named("sequential").or_else(|| named("sequential-c1"));
    let cores = group.iter().map(|(cell, _)| cell.cores(compared.cores)).max().unwrap_or(compared.cores);
    let ideal = ideal(group, sequential, cores);
    let sequential = sequential.and_then(samples);
    let limits: Vec<Limit> = group.iter().map(|member| limit(compared, member)).collect();
    let contenders: Vec<&[f64]> = group
        .iter()
        .zip(&limits)
        .filter(|((cell, _), limit)| is_contender(cell, **limit))
        .filter_map(|(member, _)| samples(member))
        .collect();
    let fastest = fastest(&contenders);

    let stand = |(member, limit): (&(Cell, Outcome), Limit)| {
        let (cell, own) = (&member.0, samples(member)?);
        let time = statistics::estimate(own)?;
        let behind = fastest.and_then(|fastest| statistics::ratio(own, fastest));
        let ties = behind.and_then(|behind| ties(behind, compared.noise_floor));
        Some(Standing {
            time,
            throughput_per_s: cell.jobs as f64 / time.median * 1e9,
            ideal_ns: ideal,
            behind: behind.filter(|_| is_contender(cell, limit)),
            speedup_vs_sequential: sequential.and_then(|sequential| statistics::ratio(sequential, own)),
            ties_with_fastest: if is_contender(cell, limit) { ties } else { Some(false) },
            by_hand: by_hand(group, cell, own, time, cores),
            limit,
        })
    };
    group.iter().zip(limits).map(stand).collect()
}

/// Whether a ratio to the fastest may be chance: its interval includes 1, or it is no more than two lanes of the same
/// cell may differ by. `None` without an interval.
fn ties(behind: Estimate, noise_floor: Option<f64>) -> Option<bool> {
    let (low, high) = behind.interval99?;
    let below_noise = noise_floor.is_some_and(|floor| (behind.median - 1.0).abs() < floor);
    Some((low <= 1.0 && 1.0 <= high) || below_noise)
}

fn limit(compared: &Compared, (cell, outcome): &(Cell, Outcome)) -> Limit {
    let Outcome::Measured(measurement) = outcome else { return Limit::None };
    let kind = cell.workload.server();
    limit::of(&Facts {
        cell,
        cores: compared.cores,
        median_ns: median(&measurement.rounds),
        evidence: measurement.evidence,
        server: measurement.server.as_ref(),
        ceiling_rps: kind.and_then(|kind| compared.apparatus.ceilings.get(&kind).copied()),
        probed: measurement.probed.as_ref(),
        lateness: compared.apparatus.lateness,
    })
}

fn samples((_, outcome): &(Cell, Outcome)) -> Option<&[f64]> {
    match outcome {
        Outcome::Measured(measurement) => Some(&measurement.rounds),
        _ => None,
    }
}

fn median(samples: &[f64]) -> f64 {
    statistics::estimate(samples).map_or(f64::INFINITY, |found| found.median)
}

/// A control is compared with and never wins; a number that says something of the apparatus neither.
fn is_contender(cell: &Cell, limit: Limit) -> bool {
    cell.executor.by_hand_for.is_empty() && !limit.is_apparatus()
}

/// The samples of the contender with the lowest median, unless another beats it in pairs: drift within a run can let the
/// two disagree, and pairs are what is believed.
fn fastest<'a>(contenders: &[&'a [f64]]) -> Option<&'a [f64]> {
    let mut fastest = *contenders.iter().min_by(|a, b| median(a).total_cmp(&median(b)))?;
    let beats = |other: &[f64], fastest: &[f64]| {
        let interval = statistics::ratio(other, fastest).and_then(|ratio| ratio.interval99);
        interval.is_some_and(|(_, high)| high < 1.0)
    };
    for _ in contenders {
        match contenders.iter().find(|other| beats(other, fastest)) {
            Some(faster) => fastest = faster,
            None => break,
        }
    }
    Some(fastest)
}

/// The ideal depends on the workload, never on the executor. Waiting: wave after wave of as many as the group asks to
/// have at once. Computing: the sequential time spread over the cores. Mixed: the larger of the two.
fn ideal(group: &[(Cell, Outcome)], sequential: Option<&(Cell, Outcome)>, cores: usize) -> Option<f64> {
    let (first, _) = group.first()?;
    let asked = group.iter().map(|(cell, _)| cell).filter(|cell| cell.executor.width == Width::Concurrency);
    let concurrency = asked.map(|cell| cell.concurrency(cores)).max().unwrap_or(first.concurrency(cores));
    let delay = first.workload.value("delay") as f64;
    match first.workload.kind().family {
        Family::Cpu => Some(median(samples(sequential?)?) / concurrency.min(cores) as f64),
        Family::Io | Family::Control if first.workload.kind().waits && delay > 0.0 => {
            Some(first.jobs.div_ceil(concurrency) as f64 * delay)
        }
        // What is computed is the processor time of the probe of `sequential`, its client's included.
        Family::Mixed => {
            let computing = probed_cpu(sequential?)? / concurrency.min(cores) as f64;
            Some(computing.max(first.jobs.div_ceil(concurrency) as f64 * delay))
        }
        Family::Io | Family::Control | Family::Primitive => None,
    }
}

/// Nanoseconds of processor time that the probed batch used.
fn probed_cpu((_, outcome): &(Cell, Outcome)) -> Option<f64> {
    match outcome {
        Outcome::Measured(measurement) => {
            let usage = measurement.probed.as_ref()?.usage;
            Some((usage.cpu_user_ns + usage.cpu_sys_ns) as f64)
        }
        _ => None,
    }
}

/// The first measured control that stands beside this executor and has as many jobs in flight.
fn by_hand(
    group: &[(Cell, Outcome)],
    cell: &Cell,
    own: &[f64],
    time: Estimate,
    cores: usize,
) -> Option<ByHand> {
    let (control, samples) = group
        .iter()
        .filter(|(other, _)| other.executor.by_hand_for.contains(&cell.executor.id))
        .filter(|(other, _)| other.width(cores) == cell.width(cores) && other.processors == cell.processors)
        .find_map(|member| Some((&member.0, samples(member)?)))?;
    Some(ByHand {
        executor: control.executor.id,
        ratio: statistics::ratio(own, samples)?,
        added_ns_per_job: (time.median - median(samples)) / cell.jobs as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::lane::protocol::Probed;
    use crate::measure::machine::evidence::Evidence;
    use crate::measure::passes::comparison::Measurement;
    use crate::measure::passes::session::Apparatus;
    use crate::process::usage::Usage;

    fn measured(id: &str, rounds: &[f64]) -> (Cell, Outcome) {
        let rounds = rounds.to_vec();
        (
            id.parse().expect("a cell"),
            Outcome::Measured(Box::new(Measurement {
                rounds,
                server: None,
                probed: None,
                memory: None,
                evidence: Evidence::default(),
            })),
        )
    }

    fn steady(id: &str, time: f64) -> (Cell, Outcome) {
        measured(id, &[time; 12])
    }

    fn compared(group: &[(Cell, Outcome)]) -> Compared {
        Compared { cells: group.to_vec(), cores: 2, noise_floor: None, apparatus: Apparatus::default() }
    }

    fn standings(group: &[(Cell, Outcome)]) -> Vec<Standing> {
        of(&compared(group)).into_iter().flatten().collect()
    }

    #[test]
    fn the_fastest_and_what_overlaps_it_tie_and_the_rest_does_not() {
        let noisy: Vec<f64> = (0..12).map(|i| if i % 2 == 0 { 9.0 } else { 12.0 }).collect();
        let group = [
            steady("timer/threads/2", 10.0),
            measured("timer/tasks/2", &noisy),
            steady("timer/sequential/2", 20.0),
        ];
        let ties: Vec<_> = standings(&group).iter().map(|standing| standing.ties_with_fastest).collect();
        assert_eq!(ties, [Some(true), Some(true), Some(false)]);
    }

    #[test]
    fn a_difference_below_the_noise_floor_is_a_tie() {
        let group = [steady("timer/threads/2", 100.0), steady("timer/tasks/2", 103.0)];
        let ties = |noise_floor| {
            let standings = of(&Compared { noise_floor, ..compared(&group) });
            standings[1].as_ref().and_then(|standing| standing.ties_with_fastest)
        };
        assert_eq!((ties(None), ties(Some(0.02)), ties(Some(0.04))), (Some(false), Some(false), Some(true)));
    }

    #[test]
    fn what_the_apparatus_limited_is_not_ranked() {
        let mut group = [steady("timer/threads/2", 50.0), steady("timer/tasks/2", 100.0)];
        if let Outcome::Measured(measurement) = &mut group[0].1 {
            measurement.evidence.overflows = 1;
        }
        let found = standings(&group);
        assert_eq!((found[0].limit, found[0].ties_with_fastest), (Limit::Backlog, Some(false)));
        assert_eq!(found[1].ties_with_fastest, Some(true), "the fastest of those that are");
    }

    #[test]
    fn who_beats_the_lowest_median_in_pairs_is_the_fastest() {
        // The machine slows down midway: medians fall into different halves, pairs do not.
        let tasks: Vec<f64> = (0..13).map(|i| if i < 6 { 10.0 } else { 20.0 }).collect();
        let threads: Vec<f64> = tasks.iter().map(|time| time * 1.1).chain([1.0; 12]).collect();
        let group = [measured("timer/tasks/2", &tasks), measured("timer/threads/2", &threads)];
        let ties: Vec<_> = standings(&group).iter().map(|standing| standing.ties_with_fastest).collect();
        assert_eq!(ties, [Some(true), Some(false)]);
    }

    #[test]
    fn with_too_few_rounds_nobody_wins_and_nobody_ties() {
        let group = [measured("timer/threads/2", &[10.0]), measured("timer/sequential/2", &[20.0])];
        assert!(standings(&group).iter().all(|standing| standing.ties_with_fastest.is_none()));
    }

    #[test]
    fn the_ideal_of_waiting_is_the_delay_and_of_computing_the_sequential_time_over_the_cores() {
        let group = [steady("timer/threads-w4/10", 30e6), steady("timer/sequential/10", 100e6)];
        assert_eq!(standings(&group)[0].ideal_ns, Some(30e6), "three waves of at most four");
        let alone = [steady("timer/sequential/10", 100e6)];
        assert_eq!(standings(&alone)[0].ideal_ns, Some(10e6), "all ten at once");
        let group = [steady("primes/threads/8", 55.0), steady("primes/sequential/8", 100.0)];
        assert_eq!(standings(&group)[0].ideal_ns, Some(50.0));
        assert_eq!(
            standings(&[steady("primes/threads/8", 55.0)])[0].ideal_ns,
            None,
            "without the sequential time"
        );
        assert_eq!(standings(&[steady("noop/threads/8", 55.0)])[0].ideal_ns, None);
    }

    #[test]
    fn the_ideal_of_mixed_work_is_the_larger_of_waiting_and_computing() {
        let probed = |cpu_user_ns| {
            let usage = Usage { cpu_user_ns, ..Usage::default() };
            let (cell, mut outcome) = steady("crawl/sequential/10", 200e6);
            if let Outcome::Measured(measurement) = &mut outcome {
                measurement.probed =
                    Some(Probed { wall_ns: 1, jobs: None, timeline: None, usage, digest: 0 });
            }
            [(cell, outcome), steady("crawl/tasks/10", 25e6)]
        };
        assert_eq!(standings(&probed(50_000_000))[1].ideal_ns, Some(25e6), "50 ms on two cores");
        assert_eq!(standings(&probed(1_000_000))[1].ideal_ns, Some(10e6), "one wave of waiting");
        assert_eq!(standings(&[steady("crawl/tasks/10", 25e6)])[0].ideal_ns, None, "nobody was looked at");
    }

    #[test]
    fn speed_up_is_paired_and_failed_cells_stand_nowhere() {
        let mut group = vec![steady("timer/threads/2", 10.0), steady("timer/sequential/2", 25.0)];
        group.push(("timer/tasks/2".parse().expect("a cell"), Outcome::Failed(Failure::new("no"))));
        let found = of(&compared(&group));
        assert!(found[2].is_none());
        let speedup = found[0].as_ref().and_then(|standing| standing.speedup_vs_sequential);
        assert_eq!(speedup.map(|speedup| speedup.median), Some(2.5));
    }

    #[test]
    fn a_control_is_compared_with_but_never_wins() {
        let group = [steady("noop/threads/10", 120.0), steady("noop/hand-scope/10", 100.0)];
        let other_width = [steady("noop/threads/10", 120.0), steady("noop/hand-threads/10", 100.0)];
        assert_eq!(standings(&other_width)[0].by_hand, None, "two at once beside ten at once");
        let found = standings(&group);
        assert_eq!(found[0].ties_with_fastest.zip(found[1].ties_with_fastest), Some((true, false)));
        let by_hand = found[0].by_hand.as_ref().expect("a control in the group");
        assert_eq!(
            (by_hand.executor, by_hand.ratio.median, by_hand.added_ns_per_job),
            ("hand-scope", 1.2, 2.0)
        );
    }
}
