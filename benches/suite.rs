//! The suite: lanes measure the matrix of `suite.toml`, and criterion keeps the times.
//!
//! ```text
//! cargo bench                    # everything, within five minutes
//! cargo bench -- http --quick    # criterion's flags and filters
//! cargo bench -- control         # another matrix: benches/control.toml
//! ```
//!
//! Measured once: the selected cells are measured pass by pass, as `fairlane run` does it, then criterion is handed each
//! lane's time as a sample. `--test`, `--load-baseline` and `--profile-time` run through criterion alone, on lanes that live
//! meanwhile.

// Files of `benches/` itself would be benches of their own.
#[path = "suite/keeper.rs"]
mod keeper;
#[path = "suite/live.rs"]
mod live;
#[path = "suite/quiet.rs"]
mod quiet;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fairlane::cli::bench::{Bench, Task};
use fairlane::cli::measured::{self, Asked};
use fairlane::cli::{Stop, command, end, listen, output, read_environment};
use fairlane::measure::passes::server::Listen;
use fairlane::measure::passes::session::{self, Session};
use fairlane::measure::passes::suite::{Group, Suite};
use keeper::Keeper;

fn main() -> ExitCode {
    fairlane::intercept();
    end(run())
}

fn run() -> Result<(), Stop> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = project.join("benches");
    let bench =
        Bench::read(env::args_os().skip(1), &folder, env::var_os("FAIRLANE_SUITE")).map_err(Stop::Misuse)?;
    if let Some(text) = &bench.told {
        return output::print(text);
    }
    read_environment().map_err(Stop::Misuse)?;
    let keeper = Keeper::new().map_err(Stop::Misuse)?;
    output::configure(bench.quiet, bench.color);
    let suite = Suite::read(&bench.suite).map_err(Stop::Misuse)?;
    let groups = bench.groups(&suite);
    if groups.is_empty() {
        return none(&bench, &suite);
    }
    listen()?;
    let mut session = Session::new(session::TIMEOUT, None)?;
    match bench.task {
        Task::List => list(&groups, session.cores(), bench.terse),
        Task::Test | Task::Profile => live::run(&bench, &groups, &keeper, &mut session),
        Task::Load => {
            keeper.require(&bench, &groups, session.cores()).map_err(Stop::Misuse)?;
            live::run(&bench, &groups, &keeper, &mut session)
        }
        Task::Measure => {
            keeper.require(&bench, &groups, session.cores()).map_err(Stop::Misuse)?;
            drop(session);
            record(&bench, &suite, &groups, &keeper)
        }
    }
}

/// No cell is selected.
fn none(bench: &Bench, suite: &Suite) -> Result<(), Stop> {
    match (bench.may_select_none, bench.task) {
        (false, _) => return Err(Stop::Misuse(bench.selects_none(suite))),
        (true, Task::List | Task::Test) => {} // a test runner asks
        (true, _) => output::say("nothing runs: `--ignored` selects the cells that are ignored, and none is"),
    }
    Ok(())
}

/// As criterion has it, and test runners read it.
fn list(groups: &[Group], cores: usize, terse: bool) -> Result<(), Stop> {
    for group in groups {
        let cells = group.cells.iter().filter(|cell| cell.not_applicable(cores).is_none());
        let lines: String = cells.map(|cell| format!("{cell}: benchmark\n")).collect();
        output::print(&lines)?;
        if !terse {
            output::print("\n")?;
        }
    }
    Ok(())
}

/// Measures what is selected, shows and records it, and hands it to criterion.
fn record(bench: &Bench, suite: &Suite, groups: &[Group], keeper: &Keeper) -> Result<(), Stop> {
    let results = env::var_os("FAIRLANE_RESULTS").filter(|folder| !folder.is_empty());
    let results =
        results.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("results"), PathBuf::from);
    if bench.keeps {
        keeper.prepare()?;
    }
    let count = |groups: &[Group]| groups.iter().map(|group| group.cells.len()).sum::<usize>();
    let is_part = count(groups) < count(&suite.groups);
    let asked = Asked {
        groups,
        plan: bench.plan(suite, groups),
        timeout: session::TIMEOUT,
        server: None,
        elsewhere: None,
        listen: Listen::default(),
        results: Some(&results),
        seed: None,
        columns: &[],
        partition: None,
        selection: if is_part { bench.arguments.clone() } else { Vec::new() },
        command: command::of_bench(&bench.arguments),
    };
    let recorded = measured::run(&asked, |run| keeper.feed(groups, run, bench))?;
    measured::ended(&recorded)
}
