//! What a reader must know of the machine, the apparatus and the run to judge its numbers.

use super::words::several;
use super::{Fact, parts};
use crate::record::calibration::Calibration;
use crate::record::{Apparatus, Environment, Run, Status};
use crate::report::format;

/// When, on what machine: `2026-11-24, 2 cores of an AMD EPYC`.
pub(super) fn title(run: &Run) -> String {
    let date: String = run.started.chars().take(10).collect();
    format!("{date}, {}", machine(run))
}

/// `2 cores of an AMD EPYC`; of a merged run the number of machines that differ.
pub(super) fn machine(run: &Run) -> String {
    match run.machines().as_slice() {
        [one] => processor(one.environment),
        machines => format!("{} machines that differ", machines.len()),
    }
}

/// `2 cores of an AMD EPYC`.
pub(in crate::report) fn processor(here: &Environment) -> String {
    let cores = several(here.cores, "core", "cores");
    match here.cpu_model.as_deref() {
        Some(cpu) if cpu.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) => {
            format!("{cores} of an {cpu}")
        }
        Some(cpu) => format!("{cores} of a {cpu}"),
        None => cores,
    }
}

/// What may make a reader doubt all numbers.
pub(super) fn cautions(run: &Run) -> Vec<String> {
    let mut cautions = Vec::new();
    cautions.extend(parts::cautions(run));
    if run.interrupted {
        cautions.push("The run was interrupted: it holds what was measured by then.".into());
    }
    if !run.selection.is_empty() {
        cautions.push(format!("The run measured only a part of the suite: `{}`.", run.selection.join(" ")));
    }
    if run.environment.profile != "release" {
        cautions.push(format!(
            "This is a `{}` build: it slows computing down and waiting not, so rankings may differ.",
            run.environment.profile
        ));
    }
    if apparatuses(run).any(|able| able.server == "foreign") {
        cautions.push("Fairlane did not start the mock server and did not measure its ceiling.".into());
    }
    cautions.extend(disturbed(run));
    let failed = run.cells.iter().filter(|cell| cell.status == Status::Failed).count();
    if failed > 0 {
        let all = several(run.cells.len(), "cell", "cells");
        cautions
            .push(format!("{} of {all} failed: the tables give the reasons.", format::count(failed as u64)));
    }
    cautions
}

/// What other programs took, where that changed which passes count.
fn disturbed(run: &Run) -> Option<String> {
    let passes = || run.groups.iter().flat_map(|group| &group.passes);
    let left_out = passes().filter(|pass| !pass.counted).count();
    let undecided = run.groups.iter().filter(|group| group.is_too_disturbed()).count();
    let most = passes().filter_map(|pass| pass.others).fold(0.0, f64::max);
    let most = format::percent(most);
    match (undecided, left_out) {
        (0, 0) => None,
        (0, _) => Some(format!(
            "Other programs took up to {most} of the processors in {} of {}; these passes do not count.",
            format::count(left_out as u64),
            several(passes().count(), "pass", "passes")
        )),
        _ => Some(format!(
            "No ranking in {}: other programs took up to {most} of the processors. End other programs and run Fairlane again.",
            several(undecided, "table", "tables")
        )),
    }
}

/// What must not be the bottleneck: that of the run, or that of each part.
fn apparatuses(run: &Run) -> impl Iterator<Item = &Apparatus> {
    let parts = run.merged.iter().flat_map(|merged| &merged.parts);
    [&run.apparatus].into_iter().chain(parts.map(|part| &part.apparatus))
}

/// The machine and the build, of each part if there are several.
pub(super) fn environment(run: &Run) -> Vec<Fact> {
    let of = |here: &Environment, started: &str, via: &Option<String>| {
        let via = fact(("lanes started via", via.clone()));
        via.into_iter().chain(machine_and_build(here, started, &run.fairlane)).collect()
    };
    match &run.merged {
        None => of(&run.environment, &run.started, &run.via),
        Some(merged) => parts::together(
            merged.parts.iter().map(|part| (part.index, of(&part.environment, &part.started, &part.via))),
        ),
    }
}

fn machine_and_build(here: &Environment, started: &str, fairlane: &str) -> Vec<Fact> {
    let build = [
        ("compiler", Some(here.rustc.clone())),
        ("profile", Some(here.profile.clone())),
        ("fairlane", Some(fairlane.into())),
        ("commit", here.commit.clone()),
    ];
    let started = [("started", Some(started.into()))];
    let all = started.into_iter().chain(hardware(here)).chain(build).chain(limits(here));
    all.filter_map(fact).collect()
}

/// The machine alone.
pub(super) fn of_machine(here: &Environment) -> Vec<Fact> {
    hardware(here).into_iter().chain(limits(here)).filter_map(fact).collect()
}

fn hardware(here: &Environment) -> [(&'static str, Option<String>); 10] {
    let load = here.load_average.map(|load| load.map(format::plain).join(", "));
    let battery = here.on_battery.map(|battery| if battery { "battery" } else { "mains" }.to_owned());
    [
        ("processor", here.cpu_model.clone()),
        ("cores", Some(format::count(here.cores as u64))),
        ("allowed processors", here.affinity.clone()),
        ("frequency governor", here.governor.clone()),
        ("memory", here.memory_bytes.map(format::bytes)),
        ("power", battery),
        ("operating system", Some(here.os.clone())),
        ("kernel", Some(here.kernel.clone())),
        ("load over 1, 5 and 15 minutes", load),
        ("time taken by other virtual machines", here.steal_share.map(format::percent)),
    ]
}

fn limits(here: &Environment) -> [(&'static str, Option<String>); 7] {
    let limits = &here.limits;
    [
        ("limit: open files per process", limits.nofile.map(format::count)),
        ("limit: threads of the user", limits.nproc.map(format::count)),
        ("limit: threads of the machine", limits.threads_max.map(format::count)),
        ("limit: process id", limits.pid_max.map(format::count)),
        ("limit: memory maps per process", limits.max_map_count.map(format::count)),
        ("limit: threads of the cgroup", limits.cgroup_pids_max.map(format::count)),
        ("limit: processors of the cgroup", limits.cgroup_cpus.map(format::plain)),
    ]
}

/// Server, timers, noise, of each part if there are several.
pub(super) fn apparatus(run: &Run) -> Vec<Fact> {
    match &run.merged {
        None => measured_with(&run.apparatus, run.seed, run.calibration.as_ref()),
        Some(merged) => {
            parts::together(merged.parts.iter().map(|part| {
                (part.index, measured_with(&part.apparatus, part.seed, part.calibration.as_ref()))
            }))
        }
    }
}

fn measured_with(able: &Apparatus, seed: u64, calibration: Option<&Calibration>) -> Vec<Fact> {
    let late = |ns: Option<u64>| ns.map(|ns| format::time(ns as f64));
    [
        ("mock server", Some(able.server.clone())),
        ("requests that wiremock can answer", able.ceiling_rps.map(format::rate)),
        ("requests that the thin server can answer", able.thin_ceiling_rps.map(format::rate)),
        ("a sleep of 1 ms ends late by", late(able.timer_resolution_ns)),
        ("a tokio sleep of 1 ms ends late by", late(able.tokio_timer_resolution_ns)),
        ("seed of the order of cells", Some(seed.to_string())),
    ]
    .into_iter()
    .filter_map(fact)
    .chain(calibration.into_iter().flat_map(super::calibration::facts))
    .collect()
}

/// A fact, if it is known.
pub(super) fn fact((name, value): (&str, Option<String>)) -> Option<Fact> {
    Some(Fact { name: name.into(), value: value? })
}
