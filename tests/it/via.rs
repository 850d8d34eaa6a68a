//! `--via COMMAND` with launchers that are shell scripts on this machine: what a run measures, what it leaves out, and what
//! happens if the launcher fails, hangs, talks or dies.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use fairlane::process::affinity;
use fairlane::record::Status;
use nix::sys::signal::Signal;

use crate::cli::{Ended, Invocation, assert_failed, cell, wait_for};
use crate::record::assert_valid;

const FAIRLANE: &str = env!("CARGO_BIN_EXE_fairlane");
const WORKER: &str = "fairlane-worker";

/// The command with those words, whose lanes are this program, started through that command.
pub(crate) fn via(launcher: &str, words: &str) -> Invocation {
    via_of(Invocation::new(words), launcher)
}

fn via_of(invocation: Invocation, launcher: &str) -> Invocation {
    let options = ["--via", launcher, "--via-program", FAIRLANE];
    options.iter().fold(invocation, |so_far, word| so_far.arg(word.as_ref()))
}

/// The same through a shell script.
fn script(script: &str, words: &str) -> Invocation {
    via("sh launch.sh", words).file("launch.sh", script)
}

/// Asserts that nothing was measured, and gives what was said.
fn refused(ended: Ended, code: i32) -> String {
    let ended = ended.exits(code);
    assert!(!ended.results().exists(), "{}", ended.stderr);
    ended.stderr
}

#[test]
fn a_run_via_a_launcher_measures_the_same_cells_without_what_is_seen_from_outside() {
    let words = "run -w noop,timer-1ms,tcp-1ms,hold,file,db,primes -e sequential,threads,process-pool,processes,tasks -j 4";
    let temporary = tempfile::tempdir().unwrap();
    let started = via("env", &format!("{words} -b 5 --timeout 60")).env("TMPDIR", temporary.path());
    let ended = started.run().exits(0);
    assert!(ended.stderr.contains("lanes run via `env`, on "), "{}", ended.stderr);
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "lanes remove their own folders");
    let run = ended.record();
    assert_valid(&serde_json::to_value(&run).unwrap());
    assert_eq!(run.via.as_deref(), Some("env"));
    assert!(run.command.ends_with(" --via ... --via-program ..."), "{}", run.command);
    assert!(run.warnings.iter().any(|warning| warning.id == "elsewhere"), "{:?}", run.warnings);
    assert!(run.groups.iter().all(|group| group.passes.iter().all(|pass| pass.others.is_none())));
    for cell in &run.cells {
        let is_impossible = cell.id == "hold/sequential/4";
        let status = if is_impossible { Status::NotApplicable } else { Status::Measured };
        assert_eq!((cell.status, &cell.memory), (status, &None), "{cell:#?}");
        assert_eq!(cell.costs.is_some(), !is_impossible, "{}: lanes report what they used", cell.id);
    }
    let page = fs::read_to_string(ended.record_file().with_file_name("report.html")).unwrap();
    assert!(page.contains("lanes started via"));
}

#[test]
fn what_the_driver_cannot_do_elsewhere_is_not_applicable_with_the_reason() {
    let words = "run -w primes -e tasks,tasks-c1,cpython-sequential -j 2 -b 1";
    let run = via("env", words).run().exits(0).record();
    let reason = |executor: &str| {
        let cell = cell(&run, &format!("primes/{executor}/2"));
        assert_eq!(cell.status, Status::NotApplicable);
        cell.reason.clone().unwrap()
    };
    assert_eq!(reason("tasks-c1"), "the driver cannot confine lanes to cores where `env` starts them");
    assert!(
        reason("cpython-sequential").contains("on its own machine only"),
        "{}",
        reason("cpython-sequential")
    );
    assert_eq!(cell(&run, "primes/tasks/2").status, Status::Measured);
}

