//! The environment variables that a user may set, as data: `--help` shows them.

/// A name, and what it says.
type Variable = (&'static str, &'static str);

/// Those that every command reads.
const COMMON: [Variable; 6] = [
    (
        "FAIRLANE_DATABASE_URL",
        "the PostgreSQL server of `db-postgres`: postgres://user:password@host:port/database",
    ),
    ("FAIRLANE_LANE", "a program that is started as every lane, in place of Fairlane itself"),
    ("FAIRLANE_LANES", "a file of lanes in other languages, in addition to lanes/lanes.toml"),
    (
        "FAIRLANE_SLOW_SERVER",
        "makes the mock servers slow on purpose, for tests of what limits a cell: busy=2ms",
    ),
    ("TMPDIR", "the folder for the files of `file` and `db`, and for all temporary files [default: /tmp]"),
    ("NO_COLOR", "if it is set, no colours"),
];

/// Those that `cargo bench` reads besides: its arguments are criterion's.
const BENCH: [Variable; 4] = [
    ("FAIRLANE_SUITE", "a suite file of your own, in place of those in benches/"),
    ("FAIRLANE_RESULTS", "the folder that gets a new folder with the record [default: results]"),
    (
        "CRITERION_HOME",
        "where criterion keeps its numbers and baselines [default: criterion in the target folder]",
    ),
    ("CARGO_TARGET_DIR", "the target folder, where `cargo bench` did not start the program"),
];

fn section(variables: impl IntoIterator<Item = Variable>) -> String {
    let line = |(name, about)| format!("  {name:<23}{about}\n");
    format!("Environment:\n{}", variables.into_iter().map(line).collect::<String>())
}

/// The section of `fairlane --help`.
pub(super) fn of_fairlane() -> String {
    section(COMMON)
}

/// The section of `cargo bench -- --help`.
pub(super) fn of_bench() -> String {
    section(BENCH.into_iter().chain(COMMON))
}
