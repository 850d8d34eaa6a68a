//! What differs and what may differ, as ratios with their intervals on one axis.

use super::sort::{Difference, Sorted};
use super::words;
use crate::report::view::Mark;
use crate::report::view::chart::Amount;

/// Ratios of HEAD to BASE on one logarithmic axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratios {
    /// What is shown.
    pub caption: String,
    /// How to read it.
    pub legend: Vec<String>,
    /// What it means to be on the left, and on the right.
    pub ends: [String; 2],
    /// Ratios of which the same is said, the most important first.
    pub groups: Vec<RatioGroup>,
}

/// Ratios of which the same is said.
#[derive(Debug, Clone, PartialEq)]
pub struct RatioGroup {
    /// What: `slower`, `more memory`, `faster?`.
    pub title: String,
    /// The mark of that.
    pub mark: Mark,
    /// One for each cell.
    pub rows: Vec<RatioRow>,
}

/// A ratio.
#[derive(Debug, Clone, PartialEq)]
pub struct RatioRow {
    /// The cell.
    pub label: String,
    /// The ratio; its text has the interval, too.
    pub ratio: Amount,
    /// The ends of its 90 % interval.
    pub interval: Option<[f64; 2]>,
    /// Ratios in this range are no difference.
    pub band: [f64; 2],
}

/// The chart; `None` if nothing differs or may differ.
pub(super) fn of(sorted: &Sorted<'_>) -> Option<Ratios> {
    let mut groups: Vec<RatioGroup> = Vec::new();
    for one in sorted.changed.iter().chain(&sorted.open) {
        let Some(row) = row(one) else { continue };
        let title = if one.is_control { "BASE against itself".to_owned() } else { words::what(one.judged) };
        let mark = words::mark(one.judged);
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.rows.push(row),
            None => groups.push(RatioGroup { title, mark, rows: vec![row] }),
        }
    }
    let (caption, who) = match sorted.is_judged {
        true => ("What HEAD takes, in multiples of what BASE takes", "HEAD"),
        false => (
            "What the second copy of BASE takes, in multiples of what the first takes: on a quiet machine this is 1",
            "the second copy",
        ),
    };
    let legend = [
        "point: the ratio",
        "line: in 90 of 100 comparisons it encloses the true ratio",
        "shaded: too small to matter",
        "a difference has its point outside, and is beyond chance",
    ];
    let shown = if sorted.is_judged { &legend[..] } else { &legend[..3] };
    (!groups.is_empty()).then(|| Ratios {
        caption: caption.into(),
        legend: shown.iter().map(|&line| line.into()).collect(),
        ends: ["less", "more"].map(|what| format!("{who} takes {what}")),
        groups,
    })
}

/// Only what an axis can show.
fn row(one: &Difference<'_>) -> Option<RatioRow> {
    let is_drawn = |value: &f64| value.is_finite() && *value > 0.0;
    let far = 1.0 + one.judged.threshold;
    Some(RatioRow {
        label: one.cell.id.clone(),
        ratio: Amount {
            value: one.judged.ratio.filter(is_drawn)?,
            text: words::ratio_and_interval(one.judged),
        },
        interval: one.judged.interval90.filter(|ends| ends.iter().all(is_drawn)),
        band: [1.0 / far, far],
    })
}
