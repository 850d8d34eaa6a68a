//! The columns a table can have, as data: a name to choose it by, a head, and what stands in it.

use super::format;
use crate::failure::{Failure, nearest};
use crate::record::{Cell, Latency, Resources};

/// One column.
#[derive(Debug)]
pub struct Column {
    /// The name on the command line.
    pub id: &'static str,
    /// What stands above it.
    pub head: &'static str,
    /// What stands in it; nothing where it was not measured.
    pub text: fn(&Cell) -> Option<String>,
}

/// All of them, in the order of the help.
pub static COLUMNS: &[Column] = &[
    Column { id: "at-once", head: "at once", text: |cell| Some(cell.concurrency.to_string()) },
    Column { id: "median", head: "median", text: |cell| cell.median_ns.map(format::time) },
    Column {
        id: "per-job",
        head: "per job",
        text: |cell| cell.median_ns.map(|ns| format::time(ns / cell.jobs as f64)),
    },
    Column {
        id: "per-job-interval",
        head: "its 99 %",
        text: |cell| {
            let per_job = |ends: [f64; 2]| ends.map(|ns| ns / cell.jobs as f64);
            cell.interval99_ns.map(per_job).map(format::time_range)
        },
    },
    Column { id: "interval", head: "99 % interval", text: |cell| cell.interval99_ns.map(format::time_range) },
    Column { id: "throughput", head: "throughput", text: |cell| cell.throughput_per_s.map(format::rate) },
    Column { id: "speedup", head: "speed-up", text: |cell| cell.speedup_vs_sequential.map(format::ratio) },
    Column {
        id: "speedup-interval",
        head: "its 99 %",
        text: |cell| cell.speedup_interval99.map(format::ratio_range),
    },
    Column { id: "efficiency", head: "of ideal", text: |cell| cell.efficiency.map(format::percent) },
    Column { id: "overlap", head: "overlap", text: |cell| cell.overlap_factor.map(format::plain) },
    Column { id: "parallelism", head: "cores", text: |cell| cell.cpu_parallelism.map(format::plain) },
    Column {
        id: "cpu",
        head: "CPU",
        text: |cell| used(cell, |used| time(used.cpu_user_ns + used.cpu_sys_ns)),
    },
    Column { id: "cpu-user", head: "user", text: |cell| used(cell, |used| time(used.cpu_user_ns)) },
    Column { id: "cpu-sys", head: "kernel", text: |cell| used(cell, |used| time(used.cpu_sys_ns)) },
    Column {
        id: "switches",
        head: "switches",
        text: |cell| used(cell, |used| (used.switches_voluntary + used.switches_involuntary).to_string()),
    },
    Column {
        id: "switches-forced",
        head: "forced",
        text: |cell| used(cell, |used| used.switches_involuntary.to_string()),
    },
    Column { id: "faults", head: "faults", text: |cell| used(cell, |used| used.faults_minor.to_string()) },
    Column { id: "memory", head: "memory", text: |cell| held(cell, |used| used.memory_bytes) },
    Column { id: "memory-ready", head: "ready", text: |cell| held(cell, |used| used.memory_ready_bytes) },
    Column { id: "peak-rss", head: "peak RSS", text: |cell| held(cell, |used| used.peak_rss_bytes) },
    Column { id: "threads", head: "threads", text: |cell| count(cell, |used| used.threads_peak) },
    Column { id: "processes", head: "processes", text: |cell| count(cell, |used| used.processes_peak) },
    Column { id: "limit", head: "limit", text: |cell| cell.limited_by.clone() },
    Column { id: "p50", head: "p50", text: |cell| latency(cell, |latency| latency.p50) },
    Column { id: "p90", head: "p90", text: |cell| latency(cell, |latency| latency.p90) },
    Column { id: "p99", head: "p99", text: |cell| latency(cell, |latency| latency.p99) },
    Column { id: "max", head: "max", text: |cell| latency(cell, |latency| latency.max) },
    Column {
        id: "response-p99",
        head: "response p99",
        text: |cell| cell.response_ns.as_ref().map(|latency| time(latency.p99)),
    },
    Column { id: "probe", head: "probe", text: |cell| cell.probe_slowdown.map(format::ratio) },
];

/// Those that fit into 100 characters and tell most.
pub const DEFAULT: [&str; 8] =
    ["median", "interval", "speedup", "overlap", "parallelism", "cpu", "switches", "memory"];

/// The same for unit costs, of which one counts and not the batch, nor how many were in flight.
pub const PRIMITIVE: [&str; 6] = ["per-job", "per-job-interval", "median", "cpu", "switches", "memory"];

/// The columns that a group has unless somebody chose.
///
/// # Errors
/// None: the names are known.
pub fn usual(cells: &[Cell]) -> Result<Vec<&'static Column>, Failure> {
    let primitive = cells.iter().any(|cell| cell.is_primitive());
    if primitive { chosen(PRIMITIVE) } else { chosen(DEFAULT) }
}

/// The columns of those names.
///
/// # Errors
/// If there is none of a name; the nearest is named.
pub fn chosen<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Vec<&'static Column>, Failure> {
    let find = |id: &str| {
        COLUMNS.iter().find(|column| column.id == id).ok_or_else(|| {
            let all = COLUMNS.iter().map(|column| column.id);
            let near =
                nearest(id, all.clone()).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let all = all.collect::<Vec<_>>().join(", ");
            Failure::new(format!("unknown column `{id}`")).help(format!("{near}there are {all}"))
        })
    };
    ids.into_iter().map(find).collect()
}

fn used(cell: &Cell, text: fn(&Resources) -> String) -> Option<String> {
    cell.resources.as_ref().map(text)
}

fn held(cell: &Cell, bytes: fn(&Resources) -> Option<u64>) -> Option<String> {
    cell.resources.as_ref().and_then(bytes).map(format::bytes)
}

fn count(cell: &Cell, number: fn(&Resources) -> Option<u64>) -> Option<String> {
    cell.resources.as_ref().and_then(number).map(|number| number.to_string())
}

fn latency(cell: &Cell, quantile: fn(&Latency) -> u64) -> Option<String> {
    cell.latency_ns.as_ref().map(|latency| time(quantile(latency)))
}

fn time(ns: u64) -> String {
    format::time(ns as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_the_default_ones_exist() {
        assert!(chosen(DEFAULT).is_ok() && chosen(PRIMITIVE).is_ok());
        for (at, column) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..at].iter().all(|other| other.id != column.id), "{}", column.id);
        }
    }

    #[test]
    fn an_unknown_column_is_told_with_the_nearest() {
        let failure = chosen(["medan"]).expect_err("unknown");
        assert_eq!(failure.message, "unknown column `medan`");
        assert!(
            failure.help.is_some_and(|help| help.starts_with("did you mean `median`? there are at-once, "))
        );
    }
}
