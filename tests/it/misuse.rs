//! What the command cannot do gives one error with its advice, exit code 2, and no file.

use std::fs;

use fairlane::executor::REGISTRY;
use fairlane::workload::{KINDS, primitive};
use serde_json::Value;

use crate::cli::{Ended, Invocation, project};

/// Command line, what the error says, what the advice says; an empty one is not given.
const TABLE: &[(&str, &str, &str)] = &[
    ("run -w htpp", "unknown workload `htpp`", "did you mean `http`?"),
    ("run -w http-20mph", "`20mph` is not a variation of `http`", "`-20ms`"),
    ("run -e thread-pol", "unknown executor `thread-pol`", "did you mean `thread-pool`?"),
    ("run -e tasks-w0", "`tasks-w0`: `0` is not a number of workers: the least is `1`", "`-w1`"),
    ("run --delay 61s", "cannot set `delay` of workload `http`: `61s` is out of range", "from 0ns to 60s"),
    ("run -w noop --delay 5ms", "cannot set `delay` of workload `noop`", "none"),
    (
        "run --server nonsense",
        "cannot use `--server nonsense`: it does not start with `http://`",
        "like `http://127.0.0.1:8080`",
    ),
    ("run --server http://::1:80", "an IPv6 address must be in brackets", "like `http://127.0.0.1:8080`"),
    ("run --server http://127.0.0.1:80/path", "it has a path", "like `http://127.0.0.1:8080`"),
    (
        "run --suite typo.toml",
        "cannot read `typo.toml` line 7: unknown workload `htpp`",
        "did you mean `http`?",
    ),
    ("verify --suite missing.toml", "cannot read `missing.toml`: No such file", "`benches/`"),
    ("verify 123", "cannot select `123`: no cell matches the filter", "`fairlane list`"),
    (
        "verify htpp/tasks",
        "cannot select `htpp/tasks`: no cell matches the filter",
        "did you mean `http/tasks/32`?",
    ),
    (
        "verify http/(tasks",
        "cannot read the filter `http/(tasks`: unclosed group",
        "a regular expression on cell ids",
    ),
    (
        "lane hold/sequential/8",
        "8 jobs must be in flight at once, and sequential has at most 1",
        "`fairlane list`",
    ),
    (
        "report no/such/run",
        "cannot read the run `no/such/run`: there is no such file or folder",
        "a run is a folder with a `run.json`",
    ),
    ("report a b --html", "cannot write a page of several runs: `--html` names no file", "`--html FILE`"),
    ("lesson --quick", "cannot start a lesson: none is named", "name one, or take `--all`"),
    ("lesson gil --html -", "cannot write `-`: the lesson is shown there", "name a file"),
    (
        "lesson gil --save a.json --html a.json",
        "cannot write the session and the lab book: they have the same name",
        "name two files",
    ),
    (
        "lesson --gather nothing-there",
        "cannot read the folder `nothing-there`: No such file or directory (os error 2)",
        "",
    ),
    (
        "run -w http-20ms -d 5ms",
        "cannot use `--delay 5ms` with `http-20ms`: its name has a delay",
        "give the delay once",
    ),
    ("report --picture http/32 -", "cannot write beside `-`: it is a stream", "`--html FILE`"),
    ("report a b --splice c.md", "cannot use `--splice` with several runs: it takes one", "`--markdown`"),
    (
        "merge no/such/run",
        "cannot read the run `no/such/run`: there is no such file or folder",
        "a run is a folder with a `run.json`",
    ),
    (
        "run --partition 1/2 --costs no/such/run",
        "cannot read the run `no/such/run`: there is no such file or folder",
        "a run is a folder with a `run.json`",
    ),
    (
        "lane-check ./lane",
        "cannot check `./lane`: it is not a listed lane, and a program needs `--executor`",
        "`--executor NAME`",
    ),
    ("lane-check --executor new --workloads htpp ./lane", "unknown workload `htpp`", "did you mean `http`?"),
    ("lane-check --executor tasks --cells 123 ./lane", "cannot select `123`: no cell matches", "--help"),
    (
        "lane-check cpython --executor cpython-thread",
        "cannot check `cpython-thread`: the `cpython` lane does not run it",
        "`cpython-threads`",
    ),
    ("run --columns median,median", "cannot use `--columns`: `median` is named twice", "name it once"),
    ("calibrate -w noop,noop", "cannot use `--workload`: `noop` is named twice", "name it once"),
    ("lane-check --executor a,a ./lane", "cannot use `--executor`: `a` is named twice", "name it once"),
    ("lesson gil --votes A=-1;B=1", "cannot use `--votes A=-1;B=1`", "`A=12,B=7,C=3`"),
    ("languages setup cpyton", "unknown lane `cpyton`", "did you mean `cpython`?"),
    ("serve --kind nginx", "cannot start the server `nginx`: there is no such kind", "`--kind hyper`"),
];

