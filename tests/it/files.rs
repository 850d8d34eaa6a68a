//! Files that a user names, and what is there already: nothing of it is harmed, and nothing that was measured is lost.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;

use nix::sys::signal::Signal;

use crate::cli::{Ended, Invocation, project, wait_for};

const START: &str = "<!DOCTYPE html>";
const END: &str = "</html>";

/// `report` of a record `run.json` in its folder, with a shell that prepares the rest of that folder.
fn report(prepare: &str, words: &str) -> Invocation {
    let record = fs::read_to_string(project().join("results/2026-11-26-2-core-epyc/run.json")).unwrap();
    Invocation::under(prepare, &format!("report run.json {words}")).file("run.json", &record)
}

fn folder(ended: &Ended) -> PathBuf {
    ended.results().parent().unwrap().to_owned()
}

/// The names in its folder, without what every invocation leaves there.
fn names(ended: &Ended) -> Vec<String> {
    let names = fs::read_dir(folder(ended)).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !["stdout", "stderr", "run.json"].contains(&name.as_str()));
    names.sort();
    names
}

fn is_page(text: &str) -> bool {
    text.starts_with(START) && text.ends_with(END)
}

#[test]
fn a_device_is_written_to_and_stays_a_device() {
    report("true", "--html /dev/null").run().exits(0);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let full = report("true", "--html /dev/full").run().exits(1);
    assert!(full.stderr.contains("cannot write `/dev/full`: No space left on device"), "{}", full.stderr);
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}

#[test]
fn standard_output_gets_the_page_and_nothing_else() {
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let ended = report("true", &format!("--html {name}")).run().exits(0);
        assert!(is_page(&ended.stdout), "{name}: {:.50}", ended.stdout);
        assert_eq!(names(&ended), [""; 0], "{name}");
    }
    let piped = report("mkfifo pipe && (cat pipe >got &) && exec >pipe", "--html /dev/stdout").run().exits(0);
    wait_for("the page", || is_page(&piped.text("got")).then_some(()));
}

#[test]
fn an_open_file_is_written_at_its_end() {
    let ended = report("echo before >three && exec 3>>three", "--html /dev/fd/3").run().exits(0);
    let text = ended.text("three");
    assert!(is_page(text.strip_prefix("before\n").unwrap()));
    assert_eq!(names(&ended), ["three"]);
}

#[test]
fn a_named_pipe_is_written_to_and_one_without_a_reader_is_an_error() {
    let read = report("mkfifo pipe && (cat pipe >got &)", "--html pipe").run().exits(0);
    wait_for("the page", || is_page(&read.text("got")).then_some(()));
    assert!(fs::metadata(folder(&read).join("pipe")).unwrap().file_type().is_fifo());
    let unread = report("mkfifo pipe", "--html pipe").run().exits(1);
    assert!(unread.stderr.contains("cannot write `pipe`: no process reads this pipe"), "{}", unread.stderr);
    assert!(unread.stderr.contains("\nhelp: "), "{}", unread.stderr);
}

#[test]
fn the_record_that_is_read_is_never_written() {
    for words in ["--html soft.html", "--html hard.html", "--trace ./run.json", "--splice hard.html"] {
        let ended = report("ln -s run.json soft.html && ln run.json hard.html", words).run().exits(2);
        assert!(ended.stderr.contains("it is the record `run.json`"), "{words}: {}", ended.stderr);
        assert!(ended.text("run.json").starts_with('{'), "{words}");
        assert_eq!(names(&ended), ["hard.html", "soft.html"], "{words}");
    }
}

/// A name that is not UTF-8.
fn odd(start: &str, end: &str) -> OsString {
    OsString::from_vec([start.as_bytes(), b"\xff", end.as_bytes()].concat())
}

