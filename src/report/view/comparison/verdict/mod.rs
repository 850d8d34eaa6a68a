//! The verdict in sentences: what HEAD does, what shows it, what to do, how sure that is.
//!
//! Each sentence is given as its beginning, its end and the advice.

mod differs;
mod same;
mod unjudged;

use super::sort::Sorted;
use crate::record::comparison::{Compared, Comparison, Overall, Status};
use crate::report::format;
use crate::report::view::words::several;

/// What all cells together show, for a reader who has half a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it means for a merge.
    pub outcome: Outcome,
    /// The same in a word or two: `slower`, `the same`.
    pub word: String,
    /// The sentence: `HEAD is slower in 3 of 20 cells`.
    pub headline: String,
    /// What shows it, as the end of that sentence: `` `primes/tasks/16` takes 1.10x the time (1.08..1.12)``. May be empty.
    pub evidence: String,
    /// What to do.
    pub advice: String,
    /// How sure it is; empty where nothing was judged.
    pub sureness: String,
}

/// What a comparison means for a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing speaks against it.
    Good,
    /// Something does.
    Bad,
    /// The comparison does not say.
    Unclear,
}

/// The verdict of a comparison.
pub(super) fn of(comparison: &Comparison, sorted: &Sorted<'_>) -> Verdict {
    let overall = comparison.overall;
    let [headline, evidence, advice] = match overall {
        Overall::Disturbed => unjudged::disturbed(sorted),
        Overall::Slower => differs::slower(sorted),
        Overall::NotMeasured => unjudged::not_measured(comparison),
        Overall::NotJudged => unjudged::not_judged(comparison),
        Overall::Inconclusive => same::inconclusive(comparison, sorted),
        Overall::Faster => differs::faster(sorted),
        Overall::Same if comparison.identical => unjudged::identical(),
        Overall::Same => same::same(sorted),
    };
    let (outcome, word) = match overall {
        Overall::Slower => (Outcome::Bad, "slower"),
        Overall::Disturbed => (Outcome::Unclear, "disturbed"),
        Overall::NotMeasured => (Outcome::Unclear, "not measured"),
        Overall::NotJudged => (Outcome::Unclear, "not judged"),
        Overall::Inconclusive => (Outcome::Unclear, "inconclusive"),
        Overall::Faster => (Outcome::Good, "faster"),
        Overall::Same if comparison.identical => (Outcome::Good, "identical"),
        Overall::Same => (Outcome::Good, "the same"),
    };
    let sureness =
        if sorted.is_judged && !sorted.measured.is_empty() { sureness(comparison) } else { String::new() };
    Verdict { outcome, word: word.into(), headline, evidence, advice, sureness }
}

const MERGE: &str = "Nothing here speaks against a merge.";

/// `20 cells`.
fn of_cells(sorted: &Sorted<'_>) -> String {
    several(sorted.measured.len(), "cell", "cells")
}

/// `17 of 20 cells: the same`.
pub(super) fn count_same(sorted: &Sorted<'_>) -> String {
    if !sorted.is_judged || sorted.measured.is_empty() {
        return String::new();
    }
    format!("{} of {}: the same", sorted.same.len(), of_cells(sorted))
}

/// Cells of which that became.
pub(super) fn with_status(comparison: &Comparison, status: Status) -> Vec<&Compared> {
    comparison.cells.iter().filter(|cell| cell.status == status).collect()
}

fn sureness(comparison: &Comparison) -> String {
    let every = (1.0 / comparison.alpha).round();
    if !(1.0..1e9).contains(&every) {
        return String::new();
    }
    format!(
        "At most 1 in {} comparisons of equal programs calls anything slower.",
        format::count(every as u64)
    )
}

/// A round number of seconds, at least three times as long.
pub(super) fn longer(seconds: f64) -> String {
    let round = [60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200];
    let enough = round.into_iter().find(|round| f64::from(*round) >= 3.0 * seconds);
    enough.map_or_else(|| format!("{:.0}", (3.0 * seconds).min(1e9)), |round: i32| round.to_string())
}
