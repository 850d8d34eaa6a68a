//! One cell of a comparison on disk: its pairs, and what they mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Metric, Verdict};
use crate::measure::statistics::Estimate;

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// `workload/executor/n`; of a baseline of criterion its id.
    pub id: String,
    /// Whether there are numbers.
    pub status: Status,
    /// `BASE` or `HEAD`, if that side failed.
    pub failed_side: Option<String>,
    /// Why there are none.
    pub reason: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// What is said of each metric that has a threshold; the first one is the time, where that has one.
    pub metrics: Vec<Judgement>,
    /// The pairs, in the order in which they were measured; none where there are no pairs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Both sides were measured.
    Measured,
    /// One side failed.
    Failed,
    /// There was no time for it.
    LeftOut,
    /// Only one side has it.
    Missing,
}

/// What is said of one metric of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// What is compared.
    pub metric: Metric,
    /// The smallest share that matters.
    pub threshold: f64,
    /// What is said; `null` where nothing is judged.
    pub verdict: Option<Verdict>,
    /// HEAD over BASE.
    pub ratio: Option<f64>,
    /// The interval that encloses the true ratio in 90 of 100 comparisons.
    pub interval90: Option<[f64; 2]>,
    /// The median of BASE, in nanoseconds, switches or bytes.
    pub base: Option<Estimate>,
    /// The median of HEAD.
    pub head: Option<Estimate>,
    /// The smallest difference that four of five such comparisons would find, as a share.
    pub visible: Option<f64>,
    /// Whether the screen routed it to its confirmation.
    pub routed: bool,
    /// How many pairs the numbers rest on; of unpaired sides how many values the smaller one has.
    pub count: usize,
}

/// One lane of each side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Whether it belongs to the confirmation, of which the screen knew nothing.
    pub fresh: bool,
    /// Whether HEAD came first.
    pub head_first: bool,
    /// The share of the processors' time that other programs took; `null` if the kernel does not report it.
    pub others: Option<f64>,
    /// The lane of BASE.
    pub base: Values,
    /// The lane of HEAD.
    pub head: Values,
}

/// What one lane used for a batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// The median of its samples, in nanoseconds.
    pub time_ns: Option<f64>,
    /// Processor time.
    pub cpu_ns: Option<f64>,
    /// Context switches.
    pub switches: Option<f64>,
    /// Anonymous memory with the jobs in flight.
    pub memory_bytes: Option<f64>,
}

impl Compared {
    /// A cell without numbers.
    pub fn without(id: String, status: Status, reason: String) -> Self {
        let (metrics, pairs) = (Vec::new(), Vec::new());
        Self { id, status, failed_side: None, reason: Some(reason), help: None, metrics, pairs }
    }

    /// What is said of that metric.
    pub fn judgement(&self, metric: Metric) -> Option<&Judgement> {
        self.metrics.iter().find(|judged| judged.metric == metric)
    }

    /// Whether what matters first of it, or what differed in the screen, is neither the same nor different. Other costs
    /// that scatter do not make a cell inconclusive.
    pub fn is_inconclusive(&self) -> bool {
        self.metrics.iter().any(|judged| self.is_open(judged))
    }

    /// Whether this one of its metrics makes it inconclusive.
    pub fn is_open(&self, judged: &Judgement) -> bool {
        let is_first = self.metrics.first().is_some_and(|first| first.metric == judged.metric);
        (is_first || judged.routed) && judged.verdict == Some(Verdict::Inconclusive)
    }

    /// Whether something of it has that verdict.
    pub fn has(&self, verdict: Verdict) -> bool {
        self.metrics.iter().any(|judged| judged.verdict == Some(verdict))
    }
}
