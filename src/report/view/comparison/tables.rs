//! What differs, what may differ, what is the same, and everything, as tables.

use super::head::head;
use super::sort::{Difference, Sorted};
use super::words;
use crate::record::comparison::{Compared, Comparison, Judgement, Metric, Status, Verdict};
use crate::report::format::{self, MISSING};
use crate::report::view::fields::reason;
use crate::report::view::{Field, Mark, Row, Table};

type Column = fn(&Judgement) -> Field;

/// What differs.
pub(super) fn changed(comparison: &Comparison, sorted: &Sorted<'_>) -> Table {
    let caption = if sorted.is_judged {
        "What differs"
    } else {
        "How BASE differs from itself: on a quiet machine this is 1"
    };
    let columns: [(&str, Column); 7] = [
        ("difference", |judged| Field::word(words::what(judged))),
        ("ratio", ratio),
        ("90 % interval", interval),
        ("BASE", |judged| median(judged, judged.base.map(|figure| figure.median))),
        ("HEAD", |judged| median(judged, judged.head.map(|figure| figure.median))),
        ("threshold", threshold),
        ("pairs", count),
    ];
    // What of a control is compared is no verdict.
    let columns = columns.map(|(head, field)| match head {
        "difference" if !sorted.is_judged => ("metric", metric as Column),
        "HEAD" if !sorted.is_judged => ("again", field),
        _ => (head, field),
    });
    table(caption, comparison, &columns, 2, &sorted.changed)
}

/// What may differ, with the difference that would have been seen.
pub(super) fn open(comparison: &Comparison, sorted: &Sorted<'_>) -> Table {
    let columns: [(&str, Column); 8] = [
        ("difference", |judged| Field::word(words::what(judged))),
        ("ratio", ratio),
        ("90 % interval", interval),
        ("would show", visible),
        ("threshold", threshold),
        ("BASE", |judged| median(judged, judged.base.map(|figure| figure.median))),
        ("HEAD", |judged| median(judged, judged.head.map(|figure| figure.median))),
        ("pairs", count),
    ];
    table("What may differ", comparison, &columns, 4, &sorted.open)
}

/// The cells in which nothing differs: what matters first of each.
pub(super) fn same<'r>(comparison: &Comparison, sorted: &Sorted<'r>) -> Table {
    let columns: [(&str, Column); 8] = [
        ("metric", metric),
        ("ratio", ratio),
        ("90 % interval", interval),
        ("BASE", |judged| median(judged, judged.base.map(|figure| figure.median))),
        ("HEAD", |judged| median(judged, judged.head.map(|figure| figure.median))),
        ("threshold", threshold),
        ("would show", visible),
        ("pairs", count),
    ];
    let first =
        |cell: &'r Compared| Some(Difference { cell, judged: cell.metrics.first()?, is_control: false });
    let rows: Vec<Difference<'_>> = sorted.same.iter().copied().filter_map(first).collect();
    table("The whole interval lies within the threshold", comparison, &columns, 3, &rows)
}

/// A row for each difference. What would show is unknown of sides that are not paired.
fn table(
    caption: &str,
    comparison: &Comparison,
    columns: &[(&str, Column)],
    folded: usize,
    rows: &[Difference<'_>],
) -> Table {
    let is_known = |head: &str| head != "would show" || rows.iter().any(|one| one.judged.visible.is_some());
    let first_folded = columns.len() - folded;
    let columns: Vec<_> = columns.iter().enumerate().filter(|(_, (head, _))| is_known(head)).collect();
    let row = |one: &Difference<'_>| {
        let fields = columns.iter().map(|(_, (_, field))| field(one.judged)).collect();
        Row { mark: words::mark(one.judged), ..Row::plain(one.cell.id.clone(), fields) }
    };
    let heads = std::iter::once("cell").chain(columns.iter().map(|(_, (head, _))| *head));
    Table {
        caption: caption.into(),
        head: heads.map(|text| head(text, comparison)).collect(),
        rows: rows.iter().map(row).collect(),
        folded: columns.iter().filter(|(at, _)| *at >= first_folded).count(),
        remarks: Vec::new(),
    }
}

/// Every metric of every cell; why a cell has no numbers.
pub(super) fn all(comparison: &Comparison, sorted: &Sorted<'_>) -> Table {
    let used = |metric: &Metric| sorted.measured.iter().any(|cell| cell.judgement(*metric).is_some());
    let metrics: Vec<Metric> = Metric::ALL.into_iter().filter(used).collect();
    let row = |cell: &Compared| Row {
        mark: mark(cell, sorted.is_judged),
        name: cell.id.clone(),
        model: String::new(),
        fields: match cell.status {
            Status::Measured => {
                metrics.iter().map(|metric| ratios(cell.judgement(*metric), sorted.is_judged)).collect()
            }
            Status::Failed => {
                vec![Field::word(format!(
                    "failed under {}",
                    cell.failed_side.as_deref().unwrap_or("one side")
                ))]
            }
            Status::LeftOut => vec![Field::word("left out")],
            Status::Missing => vec![Field::word("on one side only")],
        },
        reason: reason(cell.reason.as_ref(), cell.help.as_ref()),
    };
    let heads = std::iter::once("cell").chain(metrics.iter().map(|metric| words::noun(*metric)));
    Table {
        caption: "HEAD over BASE, with the 90 % interval".into(),
        head: heads.map(|text| head(text, comparison)).collect(),
        rows: comparison.cells.iter().map(row).collect(),
        folded: 0,
        remarks: if sorted.is_judged { vec!["?: neither the same nor different".into()] } else { Vec::new() },
    }
}

/// The most important of a cell's marks.
fn mark(cell: &Compared, is_judged: bool) -> Mark {
    match cell.status {
        Status::Failed => Mark::Failed,
        Status::Measured if is_judged && cell.has(Verdict::Slower) => Mark::Worse,
        Status::Measured if is_judged && cell.is_inconclusive() => Mark::Open,
        Status::Measured if is_judged && cell.has(Verdict::Faster) => Mark::Better,
        Status::Measured | Status::LeftOut | Status::Missing => Mark::Plain,
    }
}

/// `slower 1.10x (1.08..1.12)`.
fn ratios(judged: Option<&Judgement>, is_judged: bool) -> Field {
    let Some(judged) = judged else { return Field::word(MISSING) };
    let verdict = match judged.verdict {
        Some(Verdict::Slower | Verdict::Faster) if is_judged => words::word(judged) + " ",
        Some(Verdict::Inconclusive) if is_judged => "? ".into(),
        _ => String::new(),
    };
    let value = judged.ratio.filter(|ratio| ratio.is_finite());
    Field { text: format!("{verdict}{}", words::ratio_and_interval(judged)), value }
}

fn metric(judged: &Judgement) -> Field {
    Field::word(words::noun(judged.metric))
}

fn ratio(judged: &Judgement) -> Field {
    Field::number(judged.ratio, format::factor)
}

fn interval(judged: &Judgement) -> Field {
    Field::range(judged.interval90, format::factor_range)
}

fn median(judged: &Judgement, value: Option<f64>) -> Field {
    Field::number(value, |value| words::amount(judged.metric, value))
}

fn visible(judged: &Judgement) -> Field {
    Field::number(judged.visible, format::percent)
}

fn threshold(judged: &Judgement) -> Field {
    Field::number(Some(judged.threshold), format::given_percent)
}

fn count(judged: &Judgement) -> Field {
    Field { text: format::count(judged.count as u64), value: Some(judged.count as f64) }
}
