//! All columns, in the order of the help. Each has a name, a head, a meaning, a number and the format of that number.

use super::Shows::{Number, Range, Word};
use super::{Column, Shows, read};
use crate::record::CellResult;
use crate::report::format;

/// All of them, in the order of the help.
pub static COLUMNS: &[Column] = &[
    column("at-once", "at once", "The most jobs that it may have in flight.", Number(at_once, whole)),
    time("median", "median", "Time of the whole batch: half of the lanes took no longer.", |cell| {
        cell.median_ns
    }),
    time("per-job", "per job", "The median divided by the number of jobs.", per_job),
    column("per-job-interval", "its 99 %", "The 99 % interval of the time per job.", PER_JOB_INTERVAL),
    column("interval", "99 % interval", "In 99 of 100 runs it encloses the true median.", INTERVAL),
    column(
        "throughput",
        "throughput",
        "Jobs per second.",
        Number(|cell| cell.throughput_per_s, format::rate),
    ),
    column("speedup", "speed-up", SPEEDUP_TITLE, SPEEDUP),
    column("speedup-interval", "its 99 %", "The 99 % interval of the speed-up.", SPEEDUP_INTERVAL),
    column("speedup-rust", "vs Rust", "The speed-up of another language against `sequential`.", SPEEDUP_RUST),
    column("behind", "to fastest", "How many times the time of the fastest it takes, pass by pass.", BEHIND),
    column("efficiency", "of ideal", "The ideal time divided by the median.", EFFICIENCY),
    plain("overlap", "overlap", "Jobs in flight on average: concurrency.", |cell| cell.overlap_factor),
    plain("parallelism", "cores", "Cores at work on average: parallelism.", |cell| cell.cpu_parallelism),
    time("cpu", "CPU", "Processor time of one batch in all processes.", |cell| {
        read::cost(cell, |all| all.cpu_ns)
    }),
    column("cpu-interval", "its 99 %", "The 99 % interval of the processor time.", CPU_INTERVAL),
    time("cpu-user", "user", "Processor time in user mode.", |cell| read::cost(cell, |all| all.cpu_user_ns)),
    time("cpu-sys", "kernel", "Processor time in the kernel.", |cell| read::cost(cell, |all| all.cpu_sys_ns)),
    plain("switches", "switches", "Context switches of all threads, voluntary and forced.", switches),
    column("switches-interval", "its 99 %", "The 99 % interval of the switches.", SWITCHES_INTERVAL),
    plain(
        "switches-forced",
        "forced",
        "Context switches of threads that could have gone on.",
        switches_forced,
    ),
    plain("faults", "faults", "Page faults that read no disk.", |cell| {
        read::cost(cell, |all| all.faults_minor)
    }),
    memory("memory", "memory", MEMORY, |cell| read::held(cell, |all| all.bytes)),
    memory("memory-ready", "ready", "The memory before any job ran.", |cell| {
        read::held(cell, |all| all.ready_bytes)
    }),
    memory("peak-rss", "peak RSS", PEAK_RSS, |cell| read::held(cell, |all| all.peak_rss_bytes)),
    column("threads", "threads", "Threads of all processes with the jobs in flight.", THREADS),
    column("processes", "processes", "Processes with the jobs in flight, the lane included.", PROCESSES),
    column("limit", "limit", "What kept it from being faster.", Word(|cell| cell.limited_by.as_deref())),
    time("p50", "p50", P50, |cell| read::latency(cell, |all| all.p50)),
    time("p90", "p90", "Nine in ten jobs took no longer.", |cell| read::latency(cell, |all| all.p90)),
    time(
        "p99",
        "p99",
        "All but one job in a hundred took no longer; of fewer than a hundred jobs see max.",
        p99,
    ),
    time("max", "max", "The longest job.", |cell| read::latency(cell, |all| all.max)),
    time(
        "response-p99",
        "response p99",
        "The p99 of the time from the hand-over of the batch.",
        response_p99,
    ),
    column("probe", "probe", "The time of the probed batch divided by the median.", PROBE),
];

const MEMORY: &str =
    "Heaps and stacks of all processes with the jobs in flight, above a process that does nothing.";
const PEAK_RSS: &str = "The peak of resident memory of each process, program included, summed.";
const P50: &str = "Half of the jobs took no longer, from the start of the body to its end.";

const PER_JOB_INTERVAL: Shows = Range(per_job_interval, format::time_range);
const INTERVAL: Shows = Range(|cell| cell.interval99_ns, format::time_range);
const SPEEDUP_TITLE: &str =
    "How many times as fast as the sequential executor of its own language it is, pass by pass.";
const SPEEDUP_RUST: Shows = Number(|cell| cell.speedup_vs_rust, format::ratio);
const SPEEDUP: Shows = Number(|cell| cell.speedup_vs_sequential, format::ratio);
const SPEEDUP_INTERVAL: Shows = Range(|cell| cell.speedup_interval99, format::ratio_range);
const BEHIND: Shows = Number(|cell| cell.ratio_to_fastest, format::ratio);
const EFFICIENCY: Shows = Number(|cell| cell.efficiency, format::percent);
const CPU_INTERVAL: Shows = Range(|cell| read::cost_interval(cell, |all| all.cpu_ns), format::time_range);
const SWITCHES_INTERVAL: Shows =
    Range(|cell| read::cost_interval(cell, |all| all.switches), format::plain_range);
const THREADS: Shows = Number(|cell| read::held(cell, |all| all.threads), whole);
const PROCESSES: Shows = Number(|cell| read::held(cell, |all| all.processes), whole);
const PROBE: Shows = Number(|cell| cell.probe_slowdown, format::ratio);

/// A number of a cell; none where it was not measured.
type Read = fn(&CellResult) -> Option<f64>;

const fn column(id: &'static str, head: &'static str, title: &'static str, shows: Shows) -> Column {
    Column { id, head, title, shows }
}

const fn time(id: &'static str, head: &'static str, title: &'static str, ns: Read) -> Column {
    column(id, head, title, Number(ns, format::time))
}

const fn plain(id: &'static str, head: &'static str, title: &'static str, number: Read) -> Column {
    column(id, head, title, Number(number, format::plain))
}

const fn memory(id: &'static str, head: &'static str, title: &'static str, bytes: Read) -> Column {
    column(id, head, title, Number(bytes, format::memory))
}

fn at_once(cell: &CellResult) -> Option<f64> {
    Some(cell.concurrency as f64)
}

fn per_job(cell: &CellResult) -> Option<f64> {
    cell.median_ns.map(|ns| ns / cell.jobs as f64)
}

fn per_job_interval(cell: &CellResult) -> Option<[f64; 2]> {
    cell.interval99_ns.map(|ends| ends.map(|ns| ns / cell.jobs as f64))
}

fn switches(cell: &CellResult) -> Option<f64> {
    read::cost(cell, |all| all.switches)
}

fn switches_forced(cell: &CellResult) -> Option<f64> {
    read::cost(cell, |all| all.switches_forced)
}

fn p99(cell: &CellResult) -> Option<f64> {
    read::latency(cell, |all| all.p99).filter(|_| read::has_hundredths(cell))
}

fn response_p99(cell: &CellResult) -> Option<f64> {
    let response = cell.response_ns.as_ref().filter(|_| read::has_hundredths(cell));
    response.map(|latency| latency.p99 as f64)
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}
