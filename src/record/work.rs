//! What is known of a recorded cell apart from its numbers: what its jobs do, and which cells stand in one table.
//!
//! A record may name workloads and executors of a newer or a foreign program: of those nothing is known, and that is not an
//! error.

use super::{CellResult, Group, Lane, Run, Status};
use crate::lane;
use crate::measure::statistics::estimate;

/// What the jobs of a workload do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What one job does, in a sentence without a subject.
    pub about: &'static str,
    /// What jobs are called, several of them: `requests`.
    pub many: &'static str,
    /// How long each is asked to wait, where it is.
    pub wait_ns: Option<u64>,
}

impl Work {
    /// What the jobs of that workload with its variations do; nothing if this program does not know it.
    pub fn of(workload: &str) -> Option<Self> {
        let cell: lane::Cell = format!("{workload}/sequential/1").parse().ok()?;
        let kind = cell.workload.kind();
        let wait_ns = Some(cell.workload.value("delay")).filter(|wait| *wait > 0);
        Some(Self { about: kind.about, many: kind.many, wait_ns })
    }
}

/// What an executor with its variation does with a batch, in a few words; nothing if this program does not know it.
pub fn executor(name: &str) -> Option<&'static str> {
    let cell: lane::Cell = format!("noop/{name}/1").parse().ok()?;
    Some(cell.executor.about)
}

/// Up to this multiple of the fastest time, an executor counts as fast for the recommendation.
pub const LEVEL: f64 = 1.05;

impl CellResult {
    /// The group that it stands in: `http-20ms/32`.
    pub fn group(&self) -> String {
        format!("{}/{}", self.workload, self.jobs)
    }

    /// Whether it is a hand-written control, which is compared with and never wins.
    pub fn is_control(&self) -> bool {
        let cell = format!("noop/{}/1", self.executor).parse::<lane::Cell>();
        cell.is_ok_and(|cell| cell.executor.is_control())
    }

    /// What the apparatus limited it by: then its number does not measure the model, and it is not ranked.
    pub fn apparatus_limit(&self) -> Option<&str> {
        self.limited_by.as_deref().filter(|limit| ["server", "backlog"].contains(limit))
    }

    /// Processor time of one batch, in user mode and in the kernel, in nanoseconds.
    pub fn cpu_ns(&self) -> Option<f64> {
        self.costs.as_ref().map(|costs| costs.cpu_ns.median)
    }

    /// The time of each lane: the median of its samples.
    pub fn lane_times(&self) -> Vec<f64> {
        let time = |lane: &Lane| estimate(&lane.samples_ns).map_or(f64::NAN, |found| found.median);
        self.lanes.iter().map(time).collect()
    }

    /// Whether it is first or ties with the first.
    pub fn is_first(&self) -> bool {
        self.status == Status::Measured && self.ties_with_fastest == Some(true)
    }

    /// Whether it is first, or not distinguished from the first and no more than a little slower for certain.
    pub fn is_level(&self) -> bool {
        self.is_first() && self.ratio_to_fastest_interval99.is_none_or(|[_, most]| most <= LEVEL)
    }

    /// Whether it was measured and ranked among those of its group.
    pub fn is_ranked(&self) -> bool {
        self.status == Status::Measured
            && self.ties_with_fastest.is_some()
            && self.apparatus_limit().is_none()
            && !self.is_control()
    }
}

impl Run {
    /// The cells, table by table, in order. None is empty.
    pub fn groups(&self) -> Vec<&[CellResult]> {
        self.cells.chunk_by(|one, next| one.group == next.group).collect()
    }

    /// What was measured together with a cell.
    pub fn group_of(&self, cell: &CellResult) -> Option<&Group> {
        self.groups.get(cell.group)
    }

    /// The times of a cell's lanes that count, in the order of their passes.
    pub fn counted_times(&self, cell: &CellResult) -> Vec<f64> {
        let passes = self.group_of(cell).map(|group| group.passes.as_slice()).unwrap_or_default();
        let lanes = cell.lane_times().into_iter().zip(passes);
        lanes.filter(|(_, pass)| pass.counted).map(|(time, _)| time).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, run};

    #[test]
    fn of_known_workloads_the_work_is_known_and_of_others_nothing() {
        let work = Work::of("http-20ms").expect("known");
        assert_eq!((work.many, work.wait_ns), ("requests", Some(20_000_000)));
        assert_eq!(Work::of("primes").expect("known").wait_ns, None);
        assert_eq!(Work::of("quantum"), None);
        assert_eq!(Work::of("<b>"), None);
    }

    #[test]
    fn tables_of_one_name_are_kept_apart_and_only_passes_that_count_give_times() {
        let mut cells =
            vec![cell("tcp", "tasks", 9, 9e6), cell("tcp", "tasks", 9, 9e6), cell("tcp", "threads", 9, 9e6)];
        (cells[1].group, cells[2].group) = (1, 1);
        let mut run = run(cells);
        assert_eq!(run.groups().iter().map(|group| group.len()).collect::<Vec<_>>(), [1, 2]);
        let all = run.counted_times(&run.cells[2]);
        run.groups[1].passes[0].counted = false;
        assert_eq!(run.counted_times(&run.cells[2]), all[1..]);
    }

    #[test]
    fn a_control_is_known_by_its_name() {
        assert!(cell("noop", "hand-scope", 10, 1e6).is_control());
        assert!(!cell("noop", "threads", 10, 1e6).is_control());
        assert!(!cell("noop", "cpython-asyncio", 10, 1e6).is_control());
    }
}