/// Command line, what the parser's error says, what else it says.
const PARSED: &[(&str, &str, &str)] = &[
    (
        "run --exectors tasks",
        "unexpected argument '--exectors' found",
        "a similar argument exists: '--executors'",
    ),
    ("runn", "unrecognized subcommand 'runn'", "a similar subcommand exists: 'run'"),
    ("run --jobs many", "invalid value 'many' for '--jobs <N>'", "For more information, try '--help'."),
    ("run --jobs 0", "invalid value '0' for '--jobs <N>': the least is `1`", "try '--help'."),
    (
        "run --jobs 99999999",
        "invalid value '99999999' for '--jobs <N>': the most is `1000000`",
        "try '--help'.",
    ),
    ("run --jobs 1,000", "invalid value '000' for '--jobs <N>': it begins with 0", "write `1000`"),
    ("run --concurrency 0", "invalid value '0' for '--concurrency <N>': the least is `1`", "try '--help'."),
    ("run --cores -1", "invalid value '-1' for '--cores <N>': the least is `1`", "try '--help'."),
    ("run --delay 5", "invalid value '5' for '--delay <TIME>': it has no unit: write `5ms`", "try '--help'."),
    ("run --budget 0", "invalid value '0' for '--budget <SECONDS>': the least is `1ns`", "try '--help'."),
    ("run --budget 1:30", "invalid value '1:30' for '--budget <SECONDS>': it is not a time", "write `1m30s`"),
    ("run --suite typo.toml --jobs 8", "the argument '--suite <FILE>' cannot be used with", "--jobs <N>"),
    (
        "run --partition 3/2",
        "invalid value '3/2' for '--partition <I/N>': there is no part 3 of 2",
        "give one from 1 to 2",
    ),
    (
        "run --partition 1/0",
        "invalid value '1/0' for '--partition <I/N>': the number of parts is 0",
        "give one from 1 to 1000",
    ),
    (
        "calibrate --lanes 999999999999999999",
        "invalid value '999999999999999999' for '--lanes <N>': the most is `200`",
        "try",
    ),
    ("run --costs a", "the following required arguments were not provided", "--partition <I/N>"),
    ("report", "the following required arguments were not provided", "Usage: fairlane report <RUN>..."),
    ("report . --text --csv", "the argument '--text' cannot be used with", "--csv"),
    ("report --html results", "invalid value 'results' for '--html [<FILE>]'", "ends in `.html`"),
    (
        "list --color blue",
        "invalid value 'blue' for '--color <WHEN>'",
        "[possible values: auto, always, never]",
    ),
];

/// Runs what is misuse, and asserts that it prints and leaves nothing but its error.
fn misuse(words: &str) -> Ended {
    let ended = Invocation::new(words).file("typo.toml", TYPO).run().exits(2);
    assert_eq!(ended.stdout, "", "{words}");
    assert!(!ended.results().exists(), "{words}");
    ended
}

#[test]
fn the_parser_says_all_that_it_knows() {
    for (words, error, more) in PARSED {
        let ended = misuse(words);
        assert!(ended.stderr.starts_with(&format!("error: {error}")), "{words}: {}", ended.stderr);
        assert!(ended.stderr.contains(more), "{words}: {}", ended.stderr);
    }
}

