//! Several runs side by side: their medians and intervals, and whether those agree.

use super::group::executor_head;
use super::order::by_interest;
use super::words::{list, several};
use super::{Fact, Field, Head, Mark, Row, Table, facts};
use crate::record::side_by_side::{self, Group};
use crate::record::{CellResult, Run, Status};
use crate::report::format::{self, MISSING};

/// A page about several runs.
#[derive(Debug, Clone, PartialEq)]
pub struct SideBySide {
    /// `3 runs side by side`.
    pub title: String,
    /// Whether the runs are compared, and why not.
    pub statement: String,
    /// Each run by its number, with the moment, the machine and the command.
    pub runs: Vec<Fact>,
    /// Reasons to doubt one of them, with its number.
    pub cautions: Vec<String>,
    /// One for each group of any run: for each run its median and its interval, then whether all intervals overlap, if the
    /// runs are compared. The marks of the rows mean nothing.
    pub tables: Vec<Table>,
    /// `agree in 46 of 51 rows`; `None` if the runs are not compared.
    pub agreement: Option<String>,
}

impl SideBySide {
    /// The page about those runs.
    pub fn of(runs: &[Run]) -> Self {
        let judged = side_by_side::one_machine(runs);
        let groups = by_interest(side_by_side::groups(runs), first);
        let statement = if judged {
            "one machine at different times: drift is not excluded"
        } else {
            "different machines: shown side by side, not judged"
        };
        Self {
            title: format!("{} side by side", several(runs.len(), "run", "runs")),
            statement: statement.into(),
            runs: runs.iter().enumerate().map(|(at, run)| fact(at, run)).collect(),
            cautions: runs.iter().enumerate().flat_map(|(at, run)| cautions(at, run)).collect(),
            tables: groups.iter().map(|group| table(group, runs.len(), judged)).collect(),
            agreement: judged.then(|| agreement(&groups)),
        }
    }
}

fn first<'a>(group: &Group<'a>) -> Option<&'a CellResult> {
    group.rows.iter().flat_map(|row| row.cells.iter().copied().flatten()).next()
}

fn fact(at: usize, run: &Run) -> Fact {
    Fact {
        name: format!("run {}", at + 1),
        value: format!("{}, {}: `{}`", run.started, facts::machine(run), run.command),
    }
}

fn cautions(at: usize, run: &Run) -> Vec<String> {
    facts::cautions(run).into_iter().map(|caution| format!("Run {}: {caution}", at + 1)).collect()
}

fn agreement(groups: &[Group<'_>]) -> String {
    let rows = || groups.iter().flat_map(|group| &group.rows).filter_map(|row| row.agrees);
    format!(
        "agree in {} of {}",
        rows().filter(|agrees| *agrees).count(),
        several(rows().count(), "row", "rows")
    )
}

fn table(group: &Group<'_>, runs: usize, judged: bool) -> Table {
    let heads = (1..=runs).flat_map(|run| {
        [
            Head::new(format!("{run}: median"), format!("Time of the whole batch in run {run}.")),
            Head::new(
                "99 % interval",
                format!("In 99 of 100 runs like run {run} it encloses the true median."),
            ),
        ]
    });
    let agree = Head::new("agree", "Whether the intervals of all runs have a point in common.");
    let agree = judged.then_some(agree);
    Table {
        caption: group.name.clone(),
        head: [executor_head()].into_iter().chain(heads).chain(agree).collect(),
        rows: group.rows.iter().map(|row| self::row(row, judged)).collect(),
        folded: 0,
        remarks: differences(group),
    }
}

fn row(row: &side_by_side::Row<'_>, judged: bool) -> Row {
    let agrees = match row.agrees {
        Some(true) => "yes",
        Some(false) => "no",
        None => MISSING,
    };
    let fields = row.cells.iter().flat_map(|cell| pair(*cell)).chain(judged.then(|| Field::word(agrees)));
    let model = row.cells.iter().flatten().next().map_or_else(String::new, |cell| cell.model.clone());
    Row { mark: Mark::Slower, model, ..Row::plain(row.executor.into(), fields.collect()) }
}

fn pair(cell: Option<&CellResult>) -> [Field; 2] {
    match cell {
        Some(cell) if cell.status != Status::Measured => {
            [Field::word(super::group::mark(cell).word()), Field::word(MISSING)]
        }
        _ => [
            Field::number(cell.and_then(|cell| cell.median_ns), format::time),
            Field::range(cell.and_then(|cell| cell.interval99_ns), format::time_range),
        ],
    }
}

/// The rows that do not agree, by name: a reader of a long table looks for these.
fn differences(group: &Group<'_>) -> Vec<String> {
    let names: Vec<&str> =
        group.rows.iter().filter(|row| row.agrees == Some(false)).map(|row| row.executor).collect();
    if names.is_empty() { Vec::new() } else { vec![format!("intervals apart: {}", list(&names, "and"))] }
}
