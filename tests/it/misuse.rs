//! Wrong command lines: one error, one help line, exit code 2, and no file.

use fairlane::executor::REGISTRY;
use fairlane::workload::{KINDS, primitive};
use serde_json::Value;

use crate::cli::{Invocation, suite};

/// Command line, part of the error, part of the help; an empty one stands for no help line.
const TABLE: [(&str, &str, &str); 25] = [
    ("run -w htpp", "unknown workload `htpp`", "did you mean `http`?"),
    ("run -w http-20mph", "`20mph` is not a variation of `http`", "`-20ms`"),
    ("run -e thread-pol", "unknown executor `thread-pol`", "did you mean `thread-pool`?"),
    ("run -e tasks-w0", "`tasks-w0`: it needs at least 1 worker", "`-w1`"),
    ("run --exectors tasks", "unexpected argument `--exectors`", "did you mean `--executors`?"),
    ("runn", "unrecognized subcommand `runn`", "did you mean `run`?"),
    ("run --jobs 0", "a batch needs at least 1 job", "from 1 to 1000000"),
    ("run --jobs 99999999", "a batch has at most 1000000 jobs", "from 1 to 1000000"),
    ("run --jobs many", "invalid value `many` for `--jobs <N>`", "--help"),
    ("run --concurrency 0", "a concurrency of 0 makes no sense", "from 1 to 1000000"),
    (
        "run --delay 5",
        "cannot set `delay` of workload `http`: `5` is not such a value",
        "write it like `20ms`",
    ),
    ("run -w noop --delay 5ms", "cannot set `delay` of workload `noop`", "none"),
    ("run --budget 0", "invalid value `0` for `--budget <SECONDS>`: more than 0", "--help"),
    ("run --server nonsense", "`nonsense` is no server", "like `http://127.0.0.1:8080`"),
    ("run --server http://127.0.0.1:80/path", "it has a path", "like `http://127.0.0.1:8080`"),
    ("run --suite typo.toml", "`typo.toml` line 7: unknown workload `htpp`", "did you mean `http`?"),
    ("run --suite typo.toml --jobs 8", "cannot be used with", "--help"),
    ("verify --suite missing.toml", "read the suite `missing.toml`: No such file", ""),
    ("verify nothing-like-this", "no cell of the suite contains `nothing-like-this`", "`fairlane list`"),
    ("lane hold/sequential/8", "8 jobs must be in flight at once, and sequential has at most 1", ""),
    ("report", "the following required arguments were not provided", "--help"),
    ("report no/such/run", "there is no `no/such/run`", "a run is a folder with a `run.json`"),
    ("report . --text --csv", "cannot be used with", "--help"),
    ("report a b --splice c.md", "`--splice` is about one run, and there are several", "`--markdown`"),
    ("serve --kind nginx", "unknown server `nginx`", "`wiremock` or `hyper`"),
];

#[test]
fn a_wrong_command_line_gets_one_error_and_one_help_line() {
    for (words, error, help) in TABLE {
        let ended =
            Invocation::new(words).file("typo.toml", &suite(2, "tasks", &[("htpp", 1)])).run().exits(2);
        let said = |start: &str| {
            let lines = ended.stderr.lines().filter(|line| line.starts_with(start));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert!(said("error: ").contains(error), "{words}: {}", ended.stderr);
        assert!(said("help: ").contains(help), "{words}: {}", ended.stderr);
        let lines = if said("help: ").is_empty() { 1 } else { 2 };
        assert_eq!(ended.stderr.lines().count(), lines, "{words}: {}", ended.stderr);
        assert_eq!(help.is_empty(), lines == 1, "{words}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{words}");
        assert!(!ended.results().exists(), "{words}");
    }
}

#[test]
fn the_help_of_every_verb_goes_to_stdout_and_ends_with_two_examples() {
    for verb in ["run", "report", "verify", "list", "lane", "limits", "serve"] {
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
    ids.extend(primitive::KINDS.iter().map(|kind| kind.id));
    let text = Invocation::new("list").run().exits(0).stdout;
    let listed: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|id| !id.is_empty()) // further lines about a name are indented deeper
        .collect();
    assert_eq!(listed, ids);
    let labelled = KINDS.iter().filter(|kind| kind.async_note.is_some()).count();
    assert_eq!(text.matches("blocking section on tokio's thread pool").count(), labelled);

    let json: Value = serde_json::from_str(&Invocation::new("list --json").run().exits(0).stdout).unwrap();
    let all =
        ["workloads", "executors", "primitives"].map(|list| json[list].as_array().unwrap().clone()).concat();
    assert_eq!(all.iter().map(|entry| entry["id"].as_str().unwrap()).collect::<Vec<_>>(), ids);
}
