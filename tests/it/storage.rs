//! Workloads that write files: every executor can, they leave none, and a folder that refuses is named with help.

use std::fs;
use std::thread;
use std::time::Duration;

use fairlane::record::Status;
use nix::sys::signal::Signal;

use crate::cli::{Ended, Invocation, Running, cell, wait_at_most};

/// One executor of each way to hold a slot: on the main thread, in a worker process, in a task.
const EXECUTORS: [&str; 3] = ["sequential", "process-pool", "tasks"];

/// Runs it with a temporary folder of its own, and asserts that nothing is left in that.
fn leaves_nothing(words: &str, meanwhile: impl FnOnce(&Running), code: i32) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let running = Invocation::new(words).env("TMPDIR", folder.path()).start();
    meanwhile(&running);
    let ended = running.end().exits(code);
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?} left by `{words}`");
    ended
}

#[test]
fn every_executor_writes_and_reads_back_and_leaves_nothing() {
    for workload in ["file", "db", "db-read"] {
        let ended = leaves_nothing(&format!("verify {workload}/"), |_| (), 0);
        assert!(ended.stderr.contains("10 cells ok, 0 failed, 0 not applicable"), "{}", ended.stderr);
    }
}

pub(crate) const CONTROLS: &str =
    "hand-loop,hand-scope,hand-threads,hand-rayon,hand-command,hand-spawn,hand-spawn-mt";

#[test]
fn the_hand_written_controls_share_the_database_too() {
    leaves_nothing(&format!("run -w db -e {CONTROLS} -j 4 --budget 2"), |_| (), 0);
}

#[test]
fn a_lane_in_the_same_process_has_its_folder_and_removes_it() {
    leaves_nothing("lane db/process-pool/4 --seconds 0.2", |_| (), 0);
}

#[test]
fn a_killed_lane_leaves_no_database_and_the_others_are_measured() {
    let kill = |running: &Running| running.family.await_named("fairlane-lane", 1)[0].kill();
    let ended = leaves_nothing("run -w db,noop -e sequential -j 2000 --budget 3", kill, 1);
    let run = ended.record();
    let measured = run.cells.iter().filter(|cell| cell.status == Status::Measured).count();
    assert_eq!((measured, run.cells.len()), (1, 2), "{run:#?}");
}

#[test]
fn an_interrupted_run_leaves_no_database() {
    let interrupt = |running: &Running| {
        running.family.await_named("fairlane-lane", 1);
        running.signal(Signal::SIGINT);
    };
    leaves_nothing("run -w db -e sequential,process-pool -j 4 --budget 60", interrupt, 130);
}

#[test]
fn a_temporary_folder_that_refuses_fails_the_cells_that_need_it_with_advice() {
    let words = format!("run -w file,db,noop -e {} -j 4 --budget 1", EXECUTORS.join(","));
    // Not even root may make files in `/proc`.
    for (folder, cause) in [("/no/such/folder", "No such file"), ("/proc", "`/proc")] {
        let run = Invocation::new(&words).env("TMPDIR", folder).run().exits(1).record();
        assert_eq!(run.cells.len(), 9);
        for cell in &run.cells {
            if cell.workload == "noop" {
                assert_eq!(cell.status, Status::Measured, "{}", cell.id);
                continue;
            }
            let (reason, help) = (cell.reason.as_deref().unwrap(), cell.help.as_deref().unwrap());
            assert!(reason.contains(&format!("`{folder}")) && reason.contains(cause), "{reason}");
            assert!(help.starts_with("set TMPDIR to "), "{help}");
        }
    }
}

#[test]
fn a_relative_temporary_folder_is_named_in_full() {
    let ended = Invocation::new("run -w file -e sequential -j 4 --budget 1").env("TMPDIR", "no/such/").run();
    let run = ended.exits(1).record();
    let reason = run.cells[0].reason.as_deref().unwrap();
    assert!(reason.contains("in `/") && reason.contains("/no/such`"), "{reason}");
}

#[test]
fn the_record_and_the_table_note_blocking_sections_and_file_systems_in_memory() {
    let words = "run -w file -e thread-pool,tasks -j 4 --budget 1";
    let ended = Invocation::new(words).env("TMPDIR", "/dev/shm").run().exits(0);
    let run = ended.record();
    let says = |executor: &str, what: &str| {
        cell(&run, &format!("file/{executor}/4")).notes.iter().any(|note| note.contains(what))
    };
    assert!(says("tasks", "blocking section") && !says("thread-pool", "blocking section"));
    assert!(says("tasks", "tmpfs") && says("thread-pool", "tmpfs"));
    let table = ended.stdout + &ended.stderr;
    assert!(table.contains("  tasks: under async executors a blocking section"), "{table}");
    assert_eq!(table.matches("tmpfs").count(), 1, "{table}");
}

/// The batch takes minutes, and until its end the lane does not check for an interrupt.
#[test]
fn a_second_interrupt_ends_it_at_once_and_leaves_no_database() {
    let twice = |running: &Running| {
        running.family.await_named("fairlane-worker", 2);
        thread::sleep(Duration::from_secs(1));
        running.signal(Signal::SIGINT);
        thread::sleep(Duration::from_millis(500));
        assert!(!running.family.members().is_empty(), "the first one ended it already");
        running.signal(Signal::SIGINT);
        let gone =
            wait_at_most(Duration::from_secs(10), || running.family.members().is_empty().then_some(()));
        assert!(gone.is_some(), "the second one did not end it");
    };
    leaves_nothing("lane db/process-pool-w2/100000 --seconds 60", twice, 130);
}
