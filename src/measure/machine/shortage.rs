//! What the host and the cgroup withheld from this machine between two moments. Must not know what was measured meanwhile.

use super::environment::steal::Ticks;
use crate::process::cgroup::Throttled;

/// A moment from which on it is counted.
#[derive(Debug)]
pub struct Shortage(Option<Ticks>, Option<Throttled>);

/// What was withheld; `None` where the kernel does not report it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Withheld {
    /// The share of processor time that other guests of the host took.
    pub stolen: Option<f64>,
    /// The share of the quota's periods in which the cgroup's quota stopped its processes.
    pub throttled: Option<f64>,
}

impl Shortage {
    /// From now on.
    pub fn begin() -> Self {
        Self(Ticks::now(), Throttled::now())
    }

    /// Until now.
    pub fn end(self) -> Withheld {
        let Self(ticks, throttled) = self;
        Withheld {
            stolen: ticks.zip(Ticks::now()).and_then(|(begun, ended)| ended.stolen_since(begun)),
            throttled: throttled.zip(Throttled::now()).and_then(|(begun, ended)| ended.since(begun)),
        }
    }
}
