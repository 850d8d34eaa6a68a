//! Bottlenecks of cells of which the evidence was chosen.

use super::*;
use crate::lane::hex::Hex;
use crate::lane::protocol::{Jobs, Quantiles};
use crate::process::usage::Usage;

const MS: u64 = 1_000_000;

/// 100 ms of samples and a probe of 100 ms, in which nothing was seen.
struct Case {
    used: Usage<f64>,
    cell: Cell,
    evidence: Evidence,
    stats: Option<Stats>,
    probed: Probed,
    median_ms: f64,
}

fn case(id: &str) -> Case {
    let cell: Cell = id.parse().expect("a cell");
    let stats = cell.workload.server().map(|_| Stats {
        requests: 32,
        connections: None,
        in_flight: None,
        peak_in_flight: 32,
        peak_is_nominal: true,
    });
    let latency = Quantiles { p50_ns: 1, p90_ns: 1, p99_ns: 1, max_ns: 1 };
    let jobs = Jobs { in_flight_ns: 100 * MS, latency: latency.clone(), response: latency, tasks: None };
    let probed = Probed {
        wall_ns: 100 * MS,
        jobs: Some(jobs),
        timeline: None,
        usage: Usage::default(),
        digest: Hex(0),
    };
    let evidence = Evidence { sampled_ns: 100 * MS, ..Evidence::default() };
    Case { cell, evidence, stats, probed, used: Usage::default(), median_ms: 12.0 }
}

impl Case {
    fn bottleneck(&self) -> Bottleneck {
        of(&Facts {
            cell: &self.cell,
            cores: 2,
            median_ns: self.median_ms * 1e6,
            evidence: self.evidence,
            server: self.stats.as_ref(),
            ceiling_rps: Some(40_000.0),
            probed: Some(&self.probed),
            used: Some(self.used),
            lateness: Some(Lateness { blocking_ns: MS / 20, tokio_ns: Some(MS) }),
        })
    }
}

#[test]
fn an_idle_server_and_idle_cores_limit_nothing() {
    for id in ["http/tasks/32", "tcp/threads/32", "noop/sequential/100", "timer/threads/32"] {
        assert_eq!(case(id).bottleneck(), Bottleneck::None, "{id}");
    }
}

#[test]
fn one_refused_connection_is_enough() {
    let mut case = case("http/processes/32");
    case.evidence.overflows = 1;
    assert_eq!(case.bottleneck(), Bottleneck::Backlog);
}

#[test]
fn a_server_limits_that_computes_starves_is_at_its_ceiling_or_lets_requests_wait_outside() {
    let mut computes = case("http/tasks/32");
    computes.evidence.server_ran_ns = 81 * MS;
    let mut starves = case("http/tasks/32");
    (starves.evidence.server_ran_ns, starves.evidence.server_queued_ns) = (30 * MS, 60 * MS);
    let mut at_ceiling = case("http/tasks/32");
    at_ceiling.median_ms = 0.9;
    let mut outside = case("http/tasks/32");
    outside.stats.as_mut().expect("a server").peak_in_flight = 1;
    outside.probed.jobs.as_mut().expect("stamps").in_flight_ns = 1_600 * MS;
    let mut held = case("hold/tasks/32");
    held.median_ms = 0.9;
    (held.evidence.server_ran_ns, held.evidence.server_queued_ns) = (70 * MS, 20 * MS);
    assert_eq!(held.bottleneck(), Bottleneck::None, "the server has no delay to keep");
    for case in [&computes, &starves, &at_ceiling, &outside] {
        assert_eq!(case.bottleneck(), Bottleneck::Server);
    }
    // The server waits for the cores on which the lane computes: then the cores are the limit.
    starves.used.cpu_user_ns = 1.9 * 12e6;
    assert_eq!(starves.bottleneck(), Bottleneck::Cores);
}

#[test]
fn cores_are_those_that_the_executor_can_compute_on() {
    let bottleneck = |id: &str, percent: u32| {
        let mut case = case(id);
        case.used.cpu_user_ns = f64::from(percent) / 100.0 * 12e6;
        case.bottleneck()
    };
    assert_eq!(bottleneck("primes/sequential/16", 98), Bottleneck::Cores);
    assert_eq!(bottleneck("primes/tasks/16", 98), Bottleneck::Cores);
    assert_eq!(bottleneck("primes/gil-threads/16", 98), Bottleneck::Cores);
    assert_eq!(bottleneck("primes/thread-pool/16", 98), Bottleneck::None, "a core is idle");
    assert_eq!(bottleneck("primes/thread-pool/16", 185), Bottleneck::Cores);
    assert_eq!(bottleneck("primes/thread-pool-c1/16", 98), Bottleneck::Cores);
}

#[test]
fn a_disk_limits_that_was_busy_for_half_of_the_time_and_memory_that_was_on_one() {
    let mut case = case("file/tasks/16");
    case.used.cpu_user_ns = 12e6;
    assert_eq!(case.bottleneck(), Bottleneck::None, "a blocking section has more than one core");
    case.evidence.disk_busy_ns = 60 * MS;
    assert_eq!(case.bottleneck(), Bottleneck::Disk);
    case.used.faults_major = 16.0;
    assert_eq!(case.bottleneck(), Bottleneck::Memory);
}

#[test]
fn a_tick_limits_cells_that_wait_on_that_timer_and_lose_no_more_than_that() {
    let bottleneck = |id: &str, median_ms: f64| {
        let mut case = case(id);
        case.median_ms = median_ms;
        case.bottleneck()
    };
    assert_eq!(bottleneck("timer/tasks/32", 11.2), Bottleneck::Timer);
    assert_eq!(bottleneck("timer/threads/32", 10.5), Bottleneck::None, "its timer is 0.5 % late");
    assert_eq!(bottleneck("timer/tasks/32", 40.0), Bottleneck::None, "something else took the rest");
    assert_eq!(bottleneck("http/tasks/32", 11.2), Bottleneck::None, "the server's tick is the same for all");
}
