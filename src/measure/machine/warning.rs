//! What the machine or the build does to the numbers of a run, and what to do about it.
//!
//! Pure: from facts to warnings. Reads nothing and shows nothing; [`super::environment`] finds the facts.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::pause::Pause;

/// A reason to doubt the numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// What kind it is, for machines: it stays when the words change.
    pub id: String,
    /// What it is.
    pub text: String,
    /// What to do about it.
    pub advice: String,
}

/// From here on one core of two is busy with something else, sooner or later during a lane.
const LOAD_PER_CORE: f64 = 0.5;

/// A hundredth is the size of the differences that a run can show.
const STOLEN: f64 = 0.01;

const QUOTA: &str = "raise the quota (`cpu.max`, docker's `--cpus`), or give whole processors";

fn warning(id: &str, text: impl Into<String>, advice: &str) -> Warning {
    Warning { id: id.into(), text: text.into(), advice: advice.into() }
}

/// What is known before the first lane.
pub fn at_start(here: &Environment) -> Vec<Warning> {
    let governor = here.governor.as_ref().filter(|governor| *governor != "performance");
    let load = here.load_average.map(|[minute, ..]| minute);
    let load = load.filter(|load| *load > here.cores as f64 * LOAD_PER_CORE);
    let quota =
        here.limits.cgroup_cpus.zip(here.allowed()).filter(|(quota, allowed)| *quota < *allowed as f64);
    let few_cores = here.allowed() == Some(1) || (here.cores == 1 && quota.is_none());
    let debug = || {
        let advice = "measure with `cargo bench` or `cargo run --release`";
        warning("debug-build", "this is a debug build: its numbers say little", advice)
    };
    let few = || {
        let advice = "give it more processors, or judge nothing but waiting by this run";
        warning("few-cores", "there is one core: nothing can compute in parallel", advice)
    };
    let limited = |(quota, allowed): (f64, usize)| {
        let text =
            format!("the cgroup may use the time of {quota:.2} of {allowed} processors, then it is stopped");
        warning("cpu-quota", text, QUOTA)
    };
    let governed = |governor: &String| {
        let text = format!("the processor's frequency may change in mid-run: its governor is `{governor}`");
        warning("governor-not-performance", text, "`sudo cpupower frequency-set --governor performance`")
    };
    let battery =
        || warning("battery", "the machine runs on its battery: the processor may slow down", "plug it in");
    let loaded = |load: f64| {
        let text = format!("the machine was busy when the run began: its load average is {load:.2}");
        warning(
            "loaded-machine",
            text,
            "end what else runs and wait a minute; a compilation just before counts",
        )
    };
    let found = [
        (here.profile != "release").then(debug),
        few_cores.then(few),
        quota.map(limited),
        governor.map(governed),
        (here.on_battery == Some(true)).then(battery),
        load.map(loaded),
    ];
    found.into_iter().flatten().collect()
}

/// What is known after the last lane: the share of processor time that other guests of the host took meanwhile, and the share
/// of the quota's periods in which the cgroup's quota stopped the run.
pub fn at_end(stolen: Option<f64>, throttled: Option<f64>) -> Vec<Warning> {
    let stolen = stolen.filter(|share| *share > STOLEN).map(|share| {
        let text = format!("other guests of the host took {:.1} % of the processor time", share * 100.0);
        warning("steal-time", text, "measure on a machine of your own, or at another time")
    });
    let throttled = throttled.filter(|share| *share > 0.0).map(|share| {
        let text = format!("the cgroup's quota stopped the run in {:.1} % of its periods", share * 100.0);
        warning("throttled", text, QUOTA)
    });
    stolen.into_iter().chain(throttled).collect()
}

/// Cells on a part of the processors have so many, which are threads of fewer physical cores.
pub fn shared_cores(processors: usize, cores: usize) -> Warning {
    let noun = if cores == 1 { "core" } else { "cores" };
    let text =
        format!("the {processors} processors of `-c{processors}` are threads of {cores} physical {noun}");
    warning(
        "shared-cores",
        text,
        "take as many as there are physical cores: a second thread of one adds little",
    )
}

/// Something stood still during a part of the run, which was measured again for it.
pub fn paused(during: &str, pause: Pause) -> Warning {
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    let what = match pause {
        Pause { slept: Duration::ZERO, stopped: Duration::ZERO } => {
            "a lane or the mock server was stopped".into()
        }
        Pause { slept: Duration::ZERO, stopped } => format!("the run stood still for {}", seconds(stopped)),
        Pause { slept, .. } => format!("the machine slept for {}", seconds(slept)),
    };
    let text = format!("{what} during {during}, which was repeated");
    warning("paused", text, "keep the machine awake, and stop no process of a run while it measures")
}

