//! One test for each reader.
//!
//! `FAIRLANE_FUZZ_SECONDS=60 cargo test --lib fuzz -- --nocapture --test-threads 1` takes a minute for each; another `FAIRLANE_FUZZ_SEED`
//! gives other inputs.

use std::path::Path;

use super::engine::{Target, Tried, run};
use super::{compared, criterion, lesson, protocol, record, seeds, session, settings};

/// Runs a reader over so many inputs, made from those.
fn fuzz(name: &'static str, seeds: Vec<Vec<u8>>, inputs: u64, read: fn(&Path) -> Tried) {
    within(Target { name, seeds, inputs, most: u64::MAX }, read);
}

fn within(target: Target, read: fn(&Path) -> Tried) {
    let (name, seeds) = (target.name, target.seeds.len());
    let took = run(target, read);
    eprintln!("{name}: {seeds} seeds, {took:?}");
    assert!(took.accepted > seeds as u64, "{name}: nothing spoiled is accepted: {took:?}");
}

#[test]
fn the_record_of_a_run() {
    fuzz("record", seeds::encoded(seeds::records()), 200, record::read);
}

#[test]
fn a_page_with_a_record() {
    fuzz("page", seeds::pages(), 100, record::read);
}

#[test]
fn the_record_of_a_comparison() {
    fuzz("comparison", seeds::encoded(seeds::comparisons()), 600, compared::read);
}

#[test]
fn a_saved_session_of_lessons() {
    fuzz("session", seeds::encoded(seeds::sessions()), 250, session::read);
}

#[test]
fn a_suite_file() {
    fuzz("suite", seeds::encoded(seeds::suites()), 500, settings::suite);
}

#[test]
fn the_cells_of_a_gate() {
    fuzz("gate", seeds::encoded(seeds::gates()), 1_000, settings::gate);
}

/// The names in it are kept for ever.
#[test]
fn a_lanes_file() {
    within(
        Target { name: "lanes", seeds: seeds::encoded(seeds::lanes()), inputs: 500, most: 50_000 },
        settings::lanes,
    );
}

#[test]
fn what_a_driver_reads_of_a_lane() {
    // What a lane claims to be is kept for ever.
    let target = Target { name: "replies", seeds: seeds::replies(), inputs: 3_000, most: 500_000 };
    within(target, protocol::replies);
}

#[test]
fn what_a_lane_reads_of_its_driver() {
    fuzz("requests", seeds::requests(), 2_500, protocol::requests);
}

#[test]
fn criterions_files() {
    let seeds = [criterion::samples(), criterion::benchmark()].map(String::into_bytes).to_vec();
    fuzz("criterion", seeds, 60, criterion::read);
}

#[test]
fn the_plan_of_a_lesson() {
    fuzz("plan", seeds::plans(), 200, lesson::plan);
}

#[test]
fn the_texts_of_a_lesson() {
    fuzz("text", seeds::texts(), 200, lesson::text);
}