/// The driver has one processor, and its lanes have two.
#[test]
fn lanes_have_the_cores_of_their_own_machine() {
    let allowed = affinity::allowed().unwrap();
    let [first, second, ..] = allowed[..] else { return };
    let words = "run -w primes-300000 -e thread-pool -j 8 -b 2";
    let confined = Invocation::under(&format!("taskset -cp {first} $$ >/dev/null"), words);
    let launcher = format!("taskset -c {first},{second}");
    let run = via_of(confined, &launcher).run().exits(0).record();
    let cell = cell(&run, "primes-300000/thread-pool/8");
    assert_eq!((run.environment.cores, cell.concurrency, cell.status), (2, 2, Status::Measured));
}

#[test]
fn verify_checks_the_answers_elsewhere() {
    let ended = script("exec \"$@\"", "verify ^(hold|crawl|db)/ --timeout 60").run().exits(0);
    assert!(ended.stderr.contains(" cells ok, 0 failed, "), "{}", ended.stderr);
}

#[test]
fn what_the_launcher_writes_to_standard_error_is_not_shown() {
    let ended = script("echo hello >&2; exec \"$@\"", "run -w noop -e tasks -j 2 -b 1").run().exits(0);
    assert!(!ended.stderr.contains("hello"), "{}", ended.stderr);
    assert_eq!(ended.record().via.as_deref(), Some("sh"));
}

#[test]
fn a_launcher_that_does_not_lead_to_fairlane_is_refused_before_anything_is_measured() {
    let words = "run -w noop -e tasks -j 2 --timeout 20";
    for (text, says) in [
        ("echo no such host >&2; exit 255", "it exited with status 255; its last messages: no such host"),
        ("shift; exec no-such-program \"$@\"", "it exited with status 127; its last messages: "),
        ("echo Welcome; exec \"$@\"", "cannot read the reply `Welcome` of `fairlane-lane` via `sh`"),
        (
            "echo '{\"version\":\"0.0.1 (abc, release)\"}'",
            "there is version 0.0.1 (abc, release), and this driver is ",
        ),
        ("exit 0", "it exited with status 0"),
    ] {
        let said = refused(script(text, words).run(), 1);
        assert!(said.contains(says) && said.contains("\nhelp: "), "{text}: {said}");
    }
    let missing = refused(via("no-such-launcher host", words).run(), 1);
    assert!(missing.contains("cannot start the program `no-such-launcher`: "), "{missing}");
}

#[test]
fn a_launcher_that_hangs_is_refused_in_time() {
    let said = refused(script("sleep 1000", "run -w noop -e tasks -j 2 --timeout 1").run(), 1);
    assert!(
        said.contains("via `sh`") && said.contains("it did not answer within 1s, and the driver killed it"),
        "{said}"
    );
}

#[test]
fn a_command_that_cannot_be_a_launcher_is_misuse() {
    let words = "run -w noop -e tasks -j 2";
    for (launcher, program, says) in [
        ("ssh 'host", "fairlane", "a quote in it is not closed"),
        ("", "fairlane", "it names no program"),
        ("ssh host", "~/fairlane", "a shell on the other machine may change the special signs in it"),
    ] {
        let options = ["--via", launcher, "--via-program", program];
        let invocation =
            options.iter().fold(Invocation::new(words), |so_far, word| so_far.arg(word.as_ref()));
        let said = refused(invocation.run(), 2);
        assert!(said.contains(says), "{said}");
    }
    let said = refused(via("env", words).env("FAIRLANE_LANE", FAIRLANE).run(), 2);
    assert!(said.contains("FAIRLANE_LANE"), "{said}");
    let said = refused(via("env", &format!("{words} --listen 0.0.0.0")).run(), 2);
    assert!(said.contains("no lane could connect to it"), "{said}");
    refused(via("env", &format!("{words} --listen 127.0.0.1 --server http://127.0.0.1:1")).run(), 2);
}

