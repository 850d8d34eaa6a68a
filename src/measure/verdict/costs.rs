//! What a batch of a cell used, over its lanes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::measure::statistics::{self, Estimate};
use crate::process::usage::Usage;

/// What one batch used, in the lane and all its processes, during the samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// Processor time in both modes, in nanoseconds.
    pub cpu_ns: Estimate,
    /// Of it in user mode.
    pub cpu_user_ns: Estimate,
    /// Of it in the kernel.
    pub cpu_sys_ns: Estimate,
    /// Times a thread left its core.
    pub switches: Estimate,
    /// Of these, times a core was taken from a thread that could have gone on.
    pub switches_forced: Estimate,
    /// Pages that were mapped without reading a disk.
    pub faults_minor: Estimate,
    /// Pages that were read from a disk.
    pub faults_major: Estimate,
}

impl Costs {
    /// Over lanes whose batches used that much; `None` of no lanes.
    pub(super) fn of(used: &[Usage<f64>]) -> Option<Self> {
        let over = |what: &dyn Fn(&Usage<f64>) -> f64| {
            statistics::estimate(&used.iter().map(what).collect::<Vec<f64>>())
        };
        Some(Self {
            cpu_ns: over(&Usage::cpu_ns)?,
            cpu_user_ns: over(&|used| used.cpu_user_ns)?,
            cpu_sys_ns: over(&|used| used.cpu_sys_ns)?,
            switches: over(&|used| used.switches_voluntary + used.switches_involuntary)?,
            switches_forced: over(&|used| used.switches_involuntary)?,
            faults_minor: over(&|used| used.faults_minor)?,
            faults_major: over(&|used| used.faults_major)?,
        })
    }
}
