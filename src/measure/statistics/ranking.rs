//! Which cells of one table are behind, at one error rate for the whole table.
//!
//! A table has a value for each cell and pass: the logarithm of a lane's time. The order within a pass was drawn by lot, so
//! under "these are the same program" every exchange of values within a pass is as likely. Two tests share the error rate,
//! because each sees what the other does not:
//! - *Stepping down from the slowest*: the largest mean less the smallest, against the same after exchanges within passes;
//!   while that is beyond chance the slowest is behind and leaves, and the rest is tested again (P. Westfall and S. Young,
//!   *Resampling-Based Multiple Testing*, 1993). It pays for choosing the fastest, and sees small differences of all.
//! - *Every pair* by signed ranks, Bonferroni over all pairs. A third cell that scatters widely cannot hide a pair that is
//!   always in the same order.
//!
//! Two cells alone are one pair, with the whole error rate. Deterministic, so that anybody can recompute a verdict from a
//! record. Must not know what the cells are.

use std::cmp::Ordering;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::signed_rank;

/// With fewer passes nothing can be told at 1 %: 2 of 2^7 sign patterns are more.
pub const LEAST: usize = 8;

/// At most one table of identical cells in a hundred calls one of them behind.
pub const ALPHA: f64 = 0.01;

/// A smaller difference is called a tie whatever the lanes say: client, server and driver share the machine, and nobody
/// can vouch for them to a hundredth.
pub const MATTERS: f64 = 0.01;

/// (b + 1) / (m + 1) is an exact p (B. Phipson and G. Smyth, "Permutation p-values should never be zero", 2010).
const PERMUTATIONS: usize = 9_999;

/// Which cells are behind another one beyond chance; `values[cell][pass]`. `None` with fewer than [`LEAST`] passes.
pub fn behind(values: &[&[f64]]) -> Option<Vec<bool>> {
    behind_by(values, PERMUTATIONS)
}

fn behind_by(values: &[&[f64]], permutations: usize) -> Option<Vec<bool>> {
    let passes = values.first()?.len();
    if passes < LEAST || values.iter().any(|own| own.len() != passes) {
        return None;
    }
    let mut behind = vec![false; values.len()];
    let fastest = fastest(values)?;
    let pairs = values.len() * (values.len() - 1) / 2;
    // Of two, the pair has it all.
    let share = if pairs > 1 { ALPHA / 2.0 } else { ALPHA };
    for (slow, own) in values.iter().enumerate() {
        behind[slow] = values.iter().any(|other| is_slower(own, other, share / pairs.max(1) as f64));
    }
    if pairs > 1 {
        for slow in step_down(values, permutations, share) {
            // What a table shows beside the verdict must not contradict it.
            behind[slow] |= is_slower(values[slow], values[fastest], ALPHA);
        }
    }
    Some(behind)
}

/// Whether one of two is faster, with the error rate of a table of so many pairs; equal where that cannot be told. `None`
/// with fewer than [`LEAST`] passes.
pub fn faster(a: &[f64], b: &[f64], pairs: usize) -> Option<Ordering> {
    if a.len() != b.len() || a.len() < LEAST {
        return None;
    }
    let alpha = ALPHA / pairs.max(1) as f64;
    Some(match (is_slower(b, a, alpha), is_slower(a, b, alpha)) {
        (true, _) => Ordering::Less,
        (_, true) => Ordering::Greater,
        _ => Ordering::Equal,
    })
}

