//! From the jobs that a trace kept to what a lane says of them: times since the batch, and workers in order.

use std::collections::HashMap;

use super::protocol::{Ran, Timeline};
use crate::clock::{Stamp, nanos};
use crate::workload::trace::Kept;

/// The kept jobs of a batch that was handed over at `start`. Threads and processes become numbers from 0, by the order
/// in which they first began a job.
pub(super) fn of(mut kept: Vec<Kept>, start: Stamp) -> Timeline {
    kept.sort_by_key(|kept| kept.seen.span.start);
    let mut workers = HashMap::new();
    for Kept { worker, .. } in &kept {
        let next = workers.len();
        workers.entry(*worker).or_insert(next);
    }
    kept.sort_by_key(|kept| kept.job);
    let at = |stamp: Stamp| nanos(stamp.since(start));
    let ran = |kept: Kept| Ran {
        job: kept.job,
        worker: workers.get(&kept.worker).copied().unwrap_or_default(),
        core: kept.seen.core,
        handed_ns: kept.handed.map_or(0, at),
        start_ns: at(kept.seen.span.start),
        end_ns: at(kept.seen.span.end),
        waits_ns: kept.seen.waits.iter().map(|wait| [at(wait.start), at(wait.end)]).collect(),
    };
    Timeline { jobs: kept.into_iter().map(ran).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::trace::{Seen, Span};

    fn span(start: u64, end: u64) -> Span {
        Span { start: Stamp::from_nanos(start), end: Stamp::from_nanos(end) }
    }

    fn kept(job: usize, worker: u32, start: u64) -> Kept {
        let seen =
            Seen { span: span(start, start + 9), core: Some(1), waits: vec![span(start + 2, start + 5)] };
        Kept { job, worker, handed: (job == 1).then(|| Stamp::from_nanos(103)), seen }
    }

    #[test]
    fn jobs_come_in_order_and_workers_are_numbered_by_their_first_job() {
        let told = of(vec![kept(0, 900, 130), kept(1, 700, 110), kept(2, 900, 120)], Stamp::from_nanos(100));
        let ran: Vec<_> =
            told.jobs.iter().map(|ran| (ran.job, ran.worker, ran.handed_ns, ran.start_ns)).collect();
        assert_eq!(ran, [(0, 1, 0, 30), (1, 0, 3, 10), (2, 1, 0, 20)]);
        let first = &told.jobs[0];
        assert_eq!((first.end_ns, &first.waits_ns[..], first.core), (39, &[[32, 35]][..], Some(1)));
    }
}