/// The third start is the second lane: that of the pool.
const DIES: &str = r#"
echo >>starts
[ "$(wc -l <starts)" -eq 3 ] || exec "$@"
timeout --foreground -s KILL 0.3 "$@"
echo connection lost >&2
exit 255
"#;

#[test]
fn a_lost_connection_fails_its_cell_with_the_last_lines_and_no_other() {
    let words = "run -w timer-200ms -e sequential,thread-pool,tasks -j 4 -b 2";
    let run = script(DIES, words).run().exits(1).record();
    assert_failed(&run, &["thread-pool"]);
    let reason = cell(&run, "timer-200ms/thread-pool/4").reason.clone().unwrap();
    assert!(reason.contains("via `sh`") && reason.contains("connection lost"), "{reason}");
}

/// A run whose only cell sleeps for a minute in its workers.
const ASLEEP: &str = "run -w timer-60s -e process-pool -j 4 --timeout 600";

#[test]
fn an_interrupt_leaves_nothing_behind() {
    // The launcher does not pass signals on.
    for text in ["exec \"$@\"", "trap '' INT TERM HUP; \"$@\""] {
        let driver = script(text, ASLEEP).start();
        driver.family.await_named(WORKER, 4);
        driver.signal(Signal::SIGINT);
        driver.end().exits(130);
    }
}

#[test]
fn a_lane_ends_with_its_workers_when_its_driver_is_killed() {
    let driver = via("env", ASLEEP).start();
    driver.family.await_named(WORKER, 4);
    driver.signal(Signal::SIGKILL);
    driver.family.assert_gone();
    assert_eq!(driver.end().code, None);
}

#[test]
fn a_lane_elsewhere_ends_by_a_signal_with_its_workers() {
    let driver = via("env", ASLEEP).start();
    driver.family.await_named(WORKER, 4);
    let lanes = driver.family.await_named("fairlane-lane", 1);
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(lanes[0].id), Signal::SIGTERM).unwrap();
    let ended = driver.end();
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    ended.family.assert_gone();
}

/// A port that is free, and so is the next one. It is none of those that the system chooses for others.
fn free_ports() -> u16 {
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    (first..32_000).find(|port| is_free(*port) && is_free(port + 1)).unwrap()
}

#[test]
fn a_mock_server_that_others_can_reach_answers_only_the_lanes_of_its_run() {
    let port = free_ports();
    let listen = format!("--listen 127.0.0.1 --server-port {port} --timeout 60");
    let cells = "-w tcp-1ms,http-1ms,http-reqwest-blocking-1ms,crawl-1ms,hold,tcp-1ms-hyper -e thread-pool,process-pool,tasks,hand-command -j 2";
    let ended = via("env", &format!("run {cells} -b 5 {listen}")).run();
    let ended = ended.exits(0);
    let run = ended.record();
    assert!(run.cells.iter().all(|cell| cell.status != Status::Failed), "{run:#?}");
    for file in ended.files() {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("token="), "{}", file.display());
    }

    let driver = via("env", &format!("run -w tcp-60s -e tasks -j 1 {listen}")).start();
    let mut stranger = wait_for("the server", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
    stranger.write_all(b"GET /get?key=1&delay_ns=0&bytes=8 HTTP/1.1\r\nhost: mock\r\n\r\n").unwrap();
    let mut line = String::new();
    BufReader::new(&stranger).read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 403 "), "{line}");
    driver.signal(Signal::SIGINT);
    driver.end().exits(130);
}

#[test]
fn a_lane_there_says_where_it_is() {
    let ended = Invocation::new("lane-serve --about").run().exits(0);
    assert_eq!(ended.stdout.lines().count(), 1);
    let about: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let version = Invocation::new("--version").run().exits(0).stdout;
    assert_eq!(format!("fairlane {}", about["version"].as_str().unwrap()), version.trim());
    assert_eq!(about["protocol"], 1);
    assert!(about["machine"]["cores"].as_u64().is_some_and(|cores| cores > 0), "{about}");
}
