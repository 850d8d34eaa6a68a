//! Sentences where nothing differs beyond chance: what is the same, and what may differ.

use super::super::sort::{Difference, Sorted, cells};
use super::super::words::{self, cell_may_take};
use super::{MERGE, longer, of_cells};
use crate::record::comparison::{Comparison, Metric, Source};
use crate::report::format;

pub(super) fn same(sorted: &Sorted<'_>) -> [String; 3] {
    let first = || sorted.measured.iter().filter_map(|cell| cell.metrics.first());
    let [least, most] = [f64::min, f64::max]
        .map(|pick| first().map(|judged| judged.threshold).reduce(pick).map(format::given_percent));
    let within = match (least, most) {
        (Some(least), Some(most)) if least == most => format!(" within {most}"),
        (Some(least), Some(most)) => format!(" within {least} to {most}"),
        _ => String::new(),
    };
    let what = if first().all(|judged| judged.metric == Metric::Time) { "the time of" } else { "" };
    let all = match sorted.measured.len() {
        1 => "the one cell".into(),
        all => format!("all {all} cells"),
    };
    let evidence = format!("{what} {all} is the same{within}").trim_start().to_owned();
    ["No cell of HEAD is slower".into(), evidence, MERGE.into()]
}

pub(super) fn inconclusive(comparison: &Comparison, sorted: &Sorted<'_>) -> [String; 3] {
    let may = |side: usize| {
        sorted.open.iter().copied().filter(|one| words::may_be(one.judged)[side]).collect::<Vec<_>>()
    };
    let (slower, faster) = (may(0), may(1));
    let of = of_cells(sorted);
    let headline = match cells(&slower) {
        0 => format!("Nothing is slower, and {} of {of} could be faster", cells(&faster)),
        some if slower.iter().all(|one| one.judged.metric == Metric::Time) => {
            format!("Nothing is slower beyond chance, but {some} of {of} could be")
        }
        some => format!("Nothing is slower beyond chance, but {some} of {of} could be, or could use more"),
    };
    let reach = |one: &&Difference<'_>| one.judged.interval90.map_or(f64::INFINITY, |[_, high]| high);
    let first = slower.first().map(|one| one.judged.metric); // time, if it is among them
    let worst = slower.iter().filter(|one| Some(one.judged.metric) == first);
    let worst = worst.max_by(|one, other| reach(one).total_cmp(&reach(other)));
    let evidence = worst.or(faster.first()).map_or_else(String::new, cell_may_take);
    let more = match comparison.source {
        Source::Records | Source::Criterion => {
            "measure both programs side by side: `fairlane compare BASE HEAD`".into()
        }
        Source::Live if sorted.open.iter().any(|one| one.cell.can_grow()) => {
            format!("repeat with `--budget {}`", longer(comparison.budget_seconds))
        }
        Source::Live => "repeat it on a quieter machine: more time does not help".into(),
    };
    let advice = if slower.is_empty() {
        format!("{MERGE} To know whether it is faster, {more}.")
    } else {
        format!("If that much would not matter, merge. If it would, {more}.")
    };
    [headline, evidence, advice]
}
