//! From the jobs that a trace kept to what a lane says of them: times since the batch, and workers in order.

use std::collections::HashMap;

use super::protocol::{JobTimes, Ran};

/// The kept jobs of a batch that was handed over at `start_ns`. Threads and processes become numbers from 0, by the order
/// in which they first began a job.
pub(super) fn of(mut jobs: Vec<Ran>, start_ns: u64) -> JobTimes {
    jobs.sort_by_key(|ran| ran.start_ns);
    let mut workers = HashMap::new();
    for ran in &mut jobs {
        let next = workers.len();
        ran.worker = *workers.entry(ran.worker).or_insert(next);
        let times = [&mut ran.handed_ns, &mut ran.start_ns, &mut ran.end_ns].into_iter();
        times.chain(ran.waits_ns.as_flattened_mut()).for_each(|time| *time = time.saturating_sub(start_ns));
    }
    jobs.sort_by_key(|ran| ran.job);
    JobTimes { jobs }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(job: usize, worker: usize, start_ns: u64) -> Ran {
        let (handed_ns, waits_ns) = (if job == 1 { 103 } else { 0 }, vec![[start_ns + 2, start_ns + 5]]);
        Ran { job, worker, core: Some(1), handed_ns, start_ns, end_ns: start_ns + 9, waits_ns }
    }

    #[test]
    fn jobs_come_in_order_and_workers_are_numbered_by_their_first_job() {
        let times = of(vec![kept(0, 900, 130), kept(1, 700, 110), kept(2, 900, 120)], 100);
        let ran: Vec<_> =
            times.jobs.iter().map(|ran| (ran.job, ran.worker, ran.handed_ns, ran.start_ns)).collect();
        assert_eq!(ran, [(0, 1, 0, 30), (1, 0, 3, 10), (2, 1, 0, 20)]);
        let first = &times.jobs[0];
        assert_eq!((first.end_ns, &first.waits_ns[..], first.core), (39, &[[32, 35]][..], Some(1)));
    }
}
