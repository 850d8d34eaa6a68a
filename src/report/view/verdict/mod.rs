//! What a run says of the models, in words: what to use for which work, and what that costs.
//!
//! Every sentence comes from the record, ties included; where the record has no recommendation, the sentence says so. [`finding`] is
//! about one table, this file about all tables of one kind of work.

mod cost;
mod finding;

use super::words::{list, models};
use crate::record::recommendation::{self, Tally};
use crate::record::{CellResult, Status};
use crate::report::format;

/// What a family of work says of the models.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// `Waiting`, `Computing`, `Both in turn`.
    pub work: String,
    /// What to use for it, in a few words: `async tasks or OS threads`.
    pub recommendation: String,
    /// Which executors these are, how often they are first, and why not the others; empty without a recommendation.
    pub support: String,
    /// What each table of the family says.
    pub findings: Vec<Finding>,
}

/// What a table says of the models, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The anchor of the group on the page.
    pub anchor: String,
    /// The work and what is first: `32 requests of 10 ms: tasks and thread-pool tie at ...`.
    pub headline: String,
    /// What that costs, what is slower, what is not ranked.
    pub details: Vec<String>,
    /// The names of the lessons that explain it.
    pub lessons: Vec<&'static str>,
}

/// The families that have a recommendation, with the word for their work.
const FAMILIES: [(&str, &str); 3] = [("io", "Waiting"), ("cpu", "Computing"), ("mixed", "Both in turn")];

const TOO_FEW: &str = "too few undisturbed lanes to compare";

/// A verdict for each family that the groups have, each group with its anchor.
pub(super) fn of(groups: &[(&[CellResult], String)]) -> Vec<Verdict> {
    let verdict = |(family, work): (&str, &str)| {
        let own: Vec<&(&[CellResult], String)> =
            groups.iter().filter(|(cells, _)| cells.iter().any(|cell| cell.family == family)).collect();
        let cells: Vec<&[CellResult]> = own.iter().map(|(cells, _)| *cells).collect();
        let (recommendation, support) = recommend(&cells);
        let findings = own.iter().map(|(cells, anchor)| finding::of(cells, anchor)).collect();
        (!own.is_empty()).then(|| Verdict { work: work.into(), recommendation, support, findings })
    };
    FAMILIES.into_iter().filter_map(verdict).collect()
}

/// What to use, in which tables that is first, and why not the others.
fn recommend(groups: &[&[CellResult]]) -> (String, String) {
    let Some(found) = recommendation::of(groups) else {
        return (undecided(groups), String::new());
    };
    if found.chosen.is_empty() {
        return ("no executor was first".into(), String::new());
    }
    let sentences = [chosen(&found.chosen, found.tables), costly(&found.costly), slower(&found.slower)];
    let sentences: Vec<String> = sentences.into_iter().flatten().map(|sentence| sentence + ".").collect();
    (models(found.chosen.iter().map(|choice| choice.model)), sentences.join(" "))
}

/// How often these are first or tie with the first.
fn chosen(chosen: &[Tally<'_>], tables: usize) -> Option<String> {
    let first_in = || chosen.iter().map(|choice| choice.first_in);
    let (fewest, most) = (first_in().min()?, first_in().max()?);
    let often = match (tables, fewest == most) {
        (1, _) => String::new(),
        (_, true) => format!(" in {most} of {tables} tables"),
        _ => format!(" in {fewest} or more of {tables} tables"),
    };
    let place = if chosen.len() > 1 || tables > 1 { "First or tied" } else { "First" };
    let order = if chosen.len() > 1 { ", the least processor time first" } else { "" };
    let names: Vec<String> = chosen.iter().map(|choice| code(choice.executor)).collect();
    Some(format!("{place}{often}: {}{order}", list(&names, "and")))
}

fn costly(costly: &[Tally<'_>]) -> Option<String> {
    let name = |costly: &Tally<'_>| format!("{} ({})", code(costly.executor), format::ratio(costly.cost));
    let names: Vec<String> = costly.iter().map(name).collect();
    (!names.is_empty()).then(|| format!("As fast, with more processor time: {}", list(&names, "and")))
}

fn slower(slower: &[Tally<'_>]) -> Option<String> {
    let times = |tally: &Tally<'_>| range(&tally.slower?, format::ratio, format::ratio_range);
    cost::slower(slower.iter().map(|one| (one.executor, (times(one), Vec::new()))))
        .map(|names| format!("Slower: {}", list(&names, "and")))
}

/// Why there is no recommendation.
fn undecided(groups: &[&[CellResult]]) -> String {
    let all = || groups.iter().flat_map(|group| group.iter());
    let measured = || all().filter(|cell| cell.status == Status::Measured && !cell.is_control());
    let mut names: Vec<&str> = measured().map(|cell| cell.executor.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] if all().any(|cell| cell.status == Status::Failed) => "no answer: no cell has a number".into(),
        [] => "no answer: nothing was measured".into(),
        [only] => format!("no comparison: only {only} was measured"),
        _ if measured().any(|cell| cell.ties_with_fastest.is_none()) => TOO_FEW.into(),
        _ if measured().any(|cell| cell.apparatus_limit().is_some()) => {
            "no answer: the apparatus was the limit".into()
        }
        _ => "no comparison: no table ranks two executors".into(),
    }
}

/// Marked as a name: there are many OS threads, and one executor `threads`.
fn code(executor: &str) -> String {
    format!("`{executor}`")
}

/// From the least to the most of some values; one where both read the same.
fn range(values: &[f64], one: fn(f64) -> String, two: fn([f64; 2]) -> String) -> Option<String> {
    let values = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (values().reduce(f64::min)?, values().reduce(f64::max)?);
    Some(if one(low) == one(high) { one(low) } else { two([low, high]) })
}

/// Their medians: one, or from the shortest to the longest.
fn times(cells: &[&CellResult]) -> String {
    let medians: Vec<f64> = cells.iter().filter_map(|cell| cell.median_ns).collect();
    range(&medians, format::time, format::time_range).unwrap_or_else(|| format::MISSING.into())
}
