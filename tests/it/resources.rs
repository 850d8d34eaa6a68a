//! What the probe counts, against figures that are known beforehand. The jobs run in lanes, workers and children of workers,
//! so that a process which is not counted is found.

use crate::cli::{Invocation, cell};

/// Each of these executors does the work elsewhere: in this process, in a thread, in a worker, in a child.
const EVERYWHERE: [&str; 4] = ["sequential", "threads-w4", "process-pool-w4", "processes-w4"];

#[test]
fn computing_costs_the_same_processor_time_wherever_it_is_done() {
    let words = format!("run -w primes-400000 -j 8 -e {} -b 3", EVERYWHERE.join(","));
    let run = Invocation::new(&words).run().exits(0).record();
    let cpu = |executor: &str| {
        cell(&run, &format!("primes-400000/{executor}/8")).costs.as_ref().unwrap().cpu_ns.median
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
    let words = format!("run -w timer-1ms,noop -j 50 -e {} -b 3", EVERYWHERE.join(","));
    let run = Invocation::new(&words).run().exits(0).record();
    let switches = |workload: &str, executor: &str| {
        let costs = cell(&run, &format!("{workload}/{executor}/50")).costs.as_ref().unwrap();
        costs.switches.median - costs.switches_forced.median
    };
    let alone = switches("timer-1ms", "sequential");
    assert!((50.0..55.0).contains(&alone), "one thread waits 50 times and switched {alone} times");
    for executor in EVERYWHERE {
        // Handing jobs over is in both, about as often. Counting twice gives 100 more.
        let all = switches("timer-1ms", executor);
        let more = all - switches("noop", executor);
        assert!(all >= 50.0, "{executor} waits 50 times and switched {all} times");
        assert!((20.0..100.0).contains(&more), "{executor}: 50 waits are {more} switches more than none");
    }
}

#[test]
fn memory_that_jobs_in_flight_hold_counts_wherever_it_is() {
    // While a job of `file-16mib` stands still it holds what it wrote and what it read back. glibc is configured to give
    // back what is freed at once: else what threads held before is in the figure, too, as it should be.
    const JOB: u64 = 32 << 20;
    let run =
        Invocation::new("run -w file-16mib -j 2 -e sequential,thread-pool,process-pool,processes,tasks -b 1");
    let run = run.env("MALLOC_MMAP_THRESHOLD_", "1048576").run().exits(0).record();
    for (executor, jobs) in
        [("sequential", 1), ("thread-pool", 2), ("process-pool", 2), ("processes", 2), ("tasks", 2)]
    {
        let held = cell(&run, &format!("file-16mib/{executor}/2")).memory.clone().unwrap();
        assert_eq!(held.jobs, jobs, "{executor}");
        let (least, most) = (jobs * JOB, jobs * (JOB + (3 << 20)));
        let memory = held.bytes;
        assert!((least..most).contains(&memory), "{executor}: {memory} bytes for {jobs} jobs of {JOB}");
        assert!(held.ready_bytes < jobs * (3 << 20), "{executor} has no job yet: {held:?}");
        assert!(held.peak_rss_bytes >= least && held.pss_bytes >= least, "{held:?}");
    }
}

#[test]
fn threads_and_processes_are_counted_with_all_jobs_in_flight() {
    let cores = std::thread::available_parallelism().unwrap().get() as u64;
    // Executor, jobs in flight, processes, threads: a lane has a main thread and one that waits for the
    // end of its parent.
    let truth = [
        ("sequential", 1, 1, 2),
        ("threads", 20, 1, 22),
        ("thread-pool", 20, 1, 22),
        ("gil-threads", 20, 1, 22),
        ("rayon", cores, 1, 2 + cores),
        ("process-pool", 20, 21, 22),
        ("processes", 20, 21, 22),
        ("tasks", 20, 1, 2),
        ("tasks-mt", 20, 1, 2 + cores),
        ("tasks-rayon", 20, 1, 2 + cores),
    ];
    let executors = truth.map(|(executor, ..)| executor).join(",");
    let run = Invocation::new(&format!("run -w timer -j 20 -e {executors} -b 3")).run().exits(0).record();
    for (executor, jobs, processes, threads) in truth {
        let held = cell(&run, &format!("timer/{executor}/20")).memory.clone().unwrap();
        let seen = (held.jobs, held.processes, held.threads);
        assert_eq!(seen, (jobs, processes, threads), "{executor}");
    }
}

#[test]
fn a_job_that_neither_waits_nor_computes_cannot_be_stopped_and_has_no_memory() {
    let run = Invocation::new("run -w noop -j 4 -e threads,processes,tasks -b 1").run().exits(0).record();
    for cell in &run.cells {
        assert_eq!(cell.memory, None, "{}", cell.id);
    }
}

#[test]
fn overlap_is_the_number_of_jobs_in_flight_and_latency_the_wait() {
    let run = Invocation::new("run -w timer-100ms -j 8 -e sequential,thread-pool,process-pool,tasks -b 1");
    let run = run.run().exits(0).record();
    for (executor, at_once) in
        [("sequential", 1.0), ("thread-pool", 8.0), ("process-pool", 8.0), ("tasks", 8.0)]
    {
        let cell = cell(&run, &format!("timer-100ms/{executor}/8"));
        let overlap = cell.overlap_factor.unwrap();
        // A busy machine starts some jobs late, but no more are in flight than there are.
        assert!(overlap > at_once * 0.5 && overlap <= at_once * 1.001, "{executor}: {overlap} of {at_once}");
        let latency = cell.latency_ns.as_ref().unwrap();
        assert!(latency.p50 >= 100_000_000 && latency.p50 <= latency.p99 && latency.p99 <= latency.max);
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
}
