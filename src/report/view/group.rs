//! The table of one group, fastest first, and the remarks below it.

use super::fields::reason;
use super::words::several;
use super::{Field, Head, Mark, Row, Table};
use crate::record::{CellResult, Group, Interrupted, LEVEL, Published, Status};
use crate::report::column::Column;
use crate::report::format::{self, MISSING};

/// The table of a group with those columns.
pub fn table(group: &Group, cells: &[CellResult], columns: &[&Column]) -> Table {
    let sorted = sorted(cells);
    Table {
        caption: group.name.clone(),
        head: [executor_head()].into_iter().chain(columns.iter().map(|column| column.head())).collect(),
        rows: sorted
            .iter()
            .map(|cell| row(cell, columns.iter().map(|column| column.field(cell)).collect()))
            .collect(),
        folded: 0,
        remarks: remarks(group, &sorted),
    }
}

/// Measured cells by time, then failed ones, then those that make no sense.
pub(super) fn sorted(cells: &[CellResult]) -> Vec<&CellResult> {
    let rank = |cell: &CellResult| match cell.status {
        Status::Measured => 0,
        Status::Failed => 1,
        Status::NotApplicable => 2,
    };
    let last = |cell: &CellResult| cell.median_ns.unwrap_or(f64::INFINITY);
    let mut sorted: Vec<&CellResult> = cells.iter().collect();
    sorted.sort_by(|a, b| rank(a).cmp(&rank(b)).then(last(a).total_cmp(&last(b))));
    sorted
}

pub(super) fn executor_head() -> Head {
    Head::new("executor", "The execution model under which the batch ran.")
}

/// A row; a cell without numbers has the reason.
pub(super) fn row(cell: &CellResult, fields: Vec<Field>) -> Row {
    let mark = mark(cell);
    let measured = cell.status == Status::Measured;
    Row {
        mark,
        name: cell.executor.clone(),
        model: cell.model.clone(),
        fields: if measured { fields } else { vec![Field::word(mark.word())] },
        reason: reason(cell.reason.as_ref(), cell.help.as_ref()),
    }
}

/// The rank of a cell.
pub(super) fn mark(cell: &CellResult) -> Mark {
    match (cell.status, cell.ties_with_fastest) {
        (Status::Failed, _) => Mark::Failed,
        (Status::NotApplicable, _) => Mark::NotApplicable,
        (Status::Measured, _) if cell.apparatus_limit().is_some() => Mark::Limited,
        (Status::Measured, None) => Mark::Unranked,
        (Status::Measured, Some(true)) if cell.tied_with.is_empty() => Mark::First,
        (Status::Measured, Some(true)) if cell.is_level() => Mark::Tied,
        (Status::Measured, Some(true)) => Mark::Open,
        (Status::Measured, Some(false)) => Mark::Slower,
    }
}

fn remarks(group: &Group, cells: &[&CellResult]) -> Vec<String> {
    let mut remarks: Vec<String> = at_once(cells).into_iter().collect();
    if let Some(ideal) = cells.iter().find_map(|cell| cell.ideal_ns) {
        remarks.push(format!("ideal: {}", format::time(ideal)));
    }
    remarks.extend(group.interrupted.map(interrupted));
    remarks.extend(sureness(group));
    remarks.extend(ties(cells));
    remarks.extend(runtimes(cells));
    let impossible = cells.iter().filter(|cell| cell.impossible_speedup);
    remarks.extend(impossible.map(|cell| {
        let (executor, most) = (&cell.executor, several_jobs(cell.concurrency));
        format!("{executor} is more times as fast as {most} at once allow: something slowed the sequential executor down")
    }));
    for (cell, limit) in cells.iter().filter_map(|cell| Some((cell, cell.apparatus_limit()?))) {
        remarks.push(format!("{} is limited by the {limit}, so it is not ranked", cell.executor));
    }
    remarks.extend(cells.iter().filter_map(|cell| by_hand(cell)));
    for cell in cells {
        remarks.extend(published(&cell.executor, &cell.published, format::time));
    }
    remarks.extend(notes(cells));
    remarks
}

/// What ran the executors in other languages.
fn runtimes(cells: &[&CellResult]) -> Vec<String> {
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for (runtime, executor) in
        cells.iter().filter_map(|cell| Some((cell.runtime.as_deref()?, &*cell.executor)))
    {
        match lines.iter_mut().find(|(known, _)| *known == runtime) {
            Some((_, executors)) => executors.push(executor),
            None => lines.push((runtime, vec![executor])),
        }
    }
    lines.iter().map(|(runtime, executors)| format!("{runtime}: {}", executors.join(", "))).collect()
}

