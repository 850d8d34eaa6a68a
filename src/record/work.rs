//! What is known of a recorded cell beside its numbers: what its jobs do, and which cells stand in one table.
//!
//! A record may name workloads and executors of a newer or a foreign program: of those nothing is known, which is no
//! error.

use super::{Cell, Run, Status};
use crate::lane;

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

impl Cell {
    /// The group that it stands in: `http-20ms/32`.
    pub fn group(&self) -> String {
        format!("{}/{}", self.workload, self.jobs)
    }

    /// Whether it is a hand-written control, which is compared with and never wins.
    pub fn is_control(&self) -> bool {
        let cell = format!("noop/{}/1", self.executor).parse::<lane::Cell>();
        cell.is_ok_and(|cell| !cell.executor.by_hand_for.is_empty())
    }

    /// What the apparatus limited it by: then its number is no number of the model, and it is not ranked.
    pub fn apparatus_limit(&self) -> Option<&str> {
        self.limited_by.as_deref().filter(|limit| ["server", "backlog"].contains(limit))
    }

    /// Processor time of the probed batch, in user mode and in the kernel.
    pub fn cpu_ns(&self) -> Option<u64> {
        self.resources.as_ref().map(|used| used.cpu_user_ns.saturating_add(used.cpu_sys_ns))
    }

    /// Whether it is first or ties with the first.
    pub fn is_first(&self) -> bool {
        self.status == Status::Measured && self.ties_with_fastest == Some(true)
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
    /// The cells, table by table, in order. A suite may have several tables of one name, whose cells were not measured in
    /// the same rounds: such are kept apart.
    pub fn groups(&self) -> Vec<&[Cell]> {
        let mut groups = Vec::new();
        let mut from = 0;
        for at in 1..=self.cells.len() {
            let group = &self.cells[from..at];
            if self.cells.get(at).is_none_or(|next| !belongs(group, next)) {
                groups.push(group);
                from = at;
            }
        }
        groups
    }
}

/// Whether a cell can be of the same group as those before it: of a group no two are the same, one at most is first alone,
/// and all were measured in the same rounds and have one noise floor.
fn belongs(group: &[Cell], next: &Cell) -> bool {
    let alone = |cell: &Cell| cell.is_first() && cell.tied_with.is_empty();
    let rounds = |cell: &Cell| (cell.status == Status::Measured).then_some(cell.samples_ns.len());
    let noise = |cell: &Cell| cell.noise_floor.map(f64::to_bits);
    group.iter().all(|cell| {
        (&cell.workload, cell.jobs) == (&next.workload, next.jobs)
            && cell.executor != next.executor
            && rounds(cell).zip(rounds(next)).is_none_or(|(cell, next)| cell == next)
            && noise(cell).zip(noise(next)).is_none_or(|(cell, next)| cell == next)
            && !(alone(cell) && alone(next))
    })
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
    fn tables_of_one_name_are_kept_apart() {
        let alone = |executor: &str| {
            let mut cell = cell("tcp-hyper", executor, 10_000, 9e6);
            cell.ties_with_fastest = Some(true);
            cell
        };
        let sizes = |cells| run(cells).groups().iter().map(|group| group.len()).collect::<Vec<_>>();
        assert_eq!(sizes(vec![alone("tasks"), alone("tasks-mt"), cell("timer", "tasks", 8, 1e6)]), [1, 1, 1]);
        let (mut limited, mut longer) = (cell("tcp-hyper", "tasks", 10_000, 9e6), alone("threads"));
        limited.limited_by = Some("server".into());
        longer.samples_ns.push(9e6);
        assert_eq!(sizes(vec![limited, longer]), [1, 1]);
    }

    #[test]
    fn a_control_is_known_by_its_name() {
        assert!(cell("noop", "hand-scope", 10, 1e6).is_control());
        assert!(!cell("noop", "threads", 10, 1e6).is_control());
        assert!(!cell("noop", "cpython-asyncio", 10, 1e6).is_control());
    }
}
