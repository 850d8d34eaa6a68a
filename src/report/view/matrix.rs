//! All groups on one screen: the median of each executor under each workload.

use super::Mark;
use super::group::mark;
use crate::record::{CellResult, executor};
use crate::report::format::{self, MISSING};

/// The matrix: a row for each workload at a size, a column for each executor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    /// Executors, in the order in which the groups have them.
    pub executors: Vec<Executor>,
    /// A row for each group.
    pub rows: Vec<MatrixRow>,
}

/// An executor at the head of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Executor {
    /// Its name.
    pub name: String,
    /// What it is made of, in the record's word, which chooses the colour.
    pub model: String,
    /// What it does with a batch; empty of executors that this program does not know.
    pub about: String,
}

/// A group in the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixRow {
    /// `http/32`.
    pub group: String,
    /// The anchor of the group on the page.
    pub anchor: String,
    /// One for each executor of the matrix; `None` where the group has no such cell.
    pub cells: Vec<Option<MatrixCell>>,
}

/// A cell in the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixCell {
    /// Its text: `12.7 ms`, `failed`.
    pub text: String,
    /// Its rank.
    pub mark: Mark,
    /// How many times the time of the fastest it takes; only for the shade.
    pub ratio: Option<f64>,
    /// The same for readers: `4.2x the time of the fastest`, or why there is no number.
    pub title: String,
}

/// The matrix of those groups, each with its anchor.
pub(super) fn of(groups: &[(&[CellResult], String)]) -> Matrix {
    let mut executors: Vec<Executor> = Vec::new();
    for cell in groups.iter().flat_map(|(cells, _)| *cells) {
        if executors.iter().all(|known| known.name != cell.executor) {
            let about = executor(&cell.executor).unwrap_or_default().into();
            executors.push(Executor { name: cell.executor.clone(), model: cell.model.clone(), about });
        }
    }
    let row = |(cells, anchor): &(&[CellResult], String)| MatrixRow {
        group: cells.first().map_or_else(String::new, CellResult::group),
        anchor: anchor.clone(),
        cells: executors
            .iter()
            .map(|executor| cells.iter().find(|cell| cell.executor == executor.name).map(entry))
            .collect(),
    };
    Matrix { rows: groups.iter().map(row).collect(), executors }
}

fn entry(cell: &CellResult) -> MatrixCell {
    let mark = mark(cell);
    let text = match mark {
        Mark::Failed | Mark::NotApplicable => mark.word().into(),
        _ => cell.median_ns.map_or_else(|| MISSING.into(), format::time),
    };
    let ranked = matches!(mark, Mark::First | Mark::Tied | Mark::Open | Mark::Slower);
    let ratio = cell.ratio_to_fastest.filter(|ratio| ranked && ratio.is_finite());
    MatrixCell { text, mark, ratio, title: title(cell, mark, ratio) }
}

fn title(cell: &CellResult, mark: Mark, ratio: Option<f64>) -> String {
    match (mark, ratio) {
        (Mark::First, _) => "the fastest".into(),
        (Mark::Tied, _) => format!("ties with {}", cell.tied_with.join(", ")),
        (Mark::Open, _) => "as fast as the fastest or slower: too close to rank".into(),
        (Mark::Slower, Some(ratio)) => format!("{} the time of the fastest", format::ratio(ratio)),
        (Mark::Slower, None) => "slower than the fastest".into(),
        (Mark::Unranked, _) => "too few undisturbed lanes to rank".into(),
        (Mark::Limited, _) => {
            format!("limited by the {}, so it is not ranked", cell.apparatus_limit().unwrap_or_default())
        }
        // The last three are of comparisons.
        (Mark::Failed | Mark::NotApplicable | Mark::Worse | Mark::Better | Mark::Plain, _) => {
            cell.reason.clone().unwrap_or_else(|| mark.word().into())
        }
    }
}
