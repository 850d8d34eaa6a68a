//! Whether paired differences lean to one side, and by how much: Wilcoxon's signed-rank test with its exact null, and the
//! estimate and interval that belong to it.
//!
//! If two cells are the same program and their order within a pass was drawn by lot, every sign of a difference is as
//! likely as the other, whatever drift or noise both met. The test needs no more than that (F. Wilcoxon, "Individual
//! comparisons by ranking methods", 1945). The estimate is the median of all means of two differences, the interval the
//! set of shifts that the test does not reject (J. Hodges and E. Lehmann, "Estimates of location based on rank tests",
//! 1963). Must not know what the differences are of.

use super::Estimate;

/// The chance of differences that lean at least so far to either side, if neither side is favoured.
pub fn p_value(differences: &[f64]) -> f64 {
    let (ranks, sum) = signed_ranks(differences);
    let all: usize = ranks.iter().sum();
    let tail = at_most(&ranks, sum.min(all - sum));
    (2.0 * tail).min(1.0)
}

/// The chance of differences that lean upwards at least so far, if neither side is favoured: the test of one side.
pub fn p_above(differences: &[f64]) -> f64 {
    let (ranks, sum) = signed_ranks(differences);
    let all: usize = ranks.iter().sum();
    at_most(&ranks, all - sum)
}

/// By how much they lean: the Hodges-Lehmann estimate, and the interval that encloses the truth in 99 of 100 runs; none
/// with fewer than eight differences. `None` of no differences.
pub fn shift(differences: &[f64]) -> Option<Estimate> {
    let means = walsh(differences);
    let interval99 = ends(&means, differences.len(), 0.005);
    Some(Estimate { median: super::middle(&means)?, interval99 })
}

/// The interval that misses the truth with a chance of at most `tail` on each side; `None` of too few differences.
pub fn interval(differences: &[f64], tail: f64) -> Option<[f64; 2]> {
    ends(&walsh(differences), differences.len(), tail)
}

/// All means of two differences, sorted.
fn walsh(differences: &[f64]) -> Vec<f64> {
    let mut means = Vec::with_capacity(differences.len() * (differences.len() + 1) / 2);
    for (at, one) in differences.iter().enumerate() {
        means.extend(differences[at..].iter().map(|other| f64::midpoint(*one, *other)));
    }
    means.sort_by(f64::total_cmp);
    means
}

fn ends(means: &[f64], count: usize, tail: f64) -> Option<[f64; 2]> {
    rank(count, tail).map(|rank| [means[rank - 1], means[means.len() - rank]])
}

/// The largest k for which the sum of ranks is below k with a chance of at most `tail`: then the k-th smallest mean is above
/// the truth in at most that share of runs, and so is the k-th largest below it.
fn rank(count: usize, tail: f64) -> Option<usize> {
    let ranks: Vec<usize> = (1..=count).collect();
    let chances = null(&ranks);
    let mut below = 0.0;
    let mut rank = 0;
    for chance in chances {
        if below + chance > tail {
            break;
        }
        below += chance;
        rank += 1;
    }
    (rank > 0).then_some(rank)
}

/// Twice the rank of each difference that is not zero, by size, equal ones sharing theirs; and the sum of those above zero.
fn signed_ranks(differences: &[f64]) -> (Vec<usize>, usize) {
    let mut sorted: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
    sorted.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let mut ranks = vec![0; sorted.len()];
    let mut from = 0;
    while from < sorted.len() {
        let same = sorted[from..].iter().take_while(|other| other.abs() == sorted[from].abs()).count();
        // The mean of the ranks from + 1 to from + same, twice.
        ranks[from..from + same].fill(2 * from + same + 1);
        from += same;
    }
    let above = sorted.iter().zip(&ranks).filter(|(difference, _)| **difference > 0.0);
    let sum = above.map(|(_, rank)| *rank).sum();
    (ranks, sum)
}

/// The chance of each sum of ranks, if every rank is in it or not with equal chance.
fn null(ranks: &[usize]) -> Vec<f64> {
    let mut chances = vec![0.0; ranks.iter().sum::<usize>() + 1];
    chances[0] = 1.0;
    let mut most = 0;
    for rank in ranks {
        most += rank;
        for sum in (0..=most).rev() {
            let with = if sum >= *rank { chances[sum - rank] } else { 0.0 };
            chances[sum] = f64::midpoint(chances[sum], with);
        }
    }
    chances
}

