//! Checks the walls of docs/ARCHITECTURE.md: which module may name which, which may read the clock or start processes.

use std::fs;
use std::path::PathBuf;

use crate::cli::{project, sources};

/// Every module and those that it may name: none to the left of itself in the chain of arrows.
const MAY_NAME: [(&str, &[&str]); 17] = [
    ("failure", &[]),
    ("version", &[]),
    ("quantity", &[]),
    ("clock", &[]),
    ("process", &["clock", "failure"]),
    ("files", &["failure", "process", "quantity"]),
    ("scratch", &["clock", "failure", "process"]),
    ("workload", &["clock", "failure", "process", "quantity", "scratch"]),
    ("executor", &["clock", "failure", "process", "workload"]),
    ("primitive", &["executor", "failure", "process", "workload"]),
    (
        "lane",
        &["clock", "executor", "failure", "files", "primitive", "process", "quantity", "version", "workload"],
    ),
    (
        "measure",
        &[
            "clock", "executor", "failure", "files", "lane", "process", "quantity", "scratch", "version",
            "workload",
        ],
    ),
    ("record", &["clock", "failure", "files", "lane", "measure", "primitive", "process"]),
    ("lesson", &["failure", "files", "lane", "measure", "record"]),
    ("report", &["failure", "lesson", "record"]),
    (
        "cli",
        &[
            "clock",
            "executor",
            "failure",
            "files",
            "lane",
            "lesson",
            "measure",
            "primitive",
            "process",
            "quantity",
            "record",
            "report",
            "scratch",
            "version",
            "workload",
        ],
    ),
    // Exists in tests only: it spoils what every reader reads, and shows what they accept. No other module may name it.
    (
        "fuzz",
        &[
            "clock", "failure", "files", "lane", "lesson", "measure", "process", "record", "report",
            "workload",
        ],
    ),
];

/// Code that only some files may contain, and those files by the beginning or the end of their path.
const ONLY_IN: [(&[&str], &[&str]); 3] = [
    (&["Instant::now", "SystemTime::now", "clock_gettime"], &["src/clock/"]),
    // The hand-written control does without `process`.
    (&["Command::new", "posix_spawn", "fork("], &["src/process/child.rs", "src/executor/by_hand/"]),
    // They panic when the stream takes nothing; `process::stderr` does not. `eprintln!` ends like the first. Tests may.
    (&["println!", "print!"], &["/tests.rs"]),
];

/// Every source file of the library with its path from the project's folder and its code, comments left out.
fn library() -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let name = path.strip_prefix(project()).unwrap().display().to_string();
        (name, code.collect::<Vec<_>>().join("\n"))
    };
    sources(&["src"]).into_iter().map(read).collect()
}

/// The module that a file belongs to; none for the one that only puts the others together.
fn module(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    match rest.split(['/', '.']).next()? {
        "lib" => None,
        module => Some(module),
    }
}

fn breaches(files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, code) in files {
        let Some(module) = module(path) else { continue };
        let Some((_, may)) = MAY_NAME.iter().find(|(name, _)| *name == module) else {
            found.push(format!("{path}: `{module}` has no wall yet"));
            continue;
        };
        for named in code.split("crate::").skip(1) {
            let named = named.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let known = MAY_NAME.iter().any(|(name, _)| *name == named);
            if !known || (named != module && !may.contains(&named)) {
                found.push(format!("{path}: `{module}` names `{named}`"));
            }
        }
        for (words, places) in ONLY_IN {
            let spared = places.iter().any(|place| path.starts_with(place) || path.ends_with(place));
            if let (false, Some(word)) = (spared, words.iter().find(|word| code.contains(**word))) {
                found.push(format!("{path}: says `{word}`"));
            }
        }
    }
    found
}

#[test]
fn no_module_names_one_that_stands_above_it() {
    assert_eq!(breaches(&library()), [] as [String; 0]);
}

#[test]
fn a_breach_is_found() {
    let file = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let files = [
        file("src/workload/http.rs", "use crate::executor::ExecutorSpec;"),
        file("src/record/mod.rs", "use crate::{lane, report};"),
        file("src/executor/threads.rs", "let start = std::time::Instant::now();"),
        file("src/gate/mod.rs", ""),
    ];
    let found = breaches(&files);
    let expected = [
        "src/workload/http.rs: `workload` names `executor`",
        "src/record/mod.rs: `record` names ``",
        "src/executor/threads.rs: says `Instant::now`",
        "src/gate/mod.rs: `gate` has no wall yet",
    ];
    assert_eq!(found, expected);
}

/// The map must show every module.
#[test]
fn the_map_shows_every_module() {
    let map = fs::read_to_string(project().join("docs/ARCHITECTURE.md")).unwrap();
    for (module, _) in MAY_NAME {
        let shown = [format!("`src/{module}/`"), format!("`src/{module}.rs`")];
        assert!(
            shown.iter().any(|shown| map.contains(shown)),
            "docs/ARCHITECTURE.md does not show `{module}`"
        );
    }
}
