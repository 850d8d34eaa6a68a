//! Sentences where HEAD differs beyond chance: in how many cells, and where the most.

use super::super::sort::{Difference, Sorted, cells};
use super::super::words;
use super::{MERGE, of_cells};
use crate::record::comparison::{Comparison, Metric, Verdict};

pub(super) fn slower(comparison: &Comparison, sorted: &Sorted<'_>) -> [String; 3] {
    let kinds = Kinds::of(sorted.with(Verdict::Slower));
    let (of, more) = (of_cells(comparison), kinds.what("more"));
    let headline = match (cells(&kinds.time), cells(&kinds.costs)) {
        (0, 0) => "HEAD is slower".into(),
        (0, count) => format!("HEAD uses {more} in {count} of {of}"),
        (slower, 0) => format!("HEAD is slower in {slower} of {of}"),
        (slower, count) => format!("HEAD is slower in {slower} of {of} and uses {more} in {count}"),
    };
    let advice = "Do not merge before somebody has found the cause, or has said that it is worth it.";
    [headline, kinds.evidence("Slowest"), advice.into()]
}

pub(super) fn faster(comparison: &Comparison, sorted: &Sorted<'_>) -> [String; 3] {
    let kinds = Kinds::of(sorted.with(Verdict::Faster));
    let (of, less) = (of_cells(comparison), kinds.what("less"));
    let headline = match (cells(&kinds.time), cells(&kinds.costs)) {
        (0, 0) => "HEAD is faster, and slower in no cell".into(),
        (0, count) => format!("HEAD uses {less} in {count} of {of}, and is slower in none"),
        (faster, 0) => format!("HEAD is faster in {faster} of {of}, and slower in none"),
        (faster, count) => {
            format!("HEAD is faster in {faster} of {of}, uses {less} in {count}, and is slower in none")
        }
    };
    [headline, kinds.evidence("Fastest"), MERGE.into()]
}

/// Differences in time, and in other costs.
struct Kinds<'r> {
    time: Vec<Difference<'r>>,
    costs: Vec<Difference<'r>>,
}

impl<'r> Kinds<'r> {
    fn of(differences: Vec<Difference<'r>>) -> Self {
        let (time, costs) = differences.into_iter().partition(|one| one.judged.metric == Metric::Time);
        Self { time, costs }
    }

    /// `more memory`, or only `more` of several metrics.
    fn what(&self, more: &str) -> String {
        match self.costs.as_slice() {
            [first, rest @ ..] if rest.iter().all(|one| one.judged.metric == first.judged.metric) => {
                words::what(first.judged)
            }
            _ => more.into(),
        }
    }

    /// The largest difference of each metric. All have that verdict, so that each metric has one name.
    fn evidence(&self, most: &str) -> String {
        let time = self.time.first();
        let time = time.map(|one| format!("{most}: `{}`, {}", one.cell.id, words::times(one.judged)));
        let mut costs: Vec<&Difference<'_>> = self.costs.iter().collect();
        costs.dedup_by_key(|one| one.judged.metric);
        let costs = costs.into_iter().map(|one| {
            format!("{}: `{}`, {}", words::what(one.judged), one.cell.id, words::ratio(one.judged))
        });
        super::sentence(&time.into_iter().chain(costs).collect::<Vec<_>>().join("; "))
    }
}
