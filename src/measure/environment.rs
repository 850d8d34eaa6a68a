//! The machine and the build a run was made on. No host name, no user name.

use std::fs;

use nix::sys::sysinfo::sysinfo;
use nix::sys::utsname::uname;

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
            governor: fs::read_to_string("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                .ok()
                .map(|text| text.trim().to_owned()),
            memory_bytes: system.map(|system| system.ram_total()),
            rustc: env!("FAIRLANE_RUSTC"),
            profile: env!("FAIRLANE_PROFILE"),
            commit: option_env!("FAIRLANE_COMMIT"),
            load_average: system.map(|system| system.load_average().into()),
        }
    }
}

/// The value of the first line `name<separator>value`, without quotes.
fn field(path: &str, name: &str, separator: char) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (_, value) =
        text.lines().filter_map(|line| line.split_once(separator)).find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches('"').to_owned())
}
