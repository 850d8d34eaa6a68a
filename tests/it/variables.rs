//! Every environment variable that a user may set stands in a `--help`.

use std::collections::BTreeSet;
use std::fs;

use crate::cli::{Invocation, project, sources};

/// What Fairlane passes to its own processes, and what tests and builds use.
const INTERNAL: [&str; 16] = [
    "CARGO_MANIFEST_DIR", // cargo sets it for what it starts
    "FAIRLANE_COMMIT",
    "FAIRLANE_FAULT_SECONDS",
    "FAIRLANE_FAULT_SEED",
    "FAIRLANE_FUZZ_SECONDS",
    "FAIRLANE_FUZZ_SEED",
    "FAIRLANE_JOB",
    "FAIRLANE_LEASH",
    "FAIRLANE_MET",
    "FAIRLANE_PADDING",
    "FAIRLANE_PROFILE",
    "FAIRLANE_ROLE",
    "FAIRLANE_RUSTC",
    "FAIRLANE_SIMULATIONS",
    "FAIRLANE_TEST_FAMILY",
    "PATH", // every shell sets it
];

/// The variables that a source names: a string of ours anywhere, another one where the environment is read.
fn named(source: &str) -> BTreeSet<String> {
    let is_name = |text: &&str| {
        text.len() > 2 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let strings = source.split('"').filter(is_name).filter(|text| text.starts_with("FAIRLANE_"));
    let read = source.split("env::var").skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix("_os").unwrap_or(rest);
        rest.strip_prefix("(\"")?.split('"').next().filter(is_name)
    });
    let temporary = source.contains("temp_dir()").then_some("TMPDIR");
    strings.chain(read).chain(temporary).map(str::to_owned).collect()
}

#[test]
fn every_variable_stands_in_a_help_text() {
    let found: BTreeSet<String> = sources(&["src", "benches", "mock-server/src"])
        .iter()
        .flat_map(|file| named(&fs::read_to_string(file).unwrap()))
        .collect();
    for known in ["FAIRLANE_SUITE", "FAIRLANE_DATABASE_URL", "CRITERION_HOME", "FAIRLANE_ROLE", "TMPDIR"] {
        assert!(found.contains(known), "the search does not find {known}: {found:?}");
    }
    let ours = Invocation::new("--help").run().exits(0).stdout;
    let bench = fairlane::cli::bench::help(&project().join("benches"));
    let missing: Vec<_> = found
        .iter()
        .filter(|name| !INTERNAL.contains(&name.as_str()))
        .filter(|name| !format!("{ours}{bench}").contains(&format!("  {name} ")))
        .collect();
    assert!(missing.is_empty(), "no `--help` says what {missing:?} are");
    for name in [
        "FAIRLANE_DATABASE_URL",
        "FAIRLANE_LANE",
        "FAIRLANE_LANES",
        "FAIRLANE_SLOW_SERVER",
        "TMPDIR",
        "NO_COLOR",
    ] {
        assert!(ours.contains(name) && bench.contains(name), "{name}");
    }
}

#[test]
fn a_new_variable_is_found() {
    let source =
        "const A: &str = \"FAIRLANE_NEW\"; env::var_os(\"OTHER_2\"); env::var(\"THIRD\"); env!(\"NOT_READ\")";
    assert_eq!(named(source).into_iter().collect::<Vec<_>>(), ["FAIRLANE_NEW", "OTHER_2", "THIRD"]);
}
