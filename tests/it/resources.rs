//! What the probe counts, against truths known beforehand. The jobs run in lanes, workers and children of workers, so a
//! process that is left out of the account shows.

use crate::cli::{Invocation, cell};

/// Each of these executors does the work elsewhere: in this process, in a thread, in a worker, in a child.
const EVERYWHERE: [&str; 4] = ["sequential", "threads-w4", "process-pool-w4", "processes-w4"];

#[test]
fn computing_costs_the_same_processor_time_wherever_it_is_done() {
    let words = format!("run -w primes-400000 -j 8 -e {} -b 3", EVERYWHERE.join(","));
    let run = Invocation::new(&words).run().exits(0).record();
    let cpu = |executor: &str| {
        let used = cell(&run, &format!("primes-400000/{executor}/8")).resources.clone().unwrap();
        (used.cpu_user_ns + used.cpu_sys_ns) as f64
    };
    let alone = cpu("sequential");
    assert!(alone > 8.0 * 5e6, "eight times some 15 ms: {alone} ns");
    for executor in EVERYWHERE {
        let ratio = cpu(executor) / alone;
        assert!((0.6..1.8).contains(&ratio), "{executor} used {ratio} times the time of `sequential`");
    }
}

#[test]
fn every_wait_is_a_voluntary_switch_wherever_it_waits() {
    let words = format!("run -w timer-1ms -j 50 -e {} -b 3", EVERYWHERE.join(","));
    let run = Invocation::new(&words).run().exits(0).record();
    for executor in EVERYWHERE {
        let cell = cell(&run, &format!("timer-1ms/{executor}/50"));
        let switches = cell.resources.as_ref().unwrap().switches_voluntary;
        assert!((50..1_000).contains(&switches), "{executor} waits 50 times and switched {switches} times");
    }
}

#[test]
fn overlap_is_the_number_of_jobs_in_flight_and_latency_the_wait() {
    let run = Invocation::new("run -w timer-50ms -j 8 -e sequential,thread-pool,process-pool,tasks -b 4");
    let run = run.run().exits(0).record();
    for (executor, at_once) in
        [("sequential", 1.0), ("thread-pool", 8.0), ("process-pool", 8.0), ("tasks", 8.0)]
    {
        let cell = cell(&run, &format!("timer-50ms/{executor}/8"));
        let overlap = cell.overlap_factor.unwrap();
        assert!(overlap > at_once * 0.7 && overlap <= at_once * 1.001, "{executor}: {overlap} of {at_once}");
        let latency = cell.latency_ns.as_ref().unwrap();
        assert!(latency.p50 >= 50_000_000 && latency.p50 <= latency.p99 && latency.p99 <= latency.max);
        let response = cell.response_ns.as_ref().unwrap();
        assert!(response.max >= latency.max, "{executor}: the hand-over comes before the body");
    }
}

#[test]
fn columns_are_chosen_by_name() {
    let ended =
        Invocation::new("run -w noop -j 4 -e sequential -b 1 --columns median,p99,faults").run().exits(0);
    let head = ended.stderr.lines().find(|line| line.contains("executor")).unwrap();
    assert_eq!(head.split_whitespace().collect::<Vec<_>>(), ["executor", "median", "p99", "faults"]);
    let ended = Invocation::new("run -w noop --columns medan").run().exits(2);
    assert!(ended.stderr.contains("help: did you mean `median`?"), "{}", ended.stderr);
}
