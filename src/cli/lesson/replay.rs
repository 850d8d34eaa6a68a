//! Draws when the jobs ran: on a terminal slowly, as they began and ended, and then still, elsewhere at once. What is drawn was
//! observed in a batch of its own, outside all samples.

use std::io;
use std::time::Duration;

use super::ask::Asker;
use super::screen::{self, Screen, styled};
use crate::cli::Stop;
use crate::cli::output::print;
use crate::lesson::plan::Choice;
use crate::record::{CellResult, Run};
use crate::report::lesson::words::Words;
use crate::report::lesson::{Told, footer, head, legend, pictures};

/// How many times the picture is drawn, and for how long each stays.
const FRAMES: u32 = 60;
const EACH: Duration = Duration::from_millis(50);

/// The rows of a terminal that the question after the picture takes: more of them for the picture, and its top has gone.
const QUESTION: usize = 10;

/// Shows the cells that the lesson lets one watch; whether there were any.
pub(super) fn show(told: &mut Told<'_>, run: &Run, asker: &mut Asker) -> Result<bool, Stop> {
    let watch = watched(told, run);
    if watch.is_empty() {
        return Ok(false);
    }
    if let Some(screen) = asker.asks().then(Screen::borrow).flatten() {
        replay(&screen, &watch, told.words, asker)?;
    }
    told.width = super::width(); // the terminal may have another size now
    let legend = legend(told.words, told.width).join("\n");
    let named = textwrap::fill(told.words.pictures, told.width);
    print(&format!("{}{legend}\n{named}\n", head(told.words.watch)))?;
    still(told, &watch, asker).map(|()| true)
}

/// Shows them again, if that is not what was seen.
pub(super) fn again(told: &Told<'_>, run: &Run, seen: Option<Choice>, asker: &mut Asker) -> Result<(), Stop> {
    let watch = watched(told, run);
    let right = seen.zip(told.lesson.plan.see).is_none_or(|(seen, right)| seen == right);
    if right || watch.is_empty() {
        return Ok(());
    }
    print(&format!("\n{}\n", textwrap::fill(told.words.look_again, told.width)))?;
    still(told, &watch, asker)?;
    asker.pause(told.words.press_enter)
}

fn watched<'r>(told: &Told<'_>, run: &'r Run) -> Vec<&'r CellResult> {
    (told.lesson.plan.watch.iter())
        .filter_map(|id| run.cells.iter().find(|cell| cell.id == id.to_string()))
        .filter(|cell| cell.timeline.is_some())
        .collect()
}

/// The whole pictures, which stay.
fn still(told: &Told<'_>, watch: &[&CellResult], asker: &Asker) -> Result<(), Stop> {
    let (_, rows) = screen::room();
    let height = if asker.asks() { rows.saturating_sub(QUESTION) } else { usize::MAX };
    print(&format!("{}\n", pictures(watch, told.words, told.width, height, None).join("\n")))
}

/// Draws frame over frame until somebody goes on.
fn replay(screen: &Screen, watch: &[&CellResult], words: &Words, asker: &mut Asker) -> Result<(), Stop> {
    let on = |what: &str| format!("{} {what}", words.enter);
    let skip = [on(words.to_the_end), words.stop.to_owned()];
    let held = [on(words.see), words.again.to_owned(), words.stop.to_owned()];
    loop {
        let drawn = moving(screen, watch, words, &skip, asker)?;
        if drawn.is_err() || !hold(screen, watch, words, &held, asker)? {
            return Ok(()); // a terminal that has gone is no error here
        }
    }
}

/// From the first frame to the last, or until Enter is pressed.
fn moving(
    screen: &Screen,
    watch: &[&CellResult],
    words: &Words,
    keys: &[String],
    asker: &mut Asker,
) -> Result<io::Result<()>, Stop> {
    for frame in 1..=FRAMES {
        let part = f64::from(frame) / f64::from(FRAMES);
        let drawn =
            screen.stops().and_then(|_| screen.draw(&lines(watch, words, keys, screen::room(), part)));
        if let Err(gone) = drawn {
            return Ok(Err(gone));
        }
        if asker.within(EACH)?.is_some() {
            break;
        }
    }
    Ok(Ok(()))
}

/// The last frame, until Enter is pressed: whether it is to be shown again. It is drawn only where the size has changed, because
/// what is typed stands behind it.
fn hold(
    screen: &Screen,
    watch: &[&CellResult],
    words: &Words,
    keys: &[String],
    asker: &mut Asker,
) -> Result<bool, Stop> {
    let mut drawn = None;
    loop {
        match screen.stops() {
            Ok(true) => drawn = None,
            Ok(false) => {}
            Err(_) => return Ok(false),
        }
        let room = screen::room();
        if drawn.replace(room) != Some(room) {
            let mut lines = lines(watch, words, keys, room, 1.0);
            if let Some(last) = lines.last_mut() {
                last.push(' ');
            }
            let shown = screen.draw(&lines).and_then(|()| screen.cursor(true));
            if shown.is_err() {
                return Ok(false);
            }
        }
        if let Some(line) = asker.within(EACH)? {
            let _ = screen.cursor(false);
            return Ok(line.trim().eq_ignore_ascii_case("r"));
        }
    }
}

/// The legend, the pictures at that part of the time, and the keys. In the lowest terminals the keys take the place of rows.
fn lines(
    watch: &[&CellResult],
    words: &Words,
    keys: &[String],
    (width, height): (usize, usize),
    part: f64,
) -> Vec<String> {
    let (legend, keys) = (legend(words, width), footer(keys, width));
    let free = height.saturating_sub(legend.len() + keys.len());
    let mut lines = legend;
    lines.extend(pictures(watch, words, width, free, Some(part)));
    lines.truncate(height.saturating_sub(keys.len()));
    lines.extend(keys);
    lines.truncate(height);
    styled(lines)
}