/// How far the table came.
fn interrupted(Interrupted { after, of }: Interrupted) -> String {
    let passes = several(of, "pass", "passes");
    match after {
        0 => format!("interrupted before the end of the first of {passes}"),
        _ => format!("interrupted after {after} of {passes}"),
    }
}

/// The lanes of the table, what disturbed them, and the difference that they would show.
fn sureness(group: &Group) -> Option<String> {
    let lanes = group.lanes();
    let each = match (lanes, group.visible_difference) {
        (0, _) => return None,
        (1, _) => "one lane each".into(),
        (_, Some(share)) => {
            format!("{lanes} lanes each; a difference of {} would show", format::percent(share))
        }
        _ => format!("{lanes} lanes each"),
    };
    let (left_out, taken) = (group.left_out(), format::percent(group.most_taken()));
    let disturbed = match (group.is_too_disturbed(), left_out) {
        (true, _) => format!(";\nno ranking: other programs took up to {taken} of the processors"),
        (_, 0) => String::new(),
        (_, 1) => ";\n1 more does not count: other programs took the processors meanwhile".into(),
        _ => format!(";\n{left_out} more do not count: other programs took the processors meanwhile"),
    };
    let few =
        !group.judged && !group.is_too_disturbed() && group.passes.iter().all(|pass| pass.others.is_some());
    let few = if few { ";\nno ranking: that takes 8 lanes, so give it more time" } else { "" };
    Some(each + &disturbed + few)
}

/// The meaning of the signs in the table.
fn ties(cells: &[&CellResult]) -> Vec<String> {
    let firsts = || cells.iter().filter(|cell| cell.is_first());
    let mut lines = Vec::new();
    if firsts().filter(|cell| cell.is_level()).count() > 1 {
        lines.push(format!("= tied: within {} of the fastest, at 99 %", format::percent(LEVEL - 1.0)));
    }
    if firsts().any(|cell| !cell.is_level()) {
        lines.push("? open: as fast as the fastest or slower; too close to rank".into());
    }
    lines
}

fn by_hand(cell: &CellResult) -> Option<String> {
    let by_hand = cell.by_hand.as_ref()?;
    let range = by_hand.ratio_interval99.map_or_else(|| MISSING.into(), format::ratio_range);
    let (ratio, added) = (format::ratio(by_hand.ratio), format::difference(by_hand.added_ns_per_job));
    Some(format!(
        "{} takes {ratio} the time of {} ({range}): {added} per job",
        cell.executor, by_hand.executor
    ))
}

/// What others published, under the table with our numbers.
pub(super) fn published(executor: &str, all: &[Published], number: fn(f64) -> String) -> Vec<String> {
    let line = |published: &Published| {
        let Published { what, value, ours, source } = published;
        format!("{executor}: {what} takes {}; published: {} ({source})", number(*ours), number(*value))
    };
    all.iter().map(line).collect()
}

/// How many jobs may be in flight, and which executors have fewer by design.
fn at_once(cells: &[&CellResult]) -> Option<String> {
    let measured = || cells.iter().filter(|cell| cell.status == Status::Measured);
    let most = measured().map(|cell| cell.concurrency).max()?;
    // A unit cost always has one job at a time: no model can have more.
    if most == 1 && cells.iter().all(|cell| cell.is_primitive()) {
        return None;
    }
    let fewer = measured().filter(|cell| cell.concurrency < most);
    let fewer: String = fewer.map(|cell| format!("; {} {}", cell.executor, cell.concurrency)).collect();
    Some(format!("at most {} at once{fewer}", several_jobs(most)))
}

fn several_jobs(number: usize) -> String {
    several(number, "job", "jobs")
}

/// Each note once, with its executors unless it is about all.
fn notes(cells: &[&CellResult]) -> Vec<String> {
    let measured: Vec<&CellResult> =
        cells.iter().copied().filter(|cell| cell.status == Status::Measured).collect();
    let mut seen: Vec<&String> = Vec::new();
    let mut remarks = Vec::new();
    for note in measured.iter().flat_map(|cell| &cell.notes) {
        if seen.contains(&note) {
            continue;
        }
        seen.push(note);
        let about: Vec<&str> = (measured.iter())
            .filter(|cell| cell.notes.contains(note))
            .map(|cell| cell.executor.as_str())
            .collect();
        let about = if about.len() == measured.len() { String::new() } else { about.join(", ") + ": " };
        remarks.push(format!("{about}{note}"));
    }
    remarks
}
