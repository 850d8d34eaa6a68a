//! The trace of a run for viewers such as Perfetto.

use std::collections::HashMap;

use fairlane::report::trace::trace;
use serde_json::Value;

use crate::cli::cell;
use crate::timeline::{JOBS, run};

#[test]
fn a_trace_shows_every_job_once_and_no_two_events_cross() {
    let trace = trace(std::slice::from_ref(run()));
    let events = trace["traceEvents"].as_array().unwrap();
    let complete: Vec<_> = events.iter().filter(|event| event["ph"] == "X").collect();
    let number = |event: &Value, name: &str| event[name].as_f64().unwrap();
    assert!(complete.is_sorted_by_key(|event| event["ts"].as_f64()));

    // What encloses an event ends no earlier: a stack of ends for each thread.
    let mut open: HashMap<u64, Vec<f64>> = HashMap::new();
    for event in &complete {
        let (from, took) = (number(event, "ts"), number(event, "dur"));
        assert!(from >= 0.0 && took >= 0.0, "{event}");
        let ends = open.entry(event["tid"].as_u64().unwrap()).or_default();
        while ends.last().is_some_and(|end| *end <= from + 1e-6) {
            ends.pop();
        }
        assert!(
            ends.last().is_none_or(|end| *end >= from + took - 1e-6),
            "{event} outlasts what encloses it"
        );
        assert!(
            ends.is_empty() || ["waiting", "computing"].contains(&event["cat"].as_str().unwrap()),
            "{event}"
        );
        ends.push(from + took);
    }

    for name in events.iter().filter(|event| event["name"] == "process_name") {
        let cell = cell(run(), name["args"]["name"].as_str().unwrap());
        let of = |category: &str| -> Vec<f64> {
            let here = |event: &&&Value| event["pid"] == name["pid"] && event["cat"] == category;
            complete.iter().filter(here).map(|event| number(event, "dur")).collect()
        };
        let (bodies, batch) = (of("job"), of("batch"));
        assert_eq!((bodies.len(), batch.len()), (JOBS, 1), "{}", cell.id);
        let ratio = bodies.iter().sum::<f64>() / batch[0] / cell.overlap_factor.unwrap();
        assert!((0.98..1.02).contains(&ratio), "{}: {ratio}", cell.id);
    }
    let processes = events.iter().filter(|event| event["name"] == "process_name").count();
    assert_eq!(processes, run().cells.len());
}
