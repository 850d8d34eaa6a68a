//! What a run says of the models, in words: what to use for which work, and what that costs.
//!
//! Every sentence is made of what the record says, ties included; where that says nothing, so does the sentence.

use super::words::{list, models, several};
use super::{Said, Verdict};
use crate::record::answer::{self, Choice, Costly, Slower};
use crate::record::{Cell, Status, Work};
use crate::report::format;

/// The families that have an answer, with the word for their work.
const FAMILIES: [(&str, &str); 3] = [("io", "Waiting"), ("cpu", "Computing"), ("mixed", "Both in turn")];

const TOO_FEW: &str = "too few quiet lanes to say";

/// More names than these say nothing at a glance.
const MOST_NAMED: usize = 3;

/// A verdict for each family that the groups have, each group with its anchor.
pub(super) fn of(groups: &[(&[Cell], String)]) -> Vec<Verdict> {
    let verdict = |(family, work): (&str, &str)| {
        let own: Vec<&(&[Cell], String)> =
            groups.iter().filter(|(cells, _)| cells.iter().any(|cell| cell.family == family)).collect();
        let cells: Vec<&[Cell]> = own.iter().map(|(cells, _)| *cells).collect();
        let (answer, support) = answer(&cells);
        let said = own.iter().map(|(cells, anchor)| said(cells, anchor)).collect();
        (!own.is_empty()).then(|| Verdict { work: work.into(), answer, support, said })
    };
    FAMILIES.into_iter().filter_map(verdict).collect()
}

/// What to use, in which tables that was first, and why not something else.
fn answer(groups: &[&[Cell]]) -> (String, String) {
    let Some(answer) = answer::of(groups) else {
        return (undecided(groups), String::new());
    };
    if answer.chosen.is_empty() {
        return ("none was first".into(), String::new());
    }
    let names: Vec<String> = answer.chosen.iter().map(|choice| code(choice.executor)).collect();
    let place = place(&answer.chosen, answer.tables);
    let support =
        format!("{}: {place}.{}{}", list(&names, "or"), costly(&answer.costly), slower(&answer.slower));
    (models(answer.chosen.iter().map(|choice| choice.model)), support)
}

/// What ties in time and uses too much of the processor.
fn costly(costly: &[Costly<'_>]) -> String {
    let names: Vec<String> = (costly.iter())
        .enumerate()
        .map(|(at, Costly { executor, times })| {
            let what = if at == 0 { " the processor time" } else { "" };
            format!("{} ({}{what})", code(executor), format::ratio(*times))
        })
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" As fast, but more costly: {}.", list(&names, "and"))
    }
}

