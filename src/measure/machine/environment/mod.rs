//! The machine and the build a run was made on: facts, read once at its start. No host name, no user name.
//!
//! [`steal`] is the one fact that grows during a run; `power` tells battery from mains. Must not know what is bad
//! about a fact: that is [`super::warning`]'s.

mod power;
pub mod steal;

use std::fs;

use nix::sys::sysinfo::sysinfo;
use nix::sys::utsname::uname;

use crate::process::limits::Limits;

/// What the numbers of a run depend on besides the code.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Operating system, as `/etc/os-release` calls it.
    pub os: String,
    /// Kernel release.
    pub kernel: String,
    /// Processor, as `/proc/cpuinfo` calls it.
    pub cpu_model: Option<String>,
    /// Available parallelism at start.
    pub cores: usize,
    /// The processors that this process may use, as a list like `0-1,4`.
    pub affinity: Option<String>,
    /// Frequency governor of the first core, where there is one.
    pub governor: Option<String>,
    /// Main memory in bytes.
    pub memory_bytes: Option<u64>,
    /// Compiler that built this binary.
    pub rustc: &'static str,
    /// Cargo profile that built this binary.
    pub profile: &'static str,
    /// Commit it was built from, with `-dirty` for changed files; unknown outside a checkout.
    pub commit: Option<&'static str>,
    /// Load average over 1, 5 and 15 minutes when the run began.
    pub load_average: Option<[f64; 3]>,
    /// Whether it runs on a battery; unknown where the machine tells of no supply.
    pub on_battery: Option<bool>,
    /// What bounds a run.
    pub limits: Limits,
}

impl Environment {
    /// Looks around.
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
            rustc: env!("FAIRLANE_RUSTC"),
            profile: env!("FAIRLANE_PROFILE"),
            commit: option_env!("FAIRLANE_COMMIT"),
            load_average: system.map(|system| system.load_average().into()),
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
        Some((last + 1).saturating_sub(first))
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
    fn this_machine_tells_what_every_linux_tells() {
        let here = Environment::here(2);
        assert!(here.allowed().is_some_and(|allowed| allowed > 0), "{:?}", here.affinity);
        assert!(here.memory_bytes.is_some() && here.load_average.is_some());
        assert!(here.limits.pid_max.is_some() && here.limits.threads_max.is_some());
    }
}
