//! What must be known of the machine, the apparatus and the run to believe its numbers.

use super::words::several;
use super::{Fact, Warning};
use crate::record::{Run, Status};
use crate::report::format;

/// When, on what machine: `2026-11-24, 2 cores of an AMD EPYC`.
pub(super) fn title(run: &Run) -> String {
    let date: String = run.started.chars().take(10).collect();
    format!("{date}, {}", machine(run))
}

/// `2 cores of an AMD EPYC`.
pub(super) fn machine(run: &Run) -> String {
    let cores = several(run.environment.cores, "core", "cores");
    match run.environment.cpu_model.as_deref() {
        Some(cpu) if cpu.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) => {
            format!("{cores} of an {cpu}")
        }
        Some(cpu) => format!("{cores} of a {cpu}"),
        None => cores,
    }
}

/// What may make a reader doubt the whole.
pub(super) fn cautions(run: &Run) -> Vec<String> {
    let mut cautions = Vec::new();
    if run.interrupted {
        cautions.push("The run was interrupted: it holds the tables that were done by then.".into());
    }
    if !run.selection.is_empty() {
        cautions.push(format!("Only a part of the suite was asked for: `{}`.", run.selection.join(" ")));
    }
    if run.environment.profile != "release" {
        cautions.push(format!(
            "This is a `{}` build: computing is slow in it and waiting is not, so rankings may turn over.",
            run.environment.profile
        ));
    }
    if run.apparatus.server == "foreign" {
        cautions
            .push("The mock server was not started by Fairlane: what it could do was not checked.".into());
    }
    cautions.extend(disturbed(run));
    let failed = run.cells.iter().filter(|cell| cell.status == Status::Failed).count();
    if failed > 0 {
        let all = several(run.cells.len(), "cell", "cells");
        cautions.push(format!(
            "{} of {all} failed: without a number, with a reason.",
            format::count(failed as u64)
        ));
    }
    cautions
}

/// What other programs took, where that changed which lanes count.
fn disturbed(run: &Run) -> Option<String> {
    let passes = || run.groups.iter().flat_map(|group| &group.passes);
    let left_out = passes().filter(|pass| !pass.counted).count();
    let undecided = run.groups.iter().filter(|group| group.is_too_disturbed()).count();
    let most = passes().filter_map(|pass| pass.others).fold(0.0, f64::max);
    let took = format!("other programs took up to {} of the processors", format::percent(most));
    match (undecided, left_out) {
        (0, 0) => None,
        (0, _) => Some(format!(
            "In {} of {} {took}; these do not count.",
            format::count(left_out as u64),
            several(passes().count(), "pass", "passes")
        )),
        _ => Some(format!(
            "While {} was measured {took}, so nobody is ranked there: end what else runs, and run it again.",
            several(undecided, "table", "tables")
        )),
    }
}

/// The machine and the build.
pub(super) fn environment(run: &Run) -> Vec<Fact> {
    let here = &run.environment;
    let load = here.load_average.map(|load| load.map(format::plain).join(", "));
    let battery = here.on_battery.map(|battery| if battery { "battery" } else { "mains" }.to_owned());
    let limits = &here.limits;
    [
        ("begun", Some(run.started.clone())),
        ("processor", here.cpu_model.clone()),
        ("cores", Some(format::count(here.cores as u64))),
        ("processors it may use", here.affinity.clone()),
        ("frequency governor", here.governor.clone()),
        ("memory", here.memory_bytes.map(format::bytes)),
        ("power", battery),
        ("operating system", Some(here.os.clone())),
        ("kernel", Some(here.kernel.clone())),
        ("load over 1, 5 and 15 minutes", load),
        ("time taken by other guests", here.steal_share.map(format::percent)),
        ("compiler", Some(here.rustc.clone())),
        ("profile", Some(here.profile.clone())),
        ("fairlane", Some(run.fairlane.clone())),
        ("commit", here.commit.clone()),
        ("open files of a process", limits.nofile.map(format::count)),
        ("threads of the user", limits.nproc.map(format::count)),
        ("threads of the machine", limits.threads_max.map(format::count)),
        ("largest process id", limits.pid_max.map(format::count)),
        ("memory maps of a process", limits.max_map_count.map(format::count)),
        ("threads of the cgroup", limits.cgroup_pids_max.map(format::count)),
        ("processors of the cgroup", limits.cgroup_cpus.map(format::plain)),
    ]
    .into_iter()
    .filter_map(fact)
    .collect()
}

/// Server, timers, noise.
pub(super) fn apparatus(run: &Run) -> Vec<Fact> {
    let able = &run.apparatus;
    let late = |ns: Option<u64>| ns.map(|ns| format::time(ns as f64));
    [
        ("mock server", Some(able.server.clone())),
        ("requests that wiremock answers at most", able.ceiling_rps.map(format::rate)),
        ("requests that the thin server answers at most", able.thin_ceiling_rps.map(format::rate)),
        ("a sleep of 1 ms ends late by", late(able.timer_resolution_ns)),
        ("the same with tokio's timer", late(able.tokio_timer_resolution_ns)),
        ("seed of the order in each pass", Some(run.seed.to_string())),
    ]
    .into_iter()
    .filter_map(fact)
    .chain(run.calibration.iter().flat_map(super::calibration::facts))
    .collect()
}

fn fact((name, value): (&str, Option<String>)) -> Option<Fact> {
    Some(Fact { name: name.into(), value: value? })
}

/// What may have spoilt numbers.
pub(super) fn warnings(run: &Run) -> Vec<Warning> {
    let shown = |warning: &crate::record::Warning| Warning {
        text: warning.text.clone(),
        advice: warning.advice.clone(),
    };
    run.warnings.iter().map(shown).collect()
}
