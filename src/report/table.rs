//! The terminal table of one group, fastest first, and what must be said below it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Row, Table, presets};

use super::column::Column;
use super::format::{self, MISSING};
use crate::record::{Cell, Published, Status};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// The group's cells as text with colour codes; `anstream` drops them where nobody sees colours.
pub fn group(name: &str, cells: &[Cell], columns: &[&Column]) -> String {
    let mut sorted: Vec<&Cell> = cells.iter().collect();
    let last = |cell: &Cell| cell.median_ns.unwrap_or(f64::INFINITY);
    sorted.sort_by(|a, b| rank(a).cmp(&rank(b)).then(last(a).total_cmp(&last(b))));

    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_header(["", "executor"].into_iter().chain(columns.iter().map(|column| column.head)));
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for cell in &sorted {
        table.add_row(row(cell, columns));
    }
    let mut text = format!("{name}\n");
    for (line, cell) in lines(&table, &sorted) {
        let style = cell.map_or(QUIET, style);
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
    text + &remarks(&sorted)
}

fn rank(cell: &Cell) -> u8 {
    match cell.status {
        Status::Measured => 0,
        Status::Failed => 1,
        Status::NotApplicable => 2,
    }
}

fn style(cell: &Cell) -> Style {
    match cell.status {
        Status::Failed => BAD,
        Status::NotApplicable => QUIET,
        Status::Measured if cell.ties_with_fastest == Some(true) => GOOD,
        Status::Measured => Style::new(),
    }
}

/// The table line by line with the cell that stands on it; the head has none.
fn lines<'a>(table: &Table, cells: &'a [&Cell]) -> impl Iterator<Item = (String, Option<&'a Cell>)> {
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let head = lines.len() - cells.len();
    lines.into_iter().enumerate().map(move |(at, line)| (line, at.checked_sub(head).map(|at| cells[at])))
}

fn row(cell: &Cell, columns: &[&Column]) -> Row {
    let mark = match cell.status {
        Status::Failed => "!",
        Status::Measured if is_apparatus(cell) => "~",
        Status::Measured if cell.ties_with_fastest == Some(true) && cell.tied_with.is_empty() => ">",
        Status::Measured if cell.ties_with_fastest == Some(true) => "=",
        Status::Measured | Status::NotApplicable => "",
    };
    let fields: Vec<String> = match cell.status {
        Status::Failed => vec!["failed".into()],
        Status::NotApplicable => vec!["not applicable".into()],
        Status::Measured => {
            columns.iter().map(|column| (column.text)(cell).unwrap_or_else(|| MISSING.into())).collect()
        }
    };
    Row::from([mark, &cell.executor].into_iter().map(str::to_owned).chain(fields).collect::<Vec<_>>())
}

/// Whether its number says something of the apparatus.
fn is_apparatus(cell: &Cell) -> bool {
    matches!(cell.limited_by.as_deref(), Some("server" | "backlog"))
}

fn remarks(cells: &[&Cell]) -> String {
    let mut text = at_once(cells);
    if let Some(ideal) = cells.iter().find_map(|cell| cell.ideal_ns) {
        let _ = writeln!(text, "  ideal: {}", format::time(ideal));
    }
    let tied = cells.iter().filter(|cell| cell.ties_with_fastest == Some(true)).count();
    if tied > 1 {
        text += "  = tied with the fastest: the 99 % interval of the paired ratios includes 1";
        let noise = cells.iter().find_map(|cell| cell.noise_floor).map(format::percent);
        text += &noise.map_or_else(String::new, |noise| {
            format!(",\n    or they differ by less than two lanes of the same cell may: {noise}")
        });
        text += "\n";
    }
    for cell in cells.iter().filter(|cell| is_apparatus(cell)) {
        let limit = cell.limited_by.as_deref().unwrap_or_default();
        let _ = writeln!(text, "  {} is limited by the {limit}, so it is not ranked", cell.executor);
    }
    if cells.iter().any(|cell| cell.status == Status::Measured && cell.ties_with_fastest.is_none()) {
        text += "  too few rounds for a 99 % interval and a ranking (8 at least): give it more time\n";
    }
    for cell in cells {
        if let Some(by_hand) = &cell.by_hand {
            let range = by_hand.ratio_interval99.map_or_else(|| MISSING.into(), format::ratio_range);
            let (ratio, added) = (format::ratio(by_hand.ratio), format::difference(by_hand.added_ns_per_job));
            let _ = writeln!(
                text,
                "  {} takes {ratio} the time of {} ({range}): {added} a job",
                cell.executor, by_hand.executor
            );
        }
    }
    for cell in cells {
        text += &beside(&cell.executor, &cell.published, format::time);
    }
    text += &notes(cells);
    for cell in cells {
        if let Some(reason) = &cell.reason {
            let _ = writeln!(text, "  {}: {reason}", cell.executor);
        }
        if let Some(help) = &cell.help {
            let _ = writeln!(text, "    help: {help}");
        }
    }
    text
}

/// What others found, under the table that shows ours.
pub(super) fn beside(executor: &str, published: &[Published], number: fn(f64) -> String) -> String {
    let line = |published: &Published| {
        let Published { what, value, ours, source } = published;
        format!("  {executor}: {what} takes {}; published: {} ({source})\n", number(*ours), number(*value))
    };
    published.iter().map(line).collect()
}

/// How many jobs may be in flight, and who has fewer by its nature.
fn at_once(cells: &[&Cell]) -> String {
    let measured = || cells.iter().filter(|cell| cell.status == Status::Measured);
    let Some(most) = measured().map(|cell| cell.concurrency).max() else { return String::new() };
    // Of a unit cost there is always one at a time: nobody could be faster by having more.
    if most == 1 && cells.iter().all(|cell| cell.is_primitive()) {
        return String::new();
    }
    let mut text = format!("  at most {most} jobs at once");
    for cell in measured().filter(|cell| cell.concurrency < most) {
        let _ = write!(text, "; {} {}", cell.executor, cell.concurrency);
    }
    text + "\n"
}

/// Each note once, with the executors that it is about unless it is about all.
fn notes(cells: &[&Cell]) -> String {
    let mut text = String::new();
    let measured: Vec<&Cell> = cells.iter().copied().filter(|cell| cell.status == Status::Measured).collect();
    let mut said: Vec<&String> = Vec::new();
    for note in measured.iter().flat_map(|cell| &cell.notes) {
        if said.contains(&note) {
            continue;
        }
        said.push(note);
        let about: Vec<&str> = (measured.iter())
            .filter(|cell| cell.notes.contains(note))
            .map(|cell| cell.executor.as_str())
            .collect();
        let about = if about.len() == measured.len() { String::new() } else { about.join(", ") + ": " };
        let _ = writeln!(text, "  {about}{note}");
    }
    text
}
