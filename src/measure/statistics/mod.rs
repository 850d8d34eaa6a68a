//! Arithmetic over plain numbers: medians and their 99 % intervals here, differences of pairs in [`signed_rank`], whole
//! samples without pairs in [`rank_sum`], tables in [`ranking`] and [`spread`], many hypotheses in [`holm`], shares in [`proportion`]. Must not know what is measured.
//!
//! The interval of a median is the distribution-free one from order statistics: the number of samples below the true
//! median is binomial with p = 1/2, so the k-th smallest and k-th largest sample enclose it with a known probability
//! (Conover, *Practical Nonparametric Statistics*, 3rd ed., section 3.2). Unlike a bootstrap it is exact for small samples,
//! needs no random numbers, and shows that fewer than 8 samples have no 99 % interval.

#[cfg(test)]
pub(crate) mod draw;
pub mod holm;
pub mod proportion;
pub mod rank_sum;
pub mod ranking;
pub mod signed_rank;
pub mod spread;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A median with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Figure")]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The interval that encloses the true median in 99 of 100 runs; `null` below 8 samples.
    pub interval99: Option<[f64; 2]>,
}

/// The median of samples and its interval; `None` of no samples.
pub fn estimate(samples: &[f64]) -> Option<Estimate> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let interval99 = rank(sorted.len()).map(|rank| [sorted[rank - 1], sorted[sorted.len() - rank]]);
    Some(Estimate { median: middle(&sorted)?, interval99 })
}

/// How many times as long as `b` its partner `a` took, pass by pass: the Hodges-Lehmann estimate over the logarithms of the
/// ratios, and its interval. Pairs in which one is not positive do not count.
pub fn ratio(a: &[f64], b: &[f64]) -> Option<Estimate> {
    let pairs = a.iter().zip(b).filter(|(a, b)| **a > 0.0 && **b > 0.0);
    let logs: Vec<f64> = pairs.map(|(a, b)| (a / b).ln()).collect();
    let found = signed_rank::shift(&logs)?;
    let interval99 = found.interval99.map(|ends| ends.map(f64::exp));
    Some(Estimate { median: found.median.exp(), interval99 })
}

pub(crate) fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    Some(if sorted.len() % 2 == 1 { upper } else { f64::midpoint(sorted[half - 1], upper) })
}

/// The largest k for which the k-th smallest and k-th largest of n samples miss the median in at most 1 % of runs:
/// P(Bin(n, 1/2) < k) <= 1/2 %.
fn rank(n: usize) -> Option<usize> {
    if n > 1_000 {
        // 2^-n leaves the range of an f64; by then the normal approximation is off by less than one rank.
        return Some((n as f64 / 2.0 - 2.576 * (n as f64).sqrt() / 2.0).floor() as usize);
    }
    let mut term = 0.5_f64.powi(i32::try_from(n).ok()?);
    let mut below = 0.0;
    let mut rank = 0;
    while rank < n.div_ceil(2) && below + term <= 0.005 {
        below += term;
        rank += 1;
        term *= (n - rank + 1) as f64 / rank as f64;
    }
    (rank > 0).then_some(rank)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn one_to(n: usize) -> Vec<f64> {
        (1..=n).map(|i| i as f64).collect()
    }

    #[test]
    fn medians_of_no_one_two_and_three_samples() {
        assert_eq!(estimate(&[]), None);
        assert_eq!(estimate(&[7.0]), Some(Estimate { median: 7.0, interval99: None }));
        assert_eq!(estimate(&[1.0, 2.0]).map(|found| found.median), Some(1.5));
        assert_eq!(estimate(&[3.0, 1.0, 2.0]).map(|found| found.median), Some(2.0));
    }

    /// Ranks from published tables of the sign test's interval at 99 %.
    #[test]
    fn ranks_are_those_of_the_tables() {
        for (n, expected) in [
            (0, None),
            (1, None),
            (7, None),
            (8, Some(1)),
            (10, Some(1)),
            (11, Some(1)),
            (12, Some(2)),
            (15, Some(3)),
            (20, Some(4)),
            (25, Some(6)),
            (30, Some(8)),
            (50, Some(16)),
            (100, Some(37)),
        ] {
            assert_eq!(rank(n), expected, "{n} samples");
        }
        assert_eq!(estimate(&one_to(20)).and_then(|found| found.interval99), Some([4.0, 17.0]));
    }

    #[test]
    fn many_samples_do_not_break_the_arithmetic() {
        assert_eq!(rank(1_000), Some(459));
        assert_eq!(rank(1_001).zip(rank(1_000)).map(|(more, fewer)| more.abs_diff(fewer) <= 1), Some(true));
        assert!(rank(100_000).is_some_and(|rank| (49_500..49_700).contains(&rank)));
    }

    #[test]
    fn pairs_with_a_zero_do_not_count() {
        let a = [2.0, 0.0, 6.0, 1.0];
        let b = [1.0, 1.0, 2.0, 0.0];
        let found = ratio(&a, &b).expect("two pairs").median;
        assert!((found - 6.0_f64.sqrt()).abs() < 1e-12, "between 2 and 3, by their logarithms: {found}");
        assert_eq!(ratio(&[], &b), None);
    }

    #[test]
    fn drift_that_both_have_cancels_out() {
        let drift = [1.0, 5.0, 2.0, 9.0, 3.0, 4.0, 8.0, 7.0, 6.0];
        let a: Vec<_> = drift.iter().map(|slow| 3.0 * slow).collect();
        let b: Vec<_> = drift.iter().map(|slow| 2.0 * slow).collect();
        let Some(Estimate { median, interval99: Some([low, high]) }) = ratio(&a, &b) else {
            panic!("nine pairs")
        };
        assert!([median, low, high].iter().all(|found| (found - 1.5).abs() < 1e-12), "{low} {median} {high}");
    }

    /// The median is 0 of the one shape and ln 2 of the other; in 2,000 runs at 99 % some 20 miss it, and 40 would be a fault.
    #[test]
    fn the_interval_covers_the_true_median() {
        let mut random = StdRng::seed_from_u64(6);
        let skewed = |random: &mut StdRng| -random.random::<f64>().ln();
        let normal = draw::normal as fn(&mut StdRng) -> f64;
        for (truth, draw) in [(0.0, normal), (2.0_f64.ln(), skewed)] {
            for count in [8, 12, 16] {
                let missed = (0..2_000).filter(|_| {
                    let samples: Vec<f64> = (0..count).map(|_| draw(&mut random)).collect();
                    let interval = estimate(&samples).and_then(|found| found.interval99);
                    interval.is_none_or(|[low, high]| low > truth || high < truth)
                });
                let missed = missed.count();
                assert!(missed <= 40, "{missed} of 2,000 missed {truth} with {count} samples");
            }
        }
    }

    proptest! {
        #[test]
        fn the_interval_encloses_the_median(samples in prop::collection::vec(0.0..1e12, 8..200)) {
            let found = estimate(&samples).expect("samples");
            let [low, high] = found.interval99.expect("enough");
            prop_assert!(low <= found.median && found.median <= high);
        }
    }
}
