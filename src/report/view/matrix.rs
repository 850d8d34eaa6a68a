//! Who won where: all groups on one screen.

use super::group::mark;
use super::{Executor, Mark, Matrix, MatrixCell, MatrixRow};
use crate::record::{Cell, executor};
use crate::report::format::{self, MISSING};

/// The matrix of those groups, each with its anchor.
pub(super) fn of(groups: &[(&[Cell], String)]) -> Matrix {
    let mut executors: Vec<Executor> = Vec::new();
    for cell in groups.iter().flat_map(|(cells, _)| *cells) {
        if executors.iter().all(|known| known.name != cell.executor) {
            let about = executor(&cell.executor).unwrap_or_default().into();
            executors.push(Executor { name: cell.executor.clone(), model: cell.model.clone(), about });
        }
    }
    let row = |(cells, anchor): &(&[Cell], String)| MatrixRow {
        group: cells.first().map_or_else(String::new, Cell::group),
        anchor: anchor.clone(),
        cells: executors
            .iter()
            .map(|executor| cells.iter().find(|cell| cell.executor == executor.name).map(entry))
            .collect(),
    };
    Matrix { rows: groups.iter().map(row).collect(), executors }
}

fn entry(cell: &Cell) -> MatrixCell {
    let mark = mark(cell);
    let text = match mark {
        Mark::Failed | Mark::NotApplicable => mark.word().into(),
        _ => cell.median_ns.map_or_else(|| MISSING.into(), format::time),
    };
    let ranked = matches!(mark, Mark::First | Mark::Tied | Mark::Open | Mark::Behind);
    let behind = cell.ratio_to_fastest.filter(|ratio| ranked && ratio.is_finite());
    MatrixCell { text, mark, behind, title: title(cell, mark, behind) }
}

fn title(cell: &Cell, mark: Mark, behind: Option<f64>) -> String {
    match (mark, behind) {
        (Mark::First, _) => "the fastest".into(),
        (Mark::Tied, _) => format!("ties with {}", cell.tied_with.join(", ")),
        (Mark::Open, _) => "may be as fast as the fastest, or slower: the lanes do not tell".into(),
        (Mark::Behind, Some(behind)) => format!("{} the fastest", format::ratio(behind)),
        (Mark::Behind, None) => "behind the fastest".into(),
        (Mark::Unranked, _) => "too few quiet lanes to say how it stands".into(),
        (Mark::Limited, _) => {
            format!("limited by the {}, so it is not ranked", cell.apparatus_limit().unwrap_or_default())
        }
        (Mark::Failed | Mark::NotApplicable, _) => cell.reason.clone().unwrap_or_else(|| mark.word().into()),
    }
}
