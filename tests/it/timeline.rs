//! The timelines in the record: when each job of the probed batch ran.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fairlane::record::timeline::{MOST_KEPT, Ran};
use fairlane::record::{CellResult, Run, Status, Timeline};

use crate::cli::{Invocation, cell};

pub(crate) const JOBS: usize = 8;
const EXECUTORS: usize = 10;
const WORKLOADS: [&str; 5] = ["timer", "tcp", "crawl", "primes", "file"];

/// Every executor over work that waits, computes and does both: one run for all tests.
pub(crate) fn run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let words = format!("run -w {} -j {JOBS} -b 5", WORKLOADS.join(","));
        Invocation::new(&words).run().exits(0).record()
    })
}

fn timeline(cell: &CellResult) -> &Timeline {
    cell.timeline.as_ref().unwrap_or_else(|| panic!("{} has no timeline", cell.id))
}

fn workers(timeline: &Timeline) -> BTreeSet<usize> {
    timeline.jobs.iter().map(|ran| ran.worker).collect()
}

/// The part of the body in which it waited.
fn waited(ran: &Ran) -> f64 {
    let waits: u64 = ran.waits_ns.iter().map(|[from, to]| to - from).sum();
    waits as f64 / (ran.end_ns - ran.start_ns) as f64
}

/// The median over the jobs: one of them may be kept from its core at a bad moment.
fn waited_in_the_middle(timeline: &Timeline) -> f64 {
    let mut parts: Vec<f64> = timeline.jobs.iter().map(waited).collect();
    parts.sort_by(f64::total_cmp);
    parts[parts.len() / 2]
}

#[test]
fn every_cell_has_a_timeline_of_all_its_jobs() {
    assert_eq!(run().cells.len(), EXECUTORS * WORKLOADS.len());
    for cell in &run().cells {
        let jobs: Vec<_> = timeline(cell).jobs.iter().map(|ran| ran.job).collect();
        assert_eq!(jobs, (0..JOBS).collect::<Vec<_>>(), "{}", cell.id);
    }
}

#[test]
fn jobs_are_handed_over_begin_wait_and_end_in_that_order() {
    for cell in &run().cells {
        let timeline = timeline(cell);
        for ran in &timeline.jobs {
            let waits = ran.waits_ns.iter().flatten().copied();
            let order: Vec<u64> = [ran.handed_ns, ran.start_ns]
                .into_iter()
                .chain(waits)
                .chain([ran.end_ns, timeline.wall_ns])
                .collect();
            assert!(order.is_sorted(), "{}: {ran:?}", cell.id);
            assert!(ran.core.is_some(), "{}: the core is missing", cell.id);
        }
    }
}

#[test]
fn the_bodies_add_up_to_the_overlap() {
    for cell in &run().cells {
        let timeline = timeline(cell);
        let bodies: u64 = timeline.jobs.iter().map(|ran| ran.end_ns - ran.start_ns).sum();
        let ratio = bodies as f64 / timeline.wall_ns as f64 / cell.overlap_factor.unwrap();
        assert!((0.98..1.02).contains(&ratio), "{}: {ratio}", cell.id);
    }
}

#[test]
fn workers_are_what_the_model_says() {
    let cores = std::thread::available_parallelism().unwrap().get();
    for workload in WORKLOADS {
        let of = |executor: &str| workers(timeline(cell(run(), &format!("{workload}/{executor}/{JOBS}"))));
        assert_eq!(of("sequential").len(), 1, "{workload}");
        assert_eq!(of("tasks").len(), 1, "{workload}");
        assert_eq!(of("threads"), (0..JOBS).collect(), "{workload}: a thread for every job");
        assert_eq!(of("processes"), (0..JOBS).collect(), "{workload}: a process for every job");
        assert!(of("process-pool").len() > 1 || cores == 1, "{workload}");
        for executor in ["thread-pool", "rayon", "tasks-mt"] {
            let workers = of(executor);
            assert_eq!(workers, (0..workers.len()).collect(), "{workload}/{executor}: numbered without gaps");
        }
    }
}

#[test]
fn a_job_waits_where_it_waits_and_computes_where_it_computes() {
    for cell in &run().cells {
        let (timeline, id) = (timeline(cell), &cell.id);
        match cell.workload.as_str() {
            "timer" => assert!(waited_in_the_middle(timeline) > 0.9, "{id}: {timeline:?}"),
            "primes" => {
                assert!(timeline.jobs.iter().all(|ran| ran.waits_ns.is_empty()), "{id}: {timeline:?}");
            }
            // Under async executors `file` waits on tokio's pool: what is noted there came back.
            _ => assert!(timeline.jobs.iter().all(|ran| !ran.waits_ns.is_empty()), "{id}: {timeline:?}"),
        }
    }
}

#[test]
fn executors_that_make_a_unit_for_each_job_say_when() {
    for executor in ["threads", "processes", "tasks", "process-pool"] {
        let timeline = timeline(cell(run(), &format!("timer/{executor}/{JOBS}")));
        let handed: Vec<_> = timeline.jobs.iter().map(|ran| ran.handed_ns).collect();
        assert!(handed.is_sorted_by(|one, next| one < next), "{executor}: {handed:?}");
    }
    let pool = timeline(cell(run(), &format!("timer/thread-pool/{JOBS}")));
    assert!(pool.jobs.iter().all(|ran| ran.handed_ns == 0), "all at once");
}

#[test]
fn a_row_holds_jobs_that_do_not_overlap() {
    for cell in &run().cells {
        let timeline = timeline(cell);
        let rows = timeline.rows();
        assert_eq!(rows.iter().map(Vec::len).sum::<usize>(), JOBS, "{}", cell.id);
        assert!(
            rows.iter().all(|row| row.is_sorted_by(|one, next| one.end_ns <= next.start_ns)),
            "{}",
            cell.id
        );
    }
    let rows = |id: &str| timeline(cell(run(), &format!("{id}/{JOBS}"))).rows().len();
    assert_eq!((rows("timer/sequential"), rows("timer/tasks"), rows("primes/tasks")), (1, JOBS, 1));
}

#[test]
fn of_many_jobs_64_are_kept_the_first_and_the_last_among_them() {
    let run =
        Invocation::new("run -w timer-1ms -j 200 -e sequential,threads,process-pool-w8,tasks -b 2").run();
    for cell in &run.exits(0).record().cells {
        let jobs: Vec<_> = timeline(cell).jobs.iter().map(|ran| ran.job).collect();
        assert_eq!((jobs.len(), jobs[0], jobs[MOST_KEPT - 1]), (MOST_KEPT, 0, 199), "{}", cell.id);
        assert!(jobs.is_sorted_by(|one, next| one < next), "{}", cell.id);
    }
}

#[test]
fn controls_primitives_and_cells_without_numbers_have_none() {
    let words = "run -w timer-1ms,hold,primitive-spawn -e sequential,hand-loop,threads -j 4 -b 2";
    let run = Invocation::new(words).run().exits(0).record();
    assert_eq!(cell(&run, "timer-1ms/hand-loop/4").status, Status::Measured);
    assert_eq!(cell(&run, "primitive-spawn/threads/4").status, Status::Measured);
    assert_eq!(cell(&run, "hold/sequential/4").status, Status::NotApplicable);
    let with: Vec<_> = run.cells.iter().filter(|cell| cell.timeline.is_some()).collect();
    let with: Vec<_> = with.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(with, ["timer-1ms/sequential/4", "timer-1ms/threads/4", "hold/threads/4"]);
}
