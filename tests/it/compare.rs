//! `fairlane compare`: two programs, of which one may do more work, lie, hang, crash, or be no program at all.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fairlane::record::comparison::{Comparison, Metric, Overall, Status, Verdict};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::cli::{Invocation, wait_for};
use crate::ended::Ended;

const BASE: &str = env!("CARGO_BIN_EXE_fairlane");
const SLOWER: &str = env!("CARGO_BIN_EXE_slower-lane");
const LYING: &str = env!("CARGO_BIN_EXE_lying-lane");

const GATE: &str = "seconds = 120\n[thresholds]\ntime = 25\n\
    [[group]]\nworkload = \"timer-2ms\"\njobs = [8]\nexecutors = [\"tasks\", \"thread-pool\"]\n\
    [[group]]\nworkload = \"primes-20000\"\njobs = [8]\nexecutors = [\"tasks\", \"sequential\"]\n";

/// Cells that take no time, for tests of what goes wrong.
const SHORT: &str = "seconds = 20\n[thresholds]\ntime = 10\n\
    [[group]]\nworkload = \"timer-1ms\"\njobs = [1]\nexecutors = [\"sequential\", \"tasks\"]\n";

fn compare(base: &str, head: &str, words: &str, gate: &str) -> Invocation {
    let words = format!("compare {base} {head} --suite gate.toml {words}");
    Invocation::new(&words).file("gate.toml", gate)
}

