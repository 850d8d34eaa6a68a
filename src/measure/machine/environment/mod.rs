//! The machine and the build a run was made on: facts, read once at its start. No host name, no user name.
//!
//! [`steal`] is the one fact that grows during a run; `power` finds out whether a battery supplies the machine. Must not know what is bad
//! about a fact: that is [`super::warning`]'s.

mod power;
pub mod steal;

use std::fs;

use nix::sys::sysinfo::sysinfo;
use nix::sys::utsname::uname;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::process::limits::Limits;

/// The machine and the build. No host name, no user name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Operating system.
    pub os: String,
    /// Kernel release.
    pub kernel: String,
    /// Processor.
    pub cpu_model: Option<String>,
    /// Available parallelism at start.
    pub cores: usize,
    /// The processors that the run may use, as a list like `0-1,4`.
    pub affinity: Option<String>,
    /// Frequency governor of the first core.
    pub governor: Option<String>,
    /// Main memory.
    pub memory_bytes: Option<u64>,
    /// Compiler.
    pub rustc: String,
    /// Cargo profile; numbers of anything but `release` mean little.
    pub profile: String,
    /// Commit, with `-dirty` for changed files.
    pub commit: Option<String>,
    /// Load average over 1, 5 and 15 minutes when the run began.
    pub load_average: Option<[f64; 3]>,
    /// The share of all processors' time that other guests of the host took; `null` until the run has ended, and if it was
    /// too short for that.
    pub steal_share: Option<f64>,
    /// Whether the machine ran on a battery when the run began; `null` where it reports no supply.
    pub on_battery: Option<bool>,
    /// What bounds the run.
    pub limits: Limits,
}

impl Environment {
    /// Reads them now.
    pub fn here(cores: usize) -> Self {
        let system = sysinfo().ok();
        Self {
            os: field("/etc/os-release", "PRETTY_NAME", '=').unwrap_or_else(|| "Linux".into()),
            kernel: uname().map(|name| name.release().to_string_lossy().into_owned()).unwrap_or_default(),
            cpu_model: field("/proc/cpuinfo", "model name", ':'),
            cores,
            affinity: field("/proc/self/status", "Cpus_allowed_list", ':'),
            governor: fs::read_to_string("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                .ok()
                .map(|text| text.trim().to_owned()),
            memory_bytes: system.map(|system| system.ram_total()),
            rustc: env!("FAIRLANE_RUSTC").into(),
            profile: env!("FAIRLANE_PROFILE").into(),
            commit: option_env!("FAIRLANE_COMMIT").map(Into::into),
            load_average: system.map(|system| system.load_average().into()),
            steal_share: None,
            on_battery: power::on_battery(),
            limits: Limits::here(),
        }
    }

    /// How many processors this process may use. A quota lowers `cores`, but not this.
    pub fn allowed(&self) -> Option<usize> {
        listed(self.affinity.as_ref()?)
    }
}

/// The length of a list like `0-1,4`.
fn listed(list: &str) -> Option<usize> {
    let lengths = list.split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        Some(last.saturating_add(1).saturating_sub(first))
    });
    lengths.sum()
}

/// The value of the first line `name<separator>value`, without quotes.
fn field(path: &str, name: &str, separator: char) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (_, value) =
        text.lines().filter_map(|line| line.split_once(separator)).find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_processors_has_a_length() {
        for (list, length) in [("0", 1), ("0-1", 2), ("0-1,4", 3), ("2,4-7,9", 6)] {
            assert_eq!(listed(list), Some(length), "{list}");
        }
        for none in ["", "a", "0-", "1,,2"] {
            assert_eq!(listed(none), None, "{none:?}");
        }
    }

    #[test]
    fn this_machine_shows_what_every_linux_shows() {
        let here = Environment::here(2);
        assert!(here.allowed().is_some_and(|allowed| allowed > 0), "{:?}", here.affinity);
        assert!(here.memory_bytes.is_some() && here.load_average.is_some());
        assert!(here.limits.pid_max.is_some() && here.limits.threads_max.is_some());
    }
}
