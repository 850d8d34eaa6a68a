//! Whether one sample lies above another one, and by how much, where nothing pairs them: the rank-sum test with its exact
//! null, and the estimate and interval that belong to it.
//!
//! It needs values that could be exchanged between the samples if nothing differed (H. Mann and D. Whitney, "On a test of
//! whether one of two random variables is stochastically larger than the other", 1947). Two runs on a machine that drifts
//! are not such samples: who uses this must say so. Must not know what the values are.

/// Values of one sample beyond these are left out evenly: the null of two samples of this size takes half a second.
const MOST: usize = 128;

/// At most 128 of the values, evenly chosen.
pub fn thinned(values: &[f64]) -> Vec<f64> {
    let count = values.len().min(MOST);
    (0..count).map(|at| values[at * values.len() / count]).collect()
}

/// The chance that `head` lies above `base` at least so far, if neither is favoured.
pub fn p_above(base: &[f64], head: &[f64]) -> f64 {
    let wins: f64 = head.iter().map(|own| base.iter().map(|other| win(*own, *other)).sum::<f64>()).sum();
    if base.is_empty() || head.is_empty() {
        return 1.0;
    }
    // Half a win for a tie: with ties the chance is a little too large, never too small by more than a rank.
    let chances = null(base.len(), head.len());
    chances[wins.floor() as usize..].iter().sum::<f64>().min(1.0)
}

/// By how much `head` lies above `base`: the median of all differences (Hodges and Lehmann, 1963). `None` of an empty sample.
pub fn shift(base: &[f64], head: &[f64]) -> Option<f64> {
    super::middle(&differences(base, head))
}

/// The interval that misses the truth with a chance of at most `tail` on each side; `None` of too few values.
pub fn interval(base: &[f64], head: &[f64], tail: f64) -> Option<[f64; 2]> {
    let differences = differences(base, head);
    let rank = rank(base.len(), head.len(), tail)?;
    Some([differences[rank - 1], differences[differences.len() - rank]])
}

fn win(own: f64, other: f64) -> f64 {
    match own.total_cmp(&other) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Less => 0.0,
    }
}

fn differences(base: &[f64], head: &[f64]) -> Vec<f64> {
    let mut all: Vec<f64> = head.iter().flat_map(|own| base.iter().map(move |other| own - other)).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The largest k for which fewer than k wins have a chance of at most `tail`.
fn rank(base: usize, head: usize, tail: f64) -> Option<usize> {
    if base == 0 || head == 0 {
        return None;
    }
    let (mut below, mut rank) = (0.0, 0);
    for chance in null(base, head) {
        if below + chance > tail {
            break;
        }
        below += chance;
        rank += 1;
    }
    (rank > 0).then_some(rank)
}

/// The chance of each number of wins, if every order of the values is equally likely.
fn null(base: usize, head: usize) -> Vec<f64> {
    // ways[k][wins]: choices of k values of `head` among those seen so far, from the smallest value on.
    let most = base * head;
    let mut ways = vec![vec![0.0; most + 1]; head + 1];
    ways[0][0] = 1.0;
    for seen in 0..base + head {
        for chosen in (0..head.min(seen + 1)).rev() {
            // One more of `head` wins over those of `base` that were seen before it.
            let Some(over) = seen.checked_sub(chosen).filter(|over| *over <= base) else { continue };
            for wins in 0..=most - over.min(most) {
                let from = ways[chosen][wins];
                ways[chosen + 1][wins + over] += from;
            }
        }
    }
    let all: f64 = ways[head].iter().sum();
    ways[head].iter().map(|count| count / all).collect()
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::measure::statistics::draw;

    #[test]
    fn the_smallest_chances_are_those_of_the_tables() {
        // All four above all three: one of 35 choices.
        assert!((p_above(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0, 7.0]) - 1.0 / 35.0).abs() < 1e-12);
        assert!((p_above(&[4.0, 5.0, 6.0, 7.0], &[1.0, 2.0, 3.0]) - 1.0).abs() < 1e-12);
        assert_eq!(p_above(&[], &[1.0]), 1.0);
        // Published table: with 8 and 8 values, U = 13 is the largest with a one-sided chance of 2.5 % or less.
        let chances = null(8, 8);
        let at_most = |wins: usize| chances[..=wins].iter().sum::<f64>();
        assert!(at_most(13) <= 0.025 && at_most(14) > 0.025);
    }

    #[test]
    fn the_null_is_that_of_all_choices() {
        for (base, head) in [(3, 4), (5, 5), (1, 6)] {
            let mut counted = vec![0.0; base * head + 1];
            for choice in 0_u32..1 << (base + head) {
                if choice.count_ones() as usize == head {
                    let is_head = |at: usize| choice >> at & 1 == 1;
                    let wins: usize = (0..base + head)
                        .filter(|at| is_head(*at))
                        .map(|at| (0..at).filter(|below| !is_head(*below)).count())
                        .sum();
                    counted[wins] += 1.0;
                }
            }
            let all: f64 = counted.iter().sum();
            for (own, counted) in null(base, head).iter().zip(counted) {
                assert!((own - counted / all).abs() < 1e-12, "{base} and {head}");
            }
        }
    }

    /// In 2,000 runs at 90 % some 200 miss the truth.
    #[test]
    fn the_interval_covers_the_truth() {
        let mut random = StdRng::seed_from_u64(3);
        for (base, head, runs) in [(8, 12, 2_000), (30, 20, 400)] {
            let mut sample = |count: usize, shift: f64| -> Vec<f64> {
                (0..count)
                    .map(|_| {
                        shift + draw::normal(&mut random) * if random.random_bool(0.1) { 4.0 } else { 1.0 }
                    })
                    .collect()
            };
            let missed = (0..runs)
                .filter(|_| {
                    let found = interval(&sample(base, 0.0), &sample(head, 2.0), 0.05);
                    found.is_none_or(|[low, high]| low > 2.0 || high < 2.0)
                })
                .count();
            assert!(missed * 100 <= runs * 13, "{missed} of {runs}");
        }
        assert_eq!(interval(&[1.0], &[2.0, 3.0], 0.05), None);
        assert_eq!(thinned(&[1.0, 2.0]), [1.0, 2.0]);
        assert_eq!(thinned(&(0..1_000).map(f64::from).collect::<Vec<_>>()).len(), MOST);
        assert_eq!(shift(&[1.0, 2.0], &[11.0, 12.0]), Some(10.0));
    }
}
