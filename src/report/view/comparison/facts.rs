//! What a reader must know of the two sides, the machine and the comparison to judge its numbers.

use super::sort::farthest;
use super::verdict::{budget, with_status};
use super::{Side, words};
use crate::record::comparison::{self, Comparison, Overall, Source, Status};
use crate::report::format;
use crate::report::view::words::{list, several};
use crate::report::view::{Fact, facts};

/// How much of the processors other programs may take in a pair before it is worth a word.
const QUIET: f64 = 0.05;
/// How many names a sentence has at most.
const NAMED: usize = 4;

/// When, on what machine: `2026-11-26, 2 cores of an AMD EPYC`.
pub(super) fn title(comparison: &Comparison) -> String {
    let date: String = comparison.started.chars().take(10).collect();
    match &comparison.environment {
        Some(here) => format!("{date}, {}", facts::processor(here)),
        None => date, // of baselines of criterion it is empty
    }
}

/// What is missing, and what may make a reader doubt the verdict.
pub(super) fn cautions(comparison: &Comparison) -> Vec<String> {
    let mut cautions = Vec::new();
    if comparison.interrupted {
        cautions.push("The comparison was interrupted: what was not done by then is missing.".into());
    }
    cautions.extend(source(comparison.source).map(str::to_owned));
    cautions.extend(profiles(&comparison.base, &comparison.head));
    let some = |status, what: &str, why: &str| {
        which(comparison, status).map(|which| format!("{what}: {which}. {why}"))
    };
    // Of one failed cell the verdict says it.
    if comparison.overall != Overall::NotMeasured || with_status(comparison, Status::Failed).len() > 1 {
        cautions.extend(some(Status::Failed, "Failed", "The table of all cells gives the reasons."));
    }
    cautions.extend(some(Status::Missing, "On one side only", "Nothing is said of them."));
    cautions
}

/// What there was no time for. It spoils nothing of what is said of the other cells.
pub(super) fn left_out(comparison: &Comparison) -> Option<String> {
    let which = which(comparison, Status::LeftOut)?;
    if comparison.interrupted {
        return Some(format!("Not measured: {which}: the comparison was interrupted before."));
    }
    // More time does not help where the machine is disturbed.
    let advice = match comparison.overall {
        Overall::Disturbed => String::new(),
        _ => format!("; {} gives more", budget(comparison)),
    };
    Some(format!("Not measured: {which}: the time was too short{advice}."))
}

/// How many cells that became of, and their names.
fn which(comparison: &Comparison, status: Status) -> Option<String> {
    let names: Vec<String> =
        with_status(comparison, status).iter().map(|cell| format!("`{}`", cell.id)).collect();
    let all = several(comparison.cells.len(), "cell", "cells");
    (!names.is_empty()).then(|| format!("{} of {all} ({})", names.len(), named(&names)))
}

/// The first names, and how many more there are.
fn named(names: &[String]) -> String {
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED + 1 => {
            format!("{} and {} more", first.join(", "), names.len() - NAMED)
        }
        _ => list(names, "and"),
    }
}

/// What sides are worth that were not measured next to each other.
fn source(source: Source) -> Option<&'static str> {
    match source {
        Source::Live => None,
        Source::Records => Some(
            "The sides are two recorded runs, which are not paired: what changed on the machine between them looks like a difference.",
        ),
        Source::Criterion => Some(
            "The sides are two baselines of criterion, which are not paired and have one process each: the luck of a process looks like a difference.",
        ),
    }
}

/// Whether the sides were built with optimisation, and alike, as far as their builds say so.
fn profiles(base: &comparison::Side, head: &comparison::Side) -> Option<String> {
    let profile = |side: &comparison::Side| {
        let build = side.build.as_deref()?.strip_suffix(')')?;
        Some(build.rsplit_once(", ")?.1.to_owned())
    };
    match (profile(base)?, profile(head)?) {
        (base, head) if base != head => Some(format!(
            "BASE is a `{base}` build and HEAD a `{head}` build: they differ in more than their code."
        )),
        (base, _) if base != "release" => Some(format!(
            "Both sides are `{base}` builds: what differs in them need not differ in `release` builds."
        )),
        _ => None,
    }
}

