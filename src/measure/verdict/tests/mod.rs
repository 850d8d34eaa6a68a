//! Verdicts on lanes whose times were chosen.

use super::bottleneck::Bottleneck;
use super::calibration::{self, PLANTED};
use super::standing::{Standing, judge};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::hex::Hex;
use crate::lane::protocol::{Opened, Probed};
use crate::measure::machine::evidence::Evidence;
use crate::measure::passes::session::Apparatus;
use crate::measure::passes::table::{Measured, Measurement, Outcome, Pass};
use crate::measure::passes::visit::{Rehearsed, Visit};
use crate::process::usage::Usage;

mod ideal;

type Row = (Cell, Outcome);

/// A lane for each of the times, with one sample each.
fn measured(id: &str, times: &[f64]) -> Row {
    let visit = |time: &f64| Visit {
        samples_ns: vec![*time],
        used: Some(Usage::default()),
        evidence: Evidence::default(),
        server: None,
    };
    let probed = Probed { wall_ns: 1, jobs: None, timeline: None, usage: Usage::default(), digest: Hex(0) };
    let rehearsed = Rehearsed { opened: Opened::default(), probed, memory: None };
    let measurement = Measurement { visits: times.iter().map(visit).collect(), rehearsed };
    (id.parse().expect("a cell"), Outcome::Measured(Box::new(measurement)))
}

fn steady(id: &str, time: f64) -> Row {
    measured(id, &[time; 12])
}

fn visits(row: &mut Row) -> &mut [Visit] {
    match &mut row.1 {
        Outcome::Measured(measurement) => &mut measurement.visits,
        other => panic!("{other:?}"),
    }
}

fn table(group: &[Row]) -> Measured {
    let passes = group.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Measured(measurement) => Some(measurement.visits.len()),
        _ => None,
    });
    let passes = vec![Pass { others: Some(0.0) }; passes.max().unwrap_or(0)];
    Measured {
        cells: group.to_vec(),
        passes,
        cores: 2,
        apparatus: Apparatus::default(),
        caveat: None,
        interrupted: None,
    }
}

fn standings(group: &[Row]) -> Vec<Standing> {
    judge(&table(group)).standings.into_iter().flatten().collect()
}

fn ties(group: &[Row]) -> Vec<Option<bool>> {
    standings(group).iter().map(|standing| standing.ties_with_fastest).collect()
}

#[test]
fn the_fastest_and_what_overlaps_it_tie_and_the_rest_does_not() {
    let noisy: Vec<f64> = (0..12).map(|pass| if pass % 2 == 0 { 9.0 } else { 12.0 }).collect();
    let group = [
        steady("timer/threads/2", 10.0),
        measured("timer/tasks/2", &noisy),
        steady("timer/sequential/2", 20.0),
    ];
    assert_eq!(ties(&group), [Some(true), Some(true), Some(false)]);
}

#[test]
fn pairs_decide_where_the_machine_slows_down_midway() {
    let tasks: Vec<f64> = (0..12).map(|pass| if pass < 6 { 10.0 } else { 20.0 }).collect();
    let threads: Vec<f64> = tasks.iter().map(|time| time * 1.1).collect();
    let group = [measured("timer/tasks/2", &tasks), measured("timer/threads/2", &threads)];
    assert_eq!(ties(&group), [Some(true), Some(false)]);
}

#[test]
fn passes_that_others_disturbed_do_not_count() {
    let mut group = [steady("timer/tasks/2", 10.0), steady("timer/threads/2", 11.0)];
    for visit in &mut visits(&mut group[0])[..4] {
        visit.samples_ns = vec![90.0];
    }
    let mut measured = table(&group);
    measured.passes[..4].fill(Pass { others: Some(0.5) });
    let judged = judge(&measured);
    let first = judged.standings[0].as_ref().expect("measured");
    assert_eq!((judged.counted.passes.len(), first.time.median), (8, 10.0));
    assert_eq!(first.ties_with_fastest, Some(true));
    measured.passes.fill(Pass { others: Some(0.5) });
    let judged = judge(&measured);
    assert!(!judged.counted.judged && judged.visible_difference.is_none());
    assert!(judged.standings.iter().flatten().all(|standing| standing.ties_with_fastest.is_none()));
}