/// By more than what matters, beyond chance at that rate, and the whole interval of 99 %: so what differs by about as much
/// is not called a tie today and behind tomorrow.
fn is_slower(own: &[f64], other: &[f64], alpha: f64) -> bool {
    let beyond = |(own, other): (&f64, &f64)| own - other - MATTERS.ln_1p();
    let differences: Vec<f64> = own.iter().zip(other).map(beyond).collect();
    let found = signed_rank::shift(&differences).and_then(|found| found.interval99);
    found.is_some_and(|[low, _]| low > 0.0) && signed_rank::p_value(&differences) <= alpha
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The cell with the lowest mean: the lowest geometric mean of times.
pub fn fastest(values: &[&[f64]]) -> Option<usize> {
    (0..values.len()).min_by(|a, b| mean(values[*a]).total_cmp(&mean(values[*b])))
}

/// The cells that leave, slowest first.
fn step_down(values: &[&[f64]], permutations: usize, alpha: f64) -> Vec<usize> {
    let mut left: Vec<usize> = (0..values.len()).collect();
    left.sort_by(|a, b| mean(values[*a]).total_cmp(&mean(values[*b])));
    let mut random = StdRng::seed_from_u64(1);
    let mut gone = Vec::new();
    while left.len() > 1 {
        let own: Vec<&[f64]> = left.iter().map(|cell| values[*cell]).collect();
        if !is_beyond_chance(&own, permutations, alpha, &mut random) {
            break;
        }
        gone.extend(left.pop());
    }
    gone
}

/// Whether the largest mean less the smallest is, by exchanges of values within passes.
fn is_beyond_chance(values: &[&[f64]], permutations: usize, alpha: f64, random: &mut StdRng) -> bool {
    let passes = values[0].len();
    let range = |sums: &[f64]| {
        let (low, high) = (sums.iter().copied().reduce(f64::min), sums.iter().copied().reduce(f64::max));
        high.zip(low).map_or(0.0, |(high, low)| high - low)
    };
    let seen = range(&values.iter().map(|own| own.iter().sum()).collect::<Vec<f64>>());
    // Sums in another order differ in the last digit.
    let seen = seen - 1e-9 * seen.abs();
    let allowed = (alpha * (permutations + 1) as f64).floor() as usize;
    let mut rows: Vec<Vec<f64>> =
        (0..passes).map(|pass| values.iter().map(|own| own[pass]).collect()).collect();
    let mut as_far = 1; // what was seen is one of them
    for _ in 0..permutations {
        let mut sums = vec![0.0; values.len()];
        for row in &mut rows {
            row.shuffle(random);
            for (sum, value) in sums.iter_mut().zip(row.iter()) {
                *sum += value;
            }
        }
        as_far += usize::from(range(&sums) >= seen);
        if as_far > allowed {
            return false;
        }
    }
    true
}

/// The standard deviation of the difference of two lanes in one pass, pooled over the table so that one cell that scatters
/// does not decide: the root of the median of the cells' variances against the fastest. `None` below two cells or passes.
pub fn spread(values: &[&[f64]]) -> Option<f64> {
    let fastest = fastest(values)?;
    let variance = |own: &[f64]| {
        let differences: Vec<f64> = own.iter().zip(values[fastest]).map(|(own, other)| own - other).collect();
        let mean = mean(&differences);
        let squares = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>();
        (differences.len() > 1).then(|| squares / (differences.len() - 1) as f64)
    };
    let others = values.iter().enumerate().filter(|(at, _)| *at != fastest);
    let mut variances: Vec<f64> = others.filter_map(|(_, own)| variance(own)).collect();
    variances.sort_by(f64::total_cmp);
    super::middle(&variances).map(f64::sqrt)
}

/// The smallest difference that would show in most tables, as a share: 4.6 standard errors, which are 3.7 for an error rate
/// of 1 % shared by the 45 pairs of ten cells, and 0.9 to be found in four of five tables.
pub fn visible(spread: f64, passes: usize) -> f64 {
    (4.6 * spread / (passes.max(1) as f64).sqrt()).exp_m1().max(MATTERS)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::measure::statistics::{draw, proportion};

    /// Fewer than in a verdict, or the simulations would take minutes.
    const FEW: usize = 999;

    fn simulate(factors: &[f64], passes: usize, spread: f64, random: &mut StdRng) -> Vec<Vec<f64>> {
        let mut table = vec![Vec::new(); factors.len()];
        for pass in 0..passes {
            let drift = 0.1 * (pass as f64 / 5.0).sin();
            for (own, factor) in table.iter_mut().zip(factors) {
                own.push(lane(factor.ln() + drift, spread, random));
            }
        }
        table
    }

    /// The median of three samples that depend on each other, as those of one process do; one lane in fifty is odd.
    fn lane(truth: f64, spread: f64, random: &mut StdRng) -> f64 {
        let luck = truth + spread * draw::normal(random);
        let mut noise = draw::normal(random);
        let mut samples: Vec<f64> = (0..3)
            .map(|_| {
                noise = 0.8 * noise + 0.6 * draw::normal(random);
                luck + spread * noise
            })
            .collect();
        samples.sort_by(f64::total_cmp);
        samples[1] + if random.random_bool(0.02) { 0.26 } else { 0.0 }
    }

    fn judged(table: &[Vec<f64>]) -> Vec<bool> {
        let values: Vec<&[f64]> = table.iter().map(Vec::as_slice).collect();
        behind_by(&values, FEW).expect("passes enough")
    }

    /// What may happen in 1 % of tables did not happen more often than chance allows.
    /// As many as that, or so many times as the environment says: by default as few as a test may take.
    fn many(tables: usize) -> usize {
        let times = std::env::var("FAIRLANE_SIMULATIONS").ok().and_then(|times| times.parse().ok());
        let times: usize = times.unwrap_or(1);
        tables * times
    }

    fn assert_rare(wrong: usize, tables: usize, what: &str) {
        let [least, _] = proportion::interval(wrong as u64, tables as u64, 0.998);
        anstream::eprintln!("{what}: {wrong} of {tables} tables");
        assert!(least <= ALPHA, "{what}: {wrong} of {tables} tables");
    }

    #[test]
    fn identical_cells_are_called_behind_in_at_most_one_table_of_a_hundred() {
        let mut random = StdRng::seed_from_u64(2);
        for spread in [0.01, 0.02, 0.05] {
            let table = |_| judged(&simulate(&[1.0; 10], 12, spread, &mut random)).contains(&true);
            let wrong = (0..many(400)).map(table).filter(|wrong| *wrong).count();
            assert_rare(wrong, many(400), &format!("ten cells, spread {spread}"));
        }
        for passes in [8, 12, 16, 30] {
            let table = |_| judged(&simulate(&[1.0; 2], passes, 0.02, &mut random)).contains(&true);
            let wrong = (0..many(1_000)).map(table).filter(|wrong| *wrong).count();
            assert_rare(wrong, many(1_000), &format!("two cells, {passes} passes"));
        }
    }

    #[test]
    fn three_that_are_equal_tie_and_seven_that_are_slower_are_behind() {
        let mut random = StdRng::seed_from_u64(3);
        let factors = [1.0, 1.1, 1.1, 1.0, 1.1, 1.1, 1.1, 1.0, 1.1, 1.1];
        let tables = many(150);
        let (mut found, mut wrong) = ([0; 10], 0);
        for _ in 0..tables {
            let behind = judged(&simulate(&factors, 16, 0.02, &mut random));
            wrong += usize::from([0, 3, 7].iter().any(|equal| behind[*equal]));
            for (count, behind) in found.iter_mut().zip(&behind) {
                *count += u64::from(*behind);
            }
        }
        assert_rare(wrong, tables, "the three");
        for (cell, count) in found.iter().enumerate().filter(|(cell, _)| factors[*cell] > 1.0) {
            anstream::eprintln!("cell {cell}, slower by a tenth: behind in {count} of {tables} tables");
            let [_, most] = proportion::interval(*count, tables as u64, 0.998);
            assert!(most >= 0.95 && *count * 100 >= 90 * tables as u64, "cell {cell}: {count} of {tables}");
        }
    }

    #[test]
    fn a_cell_that_scatters_does_not_hide_a_pair_that_is_always_in_the_same_order() {
        let mut random = StdRng::seed_from_u64(4);
        let found = (0..100).filter(|_| {
            let mut table = simulate(&[1.0, 1.05], 16, 0.005, &mut random);
            table.iter_mut().flatten().for_each(|value| *value = value.min(0.2)); // odd lanes are for the others
            table.push(simulate(&[1.02], 16, 0.2, &mut random).remove(0));
            judged(&table)[1]
        });
        let found = found.count();
        assert!(found >= 80, "{found} of 100");
    }

    #[test]
    fn what_is_said_to_show_shows_in_most_tables() {
        let mut random = StdRng::seed_from_u64(5);
        let mut found = 0;
        for _ in 0..100 {
            let gaussian = |truth: f64, random: &mut StdRng| -> Vec<f64> {
                (0..16).map(|_| truth + 0.03 * draw::normal(random)).collect()
            };
            let mut table: Vec<Vec<f64>> = (0..10).map(|_| gaussian(0.0, &mut random)).collect();
            let values: Vec<&[f64]> = table.iter().map(Vec::as_slice).collect();
            let visible = visible(spread(&values).expect("ten cells"), 16);
            table[4] = gaussian(visible.ln_1p(), &mut random);
            found += usize::from(judged(&table)[4]);
        }
        assert!(found >= 70, "{found} of 100");
    }

    #[test]
    fn below_a_hundredth_is_a_tie_however_sure() {
        let table = |factor: f64| {
            let own: Vec<f64> = (0..16).map(|pass| f64::from(pass) * 0.1).collect();
            let other: Vec<f64> = own.iter().map(|value| value + factor.ln()).collect();
            behind(&[&own, &other]).expect("enough")
        };
        assert_eq!(table(1.009), [false, false]);
        assert_eq!(table(1.011), [false, true]);
    }

    #[test]
    fn too_few_passes_or_cells_say_nothing() {
        assert_eq!(behind(&[]), None);
        assert_eq!(behind(&[&[0.0; 7], &[1.0; 7]]), None);
        assert_eq!(behind(&[&[0.0; 8], &[1.0; 9]]), None, "not the same passes");
        assert_eq!(behind(&[&[0.0; 8]]), Some(vec![false]));
        assert_eq!(behind(&[&[0.0; 8], &[1.0; 8]]), Some(vec![false, true]));
        assert_eq!(faster(&[0.0; 8], &[1.0; 8], 1), Some(Ordering::Less));
        assert_eq!(faster(&[1.0; 8], &[0.0; 8], 1), Some(Ordering::Greater));
        assert_eq!(
            faster(&[0.0; 8], &[1.0; 8], 45),
            Some(Ordering::Equal),
            "eight cannot say that of 45 pairs"
        );
        assert_eq!(faster(&[0.0; 7], &[1.0; 7], 1), None);
    }

    #[test]
    fn the_spread_is_that_of_differences_and_not_of_drift() {
        let drift: Vec<f64> = (0..16).map(|pass| f64::from(pass * pass)).collect();
        let other: Vec<f64> =
            drift.iter().enumerate().map(|(pass, value)| value + (pass % 2) as f64 * 0.02).collect();
        let found = spread(&[&drift, &other]).expect("two cells");
        assert!((found - 0.01).abs() < 0.001, "{found}");
        assert_eq!(spread(&[&drift]), None);
        assert!((visible(0.02, 16) - 0.0233).abs() < 0.001);
        assert_eq!(visible(0.0, 16), MATTERS);
    }
}