/// BASE against itself, one sentence for each control, and what other programs took.
pub(super) fn controls(comparison: &Comparison) -> Vec<String> {
    let mut sentences: Vec<String> = comparison.controls.iter().map(control).collect();
    let cells = comparison.cells.iter().chain(&comparison.controls);
    let taken: Vec<f64> = cells.flat_map(|cell| &cell.pairs).filter_map(|pair| pair.others).collect();
    if !taken.is_empty() {
        let much = taken.iter().filter(|share| **share > QUIET).count();
        let controls = &comparison.controls;
        let are_quiet = !controls.is_empty()
            && controls.iter().all(|control| !control.metrics.is_empty() && !control.is_disturbed());
        let meaning = match are_quiet && much > 0 {
            true => "; too little to matter: BASE against itself shows no effect",
            false => "",
        };
        sentences.push(format!(
            "Other programs took more than {} of the processors in {} of {}{meaning}.",
            format::given_percent(QUIET),
            format::count(much as u64),
            several(taken.len(), "pair", "pairs")
        ));
    }
    sentences
}

fn control(control: &comparison::Compared) -> String {
    let of = format!("BASE against itself in `{}`", control.id);
    let is_disturbed = control.is_disturbed();
    let judged = if is_disturbed { farthest(control) } else { control.metrics.first() };
    match (judged, &control.reason) {
        (Some(judged), _) => {
            let meaning = if is_disturbed { "the machine disturbs" } else { "nothing disturbs" };
            format!("{of} {}: {meaning}.", words::takes(judged))
        }
        (None, Some(reason)) => format!("{of} was not measured: {reason}."),
        (None, None) => format!("{of} was not measured."),
    }
}

/// One of the two sides.
pub(super) fn side(name: &str, side: &comparison::Side, source: Source) -> Side {
    let what = match source {
        Source::Live => "program",
        Source::Records => "run",
        Source::Criterion => "baseline",
    };
    let protocol = side.protocol.map(|version| match version {
        0 => "it does not say which version".into(),
        version => format!("version {version}"),
    });
    let short = side.sha256.as_ref().map(|hash| hash.chars().take(12).collect::<String>());
    let all = [
        (what, Some(side.name.clone()), ""),
        ("build", side.build.clone(), ""),
        ("started", side.started.clone(), ""),
        ("lane protocol", protocol, "lane protocol "),
        ("SHA-256", short, "SHA-256 "),
        ("size", side.bytes.map(format::bytes), ""),
    ];
    let known = || all.iter().filter_map(|(name, value, before)| Some((*name, value.as_ref()?, *before)));
    let values: Vec<String> = known()
        .filter(|(name, ..)| *name != "lane protocol")
        .map(|(_, value, before)| format!("{before}{value}"))
        .collect();
    Side {
        name: name.into(),
        summary: values.join(", "),
        facts: known().map(|(name, value, _)| Fact { name: name.into(), value: value.clone() }).collect(),
    }
}

/// When, how long, in which order.
pub(super) fn comparison(comparison: &Comparison) -> Vec<Fact> {
    let is_live = comparison.source == Source::Live;
    let seconds = |value: f64| format::time(value * 1e9);
    let pairs =
        comparison.cells.iter().chain(&comparison.controls).map(|cell| cell.pairs.len()).sum::<usize>();
    [
        ("started", Some(comparison.started.clone()).filter(|started| !started.is_empty())),
        (
            "took",
            is_live.then(|| {
                format!("{} of {}", seconds(comparison.seconds), seconds(comparison.budget_seconds))
            }),
        ),
        ("pairs of lanes", is_live.then(|| format::count(pairs as u64))),
        ("seed of the order", is_live.then(|| comparison.seed.to_string())),
        ("fairlane", Some(comparison.fairlane.clone())),
    ]
    .into_iter()
    .filter_map(facts::fact)
    .collect()
}

/// The machine.
pub(super) fn environment(comparison: &Comparison) -> Vec<Fact> {
    comparison.environment.as_ref().map_or_else(Vec::new, facts::of_machine)
}