fn comparison(ended: &Ended) -> Comparison {
    let file = ended.files().into_iter().find(|file| file.ends_with("comparison.json"));
    let file = file.unwrap_or_else(|| panic!("no record\n{}", ended.stderr));
    assert!(file.with_file_name("report.html").exists());
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// A program that is a shell script.
fn script(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn more_work_in_one_executor_is_found_in_its_cells_and_in_no_other() {
    let ended = compare(BASE, SLOWER, "--gate --seed 3 --json", GATE)
        .env("PLANT", "1") // twice the time shows on a busy machine, too
        .env("PLANT_IN", "tasks")
        .run()
        .exits(1);
    let found = comparison(&ended);
    assert_eq!(found.overall, Overall::Slower);
    let slower = found.cells.iter().filter(|cell| cell.has(Verdict::Slower)).map(|cell| cell.id.as_str());
    assert_eq!(slower.collect::<Vec<_>>(), ["timer-2ms/tasks/8", "primes-20000/tasks/8"], "{}", ended.stderr);
    let judged = found.cells[0].judgement(Metric::Time).unwrap();
    assert!(judged.ratio.is_some_and(|ratio| ratio > 1.4), "{judged:?}");
    let fresh = found.cells[0].pairs.iter().filter(|pair| pair.fresh).count();
    assert_eq!((judged.count, judged.routed), (fresh, true), "verdicts rest on fresh pairs");
    assert_eq!(found.controls.len(), 1);
    assert_eq!((found.base.protocol, found.base.sha256.is_some()), (Some(1), true));
    let printed: Comparison = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(printed, found);
}

#[test]
fn programs_with_the_same_bytes_are_the_same_and_not_measured() {
    let folder = tempfile::tempdir().unwrap();
    let [base, head] = ["base", "head"].map(|name| folder.path().join(name));
    for copy in [&base, &head] {
        fs::copy(BASE, copy).unwrap();
    }
    let ended = compare(text(&base), text(&head), "--gate --fail-on-inconclusive", SHORT).run().exits(0);
    let found = comparison(&ended);
    assert!(found.identical && found.cells.is_empty());
    assert_eq!(found.overall, Overall::Same);
}

#[test]
fn what_is_no_program_is_refused_before_anything_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    fs::write(&plain, "text").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(BASE, &link).unwrap();
    for (head, says) in [
        (text(folder.path()), "it is a folder without a `run.json`"),
        (text(&plain), "it may not be executed"),
        ("/dev/null", "one is a record, the other is not"),
        ("no/such/program", "there is no such file or folder"),
        (text(&link), "they are the same file"),
        (BASE, "they are the same file"),
    ] {
        let ended = compare(BASE, head, "--gate", SHORT).run().exits(2);
        assert!(ended.stderr.starts_with("error: cannot compare "), "{}", ended.stderr);
        assert!(ended.stderr.contains(says) && ended.stderr.contains("help: "), "{head}: {}", ended.stderr);
        assert!(ended.files().is_empty());
    }
    let zero = compare(BASE, SLOWER, "--budget 0", SHORT).run().exits(2).stderr;
    assert!(zero.contains("'0'") && zero.contains("the least is"), "{zero}");
    let unwritable = compare(BASE, SLOWER, "--out /proc/results", SHORT).run().exits(1).stderr;
    assert!(unwritable.contains("cannot write to the folder `/proc/results`"), "{unwritable}");
    compare(BASE, SLOWER, "--gate --out /proc/results", SHORT).run().exits(3); // 1 would mean that HEAD is slower
    for (file, says) in [
        (SHORT.replace("time = 10", "tme = 10"), "line 3: unknown threshold `tme`"),
        (SHORT.replace("time = 10", "time = 0"), "line 3: the threshold is 0 %"),
        (SHORT.replace("timer-1ms", "tmer"), "line 5: unknown workload `tmer`"),
        (SHORT.replace("\"tasks\"", "\"sequential\""), "is named twice"),
    ] {
        let stderr = compare(BASE, SLOWER, "", &file).run().exits(2).stderr;
        assert!(stderr.contains(says), "{says}: {stderr}");
    }
}

#[test]
fn a_side_that_speaks_no_lane_protocol_cannot_be_measured() {
    let folder = tempfile::tempdir().unwrap();
    let silent = script(&folder, "silent", "sleep 60\n");
    let crashed = script(&folder, "crashed", "echo no such thing >&2\nexit 7\n");
    let newer = script(
        &folder,
        "newer",
        "read -r line\necho '{\"reply\":\"ready\",\"protocol\":99}'\nread -r line\n",
    );
    for (head, says) in [
        ("/bin/true", "exited with status 0"),
        (text(&crashed), "no such thing"),
        (text(&newer), "speaks version 99 of the lane protocol"),
        (text(&silent), "1s"),
    ] {
        let ended = compare(BASE, head, "--gate --timeout 1", SHORT).run().exits(3);
        assert!(ended.stderr.contains("cannot start a lane of HEAD: "), "{}", ended.stderr);
        assert!(ended.stderr.contains(says) && ended.stderr.contains("help: "), "{head}: {}", ended.stderr);
        ended.family.assert_gone();
    }
}

#[test]
fn a_cell_that_one_side_lacks_or_answers_wrong_is_named_and_the_others_are_judged() {
    let ended = compare(BASE, LYING, "--gate", SHORT)
        .env("LIE", "wrong-answer")
        .env("LIE_IN", "timer-1ms/tasks/1")
        .run()
        .exits(3);
    let found = comparison(&ended);
    assert_eq!(found.overall, Overall::NotMeasured);
    let [sequential, tasks] = found.cells.as_slice() else { panic!("{found:?}") };
    assert_eq!((sequential.status, tasks.status), (Status::Measured, Status::Failed));
    assert_eq!(tasks.failed_side.as_deref(), Some("HEAD"));
    assert!(tasks.reason.as_ref().is_some_and(|reason| reason.contains("answered wrong")), "{tasks:?}");

    let folder = tempfile::tempdir().unwrap();
    let poor = "read -r line\ncase $line in\n*noop*) echo '{\"reply\":\"ready\"}' ;;\n\
        *) echo '{\"reply\":\"failed\",\"message\":\"unknown workload\"}' ;;\nesac\nread -r line\n";
    let poor = script(&folder, "poor", poor);
    let found = comparison(&compare(text(&poor), BASE, "", SHORT).run().exits(1));
    assert!(found.cells.iter().all(|cell| cell.failed_side.as_deref() == Some("BASE")), "{found:?}");
    assert!(found.cells.iter().all(|cell| cell.reason.as_deref() == Some("unknown workload")), "{found:?}");
}

#[test]
fn an_interrupted_comparison_keeps_what_it_has_and_leaves_nothing_running() {
    let running = compare(BASE, SLOWER, "--gate", GATE).env("PLANT", "0").start();
    // From here on 25 pairs of lanes follow.
    wait_for("the screen", || running.stderr().contains("screen: ").then_some(()));
    running.signal(Signal::SIGINT);
    let ended = running.end().exits(130);
    let found = comparison(&ended);
    assert!(found.interrupted);
    assert!(found.cells.iter().all(|cell| cell.status != Status::Failed), "{found:?}");
    ended.family.assert_gone();
}

#[test]
fn what_does_not_fit_is_named_before_the_rest_is_measured() {
    let ended = compare(BASE, SLOWER, "--gate --budget 2", GATE).env("PLANT", "0").run();
    assert!(ended.stderr.contains("the time is too short for "), "{}", ended.stderr);
    assert!(ended.stderr.contains("`--budget` gives more"), "{}", ended.stderr);
    let found = comparison(&ended);
    assert!(found.cells.last().is_some_and(|cell| cell.status == Status::LeftOut), "{found:?}");
}

#[test]
fn two_records_are_judged_only_if_they_are_of_one_machine_and_kind() {
    let words = "run -w timer-1ms -e tasks,sequential -j 2 --budget 4 --seed";
    let runs = [1, 2].map(|seed| Invocation::new(&format!("{words} {seed}")).run().exits(0));
    let [base, head] = runs.each_ref().map(|run| run.record_file());
    let compare = |base: &Path, head: &Path, more: &str| {
        Invocation::new(&format!("compare {} {} --json {more}", base.display(), head.display())).run()
    };
    let found: Comparison = serde_json::from_str(&compare(&base, &head, "").exits(0).stdout).unwrap();
    assert_eq!(found.cells.len(), 2);
    assert!(found.cells.iter().all(|cell| cell.status == Status::Measured && cell.pairs.is_empty()));
    assert!(found.overall != Overall::NotJudged, "{found:?}");

    let other = runs[1].folder.path().join("other.json");
    let text = fs::read_to_string(&head).unwrap();
    let machine = text.replacen("\"kernel\": \"", "\"kernel\": \"other-", 1);
    assert_ne!(machine, text);
    fs::write(&other, machine).unwrap();
    let found: Comparison = serde_json::from_str(&compare(&base, &other, "").exits(0).stdout).unwrap();
    assert_eq!(found.overall, Overall::NotJudged);
    assert!(found.warnings[0].text.contains("the kernel: "), "{found:?}");
    assert!(found.cells[0].judgement(Metric::Time).is_some_and(|judged| judged.ratio.is_some()));

    let gate = compare(&base, &head, "--gate").exits(2).stderr;
    assert!(gate.contains("cannot use `--gate` with records"), "{gate}");
    let mixed = compare(&base, Path::new(BASE), "").exits(2).stderr;
    assert!(mixed.contains("one is a record, the other is not"), "{mixed}");
}

#[test]
fn criterions_baselines_are_shown_and_not_judged_without_a_history() {
    let folder = tempfile::tempdir().unwrap();
    for (name, nanos) in [("base", 100.0), ("new", 130.0)] {
        let place = folder.path().join("sort").join(name);
        fs::create_dir_all(&place).unwrap();
        let samples = serde_json::json!({"iters": vec![1.0; 10], "times": vec![nanos; 10]});
        fs::write(place.join("sample.json"), samples.to_string()).unwrap();
        fs::write(place.join("benchmark.json"), "{\"full_id\": \"sort\"}").unwrap();
    }
    let words = format!("compare --criterion {} base new --json", folder.path().display());
    let found: Comparison = serde_json::from_str(&Invocation::new(&words).run().exits(0).stdout).unwrap();
    assert_eq!((found.overall, found.cells.len()), (Overall::NotJudged, 1));
    let missing =
        Invocation::new(&format!("{words} --same a").replace(" new ", " other ")).run().exits(2).stderr;
    assert!(missing.contains("no benchmark in `"), "{missing}");
}

#[test]
fn a_page_that_cannot_be_written_loses_no_record_and_opens_no_gate() {
    let full = "--gate --seed 3 --markdown /dev/full";
    let ended = compare(BASE, SLOWER, full, GATE).env("PLANT", "1").env("PLANT_IN", "tasks").run().exits(1);
    assert!(ended.stderr.contains("cannot write `/dev/full`"), "{}", ended.stderr);
    let kept = ended.files().into_iter().find(|file| file.ends_with("comparison.json")).unwrap();
    let kept: Comparison = serde_json::from_str(&fs::read_to_string(kept).unwrap()).unwrap();
    assert_eq!(kept.overall, Overall::Slower);
    let same = compare(BASE, SLOWER, "--gate --budget 5 --markdown /dev/full", SHORT).env("PLANT", "0").run();
    assert_eq!(same.code, Some(3), "{}", same.stderr);
}

#[test]
fn scripts_with_the_same_bytes_are_measured_because_they_may_run_different_programs() {
    let lane = "exec \"$(dirname \"$0\")/program\" \"$@\"\n";
    let folders = [BASE, SLOWER].map(|program| {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(program, folder.path().join("program")).unwrap();
        script(&folder, "lane", lane);
        folder
    });
    let [base, head] = folders.each_ref().map(|folder| folder.path().join("lane"));
    let ended = compare(text(&base), text(&head), "--budget 5", SHORT).env("PLANT", "0").run().exits(0);
    let found = comparison(&ended);
    assert!(!found.identical && !found.cells[0].pairs.is_empty(), "{found:?}");
}

/// The copies of both programs lie in the temporary folder.
#[test]
fn a_temporary_folder_that_starts_no_program_is_named() {
    let noexec = "mkdir n && mount -t tmpfs -o noexec none n && export TMPDIR=$PWD/n && exec \"$0\" \"$@\"";
    let world = format!("exec unshare --mount sh -c '{noexec}' \"$0\" \"$@\"");
    if Invocation::under("unshare --mount true", "--version").run().code != Some(0) {
        return; // this machine has no such namespaces
    }
    let ended = Invocation::under(&world, &format!("compare {BASE} {SLOWER} -b 1")).run().exits(1);
    assert!(ended.stderr.contains("cannot start a copy of a program in `/"), "{}", ended.stderr);
    assert!(ended.stderr.contains("help: set TMPDIR to a folder from which"), "{}", ended.stderr);
}
