//! What a reader accepted, on a terminal, in Markdown and on pages. Nothing panics, no text is empty or far longer than its record,
//! and none controls the terminal. Must not know how the record was read.

use crate::record::comparison::Comparison;
use crate::record::{CellResult, Run};
use crate::report::column::{self, DEFAULT};
use crate::report::lesson::{legend, pictures, words};
use crate::report::view::{Page, SideBySide, comparison};
use crate::report::{csv, html, markdown, splice, terminal, trace};

/// A page has a style, a script and pictures.
const ROOM: usize = 4 << 20;

/// Whether a text for a terminal has lines and styles, and nothing else that a terminal obeys.
pub(super) fn on_terminal(text: &str, record: usize) -> Result<(), String> {
    is_sized(text, record)?;
    let plain = anstream::adapter::strip_str(text).to_string();
    match plain.chars().find(|c| c.is_control() && *c != '\n') {
        None => Ok(()),
        Some(control) => Err(format!("a text for the terminal has {control:?}")),
    }
}

/// Whether there is a text, in proportion to its record.
pub(super) fn is_sized(text: &str, record: usize) -> Result<(), String> {
    match text.len() {
        0 => Err("a text is empty".into()),
        long if long > ROOM + 200 * record => Err(format!("a text has {long} bytes")),
        _ => Ok(()),
    }
}

/// Shows a run in every way; `record` is how long it is.
pub(super) fn run(run: &Run, record: usize) -> Result<(), String> {
    let page = Page::of(run);
    is_sized(&html::page(&page, None), record)?;
    is_sized(&markdown::page(&page), record)?;
    page.groups.iter().try_for_each(|group| is_sized(&html::picture(group), record))?;
    let narrow = Page::with(run, &column::named(&DEFAULT));
    for width in [None, Some(80), Some(1)] {
        on_terminal(&terminal::page(&narrow, width), record)?;
    }
    timelines(&run.cells, record)?;
    let runs = [run.clone(), run.clone()];
    let several = SideBySide::of(&runs);
    on_terminal(&terminal::side_by_side(&several, Some(100)), record)?;
    is_sized(&markdown::side_by_side(&several), record)?;
    is_sized(&html::side_by_side(&several), record)?;
    is_sized(&csv::cells(&runs).map_err(|failure| failure.message)?, record)?;
    is_sized(&trace::trace(&runs).to_string(), record)?;
    for group in run.groups.iter().take(2) {
        let text = format!("<!-- fairlane:begin {} -->\n<!-- fairlane:end -->\n", group.name);
        let _ = splice::splice(&text, run); // a name may be none that a marker can have
    }
    Ok(())
}

/// The pictures of cells as a lesson draws them.
pub(super) fn timelines(cells: &[CellResult], record: usize) -> Result<(), String> {
    let words = words::of(crate::lesson::Language::En);
    let cells: Vec<&CellResult> = cells.iter().collect();
    for (width, height, part) in
        [(92, usize::MAX, None), (1, 0, Some(0.0)), (30, 9, Some(0.4)), (79, 20, Some(1.0))]
    {
        let lines = [legend(words, width), pictures(&cells, words, width, height, part)].concat();
        on_terminal(&lines.join("\n"), record)?;
    }
    Ok(())
}

/// Shows a comparison in every way.
pub(super) fn comparison(found: &Comparison, record: usize) -> Result<(), String> {
    let page = comparison::Comparison::of(found);
    on_terminal(&terminal::comparison(&page), record)?;
    is_sized(&markdown::comparison(&page), record)?;
    is_sized(&html::comparison(&page, None), record)
}
