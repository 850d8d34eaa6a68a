//! What one table says: what is first, and why something has no rank.

use super::super::lessons;
use super::super::words::{list, several};
use super::{Finding, TOO_FEW, code, cost, range, times};
use crate::record::{CellResult, Status, Work};
use crate::report::format;

/// A headline names at most this many executors, and counts the others.
const MOST_NAMED: usize = 3;

/// What a group says.
pub(super) fn of(group: &[CellResult], anchor: &str) -> Finding {
    let ranked: Vec<&CellResult> = group.iter().filter(|cell| cell.is_ranked()).collect();
    let firsts = by_time(ranked.iter().copied().filter(|cell| cell.is_first()));
    let details = cost::of_firsts(&firsts).into_iter().chain(cost::of_slower(&ranked)).chain(unranked(group));
    Finding {
        anchor: anchor.into(),
        headline: format!("{}: {}.", work(group), first(group)),
        details: details.map(|detail| detail + ".").collect(),
        lessons: lessons::of_table(group),
    }
}

fn name(cell: &CellResult) -> String {
    code(&cell.executor)
}

/// `32 requests of 10 ms (`http/32`)`.
fn work(group: &[CellResult]) -> String {
    let Some(first) = group.first() else { return "nothing".into() };
    let work = Work::of(&first.workload);
    let many = work.as_ref().map_or("jobs", |work| work.many);
    // "1 requests" would be wrong, and a workload has no word for one.
    let jobs = if first.jobs == 1 { "a single job".into() } else { several(first.jobs, many, many) };
    let wait = work.and_then(|work| work.wait_ns).map_or_else(String::new, |ns| {
        let wait = format::time(ns as f64).replace(".0 ", " ");
        if first.family == "mixed" { format!(" after {wait} of waiting each") } else { format!(" of {wait}") }
    });
    format!("{jobs}{wait} (`{}`)", first.group())
}

/// What is first and how much faster than `sequential`, or why nothing is.
fn first(group: &[CellResult]) -> String {
    let measured = by_time(group.iter().filter(|cell| cell.status == Status::Measured && !cell.is_control()));
    let ranked = measured.iter().filter(|cell| cell.is_ranked()).count();
    let firsts: Vec<&CellResult> =
        measured.iter().copied().filter(|cell| cell.is_ranked() && cell.is_first()).collect();
    let (times, speedup) = (times(&firsts), speedup(&firsts));
    match (firsts.as_slice(), ranked) {
        ([], _) => none(&measured),
        ([only], 1) if measured.len() == 1 => format!("only {} was measured: {times}", name(only)),
        ([only], 1) => format!("only {} can be ranked: {times}", name(only)),
        ([one], _) => format!("{} is first with {times}{speedup}", name(one)),
        _ => {
            let tie =
                if firsts.iter().all(|cell| cell.is_level()) { "tie" } else { "are too close to rank," };
            format!("{} {tie} at {times}{speedup}", named(&firsts, ranked))
        }
    }
}

/// All of them by name if they are few.
fn named(firsts: &[&CellResult], ranked: usize) -> String {
    let count = firsts.len();
    let mut names: Vec<String> = firsts.iter().map(|cell| name(cell)).collect();
    if count > MOST_NAMED && count == ranked {
        return format!("all {count}");
    }
    if count > MOST_NAMED + 1 {
        names.truncate(MOST_NAMED);
        names.push(format!("{} more", count - MOST_NAMED));
    }
    list(&names, "and")
}

/// Why nothing is first.
fn none(measured: &[&CellResult]) -> String {
    if measured.is_empty() {
        return "nothing was measured".into();
    }
    if measured.iter().all(|cell| cell.apparatus_limit().is_some()) {
        return "the apparatus was the limit, so the models are not compared".into();
    }
    match measured.iter().find(|cell| cell.median_ns.is_some()) {
        Some(shortest) => {
            let (name, time) = (name(shortest), times(&[shortest]));
            format!("there are {TOO_FEW}; {name} has the shortest median, {time}")
        }
        None => TOO_FEW.into(),
    }
}

fn by_time<'a>(cells: impl Iterator<Item = &'a CellResult>) -> Vec<&'a CellResult> {
    let mut cells: Vec<&CellResult> = cells.collect();
    let time = |cell: &CellResult| cell.median_ns.unwrap_or(f64::INFINITY);
    cells.sort_by(|a, b| time(a).total_cmp(&time(b)));
    cells
}

fn speedup(firsts: &[&CellResult]) -> String {
    if firsts.iter().any(|cell| cell.executor == "sequential") {
        return String::new();
    }
    let against_rust = |cell: &&CellResult| match cell.language {
        Some(_) => cell.speedup_vs_rust,
        None => cell.speedup_vs_sequential,
    };
    let speedups: Vec<f64> = firsts.iter().filter_map(against_rust).collect();
    let found = range(&speedups, format::ratio, format::ratio_range);
    found.map_or_else(String::new, |times| format!(", {times} as fast as `sequential`"))
}

/// What has no rank, and why.
fn unranked(group: &[CellResult]) -> Vec<String> {
    let names = |wanted: &dyn Fn(&CellResult) -> bool| -> Vec<String> {
        group.iter().filter(|cell| wanted(cell)).map(name).collect()
    };
    let limited = names(&|cell| cell.status == Status::Measured && cell.apparatus_limit().is_some());
    let failed = names(&|cell| cell.status == Status::Failed);
    let some_ranked = group.iter().any(CellResult::is_ranked);
    [
        (some_ranked && !limited.is_empty())
            .then(|| format!("Not ranked, because the apparatus was the limit: {}", list(&limited, "and"))),
        (!failed.is_empty()).then(|| format!("Failed: {}", list(&failed, "and"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
