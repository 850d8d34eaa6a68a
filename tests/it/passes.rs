//! Passes over all groups: they add up to one table each, and an interrupt keeps what whole passes found.

use fairlane::record::Status;
use nix::sys::signal::Signal;

use crate::alone::alone;
use crate::cli::{Invocation, suite, wait_for};

fn run(budget: &str) -> Invocation {
    let suite = suite(2, "sequential,tasks", &[("timer-1ms", 2), ("noop", 9)]);
    Invocation::new(&format!("run --suite suite.toml -b {budget}")).file("suite.toml", &suite)
}

#[test]
fn passes_add_up_to_one_table_for_each_group() {
    let _alone = alone();
    let ended = run("6").run().exits(0);
    let run = ended.record();
    let cells = &run.cells;
    let ids: Vec<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(ids, ["timer-1ms/sequential/2", "timer-1ms/tasks/2", "noop/sequential/9", "noop/tasks/9"]);
    for cell in cells {
        let group = &run.groups[cell.group];
        let quiet =
            group.passes.iter().filter(|pass| pass.others.is_none_or(|others| others <= 0.05)).count();
        // Another program may disturb every pass: then the suite gives up at six.
        let enough = quiet == 2 || (quiet < 2 && group.passes.len() == 6);
        assert!(enough, "as many as the suite asks for: {group:#?}");
        assert_eq!(cell.lanes.len(), group.passes.len(), "a lane in each pass: {cell:#?}");
        assert!(cell.lanes.iter().all(|lane| !lane.samples_ns.is_empty()), "{cell:#?}");
        assert!(cell.costs.is_some(), "{cell:#?}");
    }
    let passes = run.groups.iter().map(|group| group.passes.len()).max().unwrap();
    assert_eq!(ended.stderr.matches("\npass ").count(), passes, "{}", ended.stderr);
    assert!(ended.stderr.contains("no ranking: that takes 8 lanes"), "{}", ended.stderr);
    for group in ["timer-1ms/2", "noop/9"] {
        assert_eq!(ended.stderr.matches(&format!("\n{group}\n")).count(), 1, "{}", ended.stderr);
    }
}

#[test]
fn an_interrupt_in_a_later_pass_keeps_what_the_earlier_ones_found() {
    let running = run("60").start();
    wait_for("the second pass", || running.stderr().contains("\npass 2 of ").then_some(()));
    running.signal(Signal::SIGINT);
    let ended = running.end().exits(130);
    let run = ended.record();
    assert!(run.interrupted);
    assert_eq!(
        run.cells.iter().filter(|cell| cell.status == Status::Measured).count(),
        4,
        "{}",
        ended.stderr
    );
}
