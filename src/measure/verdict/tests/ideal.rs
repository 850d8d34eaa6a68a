//! Ideals of cells whose times were chosen.

use super::super::standing::judge;
use super::{standings, steady, table, visits};
use crate::measure::machine::timer::Lateness;
use crate::process::usage::Usage;

#[test]
fn the_ideal_of_waiting_is_the_delay_and_of_computing_the_sequential_time_over_the_cores() {
    let group = [steady("timer/threads-w4/10", 30e6), steady("timer/sequential/10", 100e6)];
    assert_eq!(standings(&group)[0].ideal_ns, Some(30e6), "three waves of at most four");
    assert_eq!(standings(&[steady("timer/sequential/10", 100e6)])[0].ideal_ns, Some(10e6), "all at once");
    let group = [
        steady("primes/threads/8", 55.0),
        steady("primes/sequential/8", 100.0),
        steady("primes/thread-pool-c1/8", 100.0),
    ];
    let ideals: Vec<_> = standings(&group).iter().map(|standing| standing.ideal_ns).collect();
    assert_eq!(ideals, [Some(50.0), Some(50.0), Some(100.0)], "on one core nothing is in parallel");
    assert_eq!(
        standings(&[steady("primes/threads/8", 55.0)])[0].ideal_ns,
        None,
        "without the sequential time"
    );
    assert_eq!(standings(&[steady("noop/threads/8", 55.0)])[0].ideal_ns, None);
}

#[test]
fn where_a_server_waits_its_tick_is_in_the_ideal() {
    let mut measured = table(&[steady("tcp/threads/8", 12e6), steady("timer/threads/8", 12e6)]);
    measured.apparatus.lateness = Some(Lateness { blocking_ns: 50_000, tokio_ns: Some(1_100_000) });
    let ideals: Vec<_> =
        judge(&measured).standings.into_iter().flatten().map(|standing| standing.ideal_ns).collect();
    assert_eq!(ideals, [Some(11.1e6), Some(10e6)]);
}

#[test]
fn the_ideal_of_mixed_work_is_the_larger_of_waiting_and_computing() {
    let with = |cpu_user_ns: f64| {
        let mut sequential = steady("crawl/sequential/10", 200e6);
        for visit in visits(&mut sequential) {
            visit.used = Some(Usage { cpu_user_ns, ..Usage::default() });
        }
        standings(&[sequential, steady("crawl/tasks/10", 25e6)])[1].ideal_ns
    };
    assert_eq!(with(50e6), Some(25e6), "50 ms on two cores");
    assert_eq!(with(1e6), Some(10e6), "one wave of waiting");
    assert_eq!(standings(&[steady("crawl/tasks/10", 25e6)])[0].ideal_ns, None);
}