/// The user asked for a mock server that is slow in these ways.
pub fn slow_server(how: &str) -> Warning {
    let advice = "unset FAIRLANE_SLOW_SERVER, unless that is what you want to see";
    warning("slow-server", format!("the mock server is slow on purpose: {how}"), advice)
}

/// The user named another program to be started as every lane.
pub fn other_lane(program: &str) -> Warning {
    let advice = "unset FAIRLANE_LANE, unless that is the program you want to measure";
    warning("foreign-lane", format!("every lane was the program `{program}`"), advice)
}

/// A launcher started the lanes where the driver cannot look.
pub fn elsewhere(launcher: &str) -> Warning {
    let text =
        format!("`{launcher}` started the lanes: the driver does not see their memory, nor other programs");
    warning("elsewhere", text, "see that nothing else runs there: no pass is repeated; docs/MACHINES.md")
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

    /// The ids of warnings, each of which fits a line.
    fn ids(warnings: &[Warning]) -> Vec<&str> {
        for Warning { text, advice, .. } in warnings {
            assert!(text.len() <= 91 && advice.len() <= 94, "{text}\n{advice}");
        }
        warnings.iter().map(|warning| warning.id.as_str()).collect()
    }

    #[test]
    fn each_fact_gives_its_own_warning_alone() {
        let limits = Limits { cgroup_cpus: Some(1.5), ..Limits::default() };
        let load_average = Some([123.45, 0.0, 0.0]);
        let governor = Some("conservative".into());
        for (here, id) in [
            (Environment { profile: "debug".into(), ..quiet() }, "debug-build"),
            (Environment { governor, ..quiet() }, "governor-not-performance"),
            (Environment { load_average, ..quiet() }, "loaded-machine"),
            (Environment { load_average: Some([2.01, 0.0, 0.0]), ..quiet() }, "loaded-machine"),
            (Environment { limits, ..quiet() }, "cpu-quota"),
            (Environment { on_battery: Some(true), ..quiet() }, "battery"),
            (Environment { cores: 1, load_average: None, ..quiet() }, "few-cores"),
        ] {
            assert_eq!(ids(&at_start(&here)), [id]);
        }
        assert_eq!(ids(&at_end(Some(0.123), None)), ["steal-time"]);
        assert_eq!(ids(&at_end(None, Some(0.001))), ["throttled"]);
        assert_eq!(ids(&[elsewhere("kubectl")]), ["elsewhere"]);
        assert_eq!(ids(&[shared_cores(4, 2), shared_cores(2, 1)]), ["shared-cores"; 2]);
        let (slept, stopped) = (Duration::from_secs(3_600), Duration::from_millis(3_040));
        for (pause, text) in [
            (
                Pause { slept, stopped },
                "the machine slept for 3600.0 s during pass 2 of `http/32`, which was repeated",
            ),
            (
                Pause { slept: Duration::ZERO, stopped },
                "the run stood still for 3.0 s during pass 2 of `http/32`, which was repeated",
            ),
            (
                Pause::default(),
                "a lane or the mock server was stopped during pass 2 of `http/32`, which was repeated",
            ),
        ] {
            let found = paused("pass 2 of `http/32`", pause);
            assert_eq!((ids(std::slice::from_ref(&found)), found.text.as_str()), (vec!["paused"], text));
        }
    }

    #[test]
    fn a_quota_that_lowered_the_cores_still_warns() {
        let limits = Limits { cgroup_cpus: Some(2.0), ..Limits::default() };
        let two = Environment { cores: 2, load_average: None, limits, ..quiet() };
        assert_eq!(ids(&at_start(&two)), ["cpu-quota"]);
        assert!(at_start(&two)[0].text.contains(" 2.00 of 4 processors"));
        let half = Limits { cgroup_cpus: Some(0.5), ..Limits::default() };
        let here = |affinity: &str| Environment {
            cores: 1,
            affinity: Some(affinity.into()),
            load_average: None,
            limits: half,
            ..quiet()
        };
        assert_eq!(ids(&at_start(&here("0-1"))), ["cpu-quota"], "there are two, for a part of the time");
        assert_eq!(ids(&at_start(&here("0"))), ["few-cores", "cpu-quota"]);
    }
}
