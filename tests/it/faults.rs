//! Lanes, workers, servers and drivers that are killed: who failed is told, the others go on, nobody is left behind.

use std::collections::HashSet;

use fairlane::record::{Status, store};
use nix::sys::signal::Signal;

use crate::cli::{Invocation, Running, assert_failed, cell, wait_for};
use crate::family::Member;

const LANE: &str = "fairlane-lane";
const WORKER: &str = "fairlane-worker";
const SERVER: &str = "fairlane-server";

/// Long enough to be met in the midst of it, short enough to be waited for.
const WAITING: &str = "run -w timer-200ms -e sequential,thread-pool,process-pool -j 4 --budget 5";

/// A first group that is soon done, and a second in which all but the driver sleep for a minute: what ends them
/// sooner is no end of input that they would notice between two jobs.
const ASLEEP: &str =
    "run -w hold-1,timer-60s -e processes,process-pool,sequential -j 4 --budget 2 --limit 600";

/// The workers of the pool, once all four are at work.
fn pool(driver: &Running) -> Vec<Member> {
    driver.family.await_named(WORKER, 4)
}

/// Starts that run and waits until its first group is recorded and its second sleeps.
fn in_the_second_group() -> Running {
    let driver = Invocation::new(ASLEEP).start();
    wait_for("a record", || driver.record());
    wait_for("lanes, workers and a server", || {
        let busy = [(LANE, 3), (WORKER, 8), (SERVER, 1)];
        busy.iter().all(|(name, count)| driver.family.named(name).len() >= *count).then_some(())
    });
    driver
}

#[test]
fn a_killed_lane_fails_its_cell_and_no_other() {
    let driver = Invocation::new(WAITING).start();
    let employer = pool(&driver)[0].parent;
    let lanes = driver.family.await_named(LANE, 3);
    lanes.iter().find(|lane| lane.id == employer).unwrap().kill();
    let ended = driver.end().exits(1);
    ended.family.assert_gone();
    let run = ended.record();
    assert_failed(&run, &["process-pool"]);
    let reason = cell(&run, "timer-200ms/process-pool/4").reason.clone().unwrap();
    assert!(reason.contains("`fairlane-lane`") && reason.contains("SIGKILL"), "{reason}");
    assert!(!run.interrupted);
}

#[test]
fn a_killed_worker_fails_its_cell_and_no_other() {
    let driver = Invocation::new(WAITING).start();
    pool(&driver)[0].kill();
    let ended = driver.end().exits(1);
    ended.family.assert_gone();
    let run = ended.record();
    assert_failed(&run, &["process-pool"]);
    let reason = cell(&run, "timer-200ms/process-pool/4").reason.clone().unwrap();
    assert!(reason.contains("worker process ") && reason.contains("SIGKILL"), "{reason}");
}

#[test]
fn a_killed_server_fails_the_cells_it_served_and_no_other() {
    let words = "run -w tcp-200ms,timer -e sequential,thread-pool,tasks -j 4 --budget 6";
    let driver = Invocation::new(words).start();
    driver.family.await_named(LANE, 3);
    driver.family.await_named(SERVER, 1)[0].kill();
    let ended = driver.end().exits(1);
    ended.family.assert_gone();
    let run = ended.record();
    for cell in &run.cells {
        if cell.workload == "timer" {
            assert_eq!((cell.status, cell.median_ns.is_some()), (Status::Measured, true), "{}", cell.id);
            continue;
        }
        let reason = cell.reason.as_deref().unwrap_or_default();
        assert_eq!(cell.status, Status::Failed, "{}", cell.id);
        assert!(reason.starts_with("the mock server died: ") && reason.contains("SIGKILL"), "{reason}");
    }
    assert_eq!(run.cells.len(), 6);
}

#[test]
fn an_interrupted_run_keeps_the_groups_it_finished_and_says_so() {
    let driver = in_the_second_group();
    driver.signal(Signal::SIGINT);
    let ended = driver.end().exits(130);
    ended.family.assert_gone();
    assert!(ended.stderr.lines().any(|line| line == "error: interrupted"), "{}", ended.stderr);
    let run = ended.record();
    let ids: Vec<_> = run.cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(ids, ["hold-1/processes/4", "hold-1/process-pool/4", "hold-1/sequential/4"]);
    assert!(run.interrupted);
}

#[test]
fn a_run_that_is_interrupted_in_its_first_group_leaves_no_record() {
    let driver = Invocation::new("run -w timer-60s -e process-pool -j 4 --limit 600").start();
    pool(&driver);
    driver.signal(Signal::SIGINT);
    let ended = driver.end().exits(130);
    ended.family.assert_gone();
    assert!(!ended.results().exists());
}

#[test]
fn a_second_interrupt_right_after_the_first_ends_it_as_well() {
    let driver = in_the_second_group();
    driver.signal(Signal::SIGINT);
    driver.signal(Signal::SIGINT);
    driver.end().exits(130).family.assert_gone();
}

#[test]
fn a_termination_is_an_interrupt_too() {
    let driver = in_the_second_group();
    driver.signal(Signal::SIGTERM);
    let ended = driver.end().exits(130);
    ended.family.assert_gone();
    assert!(ended.record().interrupted);
}

#[test]
fn a_killed_driver_takes_all_its_descendants_along_and_leaves_a_whole_record() {
    let driver = in_the_second_group();
    let generations: HashSet<_> = driver.family.members().into_iter().map(|member| member.parent).collect();
    assert!(generations.len() > 2, "driver, lanes and workers");
    driver.signal(Signal::SIGKILL);
    driver.family.assert_gone();
    let run = store::read(&driver.record().unwrap()).unwrap();
    assert_eq!((run.cells.len(), run.interrupted), (3, true));
    assert_eq!(driver.end().code, None);
}