#[test]
fn what_the_apparatus_limited_is_not_ranked() {
    let mut group = [steady("timer/threads/2", 50.0), steady("timer/tasks/2", 100.0)];
    visits(&mut group[0])[3].evidence.overflows = 1;
    let found = standings(&group);
    assert_eq!((found[0].bottleneck, found[0].ties_with_fastest), (Bottleneck::Backlog, Some(false)));
    assert_eq!(found[1].ties_with_fastest, Some(true), "the fastest of those that are");
}

#[test]
fn with_too_few_lanes_nobody_wins_and_nobody_ties() {
    let group = [measured("timer/threads/2", &[10.0]), measured("timer/sequential/2", &[20.0])];
    assert_eq!(ties(&group), [None, None]);
}

#[test]
fn speed_up_is_paired_and_failed_cells_stand_nowhere() {
    let mut group = vec![steady("timer/threads/2", 10.0), steady("timer/sequential/2", 15.0)];
    group.push(("timer/tasks/2".parse().expect("a cell"), Outcome::Failed(Failure::new("no"))));
    let found = judge(&table(&group)).standings;
    assert!(found[2].is_none());
    let first = found[0].as_ref().expect("measured");
    let speedup = first.speedup_vs_sequential.expect("there is a sequential one").median;
    assert!((speedup - 1.5).abs() < 1e-12 && !first.impossible, "{first:?}");
}

#[test]
fn more_times_as_fast_than_jobs_in_flight_is_impossible() {
    let group = [steady("file/threads-w4/16", 10.0), steady("file/sequential/16", 250.0)];
    assert!(standings(&group)[0].impossible, "25 times as fast with four at once");
    let group = [steady("primes/tasks-mt-w8/16", 10.0), steady("primes/sequential/16", 22.0)];
    assert!(standings(&group)[0].impossible, "2.2 times as fast on two cores");
    let group = [steady("primes/tasks-mt/16", 10.0), steady("primes/sequential/16", 20.5)];
    assert!(!standings(&group)[0].impossible);
}

#[test]
fn a_control_is_compared_with_but_never_wins() {
    let group = [steady("noop/thread-pool/10", 120.0), steady("noop/hand-scope/10", 100.0)];
    let other_width = [steady("noop/threads/10", 120.0), steady("noop/hand-threads/10", 100.0)];
    assert_eq!(standings(&other_width)[0].by_hand, None, "two at once, ten at once");
    let found = standings(&group);
    let by_hand = found[0].by_hand.as_ref().expect("a control of the same width");
    assert_eq!((by_hand.executor.as_str(), by_hand.added_ns_per_job), ("hand-scope", 2.0));
    assert!((by_hand.ratio - 1.2).abs() < 1e-12);
    assert_eq!((found[0].ties_with_fastest, found[1].ties_with_fastest), (Some(true), Some(false)));
}

#[test]
fn calibration_counts_wrong_alarms_and_finds_in_undisturbed_passes() {
    let group = calibration::group(&"timer".parse().expect("a workload"), "tasks", 2).expect("known");
    let names: Vec<String> = group.cells.iter().map(ToString::to_string).collect();
    assert_eq!(names[0], names[1]);
    assert_eq!(names[2..], ["timer-21ms/tasks/4", "timer-22ms/tasks/4", "timer-24ms/tasks/4"]);
    let jobs = calibration::group(&"primes".parse().expect("a workload"), "tasks", 2).expect("known");
    assert_eq!(jobs.cells.iter().map(|cell| cell.jobs).collect::<Vec<_>>(), [40, 40, 42, 44, 48]);

    let times = |more: f64, at: usize| -> Vec<f64> {
        (0..26).map(|pass| (20.0 + ((pass * 7 + at * 3) % 5) as f64 * 0.2) * (1.0 + more / 100.0)).collect()
    };
    let more = [0.0, 0.0].into_iter().chain(PLANTED.map(|more| more as f64)).enumerate();
    let rows: Vec<Row> = more.map(|(at, more)| measured(&names[at], &times(more, at))).collect();
    let mut table = table(&rows);
    table.passes[3] = Pass { others: Some(0.4) };
    let found = calibration::found(&table, 12).expect("all were measured");
    assert_eq!((found.tables, found.wrong), (2, 0), "of 25 quiet passes");
    assert_eq!(found.planted[1..], [2, 2]);
    assert_eq!(calibration::found(&table, 30).expect("all were measured").tables, 0);
    table.cells[4].1 = Outcome::Failed(Failure::new("no"));
    assert_eq!(calibration::found(&table, 12).expect_err("one failed").message, "no");
}
