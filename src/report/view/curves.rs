//! How times grow with jobs, or with workers, where a run has several sizes of one workload.

use super::bars::drawn;
use super::chart::{Amount, Curves, Ended, Line, Point};
use super::order::by_interest;
use super::parts::labelled;
use super::{Field, Head, Mark, Row, Table};
use crate::record::part::Machine;
use crate::record::{CellResult, Run, Status};
use crate::report::format::{self, count};

/// A curve has at least this many points.
const LEAST: usize = 3;

/// A cell that may be a point of the line of that name, at that x.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    line: &'a str,
    x: usize,
    cell: &'a CellResult,
}

/// All curves of a run: over jobs, then over workers. The points of a curve are of one machine, or of machines that are alike.
pub(super) fn of(run: &Run) -> Vec<Curves> {
    run.machines().iter().flat_map(|machine| on(run, machine)).collect()
}

fn on(run: &Run, machine: &Machine<'_>) -> Vec<Curves> {
    let is_its = |cell: &&CellResult| run.group_of(cell).is_none_or(|group| machine.measured(group));
    let cells: Vec<&CellResult> =
        run.cells.iter().filter(is_its).filter(|cell| !cell.is_primitive()).collect();
    let cells = by_interest(cells, |cell| Some(*cell));
    let mut curves = over_jobs(&cells);
    curves.extend(over_workers(&cells, machine.environment.cores));
    for Curves { caption, table, .. } in &mut curves {
        *caption = labelled(caption, machine);
        table.caption.clone_from(caption);
    }
    curves
}

fn over_jobs(cells: &[&CellResult]) -> Vec<Curves> {
    let workloads = distinct(cells.iter().map(|cell| cell.workload.as_str()));
    let curve = |workload: &str| {
        let sized: Vec<Candidate<'_>> = cells
            .iter()
            .filter(|cell| cell.workload == workload)
            .map(|cell| Candidate { line: &cell.executor, x: cell.jobs, cell })
            .collect();
        let caption = format!("{workload}: jobs and the time of the batch");
        (sizes(&sized).len() >= LEAST).then(|| curves(caption, "jobs", None, &sized))
    };
    workloads.into_iter().filter_map(curve).collect()
}

fn over_workers(cells: &[&CellResult], cores: usize) -> Vec<Curves> {
    let mut found = Vec::new();
    for group in distinct(cells.iter().map(|cell| cell.group())) {
        let sized: Vec<Candidate<'_>> = cells
            .iter()
            .filter(|cell| cell.group() == group)
            .filter_map(|cell| workers(&cell.executor).map(|(line, x)| Candidate { line, x, cell }))
            .collect();
        let several = |line: &str| sized.iter().filter(|one| one.line == line).count() >= LEAST;
        let lines: Vec<Candidate<'_>> = sized.iter().filter(|one| several(one.line)).copied().collect();
        if !lines.is_empty() {
            let caption = format!("{group}: workers and the time of the batch");
            found.push(curves(caption, "workers", Some(cores), &lines));
        }
    }
    found
}

/// `thread-pool` and 4 of `thread-pool-w4`.
fn workers(executor: &str) -> Option<(&str, usize)> {
    let (base, number) = executor.rsplit_once("-w")?;
    Some((base, number.parse().ok().filter(|number| *number > 0)?))
}

fn distinct<T: PartialEq>(names: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn sizes(sized: &[Candidate<'_>]) -> Vec<usize> {
    let mut sizes = distinct(sized.iter().map(|one| one.x));
    sizes.sort_unstable();
    sizes
}

fn curves(caption: String, x_label: &str, cores: Option<usize>, sized: &[Candidate<'_>]) -> Curves {
    let names = distinct(sized.iter().map(|one| one.line));
    let line = |name: &&str| {
        let mut own: Vec<&Candidate<'_>> = sized.iter().filter(|one| one.line == *name).collect();
        own.sort_by_key(|one| one.x);
        line(name, &own)
    };
    Curves {
        table: table(&caption, x_label, &names, sized),
        caption,
        x_label: x_label.into(),
        y_label: "time of the batch".into(),
        cores,
        lines: names.iter().map(line).collect(),
    }
}

fn line(name: &str, own: &[&Candidate<'_>]) -> Line {
    let points: Vec<Point> = own.iter().filter_map(|one| point(one)).collect();
    let last = points.last().map_or(0.0, |last| last.x);
    let mut ends = own.iter().filter(|one| one.cell.status != Status::Measured);
    // A size that failed below one that did not is an end, too, and must not be hidden.
    let ended = ends.clone().find(|one| one.x as f64 > last).or_else(|| ends.next());
    let ended = ended.map(|one| Ended {
        x: one.x as f64,
        word: why(one.cell).into(),
        reason: one.cell.reason.clone().unwrap_or_default(),
    });
    let model = own.first().map_or_else(String::new, |one| one.cell.model.clone());
    Line { label: name.into(), model, points, ended }
}

fn why(cell: &CellResult) -> &'static str {
    if cell.status == Status::Failed { "failed" } else { "left out" }
}

fn point(one: &Candidate<'_>) -> Option<Point> {
    let cell = one.cell;
    // The axis is logarithmic.
    let value = cell.median_ns.filter(|ns| cell.status == Status::Measured && drawn(*ns) && *ns > 0.0)?;
    Some(Point {
        x: one.x as f64,
        y: Amount { value, text: format::time(value) },
        interval: cell.interval99_ns.filter(|[low, high]| drawn(*low) && drawn(*high)),
        limited: cell.apparatus_limit().is_some(),
    })
}

fn table(caption: &str, x_label: &str, names: &[&str], sized: &[Candidate<'_>]) -> Table {
    let head = |name: &&str| Head::new(*name, format!("Time of the batch under {name}."));
    let first = Head::new(x_label, format!("The number of {x_label}."));
    let row = |x: usize| {
        let at = |name: &&str| sized.iter().find(|one| one.x == x && one.line == *name).map(|one| one.cell);
        let fields = names.iter().map(|name| field(at(name))).collect();
        Row { mark: Mark::Slower, ..Row::plain(count(x as u64), fields) }
    };
    Table {
        caption: caption.into(),
        head: [first].into_iter().chain(names.iter().map(head)).collect(),
        rows: sizes(sized).into_iter().map(row).collect(),
        ..Table::default()
    }
}

fn field(cell: Option<&CellResult>) -> Field {
    match cell {
        Some(cell) if cell.status != Status::Measured => Field::word(why(cell)),
        _ => Field::number(cell.and_then(|cell| cell.median_ns), format::time),
    }
}
