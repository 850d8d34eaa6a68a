//! Lanes, workers, servers and drivers that are killed: the cell fails with the reason, the others are measured, and no
//! process is left.

use std::collections::HashSet;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use fairlane::record::{Status, store};
use nix::sys::signal::Signal;

use crate::cli::{Invocation, Running, assert_failed, cell, wait_at_most, wait_for};
use crate::family::Member;

const LANE: &str = "fairlane-lane";
const WORKER: &str = "fairlane-worker";
const SERVER: &str = "fairlane-server";

/// Long enough to be killed while it runs, short enough to wait for its end.
const WAITING: &str = "run -w timer-200ms -e sequential,thread-pool,process-pool -j 4 --budget 2";

/// Every process but the driver sleeps for a minute. None of them reads its input meanwhile, so the end of input cannot be
/// what ends it sooner.
const ASLEEP: &str = "run -w tcp-60s -e process-pool -j 4 --timeout 600";

/// The workers of the pool, once all four are at work.
fn pool(driver: &Running) -> Vec<Member> {
    driver.family.await_named(WORKER, 4)
}

/// Starts that run and waits until its only cell sleeps.
fn asleep() -> Running {
    let driver = Invocation::new(ASLEEP).start();
    driver.family.await_named(SERVER, 1);
    pool(&driver);
    driver
}

/// Starts a long run and waits until its first pass is recorded.
fn in_a_later_pass() -> Running {
    let driver =
        Invocation::new("run -w timer-100ms,noop -e sequential,process-pool -j 4 --budget 100").start();
    wait_for("a record", || driver.record());
    driver
}

/// Runs, kills one process of the pool's cell, and asserts that this cell failed because of `name`, and no other.
fn fails_the_pool(name: &str, kill: impl FnOnce(&Running)) {
    let driver = Invocation::new(WAITING).start();
    kill(&driver);
    let run = driver.end().exits(1).record();
    assert_failed(&run, &["process-pool"]);
    let reason = cell(&run, "timer-200ms/process-pool/4").reason.clone().unwrap();
    assert!(reason.contains(name) && reason.contains("SIGKILL"), "{reason}");
    assert!(!run.interrupted);
}

#[test]
fn a_killed_lane_fails_its_cell_and_no_other() {
    fails_the_pool("`fairlane-lane`", |driver| {
        let employer = pool(driver)[0].parent;
        let lanes = driver.family.await_named(LANE, 1);
        lanes.iter().find(|lane| lane.id == employer).unwrap().kill();
    });
}

#[test]
fn a_killed_worker_fails_its_cell_and_no_other() {
    fails_the_pool("worker process ", |driver| pool(driver)[0].kill());
}

#[test]
fn a_killed_server_fails_the_cell_it_served_and_no_other() {
    let driver = Invocation::new("run -w tcp-60s,tcp -e process-pool -j 4 --timeout 600 --budget 1").start();
    pool(&driver);
    driver.family.await_named(SERVER, 1)[0].kill();
    let ended = driver.end().exits(1);
    let run = ended.record();
    let killed = cell(&run, "tcp-60s/process-pool/4");
    let reason = killed.reason.as_deref().unwrap_or_default();
    assert!(reason.starts_with("the mock server died: ") && reason.contains("SIGKILL"), "{reason}");
    let other = cell(&run, "tcp/process-pool/4");
    assert_eq!((other.status, other.median_ns.is_some()), (Status::Measured, true), "another one serves it");
}

/// A server without a free descriptor for the next connection stops serving, as wiremock does at its first failed accept.
#[test]
fn a_server_that_stops_accepting_is_replaced_and_fails_no_cell() {
    let driver = Invocation::new("run -w tcp-1ms -e processes,thread-pool -j 4 --budget 5").start();
    wait_for("a record", || driver.record());
    let server = driver.family.await_named(SERVER, 1)[0].id;
    let open = fs::read_dir(format!("/proc/{server}/fd")).unwrap().count();
    prlimit(server, &format!("--nofile={open}"));
    wait_for("another server", || driver.family.named(SERVER).into_iter().find(|one| one.id != server));
    let ended = driver.end().exits(0);
    assert!(ended.record().cells.iter().all(|cell| cell.status == Status::Measured));
}

