//! What the blocks of a comparison show.
//!
//! A cell is *screened* with a few blocks. What differs by half of its threshold or more is *routed*: fresh blocks, of which
//! the screen knows nothing, confirm or refute it, at three looks. `slower` and `faster` come only from fresh blocks, and
//! only if the difference is beyond chance (signed ranks of one side, Holm over everything that was routed, the error rate
//! shared between the looks) and the estimate is at least the threshold. So at most one comparison of equal programs in a
//! hundred calls anything slower, however many cells it has. Must not know how blocks are measured, nor in which order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::block::Block;
use super::metric::{Metric, Thresholds};
use crate::measure::statistics::{Estimate, estimate, holm, signed_rank};

/// At most this share of comparisons of equal programs calls something slower.
pub const ALPHA: f64 = 0.01;
/// Blocks of every cell, from which no verdict comes but `same`.
pub const SCREEN: usize = 6;
/// After how many fresh blocks what was routed is looked at.
pub const LOOKS: [usize; 3] = [12, 20, 32];
/// The control's own error rate: BASE against itself differs.
const ALPHA_CONTROL: f64 = 0.001;
/// Each side of the interval by which something is called the same: its ends are those of 90 of 100 runs.
const TAIL: f64 = 0.05;

/// What is said of one metric of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// HEAD takes more: beyond chance, and by the threshold or more.
    Slower,
    /// The blocks allow a difference of the threshold and do not show one.
    Inconclusive,
    /// HEAD takes less: beyond chance, and by the threshold or more.
    Faster,
    /// The whole interval is within the threshold.
    Same,
}

/// The blocks of one cell, and what looks at them found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    /// Blocks of the screen.
    pub screen: Vec<Block>,
    /// Fresh blocks after it.
    pub fresh: Vec<Block>,
    /// What was routed.
    pub routed: Vec<Metric>,
    /// What the looks found.
    pub found: Vec<(Metric, Verdict)>,
}

impl Trial {
    /// Differences of the blocks that verdicts rest on: the fresh ones, if there are any.
    pub fn differences(&self, metric: Metric) -> Vec<f64> {
        let blocks = if self.fresh.is_empty() { &self.screen } else { &self.fresh };
        blocks.iter().filter_map(|block| block.difference(metric)).collect()
    }

    /// Notes what differs in the screen by half of its threshold or more.
    pub fn route(&mut self, thresholds: &Thresholds) {
        let differs = |metric: Metric, share: f64| {
            let differences: Vec<f64> =
                self.screen.iter().filter_map(|block| block.difference(metric)).collect();
            let median = estimate(&differences).map_or(0.0, |found| found.median);
            median.abs() >= (share / 2.0).ln_1p()
        };
        self.routed = thresholds
            .metrics()
            .filter(|(metric, share)| differs(*metric, *share))
            .map(|(metric, _)| metric)
            .collect();
    }

    fn has_found(&self, metric: Metric) -> bool {
        self.found.iter().any(|(found, _)| *found == metric)
    }

    /// Whether more blocks could still change what is said of something that was routed.
    pub fn is_open(&self, thresholds: &Thresholds) -> bool {
        let settled = |metric: Metric| {
            self.has_found(metric)
                || thresholds.of(metric).is_none_or(|share| is_same(&self.differences(metric), share))
        };
        self.fresh.len() < LOOKS[LOOKS.len() - 1] && !self.routed.iter().all(|metric| settled(*metric))
    }

    /// What is said of a metric.
    pub fn verdict(&self, metric: Metric, share: f64) -> Verdict {
        let found = self.found.iter().find(|(found, _)| *found == metric).map(|(_, verdict)| *verdict);
        found.unwrap_or_else(|| {
            if is_same(&self.differences(metric), share) { Verdict::Same } else { Verdict::Inconclusive }
        })
    }

    /// The ratio of HEAD to BASE, and the interval for 90 of 100 runs by which `same` is judged.
    pub fn ratio(&self, metric: Metric) -> Option<Ratio> {
        let differences = self.differences(metric);
        let ratio = signed_rank::shift(&differences)?.median.exp();
        let interval90 = signed_rank::interval(&differences, TAIL).map(|ends| ends.map(f64::exp));
        Some(Ratio { ratio, interval90 })
    }

