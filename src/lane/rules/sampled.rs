//! The times of a sample must be possible: as many as requested, and no longer than the driver waited.

use std::time::Duration;

use crate::clock::nanos;
use crate::failure::Failure;
use crate::lane::protocol::{MOST_SAMPLES, Sampled};

/// The batch ran as often as requested.
///
/// # Errors
/// If it did not.
pub fn count(sampled: &Sampled, times: u64) -> Result<(), Failure> {
    if sampled.count == times && times > 0 {
        return Ok(());
    }
    Err(Failure::new(format!("the lane ran {} batches, and {times} were requested", sampled.count)))
}

/// The runs took no longer than the driver waited for the reply.
///
/// # Errors
/// If they did.
pub fn time(sampled: &Sampled, waited: Duration) -> Result<(), Failure> {
    let (total_ns, waited) = (sampled.total_ns, nanos(waited));
    if total_ns <= waited {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the lane reports that its batches took {total_ns} ns, but it replied within {waited} ns"
    )))
}

/// There is a time for each run, up to a limit, and together they are the whole time.
///
/// # Errors
/// If some are missing, or the sum differs.
pub fn single_times(sampled: &Sampled) -> Result<(), Failure> {
    let (total_ns, there) = (sampled.total_ns, sampled.samples_ns.len());
    let expected = usize::try_from(sampled.count).unwrap_or(usize::MAX).min(MOST_SAMPLES);
    if there != expected {
        return Err(Failure::new(format!(
            "the lane gave the times of {there} batches, and the driver asked for {expected}"
        )));
    }
    // Of more runs than single times, the sum is a part of the whole.
    let sum: u128 = sampled.samples_ns.iter().copied().map(u128::from).sum();
    let all = sampled.count <= MOST_SAMPLES as u64;
    if sum > u128::from(total_ns) || (all && sum != u128::from(total_ns)) {
        return Err(Failure::new(format!(
            "the times of the batches add up to {sum} ns, and the lane reports {total_ns} ns in all"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(count: u64, total_ns: u64, samples_ns: &[u64]) -> Sampled {
        Sampled { count, total_ns, samples_ns: samples_ns.to_vec(), ..Sampled::default() }
    }

    #[test]
    fn times_are_as_many_as_runs_and_add_up() {
        assert_eq!(single_times(&sampled(2, 7, &[3, 4])), Ok(()));
        let many = sampled(2_000, 5_000, &[1; MOST_SAMPLES]);
        assert_eq!(single_times(&many), Ok(()));
        for (sampled, says) in [
            (sampled(2, 7, &[7]), "gave the times of 1 batches, and the driver asked for 2"),
            (sampled(2, 7, &[3, 5]), "add up to 8 ns, and the lane reports 7 ns"),
            (sampled(2, 7, &[u64::MAX, u64::MAX]), "add up to 36893488147419103230 ns"),
            (Sampled { total_ns: 999, ..many }, "add up to 1000 ns"),
        ] {
            let failure = single_times(&sampled).expect_err(says);
            assert!(failure.message.contains(says), "{failure}");
        }
    }

    #[test]
    fn a_sample_is_of_as_many_runs_and_not_longer_than_the_wait() {
        let one = sampled(1, 1_000, &[1_000]);
        assert_eq!((count(&one, 1), time(&one, Duration::from_micros(1))), (Ok(()), Ok(())));
        assert!(count(&one, 2).is_err() && count(&sampled(0, 0, &[]), 0).is_err());
        let failure = time(&sampled(1, 1 << 63, &[]), Duration::from_secs(1)).expect_err("292 years");
        assert!(
            failure.message.ends_with("took 9223372036854775808 ns, but it replied within 1000000000 ns")
        );
    }
}