/// A connection that finds no free port on this machine says nothing of the server.
#[test]
fn without_a_free_port_the_server_is_not_blamed() {
    let few = "ip link set lo up && echo 40000 40005 > /proc/sys/net/ipv4/ip_local_port_range";
    let world = format!("exec unshare --net sh -c '{few} && exec \"$0\" \"$@\"' \"$0\" \"$@\"");
    if Invocation::under("unshare --net ip link set lo up", "--version").run().code != Some(0) {
        return; // this machine has no such namespaces
    }
    let ended =
        Invocation::under(&world, "run -w http,tcp -e threads,tasks,processes -j 16 -b 1").run().exits(1);
    for cell in ended.record().cells {
        let (reason, help) = (cell.reason.unwrap_or_default(), cell.help.unwrap_or_default());
        let is_told =
            reason.contains("Cannot assign requested address") && help.contains("ip_local_port_range");
        assert!(is_told && !reason.contains("stopped serving"), "{}: {reason}\n{help}", cell.id);
    }
}

#[expect(clippy::disallowed_methods, reason = "a tool that changes a process, and no lane")]
fn prlimit(process: i32, limit: &str) {
    let done = Command::new("prlimit").args(["--pid", &process.to_string(), limit]).status();
    assert!(done.unwrap().success(), "`prlimit` fails");
}

/// As under `nohup`, or in the background of a script.
#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let words = "run -w timer-1ms -e sequential -j 2 --budget 1";
    let driver = Invocation::under("trap '' HUP INT", words).start();
    driver.family.await_named(LANE, 1);
    driver.signal(Signal::SIGHUP);
    driver.signal(Signal::SIGINT);
    let ended = driver.end().exits(0);
    assert!(!ended.record().interrupted);
}

/// As `docker pause` and a freezer do it: all stand still, and nobody was silent.
#[test]
fn a_run_that_was_paused_for_longer_than_the_limit_loses_no_cell() {
    let words = "run -w primes-300000 -e sequential,tasks -j 4 --timeout 2 --budget 8";
    let driver = Invocation::new(words).start();
    driver.family.await_named(LANE, 1);
    for _ in 0..4 {
        let members = driver.family.members();
        members.iter().for_each(|member| member.signal(Signal::SIGSTOP));
        thread::sleep(Duration::from_millis(4_000));
        members.iter().for_each(|member| member.signal(Signal::SIGCONT));
        thread::sleep(Duration::from_millis(230));
    }
    let run = driver.end().exits(0).record();
    assert!(run.cells.iter().all(|cell| cell.status == Status::Measured), "{run:#?}");
}

/// Times that hold a standstill are no times: whoever of the three stood still, it is said, and the pass is taken again.
#[test]
fn what_is_measured_during_a_standstill_does_not_count() {
    let words = "run -w tcp-50ms -e sequential -j 4 --budget 6";
    let [whole, child] = ["the run stood still for ", "a lane or the mock server was stopped during "];
    for (name, said) in [(None, whole), (Some(LANE), child), (Some(SERVER), child)] {
        let driver = Invocation::new(words).start();
        wait_for("a pass", || driver.stderr().contains("\npass 1 of ").then_some(()));
        // A lane may be just about to end.
        for _ in 0..3 {
            let stopped = name.map(|name| driver.family.await_named(name, 1));
            let signal = |signal| match &stopped {
                Some(members) => members.iter().for_each(|member| member.signal(signal)),
                None => driver.signal(signal),
            };
            signal(Signal::SIGSTOP);
            thread::sleep(Duration::from_millis(1_500));
            signal(Signal::SIGCONT);
            if wait_at_most(Duration::from_secs(3), || driver.stderr().contains(said).then_some(())).is_some()
            {
                break;
            }
        }
        let run = driver.end().exits(0).record();
        let paused: Vec<_> = run.warnings.iter().filter(|warning| warning.id == "paused").collect();
        assert!(paused.iter().any(|warning| warning.text.starts_with(said)), "{name:?}: {paused:?}");
        let samples: Vec<f64> = run.cells[0].lanes.iter().flat_map(|lane| lane.samples_ns.clone()).collect();
        assert!(!samples.is_empty() && samples.iter().all(|ns| *ns < 1.2e9), "{name:?}: {samples:?}");
        assert!(run.groups[0].passes.len() > 1, "the standstill took time of the budget: {:?}", run.groups);
    }
}

