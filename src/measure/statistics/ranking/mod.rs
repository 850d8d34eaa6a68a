//! Which cells of one table are slower than others, at one error rate for the whole table.
//!
//! A table has a value for each cell and pass: the logarithm of a lane's time. The order within a pass was random, so
//! if the cells are the same program, every exchange of values within a pass is equally likely. Two tests share the error
//! rate, because each finds what the other does not:
//! - *Stepping down from the slowest*: the largest mean less the smallest, against the same after exchanges within passes;
//!   while that is beyond chance the slowest is behind and leaves, and the rest is tested again (P. Westfall and S. Young,
//!   *Resampling-Based Multiple Testing*, 1993). It accounts for the choice of the fastest, and finds small differences of all.
//! - *Every pair* by signed ranks, Bonferroni over all pairs. A third cell that scatters widely cannot hide a pair that is
//!   always in the same order.
//!
//! Two cells alone are one pair, with the whole error rate. Deterministic, so that a verdict can be recomputed from a
//! record. Must not know what the cells are.

use std::cmp::Ordering;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::signed_rank;

/// With fewer passes no difference is significant at 1 %: 2 of 2^7 sign patterns are more.
pub const LEAST: usize = 8;

/// At most one table of identical cells in a hundred calls one of them behind.
pub const ALPHA: f64 = 0.01;

/// A smaller difference is always called a tie: client, server and driver share the machine, and their influence is not known
/// to a hundredth.
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
    // A single pair has the whole error rate.
    let share = if pairs > 1 { ALPHA / 2.0 } else { ALPHA };
    for (slow, own) in values.iter().enumerate() {
        behind[slow] = values.iter().any(|other| is_slower(own, other, share / pairs.max(1) as f64));
    }
    if pairs > 1 {
        for slow in step_down(values, permutations, share) {
            // The ratios in a table must not contradict its verdict.
            behind[slow] |= is_slower(values[slow], values[fastest], ALPHA);
        }
    }
    Some(behind)
}

/// Whether one of two is faster, with the error rate of a table of `pairs` pairs; equal if the data do not show it. `None`
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

/// By more than [`MATTERS`], beyond chance at that rate, and with the whole 99 % interval: so a difference of about that size
/// is not a tie in one run and a verdict in the next.
fn is_slower(own: &[f64], other: &[f64], alpha: f64) -> bool {
    let beyond = |(own, other): (&f64, &f64)| own - other - MATTERS.ln_1p();
    let differences: Vec<f64> = own.iter().zip(other).map(beyond).collect();
    let found = signed_rank::shift(&differences).and_then(|found| found.interval99);
    found.is_some_and(|[low, _]| low > 0.0) && signed_rank::p_value(&differences) <= alpha
}

pub(super) fn mean(values: &[f64]) -> f64 {
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

#[cfg(test)]
mod tests;
