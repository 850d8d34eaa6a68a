//! Converts records of schema 1 into the current schema, so that they can still be shown.
//!
//! In schema 1 a cell had one lane, which was sampled in many rounds; its costs were those of one probe, and its table had no
//! name. The verdicts stay as they were written: with one lane for each cell they cannot be judged again.

use serde_json::{Map, Value, json};

/// Converts a record of schema 1 into the current schema, and leaves anything else unchanged. It does not check the shape of
/// the record: reading the result does.
pub fn to_current(mut record: Value) -> Value {
    let old = record.get("schema").is_some_and(|schema| schema == 1);
    let (true, Some(run)) = (old, record.as_object_mut()) else { return record };
    run.insert("schema".into(), super::SCHEMA.into());
    if let Some(Value::Object(apparatus)) = run.get_mut("apparatus") {
        apparatus.remove("noise_floor");
    }
    if let Some(Value::Array(cells)) = run.get_mut("cells") {
        let groups = groups(cells);
        run.insert("groups".into(), groups.into());
    }
    record
}

/// Converts the cells, and gives their groups.
fn groups(cells: &mut [Value]) -> Vec<Value> {
    let mut groups = Vec::new();
    let mut from = 0;
    for at in 1..=cells.len() {
        if cells.get(at).is_some_and(|next| belongs(&cells[from..at], next)) {
            continue;
        }
        let own = &mut cells[from..at];
        groups.push(group(own));
        for cell in own.iter_mut().filter_map(Value::as_object_mut) {
            upgrade(cell, groups.len() - 1);
        }
        from = at;
    }
    groups
}

fn group(cells: &[Value]) -> Value {
    let first = |key: &str| cells.iter().map(|cell| &cell[key]).find(|value| !value.is_null());
    let name = |cell: &Value| {
        format!("{}/{}", cell["workload"].as_str().unwrap_or_default(), cell["jobs"].as_u64().unwrap_or(0))
    };
    let passes = cells.iter().any(is_measured).then(|| json!({"others": null, "counted": true}));
    json!({
        "name": cells.first().map(name),
        "passes": passes.into_iter().collect::<Vec<_>>(),
        "judged": first("ties_with_fastest").is_some(),
        "lane_spread": null,
        "visible_difference": null, // the noise floor of schema 1 was another quantity
    })
}

fn is_measured(cell: &Value) -> bool {
    cell["status"] == "measured"
}

fn upgrade(cell: &mut Map<String, Value>, group: usize) {
    cell.insert("group".into(), group.into());
    let samples = cell.remove("samples_ns").unwrap_or_default();
    let measured = samples.as_array().is_some_and(|samples| !samples.is_empty());
    let lane = measured.then(|| json!({"samples_ns": samples, "cpu_ns": null, "switches": null}));
    cell.insert("lanes".into(), lane.into_iter().collect::<Vec<_>>().into());
    let used = cell.remove("resources").unwrap_or_default();
    cell.insert("costs".into(), costs(&used));
    cell.insert("memory".into(), memory(&used));
    for gone in ["unit", "verified", "server_agrees", "noise_floor"] {
        cell.remove(gone);
    }
}

fn costs(used: &Value) -> Value {
    let Some(used) = used.as_object() else { return Value::Null };
    let sum = |keys: &[&str]| {
        let amount = |key: &&str| used.get(*key).and_then(Value::as_f64).unwrap_or(0.0);
        json!({"median": keys.iter().map(amount).sum::<f64>(), "interval99": null})
    };
    json!({
        "cpu_ns": sum(&["cpu_user_ns", "cpu_sys_ns"]),
        "cpu_user_ns": sum(&["cpu_user_ns"]),
        "cpu_sys_ns": sum(&["cpu_sys_ns"]),
        "switches": sum(&["switches_voluntary", "switches_involuntary"]),
        "switches_forced": sum(&["switches_involuntary"]),
        "faults_minor": sum(&["faults_minor"]),
        "faults_major": sum(&["faults_major"]),
    })
}

fn memory(used: &Value) -> Value {
    let is_known = !used["memory_bytes"].is_null();
    let of = |key: &str| &used[key];
    is_known.then(|| {
        json!({
            "bytes": of("memory_bytes"), "ready_bytes": of("memory_ready_bytes"), "jobs": of("memory_jobs"),
            "pss_bytes": of("pss_bytes"), "peak_rss_bytes": of("peak_rss_bytes"),
            "threads": of("threads_peak"), "processes": of("processes_peak"),
        })
    }).into()
}

