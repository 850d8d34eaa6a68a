//! A page about one run: which cells are where on it.

use super::order::by_interest;
use super::{Group, Page, Table};
use super::{bars, curves, facts, group, matrix, plane, primitives, timelines, verdict};
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
        Self {
            title: facts::title(run),
            cautions: facts::cautions(run),
            verdicts: verdict::of(&groups),
            matrix: matrix::of(&groups),
            groups: groups.iter().filter_map(|(cells, anchor)| group(run, cells, anchor, columns)).collect(),
            curves: curves::of(run),
            plane: plane::of(run),
            primitives: primitives::of(run),
            environment: facts::environment(run),
            apparatus: facts::apparatus(run),
            warnings: run.warnings.clone(),
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
        table: Table { folded, ..group::table(recorded, cells, columns) },
        timelines: timelines::of(&sorted),
        name: recorded.name.clone(),
    })
}

/// Every table of a run with the name of its group and the default columns, primitives and slopes included.
pub fn tables(run: &Run) -> Vec<(String, Table)> {
    let group = |cells: &[CellResult]| {
        let group = run.group_of(cells.first()?)?;
        Some((group.name.clone(), group::table(group, cells, &column::usual(cells))))
    };
    let mut tables: Vec<(String, Table)> =
        by_interest(run.groups(), |cells| cells.first()).into_iter().filter_map(group).collect();
    for slope in &run.slopes {
        if !tables.iter().any(|(name, _)| *name == slope.workload) {
            let own = run.slopes.iter().filter(|other| other.workload == slope.workload);
            tables.push((slope.workload.clone(), primitives::slopes(&slope.workload, own)));
        }
    }
    tables
}
