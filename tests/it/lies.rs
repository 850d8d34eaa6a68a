//! Lanes that lie, one lie each: the driver fails the cell with the reason, `lane-check` names the rule, nothing is left running,
//! and no lane makes the driver take much memory.

use fairlane::record::Status;
use serde_json::Value;

use crate::cli::{Ended, Invocation};

/// What is run. The cell has two lanes in a run, so that each part of the protocol is used.
const RUN: &str = "run -w timer-1ms -e tasks -j 4 -b 1 --timeout 2";
const CHECK: &str = "lane-check --executor tasks --cells timer-1ms/tasks/4 --timeout 2 --json";

/// A lie, what the driver says of it, and which rule `lane-check` finds broken, with what it has seen. Where the driver says
/// nothing, its numbers do not depend on that rule.
const LIES: [(&str, &str, &str, &str); 29] = [
    (
        "wrong-answer",
        "job 3 answered wrong: expected 3, got 2",
        "right",
        "job 3 answered wrong: expected 3, got 2",
    ),
    ("other-cell", "expected 4 answers, got 3", "right", "expected 4 answers, got 3"),
    (
        "wrong-count",
        "the lane ran 2 batches, and 1 were requested",
        "count",
        "ran 2 batches, and 1 were requested",
    ),
    ("no-wait", "waiting alone takes 1ms: its jobs did not wait", "waits", "its jobs did not wait"),
    ("huge-time", "its batches took 9223372036854775808 ns", "time", "took 9223372036854775808 ns"),
    (
        "huge-single-time",
        "the times of the batches add up to 9223372036854775808 ns",
        "single-times",
        "add up to 92233720",
    ),
    (
        "huge-usage",
        "reports 9223372036854775808 ns of processor time",
        "usage-of-sample",
        "reports 9223372036854775808",
    ),
    ("negative-time", "invalid value: integer `-5`, expected u64", "sample", "integer `-5`, expected u64"),
    ("not-a-number", "`: it is not JSON: expected value", "output", "it is not JSON: expected value"),
    (
        "silent",
        "did not answer within 2s, and the driver killed it",
        "sample",
        "did not answer within 2s, and the driver killed it",
    ),
    (
        "gigabyte",
        "its line is longer than 4 MiB, and the driver killed it",
        "sample",
        "longer than 4 MiB, and the driver killed it",
    ),
    (
        "flood",
        "`Used { usage: None }` is not an answer to the request",
        "sample",
        "`Used { usage: None }` is not an answer to the request",
    ),
    ("flood-of-errors", "", "", ""),
    ("chatty", "the reply `the lane is ready` of `fairlane-lane`", "output", "`the lane is ready`"),
    ("dies-in-open", "it exited with status 7", "open", "it exited with status 7"),
    ("dies-in-sample", "it exited with status 7", "sample", "it exited with status 7"),
    ("dies-in-usage", "it exited with status 7", "usage", "it exited with status 7"),
    ("dies-in-probe", "it exited with status 7", "probe", "it exited with status 7"),
    ("dies-in-stand-still", "it exited with status 7", "stand-still", "it exited with status 7"),
    ("dies-in-answers", "it exited with status 7", "answers", "it exited with status 7"),
    (
        "left-process",
        "it left 1 process of its own, which the driver killed",
        "end",
        "the lane ended and left 1 process, which was killed",
    ),
    ("endless", "", "end", "the lane did not end"),
    ("other-protocol", "it speaks version 99 of the lane protocol", "version", "it speaks version 99"),
    ("other-model", "is `process`, and the list of executors says `async task`", "model", "is `process`"),
    (
        "other-width",
        "can have 7 jobs of `timer-1ms/tasks/4` in flight, and the list of executors says 4",
        "in-flight",
        "7 jobs of `timer-1ms",
    ),
    (
        "falling-quantiles",
        "reports a latency with p50, p90, p99 and maximum",
        "quantiles",
        "reports a latency with",
    ),
    ("too-much-in-flight", "in flight for all jobs together", "overlap", "in flight for all jobs together"),
    ("reversed-timeline", "", "timeline", "does not have the first and the last of 4 jobs"),
    ("unspawned", "unfair: 4 jobs ran in 1 tasks", "tasks", "unfair: 4 jobs ran in 1 tasks"),
];

/// A run in which every lane tells that lie.
fn run(lie: &str) -> Invocation {
    Invocation::new(RUN).lie(lie, None)
}

/// The broken rules of a check, with what was seen.
fn broken(ended: &Ended) -> Vec<(String, String)> {
    let cells: Value = serde_json::from_str(&ended.stdout).unwrap();
    let rules = cells.as_array().unwrap().iter().flat_map(|cell| cell["rules"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rules
        .filter(|rule| rule["verdict"] == "broken")
        .map(|rule| (text(&rule["rule"]), text(&rule["seen"])))
        .collect()
}

#[test]
fn the_driver_finds_every_lie_and_says_what_it_is() {
    for (lie, reason, ..) in LIES {
        let code = if reason.is_empty() { 0 } else { 1 };
        let cells = run(lie).run().exits(code).record().cells;
        let [cell] = cells.as_slice() else { panic!("{lie}: {cells:#?}") };
        let status = if reason.is_empty() { Status::Measured } else { Status::Failed };
        assert_eq!((cell.status, cell.median_ns.is_some()), (status, reason.is_empty()), "{lie}: {cell:#?}");
        assert!(cell.reason.as_deref().unwrap_or_default().contains(reason), "{lie}: {:?}", cell.reason);
    }
}

#[test]
fn lane_check_finds_every_lie_and_names_the_rule() {
    for (lie, _, rule, seen) in LIES {
        let check = Invocation::new(CHECK).arg(env!("CARGO_BIN_EXE_lying-lane").as_ref()).env("LIE", lie);
        let ended = check.run().exits(if rule.is_empty() { 0 } else { 1 });
        let found = broken(&ended);
        let is_found = found.iter().any(|(id, text)| id == rule && text.contains(seen));
        assert!(is_found || (rule.is_empty() && found.is_empty()), "{lie}: {found:#?}");
    }
}

/// A driver that believed its lanes had 64 MiB for each of several lines, or everything that they wrote.
#[test]
#[cfg_attr(not(gnu_time), ignore = "needs GNU time: apt-get install time")]
fn no_lane_makes_the_driver_take_much_memory() {
    let peak = |invocation: Invocation| -> u64 {
        let text = invocation.run().text("time");
        let line =
            text.lines().find_map(|line| line.trim().strip_prefix("Maximum resident set size (kbytes): "));
        line.unwrap().parse().unwrap()
    };
    let timed = |words: &str, lie: &str| peak(Invocation::timed(words).lie(lie, None));
    let check = format!("{CHECK} {}", env!("CARGO_BIN_EXE_lying-lane"));
    for words in [RUN, &check] {
        let honest = timed(words, "nothing");
        for lie in ["gigabyte", "flood", "flood-of-errors"] {
            let lying = timed(words, lie);
            eprintln!("{lie}: {lying} KiB, and {honest} KiB without it: {words}");
            assert!(lying < honest + (32 << 10), "{lie}: {lying} KiB, and {honest} KiB without it: {words}");
        }
    }
}
