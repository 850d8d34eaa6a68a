//! Where each cell of a race stands: against the fastest, the sequential one, the ideal and its control.

use std::time::Duration;

use super::race::{Measurement, Outcome};
use super::statistics::{self, Estimate};
use crate::clock::nanos;
use crate::lane::Cell;
use crate::workload::Family;

/// What a cell's samples mean beside those of the same race.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Nanoseconds for one batch.
    pub time: Estimate,
    /// Jobs a second.
    pub throughput_per_s: f64,
    /// The time that no executor of that concurrency can beat, where the workload has one.
    pub ideal_ns: Option<f64>,
    /// How many times as fast as `sequential`, pair by pair.
    pub speedup_vs_sequential: Option<Estimate>,
    /// Whether it is the fastest, or its difference from the fastest may be chance; `None` if there are too few
    /// rounds to say.
    pub ties_with_fastest: Option<bool>,
    /// What Fairlane costs: this cell against its hand-written equivalent.
    pub by_hand: Option<ByHand>,
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
pub fn of(race: &[(Cell, Outcome)], cores: usize) -> Vec<Option<Standing>> {
    let contender = |cell: &Cell| cell.executor.by_hand_for.is_empty();
    let fastest = race
        .iter()
        .filter(|(cell, _)| contender(cell))
        .filter_map(|(_, outcome)| Some((samples(outcome)?, median(outcome)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(samples, _)| samples);
    let sequential =
        race.iter().find(|(cell, _)| cell.executor.id == "sequential").map(|(_, outcome)| outcome);
    let ideal = ideal(race, sequential, cores);

    let stand = |(cell, outcome): &(Cell, Outcome)| {
        let own = samples(outcome)?;
        let time = statistics::estimate(&own.iter().copied().flatten().collect::<Vec<_>>())?;
        let behind = fastest.and_then(|fastest| statistics::ratio(own, fastest));
        Some(Standing {
            time,
            throughput_per_s: cell.jobs as f64 / time.median * 1e9,
            ideal_ns: ideal,
            speedup_vs_sequential: sequential.and_then(|outcome| statistics::ratio(samples(outcome)?, own)),
            ties_with_fastest: if contender(cell) { behind.and_then(may_be_one) } else { Some(false) },
            by_hand: by_hand(race, cell, own, time),
        })
    };
    race.iter().map(stand).collect()
}

fn samples(outcome: &Outcome) -> Option<&[Option<f64>]> {
    match outcome {
        Outcome::Measured(Measurement { rounds, .. }) => Some(rounds),
        _ => None,
    }
}

fn median(outcome: &Outcome) -> Option<f64> {
    let samples: Vec<f64> = samples(outcome)?.iter().copied().flatten().collect();
    Some(statistics::estimate(&samples)?.median)
}

/// Whether the interval leaves it open that both take the same time.
fn may_be_one(ratio: Estimate) -> Option<bool> {
    ratio.interval99.map(|(low, _)| low <= 1.0)
}

/// The ideal depends on the workload, never on the executor. Waiting: as many at once as any cell of the race may
/// have, wave after wave. Computing: the sequential time spread over the cores.
fn ideal(race: &[(Cell, Outcome)], sequential: Option<&Outcome>, cores: usize) -> Option<f64> {
    let (cell, _) = race.first()?;
    let concurrency = race.iter().map(|(cell, _)| cell.concurrency(cores)).max()?;
    match cell.workload.kind().family {
        Family::Cpu => Some(sequential.and_then(median)? / concurrency.min(cores) as f64),
        Family::Io | Family::Control => {
            let delay = Duration::from_nanos(cell.workload.value("delay"));
            let waves = cell.jobs.div_ceil(concurrency) as f64;
            (cell.workload.kind().waits && !delay.is_zero()).then(|| waves * nanos(delay) as f64)
        }
    }
}

fn by_hand(race: &[(Cell, Outcome)], cell: &Cell, own: &[Option<f64>], time: Estimate) -> Option<ByHand> {
    let stands_beside = |other: &&(Cell, Outcome)| other.0.executor.by_hand_for.contains(&cell.executor.id);
    let (control, outcome) = race.iter().find(stands_beside)?;
    Some(ByHand {
        executor: control.executor.id,
        ratio: statistics::ratio(own, samples(outcome)?)?,
        added_ns_per_job: (time.median - median(outcome)?) / cell.jobs as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn measured(id: &str, rounds: &[f64]) -> (Cell, Outcome) {
        let rounds = rounds.iter().map(|time| Some(*time)).collect();
        (id.parse().expect("a cell"), Outcome::Measured(Measurement { rounds, server: None }))
    }

    fn steady(id: &str, time: f64) -> (Cell, Outcome) {
        measured(id, &[time; 12])
    }

    fn standings(race: &[(Cell, Outcome)]) -> Vec<Standing> {
        of(race, 2).into_iter().flatten().collect()
    }

    #[test]
    fn the_fastest_and_what_overlaps_it_tie_and_the_rest_does_not() {
        let noisy: Vec<f64> = (0..12).map(|i| if i % 2 == 0 { 9.0 } else { 12.0 }).collect();
        let race = [
            steady("timer/threads/2", 10.0),
            measured("timer/tasks/2", &noisy),
            steady("timer/sequential/2", 20.0),
        ];
        let ties: Vec<_> = standings(&race).iter().map(|standing| standing.ties_with_fastest).collect();
        assert_eq!(ties, [Some(true), Some(true), Some(false)]);
    }

    #[test]
    fn with_too_few_rounds_nobody_wins_and_nobody_ties() {
        let race = [measured("timer/threads/2", &[10.0]), measured("timer/sequential/2", &[20.0])];
        assert!(standings(&race).iter().all(|standing| standing.ties_with_fastest.is_none()));
    }

    #[test]
    fn the_ideal_of_waiting_is_the_delay_and_of_computing_the_sequential_time_over_the_cores() {
        let race = [steady("timer/threads-w4/10", 30e6), steady("timer/sequential/10", 100e6)];
        assert_eq!(
            standings(&race)[0].ideal_ns,
            Some(10e6),
            "all ten at once, as `sequential` is allowed to"
        );
        let race = [steady("primes/threads/8", 55.0), steady("primes/sequential/8", 100.0)];
        assert_eq!(standings(&race)[0].ideal_ns, Some(50.0));
        assert_eq!(
            standings(&[steady("primes/threads/8", 55.0)])[0].ideal_ns,
            None,
            "without the sequential time"
        );
        assert_eq!(standings(&[steady("noop/threads/8", 55.0)])[0].ideal_ns, None);
    }

    #[test]
    fn speed_up_is_paired_and_failed_cells_stand_nowhere() {
        let mut race = vec![steady("timer/threads/2", 10.0), steady("timer/sequential/2", 25.0)];
        race.push(("timer/tasks/2".parse().expect("a cell"), Outcome::Failed(Failure::new("no"))));
        let found = of(&race, 2);
        assert!(found[2].is_none());
        let speedup = found[0].as_ref().and_then(|standing| standing.speedup_vs_sequential);
        assert_eq!(speedup.map(|speedup| speedup.median), Some(2.5));
    }

    #[test]
    fn a_control_is_compared_with_but_never_wins() {
        let race = [steady("noop/threads/10", 120.0), steady("noop/hand-scope/10", 100.0)];
        let found = standings(&race);
        assert_eq!(found[0].ties_with_fastest.zip(found[1].ties_with_fastest), Some((true, false)));
        let by_hand = found[0].by_hand.as_ref().expect("a control in the race");
        assert_eq!(
            (by_hand.executor, by_hand.ratio.median, by_hand.added_ns_per_job),
            ("hand-scope", 1.2, 2.0)
        );
    }
}
