//! The columns a table can have, as data: a name to choose it by, a head, and where its number comes from.
//!
//! One line says both what is read and what a spreadsheet gets: the text is written from the value.

use super::format::{self, MISSING};
use super::view::{Field, Head};
use crate::failure::{Failure, nearest};
use crate::record::{Cell, Costs, Figure, Latency, Memory};

/// One column.
#[derive(Debug)]
pub struct Column {
    /// The name on the command line.
    pub id: &'static str,
    /// What stands above it.
    pub head: &'static str,
    /// What it means, in a sentence.
    pub title: &'static str,
    shows: Shows,
}

/// What of a cell, and how it is written.
#[derive(Debug)]
enum Shows {
    Number(fn(&Cell) -> Option<f64>, fn(f64) -> String),
    Range(fn(&Cell) -> Option<[f64; 2]>, fn([f64; 2]) -> String),
    Word(fn(&Cell) -> Option<&str>),
}

use Shows::{Number, Range, Word};

impl Column {
    /// The number that stands in it, as the record has it: of an interval the lower end, of a word none.
    pub fn value(&self, cell: &Cell) -> Option<f64> {
        let value = match self.shows {
            Number(value, _) => value(cell),
            Range(ends, _) => ends(cell).map(|[low, _]| low),
            Word(_) => None,
        };
        value.filter(|value| value.is_finite())
    }

    /// What stands in it; nothing where it was not measured.
    pub fn text(&self, cell: &Cell) -> Option<String> {
        match self.shows {
            Number(_, write) => self.value(cell).map(write),
            Range(ends, write) => ends(cell).filter(|ends| ends.iter().all(|end| end.is_finite())).map(write),
            Word(word) => word(cell).map(str::to_owned),
        }
    }

    /// Both.
    pub fn field(&self, cell: &Cell) -> Field {
        Field { text: self.text(cell).unwrap_or_else(|| MISSING.into()), value: self.value(cell) }
    }

    /// What stands above it.
    pub fn head(&self) -> Head {
        Head { text: self.head.into(), title: self.title.into() }
    }
}

