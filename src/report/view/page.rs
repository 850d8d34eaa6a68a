//! A page about one run: which cells are where on it.

use super::order::by_interest;
use super::{Group, Lessons, Matrix, Page, Table, Verdict};
use super::{bars, curves, facts, group, lessons, matrix, parts, plane, primitives, timelines, verdict};
use crate::record::part::Machine;
use crate::record::{CellResult, Run, Work};
use crate::report::column::{self, Column, PAGE_FOLDED};

impl Page {
    /// The page about a run.
    pub fn of(run: &Run) -> Self {
        Self::with(run, &[])
    }

    /// The same with other columns in the tables of the groups.
    pub fn with(run: &Run, columns: &[&Column]) -> Self {
        let groups = work(run);
        let verdicts = verdicts(run, &groups);
        let primitive_lessons = lessons::of_primitives(run);
        Self {
            title: facts::title(run),
            cautions: facts::cautions(run),
            lessons: Lessons::of(&verdicts, &primitive_lessons),
            verdicts,
            matrix: matrix(run, &groups),
            groups: groups.iter().filter_map(|(cells, anchor)| group(run, cells, anchor, columns)).collect(),
            curves: curves::of(run),
            plane: plane::of(run),
            primitives: primitives::of(run),
            primitive_lessons,
            environment: facts::environment(run),
            apparatus: facts::apparatus(run),
            warnings: parts::warnings(run),
            command: run.command.clone(),
        }
    }
}

/// The groups that do work, real work first, each with an anchor that no other has; primitives have tables of their own.
fn work(run: &Run) -> Vec<(&[CellResult], String)> {
    let mut anchors: Vec<String> = Vec::new();
    let mut groups = run.groups();
    groups.retain(|group| !group.iter().any(CellResult::is_primitive));
    by_interest(groups, |cells| cells.first())
        .into_iter()
        .map(|cells| {
            let base = anchor(&cells.first().map_or_else(String::new, CellResult::group));
            let names = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
            let free = names.into_iter().find(|name| !anchors.contains(name)).unwrap_or(base);
            anchors.push(free.clone());
            (cells, free)
        })
        .collect()
}

/// A verdict for each family of work, on each machine where machines differ.
fn verdicts(run: &Run, groups: &[(&[CellResult], String)]) -> Vec<Verdict> {
    let on = |machine: &Machine<'_>| {
        let is_its = |(cells, _): &&(&[CellResult], String)| {
            cells.first().and_then(|cell| run.group_of(cell)).is_none_or(|group| machine.measured(group))
        };
        let own: Vec<(&[CellResult], String)> = groups.iter().filter(is_its).cloned().collect();
        let labelled =
            |verdict: Verdict| Verdict { work: parts::labelled(&verdict.work, machine), ..verdict };
        verdict::of(&own).into_iter().map(labelled).collect::<Vec<_>>()
    };
    run.machines().iter().flat_map(on).collect()
}

/// The matrix; where machines differ, each row has its part.
fn matrix(run: &Run, groups: &[(&[CellResult], String)]) -> Matrix {
    let mut matrix = matrix::of(groups);
    if run.machines().len() > 1 {
        for (row, (cells, _)) in matrix.rows.iter_mut().zip(groups) {
            let part = cells.first().and_then(|cell| run.part_of(cell));
            row.group += &part.map_or_else(String::new, |part| format!(" ({})", parts::named(&[part.index])));
        }
    }
    matrix
}

/// The name itself, unless something in it would be markup or a space.
fn anchor(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "/-_.".contains(c) { c } else { '-' };
    name.chars().map(plain).collect()
}

fn group(run: &Run, cells: &[CellResult], anchor: &str, columns: &[&Column]) -> Option<Group> {
    let recorded = run.group_of(cells.first()?)?;
    let usual = column::page(cells);
    let (columns, folded) = if columns.is_empty() { (usual.as_slice(), PAGE_FOLDED) } else { (columns, 0) };
    let about = cells.first().and_then(|cell| Work::of(&cell.workload));
    let sorted = group::sorted(cells);
    Some(Group {
        anchor: anchor.into(),
        about: about.map_or_else(String::new, |work| work.about.into()),
        bars: bars::of(&sorted),
        table: Table { folded, ..parts::table(run, recorded, cells, columns) },
        timelines: timelines::of(&sorted),
        name: recorded.name.clone(),
    })
}

/// Every table of a run with the name of its group and the default columns, primitives and slopes included.
pub fn tables(run: &Run) -> Vec<(String, Table)> {
    let group = |cells: &[CellResult]| {
        let group = run.group_of(cells.first()?)?;
        Some((group.name.clone(), parts::table(run, group, cells, &column::usual(cells))))
    };
    let mut tables: Vec<(String, Table)> =
        by_interest(run.groups(), |cells| cells.first()).into_iter().filter_map(group).collect();
    tables.extend(primitives::all_slopes(run));
    tables
}
