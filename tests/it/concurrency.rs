//! Proof without timing: the server answers `hold` when k requests wait at once, and not before.

use std::thread::available_parallelism;

use fairlane::record::{Run, Status};

use crate::cli::{Invocation, cell};

fn measure(words: &str) -> Run {
    let ended = Invocation::new(&format!("run {words} --json")).run().exits(0);
    serde_json::from_str(&ended.stdout).unwrap()
}

/// The most requests that were in flight at once; a cell without a number has none.
fn peak(run: &Run, id: &str) -> Option<u64> {
    let cell = cell(run, id);
    let server = cell.server.as_ref().filter(|_| cell.status == Status::Measured)?;
    assert!(!server.peak_is_nominal, "{id}: counted, not derived");
    Some(server.peak_in_flight)
}

fn cores() -> usize {
    available_parallelism().unwrap().get()
}

#[test]
fn executors_with_32_slots_have_all_32_requests_in_flight() {
    let executors = ["threads", "thread-pool", "process-pool", "processes", "tasks", "tasks-mt"];
    let run = measure(&format!("-w hold -e {} -j 32 --budget 4", executors.join(",")));
    for executor in executors {
        assert_eq!(peak(&run, &format!("hold/{executor}/32")), Some(32), "{executor}");
    }
}

#[test]
fn rayon_has_one_request_in_flight_for_each_core() {
    let (cores, jobs) = (cores(), cores() * 4);
    let run = measure(&format!("-w hold-{cores} -e rayon -j {jobs} --budget 1"));
    assert_eq!(peak(&run, &format!("hold-{cores}/rayon/{jobs}")), Some(cores as u64));
}

#[test]
fn sequential_has_one_request_in_flight() {
    assert_eq!(peak(&measure("-w hold-1 -e sequential -j 8 --budget 1"), "hold-1/sequential/8"), Some(1));
}

#[test]
fn more_at_once_than_an_executor_can_is_not_applicable_with_the_reason() {
    let cores = cores();
    let most =
        [("sequential".to_owned(), 1), ("rayon".to_owned(), cores), (format!("tasks-w{cores}"), cores)];
    let executors: Vec<_> = most.iter().map(|(executor, _)| executor.as_str()).collect();
    let jobs = cores * 8;
    let run = measure(&format!("-w hold -e {} -j {jobs} --budget 1", executors.join(",")));
    for (executor, most) in &most {
        let cell = cell(&run, &format!("hold/{executor}/{jobs}"));
        assert_eq!((cell.status, cell.median_ns), (Status::NotApplicable, None));
        let reason = cell.reason.as_deref().unwrap();
        assert!(reason.starts_with(&format!("{jobs} jobs must be in flight at once, ")), "{reason}");
        assert!(reason.ends_with(&format!(" has at most {most}")), "{reason}");
    }

    let run = measure("-w hold-2 -e thread-pool-w1 -j 2 --budget 1");
    let reason = "2 jobs must be in flight at once, and thread-pool has at most 1";
    assert_eq!(cell(&run, "hold-2/thread-pool-w1/2").reason.as_deref(), Some(reason));
}
