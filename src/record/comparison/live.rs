//! Blocks of two programs as a comparison, and back: a page about a kept comparison judges its controls again.

use super::{Compared, Judgement, Metric, Pair, Status, Values};
use crate::measure::gate::block::{Block, Lane};
use crate::measure::gate::judge::{LOOKS, Trial, is_disturbed};
use crate::measure::gate::metric::Thresholds;
use crate::measure::gate::trial::{Ended, NARROWING};

impl From<Lane> for Values {
    fn from(lane: Lane) -> Self {
        Self {
            time_ns: lane.of(Metric::Time),
            cpu_ns: lane.of(Metric::Cpu),
            switches: lane.of(Metric::Switches),
            memory_bytes: lane.of(Metric::Memory),
        }
    }
}

impl From<Values> for Lane {
    fn from(values: Values) -> Self {
        let Values { time_ns, cpu_ns, switches, memory_bytes } = values;
        Self::new([time_ns, cpu_ns, switches, memory_bytes])
    }
}

impl From<&Pair> for Block {
    fn from(pair: &Pair) -> Self {
        let Pair { head_first, others, base, head, .. } = *pair;
        Self { base: base.into(), head: head.into(), head_first, others }
    }
}

impl Compared {
    /// What blocks showed of a cell.
    pub fn of(id: String, ended: &Ended, thresholds: &Thresholds) -> Self {
        match ended {
            Ended::LeftOut => Self::without(id, Status::LeftOut, "there was no time for it".into()),
            Ended::Broken(broken) => Self {
                failed_side: Some(broken.side.name().into()),
                help: broken.failure.help.clone(),
                ..Self::without(id, Status::Failed, broken.failure.message.clone())
            },
            Ended::Tried(trial) => Self {
                id,
                status: Status::Measured,
                failed_side: None,
                reason: None,
                help: None,
                metrics: thresholds
                    .metrics()
                    .map(|(metric, share)| judgement(trial, metric, share))
                    .collect(),
                pairs: pairs(trial),
            },
        }
    }

    /// Of a control: whether it differs from itself.
    pub fn is_disturbed(&self) -> bool {
        let thresholds = self
            .metrics
            .iter()
            .fold(Thresholds::default(), |sum, judged| sum.with(judged.metric, judged.threshold));
        let [screen, fresh] = [false, true]
            .map(|fresh| self.pairs.iter().filter(|pair| pair.fresh == fresh).map(Block::from).collect());
        is_disturbed(&Trial { screen, fresh, ..Trial::default() }, &thresholds)
    }

    /// Whether a comparison of these programs would take more pairs of it, had it the time.
    pub fn can_grow(&self) -> bool {
        let fresh = self.pairs.iter().filter(|pair| pair.fresh).count();
        let is_routed = fresh > 0 || self.metrics.iter().any(|judged| judged.routed);
        let [.., most] = LOOKS;
        let [.., most_narrowed] = NARROWING;
        if is_routed { fresh < most } else { self.pairs.len() < most_narrowed }
    }
}

fn judgement(trial: &Trial, metric: Metric, threshold: f64) -> Judgement {
    let ratio = trial.ratio(metric);
    let [base, head] = trial.medians(metric);
    let count = trial.differences(metric).len();
    Judgement {
        metric,
        threshold,
        verdict: (count > 0).then(|| trial.verdict(metric, threshold)),
        ratio: ratio.map(|found| found.ratio),
        interval90: ratio.and_then(|found| found.interval90),
        base,
        head,
        visible: trial.visible(metric, threshold),
        routed: trial.routed.contains(&metric),
        count,
    }
}

fn pairs(trial: &Trial) -> Vec<Pair> {
    let pair = |fresh: bool| {
        move |block: &Block| Pair {
            fresh,
            head_first: block.head_first,
            others: block.others,
            base: block.base.into(),
            head: block.head.into(),
        }
    };
    trial.screen.iter().map(pair(false)).chain(trial.fresh.iter().map(pair(true))).collect()
}

/// Whether one of these controls differs from itself.
pub fn are_disturbed<'a>(controls: impl Iterator<Item = (&'a Ended, &'a Thresholds)>) -> bool {
    let mut controls = controls;
    controls
        .any(|(ended, thresholds)| matches!(ended, Ended::Tried(trial) if is_disturbed(trial, thresholds)))
}
