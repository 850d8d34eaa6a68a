//! Timelines for trace viewers: [Perfetto](https://ui.perfetto.dev), `chrome://tracing`, Speedscope.
//!
//! The format is Chrome's [trace event format], as a JSON object. A lane is a process there, and each row of its timeline
//! a thread; the last thread has the batch itself. Must not know how jobs get their rows.
//!
//! [trace event format]: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::record::timeline::Ran;
use crate::record::{CellResult, Run, Timeline};

/// All timelines of these runs. Every lane begins at 0 so that lanes can be compared, though they ran one after another.
///
/// Gives `{"traceEvents": [...], "displayTimeUnit": "ms"}`. First come the names (`M`), then complete events (`X`) in the
/// order of `ts`, those that enclose others first. `ts` and `dur` are microseconds with fractions. A job is an event
/// `job 7` of category `job` that encloses its `waiting` and `computing`; before it comes `on its way`, from its hand-over
/// on or as far as the row is free.
pub fn trace(runs: &[Run]) -> Value {
    let (mut lanes, mut process) = (Vec::new(), 1);
    for run in runs {
        // Lanes of different runs would have the same names.
        let of = (runs.len() > 1).then_some(run.started.as_str());
        for cell in &run.cells {
            let Some(timeline) = &cell.timeline else { continue };
            let rows = timeline.rows();
            // Processes and threads share one range of numbers, as on a system: some viewers rely on it.
            let next = process + rows.len() + 2;
            lanes.push(Lane { process, cell, timeline, rows, of });
            process = next;
        }
    }
    let names = lanes.iter().flat_map(Lane::names);
    let mut events: Vec<Event> = lanes.iter().flat_map(Lane::events).collect();
    events.sort_by_key(|event| event.at); // stable: what encloses others stays ahead of them
    let events = events.iter().map(|event| json!(event));
    json!({ "traceEvents": names.chain(events).collect::<Vec<_>>(), "displayTimeUnit": "ms" })
}

struct Lane<'a> {
    process: usize,
    cell: &'a CellResult,
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

/// A complete event. Its times are nanoseconds here, and microseconds in the format.
#[derive(Serialize)]
struct Event {
    ph: &'static str,
    name: String,
    #[serde(rename = "cat")]
    category: &'static str,
    #[serde(rename = "pid")]
    process: usize,
    #[serde(rename = "tid")]
    thread: usize,
    #[serde(rename = "ts", serialize_with = "in_micros")]
    at: u64,
    #[serde(rename = "dur", serialize_with = "in_micros")]
    took: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Args>,
}

#[derive(Clone, Copy, Serialize)]
struct Args {
    job: usize,
    core: Option<usize>,
}

impl Event {
    fn of(name: String, [from, to]: [u64; 2]) -> Self {
        let took = to.saturating_sub(from);
        Self { ph: "X", name, category: "", process: 0, thread: 0, at: from, took, args: None }
    }
}

fn in_micros<S: Serializer>(nanos: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(micros(*nanos))
}

/// Microseconds that give the same nanoseconds in Perfetto, which multiplies by 1,000 and cuts off. If events overlap by a
/// nanosecond after that, it drops one.
fn micros(nanos: u64) -> f64 {
    let micros = nanos as f64 / 1_000.0;
    if micros * 1_000.0 < nanos as f64 { micros.next_up() } else { micros }
}

#[cfg(test)]
mod tests;
