//! What trace viewers get of records made by hand.

use super::*;
use crate::record::timeline::{Ran, Timeline};
use crate::record::{CellResult, fixture};

/// One run of two cells with timelines, and one without.
fn run(started: &str) -> Run {
    let ran = |job, worker, handed_ns, start_ns, end_ns, waits: &[[u64; 2]]| Ran {
        job,
        worker,
        core: Some(1),
        handed_ns,
        start_ns,
        end_ns,
        waits_ns: waits.to_vec(),
    };
    let cell = |executor: &str, jobs: usize, timeline: Option<Timeline>| CellResult {
        timeline,
        ..fixture::cell("timer", executor, jobs, 1e6)
    };
    let threads = vec![ran(0, 0, 100, 400, 4_350, &[[500, 4_300]]), ran(1, 1, 450, 700, 5_000, &[])];
    // The first two are in flight at once, the third follows in the row of the first.
    let tasks = vec![
        ran(0, 0, 10, 300, 2_001, &[[300, 1_000], [1_100, 2_001]]),
        ran(1, 0, 20, 310, 3_000, &[[400, 2_900]]),
        ran(99, 0, 30, 2_100, 3_500, &[]),
    ];
    let cells = vec![
        cell("threads", 2, Some(Timeline { wall_ns: 5_100, jobs: threads })),
        cell("sequential", 2, None),
        cell("tasks", 100, Some(Timeline { wall_ns: 3_600, jobs: tasks })),
    ];
    Run { started: started.into(), ..fixture::run(cells) }
}

fn events(trace: &Value) -> &[Value] {
    trace["traceEvents"].as_array().expect("a list")
}

/// The events of a thread as `name from to`, in nanoseconds.
fn on(trace: &Value, thread: usize) -> Vec<String> {
    let nanos = |micros: &Value| (micros.as_f64().expect("a number") * 1_000.0) as u64; // cuts off, as Perfetto does
    let of_thread = |event: &&Value| event["ph"] == "X" && event["tid"] == thread;
    let written = |event: &Value| {
        let (from, took) = (nanos(&event["ts"]), nanos(&event["dur"]));
        format!("{} {from} {}", event["name"].as_str().expect("a name"), from + took)
    };
    events(trace).iter().filter(of_thread).map(written).collect()
}

fn name<'a>(trace: &'a Value, what: &str, thread: usize) -> Option<&'a str> {
    let named = |event: &&Value| event["name"] == what && event["tid"] == thread;
    events(trace).iter().find(named)?["args"].as_object()?.values().next()?.as_str()
}

#[test]
fn a_lane_is_a_process_and_a_row_a_thread() {
    let trace = trace(&[run("now")]);
    assert_eq!(trace["displayTimeUnit"], "ms");
    assert_eq!(name(&trace, "process_name", 1), Some("timer/threads/2"));
    assert_eq!(
        [2, 3, 4].map(|thread| name(&trace, "thread_name", thread)),
        ["worker 0", "worker 1", "batch"].map(Some)
    );
    assert_eq!(name(&trace, "process_labels", 1), None);
    assert_eq!(
        on(&trace, 2),
        [
            "on its way 100 400",
            "job 0 400 4350",
            "computing 400 500",
            "waiting 500 4300",
            "computing 4300 4350"
        ]
    );
    assert_eq!(on(&trace, 3), ["on its way 450 700", "job 1 700 5000", "computing 700 5000"]);
    assert_eq!(on(&trace, 4), ["batch 0 5100"]);
    assert_eq!(name(&trace, "process_name", 5), Some("timer/tasks/100"));
    assert_eq!(name(&trace, "process_labels", 5), Some("3 of 100 jobs"));
}

#[test]
fn jobs_that_overlap_on_a_worker_are_on_threads_of_their_own() {
    let trace = trace(&[run("now")]);
    assert_eq!(
        [6, 7, 8].map(|thread| name(&trace, "thread_name", thread)),
        ["worker 0", "worker 0", "batch"].map(Some)
    );
    let first = [
        "on its way 10 300",
        "job 0 300 2001",
        "waiting 300 1000",
        "computing 1000 1100",
        "waiting 1100 2001",
    ];
    assert_eq!(on(&trace, 6)[..5], first);
    assert_eq!(on(&trace, 6)[5..], ["on its way 2001 2100", "job 99 2100 3500", "computing 2100 3500"]);
    assert_eq!(on(&trace, 7).len(), 5);
}

#[test]
fn every_event_has_what_the_format_asks_for_and_they_come_in_order() {
    let trace = trace(&[run("one day"), run("another")]);
    let (names, complete): (Vec<_>, Vec<_>) = events(&trace).iter().partition(|event| event["ph"] == "M");
    for event in &names {
        assert!(event["pid"].is_u64() && event["tid"].is_u64() && event["args"].is_object(), "{event}");
    }
    for event in &complete {
        assert_eq!(event["ph"], "X");
        assert!(event["name"].is_string() && event["cat"].is_string(), "{event}");
        assert!(event["ts"].as_f64() >= Some(0.0) && event["dur"].as_f64() >= Some(0.0), "{event}");
    }
    assert!(complete.is_sorted_by_key(|event| event["ts"].as_f64()));
    assert_eq!(name(&trace, "process_labels", 1), Some("one day"));
    let processes: Vec<_> =
        names.iter().filter(|event| event["name"] == "process_name").map(|event| &event["pid"]).collect();
    assert_eq!(processes, [1, 5, 9, 13], "no two lanes share one");
}

#[test]
fn nanoseconds_survive_a_reader_that_cuts_off() {
    for nanos in (0..100_000).chain([1_234_567_891, 86_400_000_000_001]) {
        assert_eq!((micros(nanos) * 1_000.0) as u64, nanos);
    }
}
