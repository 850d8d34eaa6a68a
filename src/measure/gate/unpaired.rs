//! Two sides that were measured one after the other: records of runs, baselines of criterion. Nothing pairs their values, so
//! what changed between the two runs is in the difference, too. Must not know where the values come from.

use super::judge::{ALPHA, Ratio, Verdict};
use crate::measure::statistics::{holm, rank_sum};

/// With fewer values on one side nothing is judged.
pub const LEAST: usize = 8;
const TAIL: f64 = 0.05;

/// The values of one metric of one cell on both sides, in any unit, and the share that matters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sides {
    /// What was before.
    pub base: Vec<f64>,
    /// What is new.
    pub head: Vec<f64>,
    /// The smallest share that matters.
    pub threshold: f64,
}

impl Sides {
    fn logs(&self) -> [Vec<f64>; 2] {
        [&self.base, &self.head].map(|values| {
            let logs: Vec<f64> =
                values.iter().filter(|value| **value > 0.0).map(|value| value.ln()).collect();
            rank_sum::thinned(&logs)
        })
    }

    /// HEAD over BASE, with the interval for 90 of 100 runs. `None` of a ratio, and of an interval, that no number can hold.
    pub fn ratio(&self) -> Option<Ratio> {
        let [base, head] = self.logs();
        let ratio = Some(rank_sum::shift(&base, &head)?.exp()).filter(|ratio| ratio.is_finite())?;
        let interval90 = rank_sum::interval(&base, &head, TAIL).map(|ends| ends.map(f64::exp));
        Some(Ratio { ratio, interval90: interval90.filter(|ends| ends.iter().all(|end| end.is_finite())) })
    }

    fn is_enough(&self) -> bool {
        let [base, head] = self.logs();
        base.len().min(head.len()) >= LEAST
    }
}

/// What is said of each, with one error rate for all that differ; `None` of too few values.
pub fn judge(all: &[Sides]) -> Vec<Option<Verdict>> {
    let enough: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_enough()).collect();
    let mut verdicts = vec![None; all.len()];
    for at in &enough {
        let within = all[*at].ratio().and_then(|found| found.interval90);
        let limit = 1.0 + all[*at].threshold;
        let is_same = within.is_some_and(|[low, high]| low > 1.0 / limit && high < limit);
        verdicts[*at] = Some(if is_same { Verdict::Same } else { Verdict::Inconclusive });
    }
    for (verdict, is_up) in [(Verdict::Slower, true), (Verdict::Faster, false)] {
        let chance = |at: &usize| {
            let [base, head] = all[*at].logs();
            if is_up { rank_sum::p_above(&base, &head) } else { rank_sum::p_above(&head, &base) }
        };
        let chances: Vec<f64> = enough.iter().map(chance).collect();
        let rejected = holm::rejected(&chances, chances.len(), ALPHA);
        for (at, _) in enough.iter().zip(rejected).filter(|(_, rejected)| *rejected) {
            let limit = 1.0 + all[*at].threshold;
            let ratio = all[*at].ratio().map_or(1.0, |found| found.ratio);
            if (is_up && ratio >= limit) || (!is_up && ratio <= 1.0 / limit) {
                verdicts[*at] = Some(verdict);
            }
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(base: f64, head: f64, count: usize) -> Sides {
        let around = |middle: f64| (0..count).map(|at| middle * (1.0 + 0.001 * at as f64)).collect();
        Sides { base: around(base), head: around(head), threshold: 0.05 }
    }

    #[test]
    fn two_sides_are_told_apart_only_by_the_threshold_and_beyond_chance() {
        let verdicts = judge(&[
            sides(1.0, 1.2, 12),
            sides(1.2, 1.0, 12),
            sides(1.0, 1.0, 12),
            sides(1.0, 1.02, 12),
            sides(1.0, 2.0, LEAST - 1),
        ]);
        let [slower, faster, same, below, few] = verdicts[..] else { panic!("{verdicts:?}") };
        assert_eq!([slower, faster, same], [Verdict::Slower, Verdict::Faster, Verdict::Same].map(Some));
        assert_eq!((below, few), (Some(Verdict::Same), None));
    }

    #[test]
    fn a_unit_changes_nothing() {
        let scale = |sides: &Sides| Sides {
            base: sides.base.iter().map(|value| value * 1e6).collect(),
            head: sides.head.iter().map(|value| value * 1e6).collect(),
            threshold: sides.threshold,
        };
        let own = sides(1.0, 1.07, 10);
        let (one, other) = (own.ratio().expect("values"), scale(&own).ratio().expect("values"));
        assert!((one.ratio - other.ratio).abs() < 1e-12);
        assert_eq!(judge(std::slice::from_ref(&own)), judge(&[scale(&own)]));
    }
}
