//! What a run leaves: one folder with two files, the record, which fits the committed schema, and the page about it.
//!
//! `UPDATE=1 cargo test --test it schema` writes the schema anew after its types have changed.

use std::path::PathBuf;
use std::{env, fs};

use fairlane::record::{Run, Status};
use serde_json::Value;

use crate::cli::{Ended, Invocation, cell, project};

const SHORT: &str =
    "run -w noop,tcp-1ms,hold -e sequential,thread-pool,tasks -j 4 --budget 2 --seed 7 --json";

fn schema_path() -> PathBuf {
    project().join("results/schema.json")
}

fn json(ended: &Ended) -> Value {
    let mut files = ended.files();
    files.sort_unstable();
    let [page, record] = files.as_slice() else { panic!("{files:?} in place of two files") };
    assert!(page.ends_with("report.html") && record.ends_with("run.json"), "{files:?}");
    serde_json::from_str(&fs::read_to_string(record).unwrap()).unwrap()
}

/// Asserts that a record fits the committed schema.
pub(crate) fn assert_valid(record: &Value) {
    let schema = serde_json::from_str(&fs::read_to_string(schema_path()).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(record).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let derived = serde_json::to_string_pretty(&schemars::schema_for!(Run)).unwrap() + "\n";
    if env::var_os("UPDATE").is_some() {
        fs::write(schema_path(), &derived).unwrap();
    }
    let committed = fs::read_to_string(schema_path()).unwrap();
    assert_eq!(committed, derived, "write it anew: UPDATE=1 cargo test --test it schema");
}

#[test]
fn a_run_leaves_a_page_and_a_valid_record_that_is_on_stdout_too() {
    let ended = Invocation::new(SHORT).run().exits(0);
    let record = json(&ended);
    assert_valid(&record);
    let page = ended.record_file().with_file_name("report.html");
    let written = page.strip_prefix(ended.results().parent().unwrap()).unwrap();
    assert!(ended.stderr.contains(&format!("report: {}\n", written.display())), "{}", ended.stderr);

    let output: Value = serde_json::from_str(&ended.stdout).unwrap();
    let differs = |(key, value): (&String, &Value)| (output[key] != *value).then(|| key.clone());
    let differing: Vec<_> = record.as_object().unwrap().iter().filter_map(differs).collect();
    assert!(differing.is_empty(), "{differing:?} differ");

    let run = ended.record();
    assert_eq!((run.seed, run.interrupted, run.apparatus.server.as_str()), (7, false, "own"));
    let command =
        "fairlane run --workload noop,tcp-1ms,hold --executors sequential,thread-pool,tasks --jobs 4";
    assert_eq!(run.command, format!("{command} --budget 2 --seed 7 --json"));
    assert_eq!(run.cells.len(), 9);
    assert_eq!(cell(&run, "hold/sequential/4").status, Status::NotApplicable);
}

#[test]
fn a_failed_cell_has_a_reason_and_no_number() {
    let words = "run -w timer-1ms -e threads,tasks -j 4 --budget 1";
    let ended = Invocation::new(words).lie("wrong-answer", Some("timer-1ms/tasks/4")).run().exits(1);
    let record = json(&ended);
    assert_valid(&record);
    let run = ended.record();
    assert_eq!(cell(&run, "timer-1ms/threads/4").status, Status::Measured);
    let reason = "job 3 answered wrong: expected 3, got 2";
    assert_eq!(cell(&run, "timer-1ms/tasks/4").reason.as_deref(), Some(reason));

    let failed = &record["cells"].as_array().unwrap()[1];
    assert_eq!(failed["status"], "failed");
    for list in ["lanes", "tied_with"] {
        assert_eq!(failed[list], Value::Array(Vec::new()), "{list}");
    }
    for (name, value) in failed.as_object().unwrap() {
        let is_size = ["jobs", "concurrency", "group"].contains(&name.as_str());
        assert!(is_size || !value.is_number(), "`{name}` is {value} in a failed cell");
    }
    for number in ["median_ns", "interval99_ns", "throughput_per_s", "efficiency", "speedup_vs_sequential"] {
        assert!(failed[number].is_null(), "{number}");
    }
}

/// Names of a host, a user and a folder that nothing else in a record contains.
const NAMES: [&str; 3] = ["zz-telltale-host", "zz-telltale-user", "zz-telltale-home"];

/// Gives the command's machine another name, in a namespace of its own. Some containers do not allow that.
const RENAMED: &str = "exec unshare --map-root-user --uts sh -c \
    'echo zz-telltale-host >/proc/sys/kernel/hostname && exec \"$0\" \"$@\"' \"$0\" \"$@\"";

/// Whether that is allowed here.
fn can_rename() -> bool {
    Invocation::under(&RENAMED.replace("exec \"$0\" \"$@\"", "exit 42"), "list").run().code == Some(42)
}

#[test]
fn a_record_names_neither_the_host_nor_the_user() {
    let words = "run -w noop -e tasks -j 4 --budget 0.2";
    let renamed = can_rename();
    let run = if renamed { Invocation::under(RENAMED, words) } else { Invocation::new(words) };
    let run =
        run.env("HOSTNAME", NAMES[0]).env("USER", NAMES[1]).env("LOGNAME", NAMES[1]).env("HOME", NAMES[2]);
    let ended = run.run().exits(0);
    for file in ended.files() {
        let text = fs::read_to_string(&file).unwrap();
        for name in NAMES {
            assert!(!text.contains(name), "`{name}` in {}: {text}", file.display());
        }
        // Without the other name: a short name of a host may be part of any word in the record.
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        let distinctive = !renamed && host.trim().len() > 6;
        assert!(!distinctive || !text.contains(host.trim()), "`{host}` in {}: {text}", file.display());
    }
}

#[test]
fn two_runs_leave_two_records() {
    let words = "run -w noop -e sequential -j 4 --budget 0.2 --out results";
    let first = Invocation::new(words).run().exits(0);
    let elsewhere = first.results();
    let second =
        Invocation::new(&format!("run -w noop -e tasks -j 4 --budget 0.2 --out {}", elsewhere.display()));
    second.run().exits(0);
    assert_eq!(first.files().iter().filter(|file| file.ends_with("run.json")).count(), 2);
}
