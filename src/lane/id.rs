//! The id of a cell: `workload/executor/n`, the same text everywhere.

use std::fmt;
use std::str::FromStr;

use super::Cell;
use super::cell::MOST_JOBS;
use crate::executor::{self, ExecutorSpec};
use crate::failure::{Failure, goes_by_its_name, unknown};
use crate::quantity;
use crate::workload::Spec;

impl Cell {
    /// The cell of that workload, executor (with its variation) and size.
    ///
    /// # Errors
    /// If the executor is unknown (the nearest is named) or the size absurd.
    pub fn new(workload: Spec, executor: &str, jobs: usize) -> Result<Self, Failure> {
        let (executor, cold, workers, processors) = parse_executor(executor)?;
        quantity::within(jobs as u64, 1, MOST_JOBS as u64).map_err(|why| {
            let name = format!(
                "cannot read the cell `{workload}/{}/{jobs}`: `{jobs}` is not a number of jobs: {why}",
                executor.id
            );
            Failure::new(name).help(format!("a batch has from 1 to {MOST_JOBS} jobs"))
        })?;
        Ok(Self { workload, executor, cold, workers, processors, jobs })
    }

    /// The executor with its variation: `thread-pool-w4`.
    pub fn executor_name(&self) -> String {
        let cold = if self.cold { COLD } else { "" };
        let number = |letter, number: Option<usize>| {
            number.map_or_else(String::new, |number| format!("-{letter}{number}"))
        };
        format!("{}{cold}{}{}", self.executor.id, number('w', self.workers), number('c', self.processors))
    }
}

const COLD: &str = "-cold";

/// Reads `executor[-cold][-wN][-cN]`: which executor, whether it is cold, how many workers, on how many cores.
type Variant = (&'static ExecutorSpec, bool, Option<usize>, Option<usize>);

fn parse_executor(name: &str) -> Result<Variant, Failure> {
    let (rest, processors) = number_after(name, "-c")?;
    let (rest, workers) = number_after(rest, "-w")?;
    let cold = rest.strip_suffix(COLD);
    let Some(executor) = executor::find(cold.unwrap_or(rest)) else {
        return Err(unknown("executor", name, executor::all().map(|executor| executor.id)));
    };
    if cold.is_some() && executor.made_ahead.is_none() {
        return Err(Failure::new(format!(
            "cannot read the executor `{name}`: `{}` makes nothing ahead, so it has no cold form",
            executor.id
        ))
        .help("`thread-pool-cold`, `rayon-cold`, `process-pool-cold`, `tasks-cold` and the like"));
    }
    Ok((executor, cold.is_some(), workers, processors))
}

/// The number that a name ends with after this mark, and what stands before it.
fn number_after<'a>(name: &'a str, mark: &str) -> Result<(&'a str, Option<usize>), Failure> {
    let Some((rest, number)) =
        name.rsplit_once(mark).filter(|(_, text)| text.starts_with(|c: char| c.is_ascii_digit()))
    else {
        return Ok((name, None));
    };
    match quantity::count(number, 1, MOST_JOBS as u64) {
        Ok(number) => Ok((rest, usize::try_from(number).ok())),
        Err(why) => {
            let what = if mark == "-w" { "workers" } else { "cores" };
            Err(Failure::new(format!(
                "cannot read the executor `{name}`: `{number}` is not a number of {what}: {why}"
            ))
            .help(format!("write it like `{mark}1`")))
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.workload, self.executor_name(), self.jobs)
    }
}

impl FromStr for Cell {
    type Err = Failure;

    fn from_str(id: &str) -> Result<Self, Failure> {
        let parts: Vec<_> = id.split('/').collect();
        let [workload, executor, jobs] = parts.as_slice() else {
            return Err(Failure::new(format!("cannot read the cell `{id}`: it does not have three parts"))
                .help("a cell is `workload/executor/jobs`, like `http/tasks/32`"));
        };
        let jobs = quantity::count(jobs, 1, MOST_JOBS as u64).map_err(|why| {
            Failure::new(format!("cannot read the cell `{id}`: `{jobs}` is not a number of jobs: {why}"))
                .help("write it like 32 in `http/tasks/32`")
        })?;
        Self::new(workload.parse()?, executor, usize::try_from(jobs).unwrap_or(MOST_JOBS))
    }
}

goes_by_its_name!(Cell);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_back() {
        for id in [
            "http/tasks/32",
            "http-20ms-hyper/thread-pool-w4/64",
            "primes/rayon-cold/1",
            "tcp/tasks-cold-w2/4",
            "primes/process-pool-cold-w3-c1/4",
            "primes/tasks-c2/4",
        ] {
            assert_eq!(id.parse::<Cell>().expect("a cell").to_string(), id);
        }
    }

    #[test]
    fn wrong_ids_say_what_is_wrong() {
        let message = |id: &str| id.parse::<Cell>().expect_err("no cell").to_string();
        assert_eq!(message("http/tasks"), "cannot read the cell `http/tasks`: it does not have three parts");
        assert_eq!(
            message("http/tasks/many"),
            "cannot read the cell `http/tasks/many`: `many` is not a number of jobs: it is not a whole number: write it like `32`"
        );
        assert_eq!(
            message("http/tasks/0"),
            "cannot read the cell `http/tasks/0`: `0` is not a number of jobs: the least is `1`"
        );
        assert_eq!(message("http/taks/1"), "unknown executor `taks`");
        for (name, why) in [
            ("tasks-w0", "`0` is not a number of workers: the least is `1`"),
            ("tasks-c0", "`0` is not a number of cores: the least is `1`"),
            ("tasks-w1e3", "`1e3` is not a number of workers: it is not a whole number: write `1000`"),
            (
                "tasks-w99999999999999999999",
                "`99999999999999999999` is not a number of workers: the most is `1000000`",
            ),
        ] {
            let refused = format!("cannot read the executor `{name}`: {why}");
            assert_eq!(message(&format!("http/{name}/1")), refused);
        }
        assert!(
            message("http/threads-cold/1").ends_with("`threads` makes nothing ahead, so it has no cold form")
        );
    }
}
