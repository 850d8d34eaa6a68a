//! Checks that a lane is what it claims to be: its threads, its tasks, and how long a job holds its worker. If a lane breaks
//! a rule, its cell fails.
//!
//! Four rules are about samples: every answer is right, which the lane's driver checks, and the server counted as many requests
//! (equal work); no batch is faster than its waits, and no warm one opens a connection (equal connections).

use std::time::Duration;

use mock_server::Stats;

use crate::clock::nanos;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::driver::{Conditions, InFlight};
use crate::lane::protocol::{Probed, Sampled};
use crate::workload::Family;

/// The main thread, and the one that waits for the end of the parent.
const OWN: usize = 2;

/// tokio's `max_blocking_threads`, which the executors leave alone.
const BLOCKING_THREADS: usize = 512;

/// A task that waits holds its worker for microseconds. A busy machine can make one of them hold it for this long, but not
/// half of them.
const TOO_LONG: Duration = Duration::from_millis(5);

/// As many threads with jobs in flight as the model has, or as a lane in another language `claimed`, and no thread of an async
/// runtime in a blocking executor.
///
/// # Errors
/// The rule that is broken, with what was expected and what was found.
pub fn threads(
    cell: &Cell,
    cores: usize,
    claimed: Option<[usize; 2]>,
    in_flight: &InFlight,
) -> Result<(), Failure> {
    let (kind, found) = (cell.workload.kind(), in_flight.threads.len());
    if kind.primitive.is_some() {
        return Ok(()); // a primitive does not use the executor's code
    }
    if cell.executor.foreign.is_some() {
        // What a runtime in another language starts for itself, only its lane knows.
        return match claimed {
            Some([least, most])
                if in_flight.jobs == cell.width(cores) && !(least..=most).contains(&found) =>
            {
                Err(broken(format!(
                    "the process of the lane has {found} threads, and the lane says {least} to {most}"
                )))
            }
            _ => Ok(()),
        };
    }
    let clients = cell.width(cores);
    // tokio starts another thread for a blocking section when none is idle at that very moment.
    let sections = cell.executor.is_async() && kind.async_note.is_some();
    let blocking_sections = if sections { BLOCKING_THREADS } else { 0 };
    let least = OWN + cell.threads(cores);
    let most = least + kind.hidden_threads * clients + blocking_sections;
    // An executor that makes a thread for each job has fewer while fewer jobs are in flight.
    let least = if in_flight.jobs < clients { OWN } else { least };
    if !(least..=most).contains(&found) {
        return Err(broken(format!(
            "the process of the lane has {found} threads, and its model has {least} to {most}"
        )));
    }
    let is_runtime = |name: &&String| name.starts_with("tokio") || name.starts_with("reqwest");
    let hidden = in_flight.threads.iter().find(is_runtime).filter(|_| !cell.executor.is_async());
    match hidden {
        Some(name) if kind.hidden_threads == 0 => {
            Err(broken(format!("a blocking executor has a thread of an async runtime, `{name}`")))
        }
        _ => Ok(()),
    }
}

/// A task for every job, and a job that waits releases its worker. The hand-written controls have no stamps to check.
///
/// # Errors
/// As [`threads`].
pub fn tasks(cell: &Cell, probed: &Probed) -> Result<(), Failure> {
    let Some(jobs) = probed.jobs.as_ref().filter(|_| cell.workload.kind().primitive.is_none()) else {
        return Ok(());
    };
    let (Some(tasks), true) = (&jobs.tasks, cell.executor.is_async()) else { return Ok(()) };
    if tasks.count != cell.jobs as u64 {
        let (count, jobs) = (tasks.count, cell.jobs);
        return Err(broken(format!(
            "{jobs} jobs ran in {count} tasks, and each job must have a task of its own"
        )));
    }
    let kind = cell.workload.kind();
    let only_waits = kind.waits && kind.family != Family::Mixed;
    if only_waits && tasks.poll_p50_ns >= nanos(TOO_LONG) {
        let held = Duration::from_nanos(tasks.poll_p50_ns);
        return Err(broken(format!("a job that only waits blocked its worker for {held:?}, at the median")));
    }
    Ok(())
}

/// A batch is not faster than the waits of its jobs, unless another clock than the lane's ends them. Right answers prove
/// no wait: a job that skipped it would win.
///
/// # Errors
/// If it is.
pub fn waits(cell: &Cell, cores: usize, has_other_clock: bool, sampled: &Sampled) -> Result<(), Failure> {
    let batch = Duration::from_nanos(sampled.total_ns / sampled.count.max(1));
    let least = cell.least_time(cores);
    if batch + Conditions::tolerance(has_other_clock, least) >= least {
        return Ok(());
    }
    Err(Failure::new(format!(
        "a batch took {batch:?}, and waiting alone takes {least:?}: its jobs did not wait"
    )))
}

/// The server counted a request for each job of each run.
///
/// # Errors
/// If it counted more or fewer.
pub fn requests(cell: &Cell, times: u64, stats: &Stats) -> Result<(), Failure> {
    let (sent, seen) = (cell.jobs as u64 * times, stats.requests);
    if seen == sent {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the server counted {seen} requests, and the jobs of the lane had to send {sent}"
    )))
}

/// The server has as many connections as `before` the sample, if it counts them.
///
/// # Errors
/// If it has more.
pub fn connections(before: Option<u64>, stats: &Stats) -> Result<(), Failure> {
    if stats.connections == before {
        return Ok(());
    }
    Err(Failure::new("the lane opened or lost a connection in a warm sample, where every slot keeps its own"))
}

fn broken(rule: String) -> Failure {
    Failure::new(format!("unfair: {rule}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_counts_a_request_for_each_job_and_no_new_connection() {
        let cell: Cell = "http/tasks/4".parse().expect("a cell");
        let seen = |requests, connections| Stats {
            requests,
            connections,
            in_flight: None,
            peak_in_flight: 4,
            peak_is_nominal: false,
        };
        assert_eq!(requests(&cell, 2, &seen(8, None)), Ok(()));
        let fewer = requests(&cell, 2, &seen(7, None)).expect_err("one is missing").message;
        assert_eq!(fewer, "the server counted 7 requests, and the jobs of the lane had to send 8");
        assert_eq!(connections(Some(4), &seen(8, Some(4))), Ok(()));
        let more = connections(Some(4), &seen(8, Some(5))).expect_err("one more").message;
        assert!(more.starts_with("the lane opened or lost a connection"), "{more}");
    }
}
