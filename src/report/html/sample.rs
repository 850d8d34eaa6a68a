//! Pages of records made by hand, with all that a page can have, for tests.

use crate::record::fixture::{cell, judged, run, whole, without};
use crate::record::timeline::Ran;
use crate::record::{CellResult, PerUnit, Published, Run, Slope, Status, Timeline};
use crate::report::view::Page;

/// A name that is markup.
pub(super) const SCRIPT: &str = "<script>alert(1)</script>";
/// A name that is read from the right.
pub(super) const RIGHT_TO_LEFT: &str = "\u{5d7}\u{5d5}\u{5d8}\u{5d9}\u{5dd}-2";

const EXECUTORS: [(&str, f64); 10] = [
    ("tasks-rayon", 12.7),
    ("thread-pool", 12.7),
    ("tasks", 12.7),
    ("tasks-mt", 12.8),
    ("gil-threads", 12.9),
    ("process-pool", 13.1),
    ("threads", 13.7),
    ("processes", 53.2),
    ("rayon", 181.0),
    ("sequential", 356.0),
];

/// 200 characters.
pub(super) fn long() -> String {
    "a-very-long-name-".repeat(12)[..200].into()
}

/// Everything once.
pub(super) fn page() -> Page {
    Page::of(&all())
}

/// As much as a page of a whole run can hold: 12 groups of 10 lanes with 64 rows each, and curves.
pub(super) fn full() -> Page {
    let groups = (10..22).flat_map(|delay| waiting(&format!("http-{delay}ms"), 64));
    Page::of(&run(groups.chain(scaling()).collect()))
}

fn all() -> Run {
    let Run { cells, warnings, .. } = whole();
    let cells = [cells, waiting("tcp", 32), strange(), scaling(), switches()].concat();
    Run { interrupted: true, warnings, slopes: vec![slope()], ..run(cells) }
}

/// A group whose jobs all wait at once, with the picture of when.
fn waiting(workload: &str, jobs: usize) -> Vec<CellResult> {
    let mut cells: Vec<CellResult> = EXECUTORS.map(|(name, ms)| cell(workload, name, jobs, ms * 1e6)).into();
    for cell in &mut cells {
        let wall_ns = cell.median_ns.unwrap_or_default() as u64;
        let shared = cell.model.starts_with("async");
        let ran = |job| {
            let handed_ns = 1_000 * job as u64;
            let (start_ns, end_ns) = (handed_ns + 90_000, wall_ns - 10_000);
            let waits_ns = vec![[start_ns + 20_000, end_ns - 30_000]];
            Ran {
                job,
                worker: if shared { 0 } else { job },
                core: Some(job % 2),
                handed_ns,
                start_ns,
                end_ns,
                waits_ns,
            }
        };
        cell.timeline = Some(Timeline { wall_ns, jobs: (0..jobs).map(ran).collect() });
    }
    judged(cells, 5)
}

/// Names and models that no program of ours has, and every way to have no place.
fn strange() -> Vec<CellResult> {
    let named = |name: &str, model: &str, ms| CellResult {
        model: model.into(),
        ..cell("strange", name, 8, ms * 1e6)
    };
    let mut cells = judged(
        vec![
            named("hand-rolled", "fibre", 9.2),
            named(SCRIPT, "green thread", 9.9),
            named(RIGHT_TO_LEFT, "OS thread", 10.4),
            named(&long(), "process", 11.0),
            named("tasks", "async task", 12.0),
        ],
        1,
    );
    cells[3].limited_by = Some("server".into());
    cells[4].ties_with_fastest = None;
    cells.push(without(cell("strange", "processes", 8, 1.0), Status::Failed, "see `fairlane verify` <b>"));
    cells.push(without(cell("strange", "rayon", 8, 1.0), Status::NotApplicable, "it cannot hold 32 at once"));
    cells
}

/// Times over jobs, one line of which ends, and over workers.
fn scaling() -> Vec<CellResult> {
    let sizes = [1, 10, 100, 1_000];
    let line = |name: &'static str, slower: f64| {
        sizes.map(|jobs| cell("timer", name, jobs, 10e6 * (1.0 + slower * jobs as f64))).to_vec()
    };
    let mut cells = [line("tasks", 0.001), line("tasks-mt", 0.0012), line("thread-pool", 0.01)].concat();
    let mut processes = line("processes", 0.2);
    processes[3] = without(processes[3].clone(), Status::Failed, "cannot start process 917");
    cells.extend(processes);
    cells.sort_by_key(|cell| cell.jobs);
    let workers = [1, 2, 4, 8].map(|workers: usize| {
        cell("primes", &format!("thread-pool-w{workers}"), 64, 150e6 / workers.min(2) as f64)
    });
    [cells, workers.to_vec()].concat()
}

fn published(what: &str, value: f64, ours: f64) -> Vec<Published> {
    vec![Published { what: what.into(), value, ours, source: "somebody".into() }]
}

fn switches() -> Vec<CellResult> {
    let mut cells = judged(
        vec![
            cell("primitive-switch", "tasks", 2_000, 250e3),
            cell("primitive-switch", "threads", 2_000, 8e6),
        ],
        1,
    );
    cells[0].published = published("a switch between tasks", 200.0, 62.5);
    cells
}

fn slope() -> Slope {
    Slope {
        workload: "primitive-wait".into(),
        executor: "tasks".into(),
        model: "async task".into(),
        status: Status::Measured,
        reason: None,
        help: None,
        memory: Some(PerUnit { bytes: 464.0, interval99: Some([463.0, 465.0]) }),
        page_tables: None,
        kernel_stacks: None,
        published: published("a task", 410.0, 464.0),
        points: Vec::new(),
        part: None,
    }
}
