//! Sentences where HEAD differs beyond chance: in how many cells, and where the most.

use super::super::sort::{Difference, Sorted, cells};
use super::super::words::{self, cell_takes};
use super::{MERGE, of_cells};
use crate::record::comparison::{Metric, Verdict};
use crate::report::view::words::several;

pub(super) fn slower(sorted: &Sorted<'_>) -> [String; 3] {
    let Kinds { time, costs } = Kinds::of(sorted.with(Verdict::Slower));
    let (of, more) = (of_cells(sorted), what("more", &costs));
    let headline = match (cells(&time), cells(&costs)) {
        (0, 0) => "HEAD is slower".into(),
        (0, count) => format!("HEAD uses {more} in {count} of {of}"),
        (slower, 0) => format!("HEAD is slower in {slower} of {of}"),
        (slower, count) => format!(
            "HEAD is slower in {slower} of {of} and uses {more} in {}",
            several(count, "other", "others")
        ),
    };
    let advice = "Do not merge before somebody has found the cause, or has said that it is worth it.";
    [headline, evidence("worst", &time, &costs), advice.into()]
}

pub(super) fn faster(sorted: &Sorted<'_>) -> [String; 3] {
    let Kinds { time, costs } = Kinds::of(sorted.with(Verdict::Faster));
    let (of, less) = (of_cells(sorted), what("less", &costs));
    let headline = match (cells(&time), cells(&costs)) {
        (0, 0) => "HEAD is faster, and slower in no cell".into(),
        (0, count) => format!("HEAD uses {less} in {count} of {of}, and is slower in none"),
        (faster, _) => format!("HEAD is faster in {faster} of {of}, and slower in none"),
    };
    [headline, evidence("best", &time, &costs), MERGE.into()]
}

/// Differences in time, and in other costs of other cells.
struct Kinds<'r> {
    time: Vec<Difference<'r>>,
    costs: Vec<Difference<'r>>,
}

impl<'r> Kinds<'r> {
    fn of(differences: Vec<Difference<'r>>) -> Self {
        let (time, mut costs): (Vec<_>, Vec<_>) =
            differences.into_iter().partition(|one| one.judged.metric == Metric::Time);
        costs.retain(|cost| !time.iter().any(|one: &Difference<'_>| std::ptr::eq(one.cell, cost.cell)));
        Self { time, costs }
    }
}

/// `more memory`, or only `more` of several metrics.
fn what(more: &str, costs: &[Difference<'_>]) -> String {
    match costs {
        [first, rest @ ..] if rest.iter().all(|one| one.judged.metric == first.judged.metric) => {
            words::what(first.judged)
        }
        _ => more.into(),
    }
}

/// The largest difference of each kind.
fn evidence(most: &str, time: &[Difference<'_>], costs: &[Difference<'_>]) -> String {
    let one = |kind: &[Difference<'_>]| match kind {
        [] => None,
        [only] => Some(cell_takes(only)),
        [first, ..] => Some(format!("the {most} is `{}` with {}", first.cell.id, words::times(first.judged))),
    };
    [one(time), one(costs)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
