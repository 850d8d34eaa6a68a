//! The cells that show whether an executor keeps the rules: each of its workloads once, small, and more jobs than a timeline has.

use crate::executor::ExecutorSpec;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::workload::Spec;

/// Few, and more than one.
const JOBS: usize = 4;

/// More than a timeline shows.
const MANY: usize = 100;

/// What is small enough of a workload for a check. The thin server counts connections.
const SMALL: [(&str, &str); 6] = [
    ("timer", "timer-5ms"),
    ("tcp", "tcp-5ms-hyper"),
    ("http", "http-5ms-hyper"),
    ("primes", "primes-2000"),
    ("blur", "blur-32px"),
    ("crawl", "crawl-5ms-32px-hyper"),
];

/// The cells of these workloads under an executor. A workload without a variation gets a small one.
///
/// # Errors
/// If a workload is unknown.
pub fn of<'w>(
    executor: &'static ExecutorSpec,
    workloads: impl IntoIterator<Item = &'w str>,
) -> Result<Vec<Cell>, Failure> {
    let mut cells = Vec::new();
    for name in workloads {
        let small = SMALL.iter().find(|(id, _)| *id == name).map_or(name, |(_, small)| *small);
        let workload: Spec = small.parse()?;
        let sizes: &[usize] = if name == "noop" { &[JOBS, MANY] } else { &[JOBS] };
        cells.extend(sizes.iter().map(|jobs| under(executor, workload.clone(), *jobs)));
    }
    Ok(cells)
}

/// The cell of that name, `workload/executor/jobs`, if it is one of these executors; `None` if it is no name of such a cell.
pub fn named(name: &str, executors: &[&'static ExecutorSpec]) -> Option<Cell> {
    let parts: Vec<_> = name.split('/').collect();
    let [workload, executor, jobs] = parts.as_slice() else { return None };
    if let Ok(cell) = name.parse::<Cell>() {
        return executors.iter().any(|one| one.id == cell.executor.id).then_some(cell);
    }
    // One that no lanes file names.
    let executor = executors.iter().copied().find(|one| one.id == *executor)?;
    Some(under(executor, workload.parse().ok()?, jobs.parse().ok().filter(|jobs| *jobs > 0)?))
}

fn under(executor: &'static ExecutorSpec, workload: Spec, jobs: usize) -> Cell {
    Cell { workload, executor, cold: false, workers: None, processors: None, jobs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor;
    use crate::lane::foreign::unlisted;

    fn ids(cells: &[Cell]) -> Vec<String> {
        cells.iter().map(Cell::to_string).collect()
    }

    #[test]
    fn each_workload_is_small_unless_its_name_says_how_large_it_is() {
        let tasks = executor::find("tasks").expect("known");
        let cells = of(tasks, ["noop", "timer", "timer-1ms", "db"]).expect("known");
        let expected =
            ["noop/tasks/4", "noop/tasks/100", "timer-5ms/tasks/4", "timer-1ms/tasks/4", "db/tasks/4"];
        assert_eq!(ids(&cells), expected);
        assert!(of(tasks, ["tymer"]).is_err());
        assert!(SMALL.iter().all(|(id, small)| {
            of(tasks, [*id]).is_ok_and(|cells| ids(&cells) == [format!("{small}/tasks/4")])
        }));
    }

    #[test]
    fn a_cell_is_named_by_its_parts() {
        let executors = [executor::find("tasks").expect("known"), unlisted("new", vec!["noop"])];
        let name = |text: &str| named(text, &executors).map(|cell| cell.to_string());
        for known in ["noop/tasks/7", "noop/tasks-w2/7", "timer-1ms/new/7"] {
            assert_eq!(name(known).as_deref(), Some(known));
        }
        for other in ["noop/threads/7", "noop/new/0", "nop/new/4", "noop/(new|old)/4", "noop", "noop/new"] {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
