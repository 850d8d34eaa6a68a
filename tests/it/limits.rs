//! A limit of the machine: the cell that exceeds it fails and names it, and the others are measured.

use fairlane::record::Status;

use crate::cli::{Invocation, assert_failed, cell};

/// Runs the pool and `sequential` under a limit that only the pool exceeds; returns the help of the failed cell.
fn advice(limit: &str, workload: &str, jobs: usize) -> String {
    let words = format!("run -w {workload} -e thread-pool,sequential -j {jobs} --budget 1");
    let ended = Invocation::under(limit, &words).run().exits(1);
    let run = ended.record();
    assert_failed(&run, &["thread-pool"]);
    let failed = cell(&run, &format!("{workload}/thread-pool/{jobs}"));
    failed.help.clone().unwrap_or_else(|| panic!("no advice: {:?}", failed.reason))
}

#[test]
fn too_few_file_descriptors_fail_the_cell_that_needs_them_with_the_limit() {
    let help = advice("ulimit -n 64", "tcp-1ms", 100);
    assert!(help.contains("`ulimit -n` is 64"), "{help}");
}

#[test]
fn too_little_memory_for_threads_fails_the_cell_that_needs_them_with_the_limits() {
    let help = advice("ulimit -v 3000000", "timer-100us", 2_000);
    assert!(help.contains("`ulimit -v` 3072000000") && help.contains("--concurrency"), "{help}");
}

#[test]
fn a_thousand_threads_ten_thousand_tasks_and_two_hundred_processes_can_run() {
    for (executor, jobs) in [("threads", 1_000), ("tasks", 10_000), ("processes", 200)] {
        let words = format!("run -w timer -e {executor} -j {jobs} --budget 0.5");
        let run = Invocation::new(&words).run().exits(0).record();
        let cell = cell(&run, &format!("timer/{executor}/{jobs}"));
        assert_eq!((cell.status, cell.concurrency), (Status::Measured, jobs));
    }
}
