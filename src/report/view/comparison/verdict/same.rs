//! Sentences where nothing differs beyond chance: what is the same, and what may differ.

use super::super::sort::{Difference, Sorted, cells};
use super::super::words::{self, cell_may_take};
use super::{MERGE, budget, of_cells, sentence};
use crate::record::comparison::{Comparison, Judgement, Metric, Source, Verdict};
use crate::report::format;
use crate::report::view::words::{list, several};

pub(super) fn same(comparison: &Comparison, sorted: &Sorted<'_>) -> [String; 3] {
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
        all if all < comparison.cells.len() => format!("all {all} measured cells"),
        all => format!("all {all} cells"),
    };
    let evidence = sentence(format!("{what} {all} is the same{within}").trim_start());
    ["No cell of HEAD is slower".into(), evidence, MERGE.into()]
}

/// Of which metrics it is sure, and how.
pub(super) fn sureness(sorted: &Sorted<'_>) -> String {
    let is_within =
        |judged: &Judgement| judged.verdict == Some(Verdict::Same) && words::may_be(judged) == [false, false];
    let covered = |metric: &Metric| {
        let mut of = sorted.measured.iter().filter_map(|cell| cell.judgement(*metric)).peekable();
        of.peek().is_some() && of.all(is_within)
    };
    let covered: Vec<String> = Metric::ALL
        .into_iter()
        .filter(covered)
        .map(|metric| format!("the {}", words::noun(metric)))
        .collect();
    match covered.as_slice() {
        [] => String::new(),
        [one] => format!("In each cell the 90 % interval of {one} is within its threshold."),
        all => {
            format!("In each cell the 90 % intervals of {} are within their thresholds.", list(all, "and"))
        }
    }
}

pub(super) fn inconclusive(comparison: &Comparison, sorted: &Sorted<'_>) -> [String; 3] {
    let may = |side: usize| {
        sorted.open.iter().copied().filter(|one| words::may_be(one.judged)[side]).collect::<Vec<_>>()
    };
    let (slower, faster) = (may(0), may(1));
    let of = of_cells(comparison);
    let is_time = |one: &Difference<'_>| one.judged.metric == Metric::Time;
    let headline = match cells(&slower) {
        0 => format!("Nothing is slower, and {} of {of} could be faster", cells(&faster)),
        some => {
            let (what, scatter) = match slower.iter().any(is_time) {
                true => ("No slowdown is", if some == 1 { "scatters" } else { "scatter" }),
                false => ("No higher cost is", if some == 1 { "scatters" } else { "scatter" }),
            };
            format!("{what} shown, but {some} of {of} {scatter} too much to rule one out")
        }
    };
    let reach = |one: &&Difference<'_>| one.judged.interval90.map_or(f64::INFINITY, |[_, high]| high);
    let worst = |is_time_asked: bool| {
        let those = slower.iter().filter(|one| is_time(one) == is_time_asked);
        let those = those.max_by(|one, other| reach(one).total_cmp(&reach(other)));
        those.map(|one| format!("at worst {}", cell_may_take(one)))
    };
    let only = sorted.open.iter().filter(|one| !words::may_be(one.judged)[0]);
    let (count, is_only_time) = (only.clone().count(), only.clone().all(is_time));
    let only = (count > 0 && !slower.is_empty()).then(|| {
        let what = if is_only_time { "faster" } else { "faster or less" };
        format!("{} can only be {what}", several(count, "more row", "more rows"))
    });
    let best = if slower.is_empty() { faster.first().map(cell_may_take) } else { None };
    let evidence: Vec<String> = [worst(true), worst(false), best, only].into_iter().flatten().collect();
    let evidence = sentence(&evidence.join("; "));
    let more = match comparison.source {
        Source::Records | Source::Criterion => {
            "measure both programs side by side: `fairlane compare BASE HEAD`".into()
        }
        Source::Live if sorted.open.iter().any(|one| one.cell.can_grow()) => {
            format!("repeat with {}", budget(comparison))
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