/// Whether a cell can be of the same group as the cells before it: the cells of a group have different executors, at most one
/// of them is first alone, and all have the same number of rounds and the same noise floor.
fn belongs(group: &[Value], next: &Value) -> bool {
    let is_alone = |cell: &Value| {
        cell["ties_with_fastest"] == true && cell["tied_with"].as_array().is_none_or(Vec::is_empty)
    };
    let rounds = |cell: &Value| is_measured(cell).then(|| cell["samples_ns"].as_array().map_or(0, Vec::len));
    let noise = |cell: &Value| cell["noise_floor"].as_f64().map(f64::to_bits);
    group.iter().all(|cell| {
        (&cell["workload"], &cell["jobs"]) == (&next["workload"], &next["jobs"])
            && cell["executor"] != next["executor"]
            && rounds(cell).zip(rounds(next)).is_none_or(|(cell, next)| cell == next)
            && noise(cell).zip(noise(next)).is_none_or(|(cell, next)| cell == next)
            && !(is_alone(cell) && is_alone(next))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Run, check};

    fn old(executor: &str, samples: usize) -> Value {
        let mut cell = json!({
            "id": format!("tcp/{executor}/4"), "workload": "tcp", "family": "io", "executor": executor,
            "model": "OS thread", "jobs": 4, "concurrency": 4, "unit": "ns/batch", "status": "measured",
            "reason": null, "help": null, "notes": [], "samples_ns": vec![9e6; samples], "median_ns": 9e6,
            "interval99_ns": null, "ties_with_fastest": true, "tied_with": [], "throughput_per_s": 1.0,
            "ideal_ns": null, "efficiency": null, "ratio_to_fastest": 1.0, "ratio_to_fastest_interval99": null,
            "speedup_vs_sequential": null, "speedup_interval99": null, "by_hand": null, "latency_ns": null,
            "response_ns": null, "overlap_factor": null, "cpu_parallelism": 0.5, "probe_slowdown": 1.0,
            "limited_by": "none", "noise_floor": 0.05, "server": null, "verified": true, "server_agrees": null,
        });
        cell["resources"] = json!({
            "cpu_user_ns": 5, "cpu_sys_ns": 2, "switches_voluntary": 3, "switches_involuntary": 1,
            "faults_minor": 0, "faults_major": 0, "memory_bytes": 4096, "memory_ready_bytes": 0, "memory_jobs": 4,
            "pss_bytes": 1, "peak_rss_bytes": 1, "threads_peak": 6, "processes_peak": 1,
        });
        cell
    }

    fn upgraded(cells: Vec<Value>) -> Run {
        let mut run = serde_json::to_value(crate::record::fixture::run(Vec::new())).expect("JSON");
        run["schema"] = 1.into();
        run["apparatus"]["noise_floor"] = 0.05.into();
        run["cells"] = cells.into();
        run.as_object_mut().expect("a run").remove("groups");
        serde_json::from_value(to_current(run)).expect("a record of today")
    }

    #[test]
    fn an_old_record_keeps_its_times_costs_and_verdicts() {
        let run = upgraded(vec![old("threads", 9)]);
        assert_eq!(check::run(&run), Ok(()));
        let cell = &run.cells[0];
        assert_eq!((cell.lanes.len(), cell.lanes[0].samples_ns.len(), cell.median_ns), (1, 9, Some(9e6)));
        let costs = cell.costs.as_ref().expect("costs");
        assert_eq!((costs.cpu_ns.median, costs.switches.median, costs.cpu_ns.interval99), (7.0, 4.0, None));
        assert_eq!(cell.memory.as_ref().map(|memory| (memory.bytes, memory.threads)), Some((4_096, 6)));
        assert!(cell.is_first() && run.groups[0].judged);
        assert_eq!((run.groups[0].name.as_str(), run.groups[0].visible_difference), ("tcp/4", None));
    }

    #[test]
    fn tables_of_one_name_are_told_apart_by_their_rounds_and_winners() {
        let groups = |cells| upgraded(cells).cells.iter().map(|cell| cell.group).collect::<Vec<_>>();
        assert_eq!(groups(vec![old("threads", 9), old("tasks", 8)]), [0, 1], "not in the same rounds");
        assert_eq!(groups(vec![old("threads", 9), old("tasks", 9)]), [0, 1], "each is first alone");
        let mut tied = [old("threads", 9), old("tasks", 9)];
        (tied[0]["tied_with"], tied[1]["tied_with"]) = (json!(["tasks"]), json!(["threads"]));
        assert_eq!(groups(tied.to_vec()), [0, 0]);
    }
}