/// What is not first as often, and how much slower it is.
fn slower(slower: &[Slower<'_>]) -> String {
    let mut unit = Some(" the time of the fastest");
    let names: Vec<String> = (slower.iter())
        .map(|Slower { executor, times }| {
            let times = times.and_then(|times| range(&times, format::ratio, format::ratio_range));
            let times = times.map(|times| format!(" ({times}{})", unit.take().unwrap_or_default()));
            code(executor) + &times.unwrap_or_default()
        })
        .collect();
    if names.is_empty() { String::new() } else { format!(" Slower: {}.", list(&names, "and")) }
}

/// Marked as a name: OS threads are many things, `threads` is one executor.
fn code(executor: &str) -> String {
    format!("`{executor}`")
}

fn name(cell: &Cell) -> String {
    code(&cell.executor)
}

/// How often these are first or tie with the first.
fn place(chosen: &[Choice<'_>], tables: usize) -> String {
    let first_in = || chosen.iter().map(|choice| choice.first_in);
    let (fewest, most) = (first_in().min().unwrap_or(0), first_in().max().unwrap_or(0));
    let often = match (tables, fewest == most) {
        (1, _) => String::new(),
        (_, true) => format!(" in {most} of {tables} tables"),
        _ => format!(" in {fewest} or more of {tables} tables"),
    };
    let place = if chosen.len() > 1 || tables > 1 { "first or tied" } else { "first" };
    let order = if chosen.len() > 1 { ", least processor time first" } else { "" };
    format!("{place}{often}{order}")
}

fn ranked(group: &[Cell]) -> Vec<&Cell> {
    group.iter().filter(|cell| cell.is_ranked()).collect()
}

fn undecided(groups: &[&[Cell]]) -> String {
    let all = || groups.iter().flat_map(|group| group.iter());
    let measured = || all().filter(|cell| cell.status == Status::Measured && !cell.is_control());
    let mut names: Vec<&str> = measured().map(|cell| cell.executor.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] if all().any(|cell| cell.status == Status::Failed) => {
            "nothing to say: no cell has a number".into()
        }
        [] => "nothing to say: nothing of it was measured".into(),
        [only] => format!("nothing to compare: only {only} was measured"),
        _ if measured().any(|cell| cell.ties_with_fastest.is_none()) => TOO_FEW.into(),
        _ if measured().any(|cell| cell.apparatus_limit().is_some()) => {
            "nothing to say: the apparatus was the limit".into()
        }
        _ => "nothing to compare: no two were measured side by side".into(),
    }
}

/// What a group says: who is first; what that costs, who is behind, who has no place.
fn said(group: &[Cell], anchor: &str) -> Said {
    let ranked = ranked(group);
    let firsts = by_time(ranked.iter().copied().filter(|cell| cell.is_first()));
    let details = costs(&firsts).into_iter().chain(behind(&ranked)).chain(unranked(group));
    Said {
        anchor: anchor.into(),
        headline: format!("{}: {}.", what(group), standing(group)),
        details: details.map(|detail| detail + ".").collect(),
    }
}

/// `32 requests of 10 ms (`http/32`)`.
fn what(group: &[Cell]) -> String {
    let Some(first) = group.first() else { return "nothing".into() };
    let work = Work::of(&first.workload);
    let many = work.as_ref().map_or("jobs", |work| work.many);
    // "1 requests" would be wrong, and the singular is not known.
    let jobs = if first.jobs == 1 { "a single job".into() } else { several(first.jobs, many, many) };
    let wait = work.and_then(|work| work.wait_ns).map_or_else(String::new, |ns| {
        let wait = format::time(ns as f64).replace(".0 ", " ");
        if first.family == "mixed" { format!(" after {wait} of waiting each") } else { format!(" of {wait}") }
    });
    format!("{jobs}{wait} (`{}`)", first.group())
}

/// Who is first, or why nobody is, and how much faster that is than one job after another.
fn standing(group: &[Cell]) -> String {
    let measured = by_time(group.iter().filter(|cell| cell.status == Status::Measured && !cell.is_control()));
    let ranked: Vec<&Cell> = measured.iter().copied().filter(|cell| cell.is_ranked()).collect();
    let firsts: Vec<&Cell> = ranked.iter().copied().filter(|cell| cell.is_first()).collect();
    let names: Vec<String> = firsts.iter().map(|cell| name(cell)).collect();
    let tie = if firsts.iter().all(|cell| cell.is_level()) { "tie" } else { "cannot be told apart" };
    match (firsts.as_slice(), ranked.len()) {
        ([], _) => nobody(&measured),
        ([only], 1) if measured.len() == 1 => {
            format!("only {} was measured: {}", name(only), times(&firsts))
        }
        ([only], 1) => format!("only {} can be judged: {}", name(only), times(&firsts)),
        ([one], _) => format!("{} is first with {}{}", name(one), times(&firsts), speedup(&firsts)),
        (_, all) if all == firsts.len() && all > MOST_NAMED => {
            format!("all {all} {tie} at {}{}", times(&firsts), speedup(&firsts))
        }
        (_, _) if names.len() > MOST_NAMED + 1 => {
            let more = format!("{} more", names.len() - MOST_NAMED);
            let names: Vec<String> = names[..MOST_NAMED].iter().cloned().chain([more]).collect();
            format!("{} {tie} at {}{}", list(&names, "and"), times(&firsts), speedup(&firsts))
        }
        _ => format!("{} {tie} at {}{}", list(&names, "and"), times(&firsts), speedup(&firsts)),
    }
}

fn nobody(measured: &[&Cell]) -> String {
    if measured.is_empty() {
        return "nothing was measured".into();
    }
    if measured.iter().all(|cell| cell.apparatus_limit().is_some()) {
        return "the apparatus was the limit, so the models are not compared".into();
    }
    match measured.iter().find(|cell| cell.median_ns.is_some()) {
        Some(shortest) => format!(
            "there are {TOO_FEW}; the shortest median is that of {}, {}",
            name(shortest),
            times(&[shortest])
        ),
        None => TOO_FEW.into(),
    }
}

fn by_time<'a>(cells: impl Iterator<Item = &'a Cell>) -> Vec<&'a Cell> {
    let mut cells: Vec<&Cell> = cells.collect();
    let time = |cell: &Cell| cell.median_ns.unwrap_or(f64::INFINITY);
    cells.sort_by(|a, b| time(a).total_cmp(&time(b)));
    cells
}

/// Their medians: one, or from the shortest to the longest.
fn times(cells: &[&Cell]) -> String {
    let medians: Vec<f64> = cells.iter().filter_map(|cell| cell.median_ns).collect();
    range(&medians, format::time, format::time_range).unwrap_or_else(|| format::MISSING.into())
}

fn range(values: &[f64], one: fn(f64) -> String, two: fn([f64; 2]) -> String) -> Option<String> {
    let values = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (values().reduce(f64::min)?, values().reduce(f64::max)?);
    // Ends that read the same are one.
    Some(if one(low) == one(high) { one(low) } else { two([low, high]) })
}

