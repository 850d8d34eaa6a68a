//! Draws when the jobs ran: on a terminal slowly, as they began and ended, elsewhere at once. What is drawn was observed in a
//! batch of its own, outside all samples.

use std::borrow::Cow;
use std::thread;
use std::time::Duration;

use console::Term;

use super::ask::Asker;
use crate::cli::Stop;
use crate::cli::output::print;
use crate::process::interrupt;
use crate::record::{CellResult, Run};
use crate::report::lesson::words::Words;
use crate::report::lesson::{Frame, Told, head, picture};

/// How many times the picture is drawn, and for how long each stays.
const FRAMES: u32 = 60;
const EACH: Duration = Duration::from_millis(50);

/// Shows the cells that the lesson lets one watch.
pub(super) fn show(told: &Told<'_>, run: &Run, asker: &mut Asker) -> Result<(), Stop> {
    let watch: Vec<&CellResult> = (told.lesson.plan.watch.iter())
        .filter_map(|id| run.cells.iter().find(|cell| cell.id == id.to_string()))
        .collect();
    if watch.is_empty() {
        return Ok(());
    }
    print(&format!("{}{}\n\n", head(told.words.watch), textwrap::fill(told.words.legend, told.width)))?;
    if asker.asks() {
        animate(&watch, told.words)?;
        return asker.pause(told.words.press_enter);
    }
    print(&lines(&watch, told.words, told.width, usize::MAX, 1.0).join("\n"))?;
    print("\n")
}

/// The pictures at that part of the time, one under another.
fn lines(watch: &[&CellResult], words: &Words, width: usize, height: usize, part: f64) -> Vec<String> {
    let each = height / watch.len().max(1);
    let whole = Frame::whole(watch, width, each);
    let frame = Frame { now_ns: whole.until_ns * part, ..whole };
    watch.iter().filter_map(|cell| picture(cell, frame, words)).flatten().collect()
}

/// Draws frame over frame. The size of the terminal is asked for again each time, because it can change.
fn animate(watch: &[&CellResult], words: &Words) -> Result<(), Stop> {
    let term = Term::stdout();
    let hidden = Hidden::of(&term);
    let mut drawn = 0;
    for frame in 1..=FRAMES {
        let (rows, columns) = term.size();
        let (height, width) = (usize::from(rows).saturating_sub(3), usize::from(columns).saturating_sub(1));
        let now = lines(watch, words, width.max(10), height, f64::from(frame) / f64::from(FRAMES));
        let now: Vec<Cow<'_, str>> = now.iter().map(|line| cut(line, width)).collect();
        // A frame that a narrower terminal has wrapped takes more lines than it has.
        let erased = term.clear_last_lines(drawn.min(usize::from(rows)));
        if erased.and_then(|()| term.write_line(&now.join("\n"))).is_err() {
            break; // the terminal has gone
        }
        drawn = now.len();
        if interrupt::came() {
            drop(hidden);
            return Err(Stop::Interrupted);
        }
        thread::sleep(EACH);
    }
    Ok(())
}

/// The beginning of a line that fits; Chinese characters take two columns.
fn cut(line: &str, width: usize) -> Cow<'_, str> {
    console::truncate_str(line, width, "")
}

/// A hidden cursor, shown again however the drawing ends.
struct Hidden<'t>(&'t Term);

impl<'t> Hidden<'t> {
    fn of(term: &'t Term) -> Self {
        let _ = term.hide_cursor();
        Self(term)
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let _ = self.0.show_cursor();
    }
}
