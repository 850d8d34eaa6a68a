//! What a comparison shows: the verdict first, then what changed, then the rest. Must not know how it is laid out.

use super::{Field, Head, Mark, Row, Table};
use crate::record::comparison::{self, Metric, Overall, Status, Verdict};
use crate::report::format;

/// A page about a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What all cells together show.
    pub overall: Overall,
    /// The same in a sentence.
    pub headline: String,
    /// One table for each metric.
    pub tables: Vec<Table>,
}

impl Comparison {
    /// The page about a comparison.
    pub fn of(comparison: &comparison::Comparison) -> Self {
        Self {
            overall: comparison.overall,
            headline: format!("{:?}", comparison.overall),
            tables: Metric::ALL.into_iter().map(|metric| table(comparison, metric)).collect(),
        }
    }
}

fn table(comparison: &comparison::Comparison, metric: Metric) -> Table {
    let head = |text: &str| Head { text: text.into(), title: String::new() };
    let field = |value: Option<f64>| Field {
        text: value.map_or_else(|| "-".into(), |value| format!("{value:.3}")),
        value,
    };
    let rows = comparison.cells.iter().chain(&comparison.controls).map(|cell| {
        let judged = cell.judgement(metric);
        let verdict = judged.and_then(|judged| judged.verdict);
        let fields = vec![
            Field { text: verdict.map_or_else(String::new, |verdict| format!("{verdict:?}")), value: None },
            field(judged.and_then(|judged| judged.ratio)),
            field(judged.and_then(|judged| judged.interval90).map(|[low, _]| low)),
            field(judged.and_then(|judged| judged.interval90).map(|[_, high]| high)),
            field(judged.and_then(|judged| judged.visible)),
            field(judged.map(|judged| judged.count as f64)),
        ];
        Row {
            mark: match (cell.status, verdict) {
                (Status::Failed, _) => Mark::Failed,
                (_, Some(Verdict::Slower)) => Mark::Slower,
                _ => Mark::Open,
            },
            name: cell.id.clone(),
            model: String::new(),
            fields,
            reason: cell.reason.clone(),
        }
    });
    Table {
        caption: format!("{metric:?}"),
        head: ["cell", "verdict", "ratio", "from", "to", "visible", "pairs"].map(head).into(),
        rows: rows.collect(),
        folded: 0,
        remarks: vec![format!("{} in all", format::count(comparison.cells.len() as u64))],
    }
}