/// One lane of some cells gives no verdict, and is better than nothing.
#[test]
fn an_interrupt_in_the_first_pass_keeps_the_cells_that_had_a_lane() {
    let words = "run -w timer-200ms -e sequential,threads,tasks,thread-pool -j 4 --budget 60";
    let driver = Invocation::new(words).start();
    wait_for("a pass", || driver.stderr().contains("\npass 1 of ").then_some(()));
    let lane = || driver.family.named(LANE).first().map(|lane| lane.id);
    let first = wait_for("a lane", lane);
    wait_for("another lane", || lane().filter(|lane| *lane != first));
    driver.signal(Signal::SIGINT);
    let ended = driver.end().exits(130);
    let said = "interrupted before the end of the first of ";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let run = ended.record();
    assert!(run.interrupted && !run.groups[0].judged, "{:?}", run.groups);
    assert_eq!(run.groups[0].interrupted.map(|how| how.after), Some(0));
    let of = |status| run.cells.iter().filter(|cell| cell.status == status).count();
    assert!(of(Status::Measured) > 0 && of(Status::Failed) > 0, "{:#?}", run.cells);
    let report = Invocation::new("report").arg(ended.record_file().as_os_str()).run().exits(0);
    assert!(report.stdout.contains(said), "{}", report.stdout);
}

#[test]
fn an_interrupted_run_keeps_its_whole_passes_and_says_so() {
    let driver = in_a_later_pass();
    driver.signal(Signal::SIGINT);
    let ended = driver.end().exits(130);
    assert!(ended.by_ctrl_c, "a shell would go on with its loop");
    assert!(ended.stderr.lines().any(|line| line == "error: interrupted"), "{}", ended.stderr);
    assert!(ended.stderr.contains("  interrupted after "), "{}", ended.stderr);
    let run = ended.record();
    assert_eq!((run.cells.len(), run.interrupted), (4, true));
    for cell in &run.cells {
        let passes = run.groups[cell.group].passes.len();
        assert_eq!((cell.status, cell.lanes.len()), (Status::Measured, passes), "{}", cell.id);
        assert!(passes > 0, "{}", cell.id);
    }
}

#[test]
fn a_run_that_is_interrupted_before_its_first_pass_leaves_no_record() {
    let driver = asleep();
    driver.signal(Signal::SIGINT);
    let ended = driver.end().exits(130);
    assert!(!ended.results().exists());
}

#[test]
fn a_second_interrupt_right_after_the_first_ends_it_as_well() {
    let driver = asleep();
    driver.signal(Signal::SIGINT);
    driver.signal(Signal::SIGINT);
    driver.end().exits(130);
}

#[test]
fn a_termination_is_an_interrupt_too() {
    let driver = in_a_later_pass();
    driver.signal(Signal::SIGTERM);
    let ended = driver.end().exits(130);
    assert!(!ended.by_ctrl_c);
    assert!(ended.record().interrupted);
}

#[test]
fn all_descendants_of_a_killed_driver_end() {
    let driver = asleep();
    let generations: HashSet<_> = driver.family.members().into_iter().map(|member| member.parent).collect();
    assert!(generations.len() > 2, "driver, lanes and workers");
    driver.signal(Signal::SIGKILL);
    driver.family.assert_gone();
    assert_eq!(driver.end().code, None);
}

#[test]
fn a_killed_driver_leaves_a_whole_record_of_the_passes_before() {
    let driver = in_a_later_pass();
    driver.signal(Signal::SIGKILL);
    driver.family.assert_gone();
    let run = store::read(&driver.record().unwrap()).unwrap();
    assert_eq!((run.cells.len(), run.interrupted), (4, true));
    assert_eq!(driver.end().code, None);
}