/// All of them, in the order of the help.
pub static COLUMNS: &[Column] = &[
    column("at-once", "at once", "The most jobs that it may have in flight.", Number(at_once, whole)),
    column(
        "median",
        "median",
        "Time of the whole batch: half of the lanes took no longer.",
        Number(median, format::time),
    ),
    column("per-job", "per job", "The median over the number of jobs.", Number(per_job, format::time)),
    column(
        "per-job-interval",
        "its 99 %",
        "The same of the ends of the median's 99 % interval.",
        Range(per_job_interval, format::time_range),
    ),
    column(
        "interval",
        "99 % interval",
        "In 99 of 100 runs it encloses the true median.",
        Range(|cell| cell.interval99_ns, format::time_range),
    ),
    column("throughput", "throughput", "Jobs a second.", Number(|cell| cell.throughput_per_s, format::rate)),
    column(
        "speedup",
        "speed-up",
        "How many times as fast as one job after another (sequential), pass by pass.",
        Number(|cell| cell.speedup_vs_sequential, format::ratio),
    ),
    column(
        "speedup-interval",
        "its 99 %",
        "The 99 % interval of the speed-up.",
        Range(|cell| cell.speedup_interval99, format::ratio_range),
    ),
    column(
        "behind",
        "behind",
        "How many times as long as the fastest it took, pass by pass.",
        Number(|cell| cell.ratio_to_fastest, format::ratio),
    ),
    column(
        "efficiency",
        "of ideal",
        "The time that nobody can beat, as a share of the median.",
        Number(|cell| cell.efficiency, format::percent),
    ),
    column(
        "overlap",
        "overlap",
        "Jobs in flight on average: concurrency.",
        Number(|cell| cell.overlap_factor, format::plain),
    ),
    column(
        "parallelism",
        "cores",
        "Cores at work on average: parallelism.",
        Number(|cell| cell.cpu_parallelism, format::plain),
    ),
    column(
        "cpu",
        "CPU",
        "Processor time of all its processes for one batch.",
        Number(|cell| used(cell, |used| used.cpu_ns), format::time),
    ),
    column(
        "cpu-interval",
        "its 99 %",
        "The 99 % interval of the processor time.",
        Range(|cell| used_interval(cell, |used| used.cpu_ns), format::time_range),
    ),
    column(
        "cpu-user",
        "user",
        "Processor time in user mode.",
        Number(|cell| used(cell, |used| used.cpu_user_ns), format::time),
    ),
    column(
        "cpu-sys",
        "kernel",
        "Processor time in the kernel.",
        Number(|cell| used(cell, |used| used.cpu_sys_ns), format::time),
    ),
    column(
        "switches",
        "switches",
        "Times a thread left its core, on its own or forced.",
        Number(|cell| used(cell, |used| used.switches), format::plain),
    ),
    column(
        "switches-interval",
        "its 99 %",
        "The 99 % interval of the switches.",
        Range(|cell| used_interval(cell, |used| used.switches), format::plain_range),
    ),
    column(
        "switches-forced",
        "forced",
        "Times a core was taken from a thread that could have gone on.",
        Number(|cell| used(cell, |used| used.switches_forced), format::plain),
    ),
    column(
        "faults",
        "faults",
        "Pages of memory that were mapped without reading a disk.",
        Number(|cell| used(cell, |used| used.faults_minor), format::plain),
    ),
    column(
        "memory",
        "memory",
        "Heaps and stacks of all its processes with the jobs in flight, above a process that does nothing.",
        Number(|cell| held(cell, |held| held.bytes), format::memory),
    ),
    column(
        "memory-ready",
        "ready",
        "How much of the memory was there before any job ran.",
        Number(|cell| held(cell, |held| held.ready_bytes), format::memory),
    ),
    column(
        "peak-rss",
        "peak RSS",
        "The most that each process ever had resident, program included, summed.",
        Number(|cell| held(cell, |held| held.peak_rss_bytes), format::memory),
    ),
    column(
        "threads",
        "threads",
        "Threads of all its processes with the jobs in flight.",
        Number(|cell| held(cell, |held| held.threads), whole),
    ),
    column(
        "processes",
        "processes",
        "Processes with the jobs in flight, its own included.",
        Number(|cell| held(cell, |held| held.processes), whole),
    ),
    column("limit", "limit", "What kept it from being faster.", Word(|cell| cell.limited_by.as_deref())),
    column(
        "p50",
        "p50",
        "Half of the jobs took no longer, from the start of the body to its end.",
        Number(|cell| latency(cell, |latency| latency.p50), format::time),
    ),
    column(
        "p90",
        "p90",
        "Nine in ten jobs took no longer.",
        Number(|cell| latency(cell, |latency| latency.p90), format::time),
    ),
    column(
        "p99",
        "p99",
        "All but one job in a hundred took no longer; of fewer than a hundred jobs see max.",
        Number(|cell| latency(cell, |latency| latency.p99).filter(|_| many(cell)), format::time),
    ),
    column(
        "max",
        "max",
        "The longest job.",
        Number(|cell| latency(cell, |latency| latency.max), format::time),
    ),
    column(
        "response-p99",
        "response p99",
        "From the hand-over of the batch: all but one job in a hundred were done by then.",
        Number(
            |cell| cell.response_ns.as_ref().filter(|_| many(cell)).map(|latency| latency.p99 as f64),
            format::time,
        ),
    ),
    column(
        "probe",
        "probe",
        "How many times as long the batch took when it was looked at closely.",
        Number(|cell| cell.probe_slowdown, format::ratio),
    ),
];

const fn column(id: &'static str, head: &'static str, title: &'static str, shows: Shows) -> Column {
    Column { id, head, title, shows }
}

