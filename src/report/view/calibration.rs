//! What verdicts are worth on this machine: how often one called the same cell slower, and how often it found more work.

use super::{Fact, Field, Head, Row, Table};
use crate::record::calibration::{Calibrated, Calibration, Rate};
use crate::report::format;

/// A row for each calibrated cell.
pub fn table(calibration: &Calibration) -> Table {
    let planted = calibration.planted_percent.iter().map(|percent| {
        Head::new(
            format!("+{percent} % found"),
            "Tables in which the cell with that much more work was called slower.",
        )
    });
    let row = |cell: &Calibrated| {
        Row::plain(cell.id.clone(), [cell.wrong].iter().chain(&cell.found).map(field).collect())
    };
    let heads = [
        Head::new("cell", "The cell that was measured twice, and with more work."),
        Head::new("false alarms", "Tables of the same cell twice in which one of them was called slower."),
    ];
    Table {
        caption: "what verdicts are worth on this machine".into(),
        head: heads.into_iter().chain(planted).collect(),
        rows: calibration.cells.iter().map(row).collect(),
        folded: 0,
        remarks: vec![format!(
            "tables of two cells with {} lanes each; in brackets the exact 99 % interval of the share",
            calibration.lanes
        )],
    }
}

fn field(rate: &Rate) -> Field {
    let text = if rate.of == 0 { "too few lanes".into() } else { share(rate) };
    Field { text, value: (rate.of > 0).then(|| rate.times as f64 / rate.of as f64) }
}

fn share(rate: &Rate) -> String {
    let [low, high] = rate.interval99.map(format::percent);
    format!("{} of {} ({low}..{high})", format::count(rate.times), format::count(rate.of))
}

/// The sums over all cells, as facts of a run.
pub(super) fn facts(calibration: &Calibration) -> Vec<Fact> {
    let day: String = calibration.started.chars().take(10).collect();
    let tables = format!("on {day}, tables of two cells with {} lanes each", calibration.lanes);
    let false_alarms = Fact {
        name: "false alarms".into(),
        value: format!("{}, {tables}", share(&calibration.false_alarms())),
    };
    let found = calibration.planted_percent.iter().enumerate().map(|(at, percent)| Fact {
        name: format!("{percent} % more work found"),
        value: share(&calibration.found(at)),
    });
    [false_alarms].into_iter().chain(found).collect()
}
