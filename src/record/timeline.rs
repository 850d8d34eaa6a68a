//! When the jobs of a probed batch ran: what a picture of it is drawn from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lane::protocol::{Probed, chosen};

pub use crate::lane::protocol::{MOST_KEPT, Ran};

/// The probed batch, job by job. All times are nanoseconds since the executor was handed the batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timeline {
    /// What the batch took.
    pub wall_ns: u64,
    /// At most 64 of its jobs, evenly chosen, in submission order.
    pub jobs: Vec<Ran>,
}

impl Timeline {
    /// What a lane reported of its probed batch; `None` if it reported nothing. Of what is too much, some is chosen.
    pub(crate) fn of(probed: &Probed) -> Option<Self> {
        let received = &probed.timeline.as_ref()?.jobs;
        let jobs = chosen(received.len()).filter_map(|at| received.get(at)).map(Ran::possible).collect();
        Some(Self { wall_ns: probed.wall_ns, jobs })
    }

    /// The jobs in rows to draw: worker by worker, and within a worker as many rows as it had jobs in flight at once.
    /// A row holds jobs of one worker that do not overlap, in the order in which they began.
    pub fn rows(&self) -> Vec<Vec<&Ran>> {
        let mut jobs: Vec<&Ran> = self.jobs.iter().collect();
        jobs.sort_by_key(|ran| (ran.worker, ran.start_ns, ran.job));
        let (mut rows, mut first) = (Vec::<Vec<&Ran>>::new(), 0);
        for ran in jobs {
            let last = |row: &Vec<&Ran>| row.last().map(|last| (last.worker, last.end_ns));
            if rows.last().and_then(last).is_some_and(|(worker, _)| worker != ran.worker) {
                first = rows.len(); // the rows of another worker begin here
            }
            let free = |row: &&mut Vec<&Ran>| last(row).is_none_or(|(_, end_ns)| end_ns <= ran.start_ns);
            match rows[first..].iter_mut().find(free) {
                Some(row) => row.push(ran),
                None => rows.push(vec![ran]),
            }
        }
        rows
    }
}

impl Ran {
    /// A lane of another make may report what is impossible: a record has its waits in order and within the body all the same.
    fn possible(&self) -> Self {
        let end_ns = self.end_ns.max(self.start_ns);
        let mut free = self.start_ns;
        let within = |[from, to]: &[u64; 2]| {
            let wait = [(*from).clamp(free, end_ns), (*to).clamp(free, end_ns)];
            free = free.max(wait[1]);
            (wait[0] < wait[1]).then_some(wait)
        };
        let waits_ns = self.waits_ns.iter().filter_map(within).collect();
        Self { end_ns, waits_ns, ..*self }
    }

    /// What is drawn ahead of it in its row: from its hand-over to its start, as far as the row is free. `before` is the
    /// job before it in the row. `None` if nothing is left.
    pub fn on_its_way_ns(&self, before: Option<&Self>) -> Option<[u64; 2]> {
        let from = self.handed_ns.max(before.map_or(0, |before| before.end_ns));
        (from < self.start_ns).then_some([from, self.start_ns])
    }

    /// When the body did not wait: between its waits, in order.
    pub fn computes_ns(&self) -> Vec<[u64; 2]> {
        let starts = std::iter::once(self.start_ns).chain(self.waits_ns.iter().map(|wait| wait[1]));
        let ends = self.waits_ns.iter().map(|wait| wait[0]).chain([self.end_ns]);
        starts.zip(ends).filter(|(from, to)| from < to).map(|(from, to)| [from, to]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::hex::Hex;
    use crate::lane::protocol;

    fn ran(job: usize, worker: usize, start_ns: u64, end_ns: u64) -> Ran {
        Ran { job, worker, core: None, handed_ns: 0, start_ns, end_ns, waits_ns: Vec::new() }
    }

    fn rows(jobs: Vec<Ran>) -> Vec<Vec<usize>> {
        let timeline = Timeline { wall_ns: 100, jobs };
        timeline.rows().iter().map(|row| row.iter().map(|ran| ran.job).collect()).collect()
    }

    #[test]
    fn a_worker_has_as_many_rows_as_jobs_at_once() {
        assert_eq!(rows(vec![]), [[0; 0]; 0]);
        let one_after_another = vec![ran(0, 0, 1, 5), ran(1, 0, 5, 9), ran(2, 0, 12, 20)];
        assert_eq!(rows(one_after_another), [[0, 1, 2]]);
        let overlapping = vec![ran(0, 0, 1, 50), ran(1, 0, 2, 30), ran(2, 0, 3, 40), ran(3, 0, 35, 60)];
        assert_eq!(rows(overlapping), [vec![0], vec![1, 3], vec![2]]);
    }

    #[test]
    fn workers_do_not_share_rows_and_come_in_order() {
        let jobs = vec![ran(0, 1, 1, 5), ran(1, 0, 20, 30), ran(2, 1, 6, 9), ran(3, 0, 0, 19)];
        assert_eq!(rows(jobs), [[3, 1], [0, 2]]);
    }

    #[test]
    fn before_its_start_a_job_is_on_its_way_as_far_as_the_row_is_free() {
        let job = Ran { handed_ns: 10, ..ran(1, 0, 30, 40) };
        assert_eq!(job.on_its_way_ns(None), Some([10, 30]));
        assert_eq!(job.on_its_way_ns(Some(&ran(0, 0, 1, 25))), Some([25, 30]));
        assert_eq!(job.on_its_way_ns(Some(&ran(0, 0, 1, 30))), None);
    }

    #[test]
    fn a_body_computes_where_it_does_not_wait() {
        let waits = |waits_ns: &[[u64; 2]]| Ran { waits_ns: waits_ns.to_vec(), ..ran(0, 0, 10, 50) };
        assert_eq!(waits(&[]).computes_ns(), [[10, 50]]);
        assert_eq!(waits(&[[10, 20], [30, 50]]).computes_ns(), [[20, 30]]);
        assert_eq!(waits(&[[12, 20]]).computes_ns(), [[10, 12], [20, 50]]);
    }

    #[test]
    fn of_a_lane_that_says_too_much_no_more_is_kept() {
        let jobs = (0..1_000).map(|job| ran(job, 0, 1, 2)).collect();
        let timeline = Some(protocol::JobTimes { jobs });
        let probed = Probed { wall_ns: 9, jobs: None, timeline, usage: Default::default(), digest: Hex(0) };
        let kept = Timeline::of(&probed).expect("it reported something");
        assert_eq!((kept.jobs.len(), kept.jobs[0].job, kept.jobs[MOST_KEPT - 1].job), (MOST_KEPT, 0, 999));
        assert_eq!(Timeline::of(&Probed { timeline: None, ..probed }), None);
    }

    #[test]
    fn waits_that_cannot_be_stay_within_their_job() {
        let waits = |[start_ns, end_ns]: [u64; 2], waits_ns: &[[u64; 2]]| {
            let waits_ns = waits_ns.to_vec();
            let ran = Ran { waits_ns, ..ran(0, 0, start_ns, end_ns) }.possible();
            (ran.end_ns, ran.waits_ns)
        };
        let within = vec![[10, 15], [15, 20]];
        assert_eq!(waits([10, 20], &[[0, 15], [12, 90], [3, 1]]), (20, within));
        assert_eq!(waits([20, 10], &[[u64::MAX, 0]]), (20, vec![]), "it ends when it begins");
        assert_eq!(waits([10, 40], &[[12, 20], [25, 30]]), (40, vec![[12, 20], [25, 30]]), "left alone");
    }
}