    /// The medians over the lanes of both sides.
    pub fn medians(&self, metric: Metric) -> [Option<Estimate>; 2] {
        let blocks = || if self.fresh.is_empty() { &self.screen } else { &self.fresh };
        let of = |side: fn(&Block) -> &super::block::Lane| {
            let values: Vec<f64> = blocks().iter().filter_map(|block| side(block).of(metric)).collect();
            estimate(&values)
        };
        [of(|block| &block.base), of(|block| &block.head)]
    }

    /// The smallest difference that four of five comparisons like this one would find, as a share, had it been routed.
    /// `None` of fewer than two differences.
    pub fn visible(&self, metric: Metric, share: f64) -> Option<f64> {
        let differences = self.differences(metric);
        let count = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / count;
        let squares = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>();
        let error = (squares / (count - 1.0)).sqrt() / (LOOKS[LOOKS.len() - 1] as f64).sqrt();
        // 3.3 standard errors are beyond chance where ten metrics share the rate; 0.8 more are found in four of five.
        (differences.len() > 1).then(|| (4.1 * error).max(share.ln_1p() + 0.8 * error).exp_m1())
    }
}

/// HEAD over BASE.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The estimate of Hodges and Lehmann.
    pub ratio: f64,
    /// The interval that encloses the truth in 90 of 100 runs; `None` of fewer than 5 blocks.
    pub interval90: Option<[f64; 2]>,
}

fn is_same(differences: &[f64], share: f64) -> bool {
    let ends = signed_rank::interval(differences, TAIL);
    ends.is_some_and(|[low, high]| low > -share.ln_1p() && high < share.ln_1p())
}

/// Looks at what was routed after `LOOKS[look]` fresh blocks.
pub fn look(trials: &mut [(&mut Trial, &Thresholds)], look: usize) {
    for (verdict, sign) in [(Verdict::Slower, 1.0), (Verdict::Faster, -1.0)] {
        look_for(trials, look, verdict, sign);
    }
}

fn look_for(trials: &mut [(&mut Trial, &Thresholds)], look: usize, verdict: Verdict, sign: f64) {
    let mut hypotheses = Vec::new();
    let mut left = 0;
    for (at, (trial, _)) in trials.iter().enumerate() {
        for metric in &trial.routed {
            if trial.found.contains(&(*metric, verdict)) {
                continue; // rejected before: it needs no share of the rate any more
            }
            left += 1;
            let seen = trial.fresh.iter().take(LOOKS[look]).filter_map(|block| block.difference(*metric));
            let differences: Vec<f64> = seen.map(|difference| difference * sign).collect();
            if trial.fresh.len() >= LOOKS[look] && !trial.has_found(*metric) {
                hypotheses.push((at, *metric, differences));
            }
        }
    }
    let chances: Vec<f64> = hypotheses.iter().map(|(_, _, own)| signed_rank::p_above(own)).collect();
    let rejected = holm::rejected(&chances, left, ALPHA / LOOKS.len() as f64);
    for ((at, metric, differences), _) in hypotheses.iter().zip(rejected).filter(|(_, rejected)| *rejected) {
        let (trial, thresholds) = &mut trials[*at];
        let matters = thresholds.of(*metric).map_or(f64::INFINITY, f64::ln_1p);
        if signed_rank::shift(differences).is_some_and(|found| found.median >= matters) {
            trial.found.push((*metric, verdict));
        }
    }
}

/// Whether a control differs from itself: then something else than the programs decides, and nothing is judged.
pub fn is_disturbed(control: &Trial, thresholds: &Thresholds) -> bool {
    let count = thresholds.metrics().count().max(1) as f64;
    thresholds.metrics().any(|(metric, share)| {
        let all = control.screen.iter().chain(&control.fresh);
        let differences: Vec<f64> = all.filter_map(|block| block.difference(metric)).collect();
        let by = signed_rank::shift(&differences).map_or(0.0, |found| found.median.abs());
        signed_rank::p_value(&differences) <= ALPHA_CONTROL / count && by >= share.ln_1p()
    })
}
