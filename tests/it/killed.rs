//! Rounds that kill one process at some moment of a run: no other survives, and what was measured is kept.

use std::path::Path;
use std::time::Duration;
use std::{env, fs, thread};

use fairlane::record::{Status, store};
use nix::sys::signal::Signal;

use crate::cli::{Invocation, Running};

/// A small matrix with a server, workers and folders on a disk.
const WORDS: &str = "run -w tcp-2ms,db -e sequential,process-pool -j 4 --budget 3 --seed 1";

/// What the rounds kill in turn, by the names that `ps` shows; `None` is the driver.
const VICTIMS: [Option<&str>; 4] =
    [None, Some("fairlane-lane"), Some("fairlane-worker"), Some("fairlane-server")];

/// Within this time of the start, in milliseconds, the victim is chosen and killed.
const SPAN_MS: u64 = 3_500;

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// The same moments for the same seed.
fn random(seed: u64, round: u64) -> u64 {
    u64::from_le_bytes(mock_server::route::body(seed * 1_000_000 + round, 8).try_into().unwrap())
}

fn left_in(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// `FAIRLANE_KILL_ROUNDS=100` takes about ten minutes; `FAIRLANE_KILL_SEED` chooses other moments.
#[test]
fn no_kill_at_any_moment_leaves_a_process_or_loses_what_was_measured() {
    let (rounds, seed) = (number("FAIRLANE_KILL_ROUNDS", 4), number("FAIRLANE_KILL_SEED", 1));
    for round in 0..rounds {
        let moment = Duration::from_millis(random(seed, round) % SPAN_MS);
        let victim = VICTIMS[(round % VICTIMS.len() as u64) as usize];
        let what = format!("round {round} of seed {seed}: {} at {moment:?}", victim.unwrap_or("driver"));
        eprintln!("{what}");
        let folder = tempfile::tempdir().unwrap();
        let start = |words: &str| Invocation::new(words).env("TMPDIR", folder.path()).start();
        let running = start(WORDS);
        thread::sleep(moment);
        match victim {
            None => kill_driver(running, &what),
            Some(name) => kill_other(running, name, &what),
        }
        if victim.is_none() {
            start("run -w noop -e sequential -j 1 --budget 0.1").end().exits(0);
        }
        assert_eq!(left_in(folder.path()), [""; 0], "{what}");
    }
}

fn kill_driver(running: Running, what: &str) {
    let recorded = running.record().is_some();
    running.signal(Signal::SIGKILL);
    running.family.assert_gone();
    let record = running.record();
    assert!(record.is_some() || !recorded, "{what}: the record has vanished");
    let run = record.map(|record| store::read(&record).unwrap_or_else(|cause| panic!("{what}: {cause}")));
    let ended = running.end();
    assert!(matches!(ended.code, None | Some(0)), "{what}: {}", ended.stderr);
    if let Some(run) = run {
        assert_eq!(run.interrupted, ended.code.is_none(), "{what}");
        assert!(!run.groups.is_empty(), "{what}");
    }
}

/// Kills one of that name, if one lives.
fn kill_other(running: Running, name: &str, what: &str) {
    if let Some(victim) = running.family.named(name).first() {
        victim.kill();
    }
    let ended = running.end();
    ended.family.assert_gone();
    assert!(matches!(ended.code, Some(0 | 1)), "{what}: {:?} {}", ended.code, ended.stderr);
    assert!(!ended.stderr.contains("panicked"), "{what}: {}", ended.stderr);
    let run = ended.record();
    assert_eq!((run.cells.len(), run.groups.len(), run.interrupted), (4, 2, false), "{what}");
    let failed: Vec<_> = run.cells.iter().filter(|cell| cell.status == Status::Failed).collect();
    assert_eq!(ended.code == Some(1), !failed.is_empty(), "{what}: {failed:#?}");
    assert!(failed.len() <= 1, "{what}: {failed:#?}");
    assert!(failed.iter().all(|cell| cell.reason.is_some()), "{what}: {failed:#?}");
}
