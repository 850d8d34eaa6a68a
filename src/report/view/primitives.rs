//! What the models themselves cost, with what others published.

use super::fields::reason;
use super::group::{executor_head, published, row, sorted, table};
use super::{Field, Head, Mark, Row, Table, parts};
use crate::record::{CellResult, Group, PerUnit, Published, Run, Slope, Status, Work};
use crate::report::column::{self, PRIMITIVE};
use crate::report::format::{self, MISSING};

/// Two machines differ by less than this factor.
const APART: f64 = 2.0;

/// A table for each primitive, then one for the memory of one more unit.
pub(super) fn of(run: &Run) -> Vec<Table> {
    let groups = run.groups().into_iter().filter(|group| group.iter().any(CellResult::is_primitive));
    let unit_costs = |cells: &[CellResult]| {
        let group = run.group_of(cells.first()?)?;
        let mut table = unit_costs(group, cells);
        table.remarks.extend(parts::remark(run, group.part));
        Some(table)
    };
    let tables = groups.filter_map(unit_costs);
    tables.chain(all_slopes(run).into_iter().map(|(_, table)| table)).collect()
}

/// A table for each workload and part that has slopes, with the name of the workload.
pub(super) fn all_slopes(run: &Run) -> Vec<(String, Table)> {
    let mut owners: Vec<(&str, Option<usize>)> = Vec::new();
    for slope in &run.slopes {
        if !owners.contains(&(&slope.workload, slope.part)) {
            owners.push((&slope.workload, slope.part));
        }
    }
    let table = |(workload, part): (&str, Option<usize>)| {
        let own = run.slopes.iter().filter(|slope| (slope.workload.as_str(), slope.part) == (workload, part));
        let mut table = slopes(workload, own);
        table.remarks.extend(parts::remark(run, part));
        (workload.to_owned(), table)
    };
    owners.into_iter().map(table).collect()
}

/// The table of a group with the published numbers in it.
fn unit_costs(group: &Group, cells: &[CellResult]) -> Table {
    let columns = column::named(&PRIMITIVE);
    let mut found = table(group, cells, &columns);
    if let Some(work) = cells.first().and_then(|cell| Work::of(&cell.workload)) {
        found.caption = format!("{}: {}", group.name, work.about);
    }
    if cells.iter().all(|cell| cell.published.is_empty()) {
        return found;
    }
    found.head.extend(published_heads());
    found.rows = sorted(cells)
        .into_iter()
        .map(|cell| {
            let own = columns.iter().map(|column| column.field(cell));
            row(cell, own.chain(published_fields(&cell.published, format::time)).collect())
        })
        .collect();
    for cell in sorted(cells) {
        found.remarks.extend(apart(&cell.executor, &cell.published));
    }
    found
}

fn published_heads() -> [Head; 2] {
    [
        Head::new("ours", "Our number for the part of a job that others published."),
        Head::new("published", "Their number; the source is below the table."),
    ]
}

fn published_fields(published: &[Published], number: fn(f64) -> String) -> [Field; 2] {
    let first = published.first();
    [first.map(|one| one.ours), first.map(|one| one.value)].map(|value| Field::number(value, number))
}

/// A sentence for each number that is far from the published one, unless noise makes ours zero or less.
fn apart(executor: &str, published: &[Published]) -> Vec<String> {
    let far = |one: &&Published| one.ours > 0.0 && !(1.0 / APART..=APART).contains(&one.ratio());
    let sentence = |one: &Published| {
        format!(
            "{executor}: ours is {} the published; processors, kernels and libraries differ, and so may what counts \
             as {}",
            format::ratio(one.ratio()),
            one.what
        )
    };
    published.iter().filter(far).map(sentence).collect()
}

/// The memory of one more waiting unit, smallest first.
pub fn slopes<'a>(name: &str, slopes: impl IntoIterator<Item = &'a Slope>) -> Table {
    let bytes = |slope: &Slope| slope.memory.as_ref().map_or(f64::INFINITY, |memory| memory.bytes);
    let mut sorted: Vec<&Slope> = slopes.into_iter().collect();
    sorted.sort_by(|a, b| bytes(a).total_cmp(&bytes(b)));
    let found = |slope: &&Slope| published(&slope.executor, &slope.published, format::memory);
    let far = |slope: &&Slope| apart(&slope.executor, &slope.published);
    Table {
        caption: format!("{name}: memory of one more waiting unit"),
        head: [executor_head()].into_iter().chain(slope_heads()).collect(),
        rows: sorted.iter().map(|slope| slope_row(slope)).collect(),
        folded: 0,
        remarks: sorted.iter().flat_map(found).chain(sorted.iter().flat_map(far)).collect(),
    }
}

fn slope_heads() -> impl Iterator<Item = Head> {
    [
        ("memory", "Heap and stack of one more unit: the slope of memory over the number of units."),
        ("99 % interval", "In 99 of 100 runs it encloses the true median."),
        ("page tables", "Memory of the kernel for its page tables."),
        ("kernel stacks", "Memory of the kernel for its stack."),
        ("units", "The fewest and the most units that were measured."),
    ]
    .into_iter()
    .map(|(text, title)| Head::new(text, title))
}

fn slope_row(slope: &Slope) -> Row {
    let figure =
        |figure: &Option<PerUnit>| Field::number(figure.as_ref().map(|figure| figure.bytes), format::memory);
    let interval = slope.memory.as_ref().and_then(|memory| memory.interval99);
    let interval = Field::range(interval, format::memory_range);
    let units = match slope.points.as_slice() {
        [first, .., last] => {
            Field { text: format!("{}..{}", first.units, last.units), value: Some(last.units as f64) }
        }
        _ => Field::word(MISSING),
    };
    let failed = slope.status != Status::Measured;
    Row {
        mark: if failed { Mark::Failed } else { Mark::Slower },
        name: slope.executor.clone(),
        model: slope.model.clone(),
        fields: if failed {
            vec![Field::word("failed")]
        } else {
            vec![
                figure(&slope.memory),
                interval,
                figure(&slope.page_tables),
                figure(&slope.kernel_stacks),
                units,
            ]
        },
        reason: reason(slope.reason.as_ref(), slope.help.as_ref()),
    }
}
