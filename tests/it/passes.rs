//! Rounds in several passes over all groups: they add up to one table, and an interrupt keeps what was found before it.

use fairlane::record::Status;
use nix::sys::signal::Signal;

use crate::cli::{Invocation, wait_for};

fn run(budget: &str) -> Invocation {
    let suite = "rounds_seconds = 1\nquick_rounds_seconds = 1\npasses = 3\nexecutors = [\"sequential\", \"tasks\"]\n\
                 [[group]]\nworkload = \"timer-1ms\"\njobs = [2]\n[[group]]\nworkload = \"noop\"\njobs = [9]\n";
    Invocation::new(&format!("run --suite suite.toml -b {budget}")).file("suite.toml", suite)
}

#[test]
fn passes_add_up_to_one_table_for_each_group() {
    let ended = run("6").run().exits(0);
    let cells = ended.record().cells;
    let ids: Vec<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(ids, ["timer-1ms/sequential/2", "timer-1ms/tasks/2", "noop/sequential/9", "noop/tasks/9"]);
    for cell in &cells {
        assert!(cell.samples_ns.len() >= 3, "a round in each pass at least: {cell:#?}");
        assert!(cell.resources.is_some(), "the last pass was probed");
    }
    for group in ["timer-1ms/2", "noop/9"] {
        assert_eq!(ended.stderr.matches(&format!("{group} (pass ")).count(), 3, "{}", ended.stderr);
        assert_eq!(ended.stderr.matches(&format!("\n{group}\n")).count(), 1, "{}", ended.stderr);
    }
}

#[test]
fn an_interrupt_in_a_later_pass_keeps_what_the_earlier_ones_found() {
    let running = run("60").start();
    wait_for("the second pass", || running.stderr().contains("pass 2 of 3").then_some(()));
    running.signal(Signal::SIGINT);
    let ended = running.end().exits(130);
    ended.family.assert_gone();
    let run = ended.record();
    assert!(run.interrupted);
    assert_eq!(
        run.cells.iter().filter(|cell| cell.status == Status::Measured).count(),
        4,
        "{}",
        ended.stderr
    );
}
