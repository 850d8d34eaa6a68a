//! The screen of a terminal, borrowed for a while: lines that are drawn again and again, and the screen as it was afterwards.
//! Must not know what is drawn.

use std::fmt::Write;
use std::io;

use anstream::ColorChoice;
use console::Term;

use crate::process::stop::Stops;

/// The alternate screen. What stood on the terminal comes back, and its cursor, however the drawing ends. There is nothing to
/// wrap again when the size changes, and nothing that could scroll away.
pub(super) struct Screen {
    term: Term,
    stops: Option<Stops>,
}

const ENTER: &str = "\x1b[?1049h";
const LEAVE: &str = "\x1b[?1049l";

/// Of a terminal that does not say how large it is.
const USUAL: (u16, u16) = (24, 80);

impl Screen {
    /// `None` of a terminal that cannot draw over what it shows.
    pub(super) fn borrow() -> Option<Self> {
        let term = Term::stdout();
        let able = term.features().is_attended() && !console::is_dumb();
        let screen = able.then(|| Self { term, stops: Stops::note() })?;
        screen.take().ok()?;
        Some(screen)
    }

    fn take(&self) -> io::Result<()> {
        self.term.write_str(ENTER).and_then(|()| self.term.hide_cursor())
    }

    fn give_back(&self) {
        let _ = self.term.write_str(LEAVE);
        let _ = self.term.show_cursor();
    }

    /// Stops the process if Ctrl-Z was pressed, without the screen. Whether it did: then what was drawn is gone.
    pub(super) fn stops(&self) -> io::Result<bool> {
        let Some(stops) = self.stops.as_ref().filter(|stops| stops.asked()) else { return Ok(false) };
        self.give_back();
        stops.stop();
        self.take().map(|()| true)
    }

    /// Draws these lines from the top, and nothing else; the cursor is behind the last one.
    pub(super) fn draw(&self, lines: &[String]) -> io::Result<()> {
        let mut text = String::from("\x1b[H");
        for (at, line) in lines.iter().enumerate() {
            // To the end of the line what stood there goes; after the last line, all that stands below.
            let _ = write!(text, "{}{line}\x1b[K", if at > 0 { "\r\n" } else { "" });
        }
        text += "\x1b[J";
        self.term.write_str(&text)
    }

    /// The cursor is seen from now on, or not.
    pub(super) fn cursor(&self, shown: bool) -> io::Result<()> {
        if shown { self.term.show_cursor() } else { self.term.hide_cursor() }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Columns and rows that lines may take: in the last column a terminal may begin a new line, and in the last row it scrolls
/// when Enter is pressed.
pub(super) fn room() -> (usize, usize) {
    let (rows, columns) = Term::stdout().size_checked().unwrap_or(USUAL);
    (usize::from(columns).saturating_sub(1).max(1), usize::from(rows).saturating_sub(1).max(1))
}

/// The lines without bold and dim, if the user wants none.
pub(super) fn styled(lines: Vec<String>) -> Vec<String> {
    match anstream::AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => {
            lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
        }
        _ => lines,
    }
}