const TYPO: &str = "seconds = 1
lanes = 2
quick_seconds = 1
quick_lanes = 2
executors = [\"tasks\"]
[[group]]
workload = \"htpp\"
jobs = [1]
";

#[test]
fn misuse_is_one_error_and_one_advice() {
    for (words, error, help) in TABLE {
        let ended = misuse(words);
        let line = |start: &str| {
            let lines = ended.stderr.lines().filter(|line| line.starts_with(start));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert!(line("error: ").contains(error), "{words}: {}", ended.stderr);
        assert!(line("help: ").contains(help), "{words}: {}", ended.stderr);
        let lines = if line("help: ").is_empty() { 1 } else { 2 };
        assert_eq!(ended.stderr.lines().count(), lines, "{words}: {}", ended.stderr);
        assert_eq!(help.is_empty(), lines == 1, "{words}: {}", ended.stderr);
    }
}

/// Before a server is started.
#[test]
fn a_wrong_variable_is_refused_whatever_is_asked() {
    for (name, value, error) in [
        (
            "FAIRLANE_SLOW_SERVER",
            "fast",
            "cannot read `FAIRLANE_SLOW_SERVER=fast`: `fast` is not a way to be slow",
        ),
        ("FAIRLANE_SLOW_SERVER", "busy=2", "`busy=2`: it has no unit: write `2ms`"),
        ("FAIRLANE_LANES", "missing.toml", "`missing.toml`: No such file"),
    ] {
        let ended = Invocation::new("run -w tcp -e tasks -j 1").env(name, value).run().exits(2);
        assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(error), "{}", ended.stderr);
        assert!(!ended.results().exists());
    }
}

#[test]
fn the_help_of_every_verb_goes_to_stdout_and_ends_with_two_examples() {
    let verbs =
        "run report merge verify list lane lane-check languages lesson limits calibrate serve completions";
    for verb in verbs.split(' ') {
        let ended = Invocation::new(&format!("{verb} --help")).run().exits(0);
        let (_, examples) = ended.stdout.split_once("Examples:\n").unwrap();
        let examples: Vec<_> = examples.lines().collect();
        assert_eq!(examples.len(), 2, "{verb}: {examples:?}");
        let calls = |line: &&str| line.starts_with("  ") && line.contains(&format!("fairlane {verb}"));
        assert!(examples.iter().all(calls), "{verb}: {examples:?}");
        assert_eq!(ended.stderr, "");
    }
}

#[test]
fn the_list_names_every_workload_every_executor_and_every_primitive() {
    let mut ids: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
    ids.extend(REGISTRY.iter().map(|entry| entry.id));
    let lanes: toml::Table = fs::read_to_string(project().join("lanes/lanes.toml")).unwrap().parse().unwrap();
    let executors = |lane: &toml::Value| lane["executor"].as_array().unwrap().clone();
    let foreign: Vec<_> = lanes["lane"].as_array().unwrap().iter().flat_map(executors).collect();
    ids.extend(foreign.iter().map(|executor| executor["id"].as_str().unwrap()));
    ids.extend(primitive::KINDS.iter().map(|kind| kind.id));
    let text = Invocation::new("list").run().exits(0).stdout;
    let listed: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|id| !id.is_empty()) // a remark on the one above stands further in
        .collect();
    assert_eq!(listed, ids);
    let labelled = KINDS.iter().filter(|kind| kind.async_note.is_some()).count();
    assert_eq!(text.matches("blocking section on tokio's thread pool").count(), labelled);

    let json: Value = serde_json::from_str(&Invocation::new("list --json").run().exits(0).stdout).unwrap();
    let all =
        ["workloads", "executors", "primitives"].map(|list| json[list].as_array().unwrap().clone()).concat();
    assert_eq!(all.iter().map(|entry| entry["id"].as_str().unwrap()).collect::<Vec<_>>(), ids);
}
