//! What the machine or the build does to the numbers of a run, and what to do about it.
//!
//! Pure: from facts to warnings. Reads nothing and shows nothing; [`super::environment`] finds the facts.

use std::fmt;

use super::environment::Environment;

/// A reason to doubt the numbers, with the fact that is the reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// The compiler did not optimise.
    DebugBuild,
    /// The processor changes its frequency as it likes.
    GovernorNotPerformance(String),
    /// Other programs compute: the load average over a minute when the run began.
    LoadedMachine(f64),
    /// Other guests of the host took a share of the processors.
    StealTime(f64),
    /// The cgroup's quota of processors, below those that the process may use.
    CpuQuota(f64, usize),
    /// The cgroup's quota stopped the run in a share of the quota's periods.
    Throttled(f64),
    /// Batteries slow a processor down.
    Battery,
    /// Nothing can run in parallel.
    FewCores,
    /// The user asked for a mock server that is slow in these ways.
    SlowServer(String),
    /// The user named another program to be started as every lane.
    ForeignLane(String),
}

/// From here on one core of two is busy with something else, sooner or later during a lane.
const LOAD_PER_CORE: f64 = 0.5;

/// A hundredth is the size of the differences that a run can show.
const STOLEN: f64 = 0.01;

/// What is known before the first lane.
pub fn at_start(here: &Environment) -> Vec<Warning> {
    let governor = here.governor.as_ref().filter(|governor| *governor != "performance");
    let load = here.load_average.map(|[minute, ..]| minute);
    let quota =
        here.limits.cgroup_cpus.zip(here.allowed()).filter(|(quota, allowed)| *quota < *allowed as f64);
    let warnings = [
        (here.profile != "release").then_some(Warning::DebugBuild),
        (here.allowed() == Some(1) || (here.cores == 1 && quota.is_none())).then_some(Warning::FewCores),
        quota.map(|(quota, allowed)| Warning::CpuQuota(quota, allowed)),
        governor.cloned().map(Warning::GovernorNotPerformance),
        (here.on_battery == Some(true)).then_some(Warning::Battery),
        load.filter(|load| *load > here.cores as f64 * LOAD_PER_CORE).map(Warning::LoadedMachine),
    ];
    warnings.into_iter().flatten().collect()
}

/// What is known after the last lane: the share of processor time that was stolen meanwhile, and the share of the quota's
/// periods in which the run was stopped.
pub fn at_end(stolen: Option<f64>, throttled: Option<f64>) -> Vec<Warning> {
    let stolen = stolen.filter(|share| *share > STOLEN).map(Warning::StealTime);
    let throttled = throttled.filter(|share| *share > 0.0).map(Warning::Throttled);
    stolen.into_iter().chain(throttled).collect()
}

impl Warning {
    /// The name that stays when the words change.
    pub fn id(&self) -> &'static str {
        match self {
            Self::DebugBuild => "debug-build",
            Self::GovernorNotPerformance(_) => "governor-not-performance",
            Self::LoadedMachine(_) => "loaded-machine",
            Self::StealTime(_) => "steal-time",
            Self::CpuQuota(..) => "cpu-quota",
            Self::Throttled(_) => "throttled",
            Self::Battery => "battery",
            Self::FewCores => "few-cores",
            Self::SlowServer(_) => "slow-server",
            Self::ForeignLane(_) => "foreign-lane",
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::DebugBuild => "measure with `cargo bench` or `cargo run --release`",
            Self::GovernorNotPerformance(_) => "`sudo cpupower frequency-set --governor performance`",
            Self::LoadedMachine(_) => {
                "end what else runs and wait a minute; a compilation just before counts"
            }
            Self::StealTime(_) => "measure on a machine of your own, or at another time",
            Self::CpuQuota(..) | Self::Throttled(_) => {
                "raise the quota (`cpu.max`, docker's `--cpus`), or give whole processors"
            }
            Self::Battery => "plug it in",
            Self::SlowServer(_) => "unset FAIRLANE_SLOW_SERVER, unless that is what you want to see",
            Self::ForeignLane(_) => "unset FAIRLANE_LANE, unless that is the program you want to measure",
            Self::FewCores => "give it more processors, or judge nothing but waiting by this run",
        }
    }
}

