//! Workloads that write: every executor can, and a folder that refuses is named with a way out.

use std::fs;

use fairlane::record::Status;

use crate::cli::{Invocation, cell};

/// One executor of each way to hold a slot: on the main thread, in a worker process, in a task.
const EXECUTORS: [&str; 3] = ["sequential", "process-pool", "tasks"];

#[test]
fn every_executor_writes_syncs_and_reads_back_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ended = Invocation::new("verify file/").env("TMPDIR", folder.path().to_str().unwrap()).run().exits(0);
    assert!(ended.stderr.contains("8 cells ok, 0 failed, 0 not applicable"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_temporary_folder_that_is_not_there_fails_the_cells_with_advice() {
    let words = format!("run -w file,noop -e {} -j 4 --budget 1", EXECUTORS.join(","));
    let run = Invocation::new(&words).env("TMPDIR", "/no/such/folder").run().exits(1).record();
    for executor in EXECUTORS {
        let failed = cell(&run, &format!("file/{executor}/4"));
        let (reason, help) = (failed.reason.as_deref().unwrap(), failed.help.as_deref().unwrap());
        assert!(reason.contains("`/no/such/folder`") && reason.contains("No such file"), "{reason}");
        assert!(help.starts_with("set TMPDIR to "), "{help}");
        assert_eq!(cell(&run, &format!("noop/{executor}/4")).status, Status::Measured);
    }
}

#[test]
fn a_folder_that_may_not_be_written_fails_the_cells_with_advice() {
    // Not even root may make files there.
    let run = Invocation::new("run -w file -e tasks -j 4 --budget 1")
        .env("TMPDIR", "/proc")
        .run()
        .exits(1)
        .record();
    let failed = cell(&run, "file/tasks/4");
    assert!(failed.reason.as_deref().unwrap().contains("`/proc`"), "{failed:#?}");
    assert!(failed.help.as_deref().unwrap().starts_with("set TMPDIR to "), "{failed:#?}");
}

#[test]
fn the_record_and_the_table_say_what_is_async_in_name_only_and_what_is_no_disk() {
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
