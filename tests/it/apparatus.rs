//! A mock server that is slow on purpose: the cells that it limits are marked and not ranked, the others are not marked.

use fairlane::record::Run;

use crate::alone::alone;
use crate::cli::{Invocation, cell};

fn run(slow: &str, words: &str) -> Run {
    Invocation::new(&format!("run {words} -b 2")).env("FAIRLANE_SLOW_SERVER", slow).run().exits(0).record()
}

fn limited_by(run: &Run, id: &str) -> String {
    cell(run, id).limited_by.clone().unwrap()
}

#[test]
fn a_server_that_computes_for_each_request_limits_all_but_the_sequential_cell() {
    // Of 37 ms for 32 requests at once it computes 32, of 6 ms for one it computes 1.
    let run = run("busy=1ms", "-w tcp-5ms -j 32 -e sequential,thread-pool,tasks");
    for executor in ["thread-pool", "tasks"] {
        let id = format!("tcp-5ms/{executor}/32");
        assert_eq!(limited_by(&run, &id), "server", "{id}");
        assert!(!cell(&run, &id).ties_with_fastest.unwrap_or(false), "{id} is not ranked");
    }
    assert_eq!(limited_by(&run, "tcp-5ms/sequential/32"), "none");
    assert!(run.warnings.iter().any(|warning| warning.id == "slow-server"), "{:?}", run.warnings);
}

#[test]
fn a_server_that_answers_one_request_at_a_time_limits_all_but_the_sequential_cell() {
    let run = run("serial", "-w tcp,tcp-hyper -j 16 -e sequential,thread-pool,process-pool,tasks-mt");
    for workload in ["tcp", "tcp-hyper"] {
        for executor in ["thread-pool", "process-pool", "tasks-mt"] {
            assert_eq!(
                limited_by(&run, &format!("{workload}/{executor}/16")),
                "server",
                "{workload}/{executor}"
            );
        }
        assert_eq!(limited_by(&run, &format!("{workload}/sequential/16")), "none");
    }
}

#[test]
fn a_short_backlog_limits_cells_that_connect_while_they_are_timed() {
    let _alone = alone();
    let run = run("backlog=1,busy=5ms", "-w tcp-hyper -j 6 -e sequential,processes");
    assert_eq!(limited_by(&run, "tcp-hyper/processes/6"), "backlog");
    assert_eq!(limited_by(&run, "tcp-hyper/sequential/6"), "none");
}

/// It has to give 4 answers in 50 ms, for which it has time even on a busy machine.
#[test]
fn a_server_that_is_not_slow_limits_no_cell() {
    let _alone = alone();
    let run = run("", "-w tcp-50ms,http-50ms -j 4");
    assert_eq!(run.cells.len(), 20);
    let ceiling = run.apparatus.ceiling_rps.unwrap();
    assert!(ceiling > 1_000.0, "{ceiling} requests a second are all that it can answer");
    for cell in &run.cells {
        let limited_by = cell.limited_by.as_deref().unwrap();
        assert!(!["server", "backlog"].contains(&limited_by), "{} is limited by the {limited_by}", cell.id);
    }
}
