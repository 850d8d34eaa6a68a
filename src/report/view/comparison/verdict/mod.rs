//! The verdict in sentences: what HEAD does, what shows it, what to do, how sure that is.
//!
//! Each is given as a headline, what shows it, and the advice.

mod differs;
mod failed;
mod same;
mod unjudged;

use super::sort::Sorted;
use crate::record::comparison::{Compared, Comparison, Overall, Source, Status};
use crate::report::format;
use crate::report::view::words::several;
use failed::Failed;

/// What all cells together show, for a reader who has half a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it means for a merge.
    pub outcome: Outcome,
    /// The same in a word or two: `slower`, `the same`.
    pub word: String,
    /// The sentence: `HEAD is slower in 3 of 20 cells`.
    pub headline: String,
    /// What a cell is, for a reader who meets the word in that sentence. May be empty.
    pub cell: String,
    /// What shows it: ``Slowest: `primes/tasks/16`, 1.10x the time (1.08..1.12)``. May be empty.
    pub evidence: String,
    /// What to do.
    pub advice: String,
    /// How sure it is. May be empty.
    pub sureness: String,
}

impl Verdict {
    /// The headline and what shows it, where both stand on one line.
    pub fn sentences(&self) -> String {
        let cell = if self.cell.is_empty() { String::new() } else { format!(" ({})", self.cell) };
        let evidence = if self.evidence.is_empty() { String::new() } else { format!(" {}.", self.evidence) };
        format!("{}{cell}.{evidence}", self.headline)
    }
}

/// What a comparison means for a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing speaks against it.
    Good,
    /// There was nothing to compare.
    Neutral,
    /// Something does.
    Bad,
    /// The comparison does not say.
    Unclear,
}

/// The verdict of a comparison.
pub(super) fn of(comparison: &Comparison, sorted: &Sorted<'_>) -> Verdict {
    let overall = comparison.overall;
    let failed = Failed::of(comparison);
    let [headline, evidence, advice] = match overall {
        Overall::Disturbed => unjudged::disturbed(sorted),
        Overall::Slower => differs::slower(comparison, sorted),
        Overall::NotMeasured => {
            failed.sentences(comparison).unwrap_or_else(|| unjudged::not_measured(comparison))
        }
        Overall::NotJudged => unjudged::not_judged(comparison),
        Overall::Inconclusive => same::inconclusive(comparison, sorted),
        Overall::Faster => differs::faster(comparison, sorted),
        Overall::Same if comparison.identical => unjudged::identical(),
        Overall::Same => same::same(comparison, sorted),
    };
    let (outcome, word) = match overall {
        Overall::Slower => (Outcome::Bad, "slower"),
        Overall::Disturbed => (Outcome::Unclear, "disturbed"),
        Overall::NotMeasured => {
            failed.word().map_or((Outcome::Unclear, "not measured"), |word| (Outcome::Bad, word))
        }
        Overall::NotJudged => (Outcome::Unclear, "not judged"),
        Overall::Inconclusive => (Outcome::Unclear, "inconclusive"),
        Overall::Faster => (Outcome::Good, "faster"),
        Overall::Same if comparison.identical => (Outcome::Neutral, "identical"),
        Overall::Same => (Outcome::Good, "the same"),
    };
    let sureness = match overall {
        Overall::Slower => false_alarms(comparison),
        Overall::Same => same::sureness(sorted),
        _ => String::new(),
    };
    let cell = match comparison.source {
        _ if !headline.contains(" cell") => "",
        Source::Live | Source::Records => "a cell is workload/executor/jobs",
        Source::Criterion => "a cell is a benchmark",
    };
    Verdict { outcome, word: word.into(), headline, cell: cell.into(), evidence, advice, sureness }
}

const MERGE: &str = "Nothing here speaks against a merge.";

/// The same with a capital at its beginning.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// `20 cells`: all that there are, with numbers and without.
fn of_cells(comparison: &Comparison) -> String {
    several(comparison.cells.len(), "cell", "cells")
}

/// `17 of 20 cells: the same, 1 failed`.
pub(super) fn count_same(comparison: &Comparison, sorted: &Sorted<'_>) -> String {
    if !sorted.is_judged || sorted.measured.is_empty() {
        return String::new();
    }
    let without = [
        (Status::Failed, "failed"),
        (Status::LeftOut, "not measured"),
        (Status::Missing, "on one side only"),
    ];
    let without = without.map(|(status, what)| match with_status(comparison, status).len() {
        0 => String::new(),
        count => format!(", {count} {what}"),
    });
    format!("{} of {}: the same{}", sorted.same.len(), of_cells(comparison), without.concat())
}

/// Cells of which that became.
pub(super) fn with_status(comparison: &Comparison, status: Status) -> Vec<&Compared> {
    comparison.cells.iter().filter(|cell| cell.status == status).collect()
}

fn false_alarms(comparison: &Comparison) -> String {
    let every = (1.0 / comparison.alpha).round();
    if !(1.0..1e9).contains(&every) {
        return String::new();
    }
    format!(
        "At most 1 in {} comparisons of equal programs calls anything slower.",
        format::count(every as u64)
    )
}

/// `` `--budget 300` (seconds)``.
pub(super) fn budget(comparison: &Comparison) -> String {
    format!("`--budget {}` (seconds)", longer(comparison.budget_seconds))
}

/// A round number of seconds, at least three times as long.
fn longer(seconds: f64) -> String {
    let round = [60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200];
    let enough = round.into_iter().find(|round| f64::from(*round) >= 3.0 * seconds);
    enough.map_or_else(|| format!("{:.0}", (3.0 * seconds).min(1e9)), |round: i32| round.to_string())
}
