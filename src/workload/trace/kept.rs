//! Which jobs of a batch more is kept of than two stamps: as many as a picture can show.

/// Of more jobs than this a probe keeps no more than two stamps: a reader could not distinguish their rows.
pub const MOST_KEPT: usize = 64;

/// The jobs of a batch that are kept: at most [`MOST_KEPT`], evenly chosen, the first and the last included.
pub fn chosen(jobs: usize) -> impl Iterator<Item = usize> {
    let kept = jobs.min(MOST_KEPT);
    (0..kept).map(move |at| at * jobs.saturating_sub(1) / (kept - 1).max(1))
}

/// Which of the [`chosen`] a job is, if it is one: asked of every job, so it searches nothing.
pub(super) fn kept_index(job: usize, jobs: usize) -> Option<usize> {
    let (steps, last) = (jobs.min(MOST_KEPT).saturating_sub(1).max(1), jobs.saturating_sub(1).max(1));
    let at = (job * steps).div_ceil(last);
    (job < jobs && at * last / steps == job).then_some(at)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_kept_jobs_are_evenly_chosen_with_the_first_and_the_last() {
        let of = |jobs| chosen(jobs).collect::<Vec<_>>();
        assert_eq!((of(0), of(1), of(3)), (vec![], vec![0], vec![0, 1, 2]));
        assert_eq!(of(MOST_KEPT), (0..MOST_KEPT).collect::<Vec<_>>());
        for jobs in [MOST_KEPT + 1, 100, 127, 128, 200, 10_000] {
            let kept = of(jobs);
            assert_eq!((kept.len(), kept[0], kept[MOST_KEPT - 1]), (MOST_KEPT, 0, jobs - 1), "of {jobs}");
            let steps: HashSet<_> = kept.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let even = (jobs - 1) / (MOST_KEPT - 1);
            assert!(steps.iter().all(|step| (even..=even + 1).contains(step)), "of {jobs}: {steps:?}");
        }
        for jobs in [1, 2, 3, MOST_KEPT, MOST_KEPT + 1, 127, 200, 10_000] {
            let places = (0..jobs + 2).filter_map(|job| Some((kept_index(job, jobs)?, job)));
            assert!(places.eq(of(jobs).into_iter().enumerate()), "each is found in its place, and no other");
        }
        assert_eq!(kept_index(0, 0), None);
    }
}