fn speedup(firsts: &[&Cell]) -> String {
    if firsts.iter().any(|cell| cell.executor == "sequential") {
        return String::new();
    }
    let speedups: Vec<f64> = firsts.iter().filter_map(|cell| cell.speedup_vs_sequential).collect();
    let found = range(&speedups, format::ratio, format::ratio_range);
    found.map_or_else(String::new, |times| format!(", {times} as fast as one after another"))
}

/// A figure, how it is written, and what of, one and several.
type Cost = (fn(&Cell) -> Option<f64>, fn(f64) -> String, [&'static str; 2]);

const CPU: Cost = (Cell::cpu_ns, format::time, ["of processor time"; 2]);
const SWITCHES: Cost = (switches, |number| format::count(number.round() as u64), ["switch", "switches"]);
const MEMORY: Cost = (memory, format::memory, ["of memory"; 2]);

fn switches(cell: &Cell) -> Option<f64> {
    cell.costs.as_ref().map(|used| used.switches.median)
}

fn memory(cell: &Cell) -> Option<f64> {
    cell.memory.as_ref().map(|held| held.bytes as f64)
}

/// Figures that are no farther apart than this are told as one.
const ABOUT: f64 = 1.25;

/// What it costs to be first: of several, who has least of each and who most.
fn costs(firsts: &[&Cell]) -> Option<String> {
    let of = |(figure, write, what): Cost| {
        let have: Vec<(f64, &Cell)> = firsts.iter().filter_map(|cell| Some((figure(cell)?, *cell))).collect();
        let (least, cheap) = have.iter().min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let (most, dear) = have.iter().max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let several = what[usize::from(most.round() != 1.0)];
        let close = *most <= *least * ABOUT;
        let (least, most) = (write(*least), write(*most));
        Some(match (least == most, close) {
            (true, _) => format!("{least} {several}"),
            (_, true) => format!("about {most} {several}"),
            _ => format!("{least} ({}) to {most} ({}) {several}", name(cheap), name(dear)),
        })
    };
    let said: Vec<String> = [CPU, SWITCHES, MEMORY].into_iter().filter_map(of).collect();
    (!said.is_empty()).then(|| format!("The cost: {}", list(&said, "and")))
}

/// More than these would be a table.
const MOST_BEHIND: usize = 3;

/// Who is far behind, the farthest first, with what the dearest of them costs; one after another is behind by design and was named.
fn behind(ranked: &[&Cell]) -> Option<String> {
    let mut behind: Vec<&Cell> =
        ranked.iter().copied().filter(|cell| !cell.is_first() && cell.executor != "sequential").collect();
    let far = |cell: &Cell| cell.ratio_to_fastest.or(cell.median_ns).unwrap_or(0.0);
    behind.sort_by(|a, b| far(b).total_cmp(&far(a)));
    let dearest = behind.iter().filter_map(|cell| cell.cpu_ns()).reduce(f64::max);
    let one = |cell: &&&Cell| one_behind(cell, cell.cpu_ns().is_some() && cell.cpu_ns() == dearest);
    let said: Vec<String> = behind.iter().take(MOST_BEHIND).map(|cell| one(&cell)).collect();
    let more = behind.len().saturating_sub(MOST_BEHIND);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    (!said.is_empty()).then(|| format!("Behind: {}{more}", said.join(", ")))
}

/// With what it costs, if that is more than the others cost.
fn one_behind(cell: &Cell, with_cost: bool) -> String {
    let time = match cell.ratio_to_fastest {
        Some(ratio) => format!("{} the time", format::ratio(ratio)),
        None => times(&[cell]),
    };
    let cost = |(figure, write, [_, what]): Cost| Some(format!("{} {what}", write(figure(cell)?)));
    let cost: Vec<String> = [CPU, MEMORY].into_iter().filter(|_| with_cost).filter_map(cost).collect();
    let cost = if cost.is_empty() { String::new() } else { format!(" ({})", cost.join(", ")) };
    format!("{} at {time}{cost}", name(cell))
}

/// Who has no place, and why.
fn unranked(group: &[Cell]) -> Vec<String> {
    let names = |wanted: &dyn Fn(&Cell) -> bool| -> Vec<String> {
        group.iter().filter(|cell| wanted(cell)).map(name).collect()
    };
    let limited = names(&|cell| cell.status == Status::Measured && cell.apparatus_limit().is_some());
    let failed = names(&|cell| cell.status == Status::Failed);
    let some_ranked = group.iter().any(Cell::is_ranked);
    [
        (some_ranked && !limited.is_empty())
            .then(|| format!("Not ranked, because the apparatus was the limit: {}", list(&limited, "and"))),
        (!failed.is_empty()).then(|| format!("Failed: {}", list(&failed, "and"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
