//! Timelines for trace viewers: [Perfetto](https://ui.perfetto.dev), `chrome://tracing`, Speedscope.
//!
//! The format is Chrome's [trace event format], as a JSON object. A lane is a process there, and each row of its timeline
//! a thread; a last thread bears the batch itself. Must not know how jobs are put into rows.
//!
//! [trace event format]: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

use serde::Serialize;
use serde_json::{Value, json};

use crate::record::timeline::Ran;
use crate::record::{Cell, Run, Timeline};

/// All timelines of these runs. Every lane begins at 0: they did not run at the same time, but are to be compared.
///
/// Gives `{"traceEvents": [...], "displayTimeUnit": "ms"}`. First come the names (`M`), then complete events (`X`) in the
/// order of `ts`, those that enclose others first. `ts` and `dur` are microseconds with fractions. A job is an event
/// `job 7` of category `job` that encloses its `waiting` and `computing`; before it comes `on its way`, from its hand-over
/// on or as far as the row is free.
pub fn trace(runs: &[Run]) -> Value {
    let (mut lanes, mut process) = (Vec::new(), 1);
    for run in runs {
        // Lanes of different runs would bear the same names.
        let of = (runs.len() > 1).then_some(run.started.as_str());
        for cell in &run.cells {
            let Some(timeline) = &cell.timeline else { continue };
            let rows = timeline.rows();
            // Processes and threads share their numbers: to some viewers they are the system's.
            let next = process + rows.len() + 2;
            lanes.push(Lane { process, cell, timeline, rows, of });
            process = next;
        }
    }
    let names = lanes.iter().flat_map(Lane::names);
    let mut events: Vec<Event> = lanes.iter().flat_map(Lane::events).collect();
    events.sort_by_key(|event| event.at); // stable: what encloses others stays ahead of them
    let events = events.iter().map(|event| json!(event.written()));
    json!({ "traceEvents": names.chain(events).collect::<Vec<_>>(), "displayTimeUnit": "ms" })
}

struct Lane<'a> {
    process: usize,
    cell: &'a Cell,
    timeline: &'a Timeline,
    rows: Vec<Vec<&'a Ran>>,
    /// The run, if there is more than one.
    of: Option<&'a str>,
}

impl Lane<'_> {
    fn names(&self) -> Vec<Value> {
        let process = self.process;
        let name = |thread: usize, what: &str, args: Value| json!({ "ph": "M", "name": what, "pid": process, "tid": thread, "args": args });
        let mut names = vec![
            name(process, "process_name", json!({ "name": self.cell.id })),
            name(process, "process_sort_index", json!({ "sort_index": process })),
        ];
        let (kept, jobs) = (self.timeline.jobs.len(), self.cell.jobs);
        let some = (kept < jobs).then(|| format!("{kept} of {jobs} jobs"));
        let labels: Vec<String> = self.of.map(str::to_owned).into_iter().chain(some).collect();
        if !labels.is_empty() {
            names.push(name(process, "process_labels", json!({ "labels": labels.join(", ") })));
        }
        let workers =
            self.rows.iter().filter_map(|row| row.first()).map(|ran| format!("worker {}", ran.worker));
        for (at, thread) in workers.chain(["batch".to_owned()]).enumerate() {
            let number = process + 1 + at;
            names.push(name(number, "thread_name", json!({ "name": thread })));
            names.push(name(number, "thread_sort_index", json!({ "sort_index": at })));
        }
        names
    }

    fn events(&self) -> Vec<Event> {
        let (process, rows) = (self.process, &self.rows);
        let mut events = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let before = [None].into_iter().chain(row.iter().copied().map(Some));
            for (before, ran) in before.zip(row) {
                job(ran, before, process, process + 1 + at, &mut events);
            }
        }
        let batch = Event { category: "batch", ..Event::of("batch".into(), [0, self.timeline.wall_ns]) };
        events.push(Event { process, thread: process + 1 + rows.len(), ..batch });
        events
    }
}

fn job(ran: &Ran, before: Option<&Ran>, process: usize, thread: usize, events: &mut Vec<Event>) {
    let args = Some(Args { job: ran.job, core: ran.core });
    let name = format!("job {}", ran.job);
    let mut add = |name: String, category, span| {
        events.push(Event { category, process, thread, args, ..Event::of(name, span) });
    };
    if let Some(span) = ran.on_its_way_ns(before) {
        add("on its way".into(), "on its way", span);
    }
    add(name, "job", [ran.start_ns, ran.end_ns]);
    let phases = |category, spans: Vec<[u64; 2]>| spans.into_iter().map(move |span| (category, span));
    let mut phases: Vec<_> =
        phases("waiting", ran.waits_ns.clone()).chain(phases("computing", ran.computes_ns())).collect();
    phases.sort_by_key(|(_, span)| *span);
    for (category, span) in phases {
        add(category.into(), category, span);
    }
}

/// A complete event; times are nanoseconds.
struct Event {
    name: String,
    category: &'static str,
    process: usize,
    thread: usize,
    at: u64,
    took: u64,
    args: Option<Args>,
}

#[derive(Clone, Copy, Serialize)]
struct Args {
    job: usize,
    core: Option<usize>,
}

/// The same as it is written.
#[derive(Serialize)]
struct Written<'a> {
    ph: &'static str,
    name: &'a str,
    cat: &'static str,
    pid: usize,
    tid: usize,
    ts: f64,
    dur: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Args>,
}

impl Event {
    fn of(name: String, [from, to]: [u64; 2]) -> Self {
        let took = to.saturating_sub(from);
        Self { name, category: "", process: 0, thread: 0, at: from, took, args: None }
    }

    fn written(&self) -> Written<'_> {
        Written {
            ph: "X",
            name: &self.name,
            cat: self.category,
            pid: self.process,
            tid: self.thread,
            ts: micros(self.at),
            dur: micros(self.took),
            args: self.args,
        }
    }
}

/// Perfetto multiplies by 1,000 and cuts off, and of events that then overlap by a nanosecond it drops one. So this is the
/// smallest number that comes back whole.
fn micros(nanos: u64) -> f64 {
    let micros = nanos as f64 / 1_000.0;
    if micros * 1_000.0 < nanos as f64 { micros.next_up() } else { micros }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::timeline::{Ran, Timeline};
    use crate::record::{Cell, fixture};

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
        let cell = |executor: &str, jobs: usize, timeline: Option<Timeline>| Cell {
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
}