#[test]
fn a_name_that_is_not_utf_8_is_a_name() {
    let run = Invocation::new("run -w noop -e tasks -j 4 --budget 0.2 --out").arg(&odd("results-", "")).run();
    let run = run.exits(0);
    let results = folder(&run).join(odd("results-", ""));
    let record = fs::read_dir(&results).unwrap().next().unwrap().unwrap().path().join("run.json");
    let command = fairlane::record::store::read(&record).unwrap().command;
    assert_eq!(command, "fairlane run --workload noop --executors tasks --jobs 4 --budget 0.2 --out ...");

    let shown = report("true", "--html").arg(&odd("page-", ".html")).run().exits(0);
    assert!(is_page(&fs::read_to_string(folder(&shown).join(odd("page-", ".html"))).unwrap()));
    assert_eq!(Invocation::new("report").arg(&odd("missing-", "")).run().exits(2).stdout, "");
    assert_eq!(Invocation::new("run -w").arg(&odd("noop-", "")).run().exits(2).stdout, "");
}

#[test]
fn a_temporary_folder_that_is_not_utf_8_serves_or_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join(odd("tmp-", ""));
    fs::create_dir(&odd).unwrap();
    let words = "run -w noop,file,db -e sequential,process-pool -j 4 --budget 1";
    let ended = Invocation::new(words).env("TMPDIR", &odd).run();
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    let run = ended.record();
    for failed in run.cells.iter().filter(|cell| cell.median_ns.is_none()) {
        assert!(failed.reason.as_deref().is_some_and(|reason| reason.contains("UTF-8")), "{failed:#?}");
    }
}

#[test]
fn results_that_cannot_be_written_are_an_error_before_anything_is_measured() {
    for out in ["file", "file/results", "/proc/results"] {
        let ended = Invocation::new(&format!("run -w noop -e tasks -j 4 --out {out}")).file("file", "").run();
        let ended = ended.exits(1);
        let says = format!("error: cannot write to the folder `{out}`: ");
        assert!(ended.stderr.starts_with(&says) && ended.stderr.contains("\nhelp: "), "{}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 2, "{}", ended.stderr);
        assert_eq!(names(&ended), ["file"]);
    }
}

#[test]
fn a_lesson_that_cannot_be_saved_is_an_error_before_anything_is_measured() {
    for option in ["--save", "--html"] {
        let ended = Invocation::new(&format!("lesson --all --no-input {option} no/such/file")).run().exits(1);
        assert!(
            ended.stderr.starts_with("error: cannot write `no/such/file`: No such file"),
            "{}",
            ended.stderr
        );
        assert_eq!((ended.stderr.lines().count(), ended.stdout.as_str()), (2, ""));
    }
}

/// A limit on the size of files refuses the record as a full disk would, and lets everything smaller through.
#[test]
fn a_record_that_cannot_be_saved_stops_no_measuring() {
    let words = "run -w noop,timer-1ms -e sequential,threads,tasks -j 64 --budget 3 --out made/for/it";
    let ended = Invocation::under("trap '' XFSZ; ulimit -f 16", words).run().exits(1);
    for group in ["noop/64", "timer-1ms/64"] {
        assert!(ended.stderr.contains(&format!("\n{group}\n")), "{group}: {}", ended.stderr);
    }
    let (_, last) = ended.stderr.rsplit_once("error: ").unwrap();
    assert!(last.starts_with("cannot write `made/for/it/") && last.contains("File too large"), "{last}");
    assert!(last.contains("\nhelp: "), "{last}");
    assert_eq!(names(&ended), [""; 0], "no empty folder");
}

#[test]
fn what_a_killed_driver_left_is_removed_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let on = |words: &str| Invocation::new(words).env("TMPDIR", folder.path());
    let left = || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let running = on("run -w db -e sequential -j 5000 --budget 60").start();
    running.family.await_named("fairlane-lane", 1);
    wait_for("a database", || left().iter().find(|folder| folder.join("db.sqlite").exists()).cloned());
    let other = folder.path().join("fairlane-of-somebody");
    fs::create_dir(&other).unwrap();
    running.signal(Signal::SIGKILL);
    running.end().family.assert_gone();
    assert_eq!(left().len(), 2);
    on("run -w noop -e tasks -j 4 --budget 0.2").run().exits(0);
    assert_eq!(left(), [other]);
}
