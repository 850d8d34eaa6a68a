//! What a lane saw of the jobs of one batch must fit into that batch.

use std::time::Duration;

use crate::clock::nanos;
use crate::failure::Failure;
use crate::lane::protocol::{JobTimes, Jobs, MOST_KEPT, Probed, Quantiles, Ran, chosen};

/// The batch took no longer than the driver waited for the reply.
///
/// # Errors
/// If it did.
pub fn wall(probed: &Probed, waited: Duration) -> Result<(), Failure> {
    let (wall_ns, waited) = (probed.wall_ns, nanos(waited));
    if wall_ns <= waited {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the lane reports that its probed batch took {wall_ns} ns, but it replied within {waited} ns"
    )))
}

/// No more jobs were in flight at once, on average, than the lane can have.
///
/// # Errors
/// If there were.
pub fn in_flight(width: usize, wall_ns: u64, jobs: &Jobs) -> Result<(), Failure> {
    let most = u128::from(wall_ns) * width as u128;
    if u128::from(jobs.in_flight_ns) <= most {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the lane reports {} ns in flight for all jobs together, and with {width} at once {most} ns is the most",
        jobs.in_flight_ns
    )))
}

/// Quantiles grow, and none is longer than the batch.
///
/// # Errors
/// If they do not, or one is.
pub fn quantiles(wall_ns: u64, jobs: &Jobs) -> Result<(), Failure> {
    for (name, quantiles) in [("latency", &jobs.latency), ("response", &jobs.response)] {
        let Quantiles { p50_ns, p90_ns, p99_ns, max_ns } = *quantiles;
        let all = [p50_ns, p90_ns, p99_ns, max_ns, wall_ns];
        if !all.is_sorted() {
            return Err(Failure::new(format!(
                "the lane reports a {name} with p50, p90, p99 and maximum {p50_ns}, {p90_ns}, {p99_ns} and {max_ns} ns \
                 in a batch of {wall_ns} ns"
            )));
        }
    }
    Ok(())
}

/// As many jobs as are to be kept, evenly chosen, in order, with the first and the last, and each within the batch.
///
/// # Errors
/// The first job that is out of place.
pub fn timeline(jobs: usize, wall_ns: u64, timeline: &JobTimes) -> Result<(), Failure> {
    let wrong = |why: String| Err(Failure::new(format!("the timeline {why}")));
    let there = timeline.jobs.len();
    let expected = jobs.min(MOST_KEPT);
    if there > MOST_KEPT || there == 0 {
        return wrong(format!("has {there} jobs, and not {expected}"));
    }
    let ends = [timeline.jobs.first(), timeline.jobs.last()].map(|ran| ran.map(|ran| ran.job));
    if ends != [Some(0), Some(jobs - 1)] {
        return wrong(format!("does not have the first and the last of {jobs} jobs"));
    }
    for pair in timeline.jobs.windows(2) {
        if pair[0].job >= pair[1].job {
            return wrong(format!("has job {} before job {}", pair[0].job, pair[1].job));
        }
    }
    if !timeline.jobs.iter().map(|ran| ran.job).eq(chosen(jobs)) {
        return wrong(format!("does not choose {expected} of {jobs} jobs evenly"));
    }
    for ran in &timeline.jobs {
        let job = ran.job;
        if let Err((field, why)) = body(ran) {
            return wrong(format!("is impossible: `{field}` of job {job} {why}"));
        }
        if ran.end_ns > wall_ns {
            return wrong(format!(
                "is impossible: job {job} ends at {} ns, after its batch of {wall_ns} ns",
                ran.end_ns
            ));
        }
        if ran.handed_ns > ran.start_ns {
            return wrong(format!("is impossible: job {job} starts before it is handed over"));
        }
    }
    Ok(())
}

/// A job ends after its start, and waits in between, in order and without overlap.
///
/// # Errors
/// The key that is wrong, and what is wrong with it.
pub fn body(ran: &Ran) -> Result<(), (&'static str, String)> {
    let (start, end) = (ran.start_ns, ran.end_ns);
    if start > end {
        return Err(("end_ns", format!("is {end}, before the start at {start}")));
    }
    let mut after = start;
    for [from, to] in &ran.waits_ns {
        if !(after <= *from && from <= to && *to <= end) {
            let why = format!("has a wait from {from} to {to}, not between {after} and {end}");
            return Err(("waits_ns", why));
        }
        after = *to;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(job: usize, start_ns: u64, end_ns: u64) -> Ran {
        Ran { job, start_ns, end_ns, ..Ran::default() }
    }

    #[test]
    fn a_timeline_shows_chosen_jobs_within_their_batch() {
        let of = |jobs: usize, seen: Vec<Ran>| {
            timeline(jobs, 9, &JobTimes { jobs: seen }).map_err(|failure| failure.message)
        };
        assert_eq!(of(2, vec![ran(0, 1, 5), ran(1, 5, 9)]), Ok(()));
        assert_eq!(of(100, chosen(100).map(|job| ran(job, 0, 9)).collect()), Ok(()));
        let late = Ran { handed_ns: 3, ..ran(1, 2, 3) };
        for (jobs, seen, says) in [
            (2, vec![], "has 0 jobs, and not 2"),
            (100, (0..100).map(|job| ran(job, 0, 1)).collect(), "has 100 jobs, and not 64"),
            (3, vec![ran(0, 1, 5), ran(1, 5, 9)], "the first and the last of 3"),
            (3, vec![ran(0, 1, 5), ran(2, 5, 9)], "does not choose 3 of 3 jobs evenly"),
            (3, vec![ran(0, 1, 5), ran(2, 1, 5), ran(1, 1, 5), ran(2, 5, 9)], "has job 2 before job 1"),
            (2, vec![ran(0, 5, 1), ran(1, 5, 9)], "`end_ns` of job 0 is 1, before the start at 5"),
            (2, vec![ran(0, 1, 5), ran(1, 5, 10)], "job 1 ends at 10 ns, after its batch of 9 ns"),
            (2, vec![ran(0, 1, 5), late], "job 1 starts before it is handed over"),
        ] {
            let message = of(jobs, seen).expect_err(says);
            assert!(message.contains(says), "{message}");
        }
    }

    #[test]
    fn jobs_and_their_quantiles_fit_into_the_batch() {
        let quantiles_of = |p50_ns, max_ns| Quantiles { p50_ns, p90_ns: p50_ns, p99_ns: p50_ns, max_ns };
        let jobs =
            |in_flight_ns, latency| Jobs { in_flight_ns, latency, response: quantiles_of(1, 1), tasks: None };
        let fits = jobs(20, quantiles_of(5, 10));
        assert_eq!((in_flight(2, 10, &fits), quantiles(10, &fits)), (Ok(()), Ok(())));
        assert!(in_flight(1, 10, &fits).is_err() && quantiles(9, &fits).is_err());
        assert!(in_flight(1_000_000, u64::MAX, &jobs(u64::MAX, quantiles_of(1, 1))).is_ok());
        assert!(quantiles(10, &jobs(1, quantiles_of(5, 4))).is_err());
    }
}