/// Those that fit into 100 characters and tell most.
pub const DEFAULT: [&str; 8] =
    ["median", "interval", "speedup", "overlap", "parallelism", "cpu", "switches", "memory"];

/// The same for unit costs, of which one counts and not the batch, nor how many were in flight.
pub const PRIMITIVE: [&str; 6] = ["per-job", "per-job-interval", "median", "cpu", "switches", "memory"];

/// Those of a page, which is as wide as it likes: time, speed-up, what it cost, how it came about.
pub const PAGE: [&str; 13] = [
    "median",
    "interval",
    "speedup",
    "efficiency",
    "cpu",
    "switches",
    "memory",
    "overlap",
    "parallelism",
    "p50",
    "p99",
    "throughput",
    "limit",
];

/// The columns that a group has unless somebody chose.
pub fn usual(cells: &[Cell]) -> Vec<&'static Column> {
    let primitive = cells.iter().any(Cell::is_primitive);
    if primitive { known(&PRIMITIVE) } else { known(&DEFAULT) }
}

/// The columns of a group on a page.
pub fn page(cells: &[Cell]) -> Vec<&'static Column> {
    let longest = |id: &'static str| if id == "p99" && !cells.iter().any(many) { "max" } else { id };
    known(&PAGE.map(longest))
}

/// The columns of names that are known to exist.
pub fn known(ids: &[&str]) -> Vec<&'static Column> {
    ids.iter().filter_map(|id| find(id)).collect()
}

fn find(id: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.id == id)
}

/// The columns of those names.
///
/// # Errors
/// If there is none of a name; the nearest is named.
pub fn chosen<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Vec<&'static Column>, Failure> {
    let found = |id: &str| {
        find(id).ok_or_else(|| {
            let all = COLUMNS.iter().map(|column| column.id);
            let near =
                nearest(id, all.clone()).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let all = all.collect::<Vec<_>>().join(", ");
            Failure::new(format!("unknown column `{id}`")).help(format!("{near}there are {all}"))
        })
    };
    ids.into_iter().map(found).collect()
}

fn at_once(cell: &Cell) -> Option<f64> {
    Some(cell.concurrency as f64)
}

fn median(cell: &Cell) -> Option<f64> {
    cell.median_ns
}

fn per_job(cell: &Cell) -> Option<f64> {
    cell.median_ns.map(|ns| ns / cell.jobs as f64)
}

fn per_job_interval(cell: &Cell) -> Option<[f64; 2]> {
    cell.interval99_ns.map(|ends| ends.map(|ns| ns / cell.jobs as f64))
}

fn used(cell: &Cell, figure: fn(&Costs) -> Figure) -> Option<f64> {
    cell.costs.as_ref().map(|costs| figure(costs).median)
}

fn used_interval(cell: &Cell, figure: fn(&Costs) -> Figure) -> Option<[f64; 2]> {
    cell.costs.as_ref().and_then(|costs| figure(costs).interval99)
}

fn held(cell: &Cell, number: fn(&Memory) -> u64) -> Option<f64> {
    cell.memory.as_ref().map(|memory| number(memory) as f64)
}

/// The hundredth part of fewer than a hundred jobs is the longest one, and is called that.
fn many(cell: &Cell) -> bool {
    cell.jobs >= 100
}

fn latency(cell: &Cell, quantile: fn(&Latency) -> u64) -> Option<f64> {
    cell.latency_ns.as_ref().map(|latency| quantile(latency) as f64)
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_those_that_we_choose_exist() {
        for ids in [&DEFAULT[..], &PRIMITIVE, &PAGE] {
            assert_eq!(known(ids).len(), ids.len());
        }
        for (at, column) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..at].iter().all(|other| other.id != column.id), "{}", column.id);
            assert!(column.title.ends_with('.'), "{}", column.id);
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
