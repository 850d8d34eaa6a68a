//! The terminal table of what one more waiting unit holds, smallest first.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};

use super::format::{self, MISSING};
use super::table::beside;
use crate::record::{PerUnit, Slope, Status};

/// The slopes of one group as text.
pub fn slopes(name: &str, slopes: &[Slope]) -> String {
    let mut sorted: Vec<&Slope> = slopes.iter().collect();
    let bytes = |slope: &Slope| slope.memory.as_ref().map_or(f64::INFINITY, |memory| memory.bytes);
    sorted.sort_by(|a, b| bytes(a).total_cmp(&bytes(b)));

    let mut table = Table::new();
    let head = ["", "executor", "memory", "99 % interval", "page tables", "kernel stacks", "units"];
    table.load_preset(presets::NOTHING).set_header(head);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for slope in &sorted {
        table.add_row(row(slope));
    }
    let mut text = format!("{name}: what one more unit holds while it waits\n");
    for line in table.lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for slope in &sorted {
        text += &beside(&slope.executor, &slope.published, number);
        if let Some(reason) = &slope.reason {
            let _ = writeln!(text, "  {}: {reason}", slope.executor);
        }
        if let Some(help) = &slope.help {
            let _ = writeln!(text, "    help: {help}");
        }
    }
    text
}

fn row(slope: &Slope) -> Vec<String> {
    let mark = if slope.status == Status::Failed { "!" } else { "" };
    let per_unit = |figure: &Option<PerUnit>| {
        figure.as_ref().map_or_else(|| MISSING.to_owned(), |figure| number(figure.bytes))
    };
    let interval = slope.memory.as_ref().and_then(|memory| memory.interval99);
    let sizes = match slope.points.as_slice() {
        [first, .., last] => format!("{}..{}", first.units, last.units),
        _ => MISSING.into(),
    };
    vec![
        mark.into(),
        slope.executor.clone(),
        if slope.status == Status::Failed { "failed".into() } else { per_unit(&slope.memory) },
        interval.map_or_else(|| MISSING.into(), |[low, high]| format!("{}..{}", number(low), number(high))),
        per_unit(&slope.page_tables),
        per_unit(&slope.kernel_stacks),
        sizes,
    ]
}

/// A slope may be less than zero, where nothing grows and something else changes.
fn number(bytes: f64) -> String {
    let sign = if bytes < 0.0 { "-" } else { "" };
    format!("{sign}{}", format::bytes(bytes.abs().round() as u64))
}
