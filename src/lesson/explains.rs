//! Which tables of a run a lesson explains: those with certain work under certain executors. Must not know what a table says.

use serde::Deserialize;

use super::{Lesson, all};
use crate::lane::Cell;
use crate::record::{CellResult, Slope, Status};

/// Work and an executor: `cpu/tasks`, `primitive-spawn/threads`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Explained {
    /// All work that waits, computes, or does both; or one workload in all its variations.
    work: Work,
    /// The executor in all its variations.
    executor: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Work {
    Family(&'static str),
    Workload(&'static str),
}

/// Families of which a whole can be explained.
const FAMILIES: [&str; 3] = ["io", "cpu", "mixed"];

/// The ids of workload and executor without their variations; `None` of those that this program does not know.
fn ids(workload: &str, executor: &str) -> Option<(&'static str, &'static str)> {
    let cell: Cell = format!("{workload}/{executor}/1").parse().ok()?;
    Some((cell.workload.kind().id, cell.executor.id))
}

impl TryFrom<String> for Explained {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not work and an executor, like `cpu/tasks` or `timer/threads`");
        let (work, executor) = text.split_once('/').ok_or_else(wrong)?;
        let family = FAMILIES.into_iter().find(|family| *family == work);
        let (workload, executor) = ids(family.map_or(work, |_| "noop"), executor).ok_or_else(wrong)?;
        Ok(Self { work: family.map_or(Work::Workload(workload), Work::Family), executor: executor.into() })
    }
}

impl Explained {
    fn is(&self, family: &str, workload: &str, executor: &str) -> bool {
        let Some((workload, executor)) = ids(workload, executor) else { return false };
        let is_work = match self.work {
            Work::Family(own) => own == family,
            Work::Workload(own) => own == workload,
        };
        is_work && self.executor == executor
    }
}

/// The lessons that explain a table with these cells, in reading order. What was not measured needs no explanation.
pub fn of_cells(cells: &[CellResult]) -> Vec<&'static Lesson> {
    let measured = || cells.iter().filter(|cell| cell.status == Status::Measured);
    of(|explained| measured().any(|cell| explained.is(&cell.family, &cell.workload, &cell.executor)))
}

/// The lessons that explain these slopes, in reading order.
pub fn of_slopes(slopes: &[Slope]) -> Vec<&'static Lesson> {
    let measured = || slopes.iter().filter(|slope| slope.status == Status::Measured);
    of(|explained| measured().any(|slope| explained.is("primitive", &slope.workload, &slope.executor)))
}

fn of(is_there: impl Fn(&Explained) -> bool) -> Vec<&'static Lesson> {
    all().unwrap_or_default().iter().filter(|lesson| lesson.plan.explains.iter().any(&is_there)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, without};

    /// The executors of the suite.
    const EXECUTORS: [&str; 10] = [
        "sequential",
        "threads",
        "thread-pool",
        "rayon",
        "gil-threads",
        "processes",
        "process-pool",
        "tasks",
        "tasks-mt",
        "tasks-rayon",
    ];

    fn names(cells: &[CellResult]) -> Vec<&'static str> {
        of_cells(cells).iter().map(|lesson| lesson.id).collect()
    }

    fn under(workload: &str, executors: &[&str]) -> Vec<CellResult> {
        executors.iter().map(|executor| cell(workload, executor, 16, 1e7)).collect()
    }

    #[test]
    fn a_table_has_the_lessons_of_its_work_and_of_its_executors() {
        assert_eq!(names(&under("http-20ms", &["sequential", "thread-pool-w4"])), ["threads-for-io"]);
        assert_eq!(names(&under("primes-10000", &["sequential", "tasks"])), ["coroutines-do-not-compute"]);
        assert_eq!(names(&under("primes", &["sequential"])), [""; 0]);
        assert_eq!(names(&under("nobody-knows", &["thread-pool"])), [""; 0]);
        let failed = without(cell("http", "thread-pool", 16, 1.0), Status::Failed, "it failed");
        assert_eq!(names(&[failed]), [""; 0], "there is no number to explain");
    }

    #[test]
    fn each_table_of_the_suite_has_some_lessons_and_not_all() {
        for workload in ["timer", "tcp", "http", "file", "db", "db-read", "primes", "blur", "crawl"] {
            let found = names(&under(workload, &EXECUTORS));
            assert!((1..=4).contains(&found.len()), "{workload}: {found:?}");
        }
        for (primitive, executors) in [
            ("primitive-switch-1core", ["threads", "tasks"]),
            ("primitive-pipe-1core", ["threads", "processes"]),
            ("primitive-spawn", ["threads", "tasks"]),
            ("primitive-handover-1mib", ["threads", "processes"]),
            ("primitive-count-mutex", ["threads", "tasks"]),
        ] {
            assert_eq!(names(&under(primitive, &executors)).len(), 1, "{primitive}");
        }
    }

    #[test]
    fn what_cannot_be_measured_cannot_be_explained() {
        let read = |text: &str| Explained::try_from(text.to_owned());
        assert_eq!(read("cpu/tasks"), Ok(Explained { work: Work::Family("cpu"), executor: "tasks".into() }));
        for text in ["cpu", "cpu/taks", "cpus/tasks", "timer/threads/4"] {
            assert!(read(text).is_err_and(|why| why.contains(text)), "{text}");
        }
    }
}
