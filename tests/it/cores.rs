//! Cells on one core: computing has no parallelism, waiting still overlaps, and the lane's processes stay on that core.

use std::fs;
use std::thread::available_parallelism;

use fairlane::record::Status;
use nix::sys::signal::Signal;

use crate::cli::{Invocation, cell};

#[test]
fn on_one_core_nothing_computes_in_parallel_and_waiting_stays_as_it_is() {
    let run = Invocation::new("run -w primes-300000,timer -e thread-pool,process-pool -j 8 --cores 1 -b 4");
    let run = run.run().exits(0).record();
    let ids: Vec<&str> = run.cells.iter().map(|cell| cell.executor.as_str()).take(4).collect();
    assert_eq!(ids, ["thread-pool", "process-pool", "thread-pool-c1", "process-pool-c1"]);
    for executor in ["thread-pool-c1", "process-pool-c1"] {
        let computing = cell(&run, &format!("primes-300000/{executor}/8"));
        assert_eq!((computing.status, computing.concurrency), (Status::Measured, 1));
        let parallelism = computing.cpu_parallelism.unwrap();
        assert!(parallelism <= 1.02, "{executor}: {parallelism} cores at work on one");
        let waiting = cell(&run, &format!("timer/{executor}/8"));
        assert!(waiting.overlap_factor.unwrap() > 4.0, "{executor}: eight wait at once on one core");
    }
}

#[test]
fn every_process_of_a_confined_lane_has_one_processor() {
    let waiting = Invocation::new("run -w timer-60s -e process-pool-c1 -j 2 --limit 600").start();
    // Once there is a worker, its lane has been confined.
    for name in ["fairlane-worker", "fairlane-lane"] {
        for member in waiting.family.await_named(name, 1) {
            let status = fs::read_to_string(format!("/proc/{}/status", member.id)).unwrap();
            let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap();
            assert!(allowed.trim().parse::<usize>().is_ok(), "`{name}` may run on {allowed}");
        }
    }
    waiting.signal(Signal::SIGINT);
    waiting.end().exits(130);
}

#[test]
fn more_cores_than_there_are_is_not_applicable() {
    let cores = available_parallelism().unwrap().get() + 1;
    let run = Invocation::new(&format!("run -w timer -e tasks-c{cores} -j 2 -b 1")).run().exits(0).record();
    assert_eq!(run.cells[0].status, Status::NotApplicable);
    let reason = run.cells[0].reason.as_deref().unwrap();
    assert!(reason.starts_with(&format!("it asks for {cores} cores, and this process may use")), "{reason}");
}
