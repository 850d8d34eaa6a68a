//! What is compared of two lanes, and by how much it must differ to matter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a lane is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Nanoseconds of a batch.
    Time,
    /// Nanoseconds of processor time of a batch, in the lane and all its processes.
    Cpu,
    /// Context switches of a batch.
    Switches,
    /// Bytes of anonymous memory with the jobs in flight.
    Memory,
}

impl Metric {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Time, Self::Cpu, Self::Switches, Self::Memory];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Cpu => "cpu",
            Self::Switches => "switches",
            Self::Memory => "memory",
        }
    }

    /// What is added to both sides before the ratio is taken, so that one switch more than none, or one page, is no factor.
    fn floor(self) -> f64 {
        match self {
            Self::Time => 0.0,
            Self::Cpu => 10_000.0, // the tick of the kernel's accounts is coarser than this
            Self::Switches => 8.0, // a few come from waking the lane for its request
            Self::Memory => 262_144.0, // the C library takes memory in steps of 132 KiB
        }
    }

    /// The logarithm of the ratio of HEAD to BASE; `None` if one of them is unknown.
    pub fn difference(self, base: Option<f64>, head: Option<f64>) -> Option<f64> {
        let floor = self.floor();
        let ratio = (head? + floor) / (base? + floor);
        (ratio.is_finite() && ratio > 0.0).then(|| ratio.ln())
    }
}

/// The smallest shares that matter: `0.05` is five percent. What has none is not judged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Thresholds([Option<f64>; 4]);

impl Thresholds {
    /// That of one metric.
    pub fn of(&self, metric: Metric) -> Option<f64> {
        self.0[metric as usize]
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, metric: Metric, share: f64) -> Self {
        self.0[metric as usize] = Some(share);
        self
    }

    /// What is judged.
    pub fn metrics(&self) -> impl Iterator<Item = (Metric, f64)> + '_ {
        Metric::ALL.into_iter().filter_map(|metric| Some((metric, self.of(metric)?)))
    }
}