fn at_most(ranks: &[usize], sum: usize) -> f64 {
    null(ranks)[..=sum].iter().sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::measure::statistics::draw;

    #[test]
    fn the_smallest_chances_are_those_of_the_tables() {
        let all = |count: i32| (1..=count).map(f64::from).collect::<Vec<_>>();
        assert_eq!(p_value(&all(8)), 2.0 / 256.0);
        assert_eq!(p_value(&all(12)), 1.0 / 2_048.0);
        assert_eq!(p_value(&[]), 1.0);
        assert_eq!(p_value(&[0.0, 0.0]), 1.0, "no difference leans nowhere");
        // Wilcoxon's own table: n = 10, T = 3 at 1 % two-sided (exactly 10/1024).
        let mut ten = all(10);
        ten[2] = -3.0;
        assert_eq!(p_value(&ten), 10.0 / 1_024.0);
    }

    #[test]
    fn the_null_is_that_of_all_sign_patterns_with_and_without_ties() {
        for sizes in [vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![1.0, 1.0, 2.0, 2.0, 2.0, 3.0], vec![4.0; 10]] {
            let patterns = 1_u32 << sizes.len();
            let signed = |pattern: u32| -> Vec<f64> {
                let sign = |at: usize| if pattern >> at & 1 == 1 { 1.0 } else { -1.0 };
                sizes.iter().enumerate().map(|(at, size)| sign(at) * size).collect()
            };
            let sums: Vec<usize> = (0..patterns).map(|pattern| signed_ranks(&signed(pattern)).1).collect();
            let all = sums.iter().copied().max().unwrap_or(0);
            for pattern in 0..patterns {
                let own = sums[pattern as usize];
                let as_far = |sum: &&usize| **sum >= own.max(all - own);
                let counted = 2.0 * sums.iter().filter(as_far).count() as f64 / f64::from(patterns);
                let exact = p_value(&signed(pattern));
                assert!((exact - counted.min(1.0)).abs() < 1e-12, "{sizes:?} {pattern:b}");
                let above = sums.iter().filter(|sum| **sum >= own).count() as f64 / f64::from(patterns);
                assert!((p_above(&signed(pattern)) - above).abs() < 1e-12, "{sizes:?} {pattern:b}");
            }
        }
    }

    /// Six differences have an interval for 9 of 10 runs: 3 of 64 sign patterns lie outside on each side.
    #[test]
    fn six_have_an_interval_for_nine_of_ten_runs() {
        let six = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(interval(&six, 0.05), Some([2.0, 5.0]));
        assert_eq!(interval(&six, 0.01), None, "1 of 64 is more than 1 %");
        assert_eq!(interval(&[], 0.05), None);
    }

    #[test]
    fn an_interval_needs_eight() {
        assert_eq!(shift(&[]), None);
        assert_eq!(shift(&[1.0; 7]), Some(Estimate { median: 1.0, interval99: None }));
        assert_eq!(shift(&[1.0; 8]), Some(Estimate { median: 1.0, interval99: Some([1.0, 1.0]) }));
    }

    /// The example that docs/METHODOLOGY.md works through.
    #[test]
    fn the_worked_example_of_the_method() {
        let tasks = [11.30, 11.26, 11.41, 11.28, 11.35, 11.30, 11.27, 11.33];
        let threads = [11.52_f64, 11.55, 11.39, 11.60, 11.61, 11.51, 11.58, 11.56];
        let mut logs: Vec<f64> =
            threads.iter().zip(tasks).map(|(threads, tasks): (&f64, f64)| (threads / tasks).ln()).collect();
        let found = shift(&logs).expect("eight pairs").median.exp();
        assert!((found - 1.0224).abs() < 0.000_5, "{found}");
        // The verdict asks for more than 1 %.
        logs.iter_mut().for_each(|log| *log -= 0.01_f64.ln_1p());
        assert!((p_value(&logs) - 14.0 / 256.0).abs() < 1e-12, "they tie");
        let third = std::mem::replace(&mut logs[2], 0.01);
        assert!((p_value(&logs) - 2.0 / 256.0).abs() < 1e-12, "behind");
        logs[2] = third;
        logs.extend([logs[4]; 3]);
        assert!((p_value(&logs) - 14.0 / 2_048.0).abs() < 1e-12, "behind");
        let [low, _] = shift(&logs).and_then(|found| found.interval99).expect("eleven pairs");
        assert!(low > 0.0, "and so is the whole interval");
    }

    /// The truth is 3 in each; in 2,000 runs at 99 % some 20 miss it, and 40 would be a fault.
    #[test]
    fn the_interval_covers_the_truth() {
        let mut random = StdRng::seed_from_u64(1);
        let shapes: [fn(&mut StdRng) -> f64; 3] = [
            draw::normal,
            |random| draw::normal(random) / (draw::normal(random).abs() + 0.1), // heavy tails
            |random| random.random::<f64>().ln() - random.random::<f64>().ln(), // two of a skewed kind
        ];
        for (shape, draw) in shapes.into_iter().enumerate() {
            for count in [8, 12, 16] {
                let missed = (0..2_000)
                    .filter(|_| {
                        let differences: Vec<f64> = (0..count).map(|_| 3.0 + draw(&mut random)).collect();
                        let interval = shift(&differences).and_then(|found| found.interval99);
                        interval.is_none_or(|[low, high]| low > 3.0 || high < 3.0)
                    })
                    .count();
                assert!(missed <= 40, "{missed} of 2,000 missed, shape {shape}, {count} differences");
            }
        }
    }

    proptest! {
        #[test]
        fn sides_are_alike_and_units_do_not_matter(differences in prop::collection::vec(-9.0..9.0, 1..20)) {
            let turned: Vec<f64> = differences.iter().map(|difference| -difference).collect();
            let scaled: Vec<f64> = differences.iter().map(|difference| difference * 4.0).collect();
            prop_assert!((p_value(&differences) - p_value(&turned)).abs() < 1e-12);
            prop_assert_eq!(p_value(&differences), p_value(&scaled));
            let (one, other) = (shift(&differences).expect("some"), shift(&turned).expect("some"));
            prop_assert_eq!(one.median, -other.median);
        }

        #[test]
        fn test_and_interval_agree(differences in prop::collection::vec(-1.0..9.0, 8..20)) {
            let found = shift(&differences).expect("some");
            let [low, high] = found.interval99.expect("enough");
            prop_assert!(low <= found.median && found.median <= high);
            prop_assert_eq!(p_value(&differences) <= 0.01, low > 0.0 || high < 0.0);
        }
    }
}