/// One sentence, without the full stop.
impl fmt::Display for Warning {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DebugBuild => to.write_str("this is a debug build: its numbers say little"),
            Self::GovernorNotPerformance(governor) => {
                write!(to, "the processor's frequency may change in mid-run: its governor is `{governor}`")
            }
            Self::LoadedMachine(load) => {
                write!(to, "the machine was busy when the run began: its load average is {load:.2}")
            }
            Self::StealTime(share) => {
                write!(to, "other guests of the host took {:.1} % of the processor time", share * 100.0)
            }
            Self::CpuQuota(quota, allowed) => {
                write!(
                    to,
                    "the cgroup may use the time of {quota:.2} of {allowed} processors, then it is stopped"
                )
            }
            Self::Throttled(share) => {
                write!(to, "the cgroup's quota stopped the run in {:.1} % of its periods", share * 100.0)
            }
            Self::Battery => to.write_str("the machine runs on its battery: the processor may slow down"),
            Self::SlowServer(how) => write!(to, "the mock server is slow on purpose: {how}"),
            Self::ForeignLane(program) => write!(to, "every lane was the program `{program}`"),
            Self::FewCores => to.write_str("there is one core: nothing can compute in parallel"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::limits::Limits;

    /// A machine with nothing to warn of.
    fn quiet() -> Environment {
        Environment {
            os: "Linux".into(),
            kernel: "6.1".into(),
            cpu_model: None,
            cores: 4,
            affinity: Some("0-3".into()),
            governor: Some("performance".into()),
            memory_bytes: None,
            rustc: "rustc".into(),
            profile: "release".into(),
            commit: None,
            load_average: Some([2.0, 9.0, 9.0]),
            steal_share: None,
            on_battery: Some(false),
            limits: Limits { cgroup_cpus: Some(4.0), ..Limits::default() },
        }
    }

    #[test]
    fn a_quiet_machine_and_an_unknown_one_give_no_warning() {
        assert_eq!(at_start(&quiet()), []);
        let unknown = Environment {
            affinity: None,
            governor: None,
            load_average: None,
            on_battery: None,
            limits: Limits::default(),
            ..quiet()
        };
        assert_eq!(at_start(&unknown), []);
        assert_eq!(
            at_start(&Environment {
                limits: Limits { cgroup_cpus: Some(1.0), ..Limits::default() },
                ..unknown
            }),
            []
        );
        for stolen in [None, Some(0.0), Some(0.01)] {
            assert_eq!(at_end(stolen, stolen.map(|_| 0.0)), []);
        }
    }

    #[test]
    fn each_fact_gives_its_own_warning_alone() {
        let limits = Limits { cgroup_cpus: Some(1.5), ..Limits::default() };
        let load_average = Some([2.01, 0.0, 0.0]);
        for (here, warning) in [
            (Environment { profile: "debug".into(), ..quiet() }, Warning::DebugBuild),
            (
                Environment { governor: Some("powersave".into()), ..quiet() },
                Warning::GovernorNotPerformance("powersave".into()),
            ),
            (Environment { load_average, ..quiet() }, Warning::LoadedMachine(2.01)),
            (Environment { limits, ..quiet() }, Warning::CpuQuota(1.5, 4)),
            (Environment { on_battery: Some(true), ..quiet() }, Warning::Battery),
            (Environment { cores: 1, load_average: None, ..quiet() }, Warning::FewCores),
        ] {
            assert_eq!(at_start(&here), [warning]);
        }
        assert_eq!(at_end(Some(0.02), None), [Warning::StealTime(0.02)]);
        assert_eq!(at_end(None, Some(0.001)), [Warning::Throttled(0.001)]);
    }

    #[test]
    fn a_quota_that_lowered_the_cores_still_warns() {
        let limits = Limits { cgroup_cpus: Some(2.0), ..Limits::default() };
        assert_eq!(
            at_start(&Environment { cores: 2, load_average: None, limits, ..quiet() }),
            [Warning::CpuQuota(2.0, 4)]
        );
        let half = Limits { cgroup_cpus: Some(0.5), ..Limits::default() };
        let here = |affinity: &str| Environment {
            cores: 1,
            affinity: Some(affinity.into()),
            load_average: None,
            limits: half,
            ..quiet()
        };
        assert_eq!(
            at_start(&here("0-1")),
            [Warning::CpuQuota(0.5, 2)],
            "there are two, for a part of the time"
        );
        assert_eq!(at_start(&here("0")), [Warning::FewCores, Warning::CpuQuota(0.5, 1)]);
    }

    #[test]
    fn warnings_have_ids_of_their_own_and_fit_a_line() {
        let all = [
            Warning::DebugBuild,
            Warning::GovernorNotPerformance("conservative".into()),
            Warning::LoadedMachine(123.45),
            Warning::StealTime(0.123),
            Warning::CpuQuota(12.5, 128),
            Warning::Throttled(0.123),
            Warning::Battery,
            Warning::FewCores,
        ];
        let mut ids: Vec<_> = all.iter().map(Warning::id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len());
        for warning in &all {
            let (text, advice) = (format!("warning: {warning}"), format!("help: {}", warning.advice()));
            assert!(text.len() <= 100 && advice.len() <= 100, "{text}\n{advice}");
        }
    }
}
