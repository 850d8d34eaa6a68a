//! What this machine can tell: how often the verdict was wrong about the same cell, and right about more work.

use super::{Fact, Field, Head, Mark, Row, Table};
use crate::record::calibration::{Calibration, Rate};
use crate::report::format;

/// A row for each cell that was asked about.
pub fn table(calibration: &Calibration) -> Table {
    let head = |text: String, title: &str| Head { text, title: title.into() };
    let planted = calibration.planted_percent.iter().map(|percent| {
        head(format!("+{percent} % found"), "Tables in which so much more work was called behind.")
    });
    let row = |cell: &crate::record::calibration::Calibrated| Row {
        mark: Mark::Unranked,
        name: cell.id.clone(),
        model: String::new(),
        fields: [cell.wrong].iter().chain(&cell.found).map(field).collect(),
        reason: None,
    };
    Table {
        caption: "what this machine can tell".into(),
        head: [
            head("cell".into(), "What was measured twice, and with more work."),
            head("wrong alarms".into(), "Tables of the same cell twice in which one was called behind."),
        ]
        .into_iter()
        .chain(planted)
        .collect(),
        rows: calibration.cells.iter().map(row).collect(),
        folded: 0,
        remarks: vec![format!(
            "tables of two cells with {} lanes each; in brackets the exact 99 % interval of the share",
            calibration.lanes
        )],
    }
}

fn field(rate: &Rate) -> Field {
    let text = if rate.of == 0 { "too few lanes".into() } else { said(rate) };
    Field { text, value: (rate.of > 0).then(|| rate.times as f64 / rate.of as f64) }
}

fn said(rate: &Rate) -> String {
    let [low, high] = rate.interval99.map(format::percent);
    format!("{} of {} ({low}..{high})", format::count(rate.times), format::count(rate.of))
}

/// The sums over all cells, in two lines of a run's facts.
pub(super) fn facts(calibration: &Calibration) -> Vec<Fact> {
    let day: String = calibration.started.chars().take(10).collect();
    let tables = format!("on {day}, tables of two cells with {} lanes each", calibration.lanes);
    let wrong =
        Fact { name: "wrong alarms".into(), value: format!("{}, {tables}", said(&calibration.wrong())) };
    let found = calibration.planted_percent.iter().enumerate().map(|(at, percent)| Fact {
        name: format!("{percent} % more work found"),
        value: said(&calibration.found(at)),
    });
    [wrong].into_iter().chain(found).collect()
}
