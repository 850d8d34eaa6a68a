//! A command on a terminal: a pseudo-terminal for it, and behind that an emulator that shows what a reader would see.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};
use vt100::{Color, Parser};

use crate::cli::{Invocation, PATIENCE, Running, wait_at_most};
use crate::ended::Ended;

/// Columns and rows.
pub(crate) type Size = (u16, u16);

/// A command that runs on a terminal.
pub(crate) struct Terminal {
    master: File,
    emulator: Arc<Mutex<Parser>>,
    reader: JoinHandle<()>,
    /// The modes of the terminal when the command was started.
    modes: String,
    running: Running,
}

/// What a terminal shows at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    pub(crate) size: Size,
    pub(crate) rows: Vec<Row>,
    /// Row and column.
    pub(crate) cursor: (usize, usize),
    pub(crate) hides_cursor: bool,
    /// Whether it is one that is given back.
    pub(crate) is_alternate: bool,
}

/// A row of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) text: String,
    /// The columns that its text takes: a Chinese character has two.
    pub(crate) width: usize,
    /// Whether the terminal broke a line at its end, wherever that was.
    pub(crate) wraps: bool,
    /// Whether a part of it is bold or dim.
    pub(crate) is_styled: bool,
    /// Whether a part of it has a colour of its own.
    pub(crate) is_coloured: bool,
    /// Where its words begin, in columns.
    pub(crate) begins: Vec<usize>,
}

fn pair((columns, rows): Size) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap())
}

fn window((columns, rows): Size) -> Winsize {
    Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}

fn modes(master: &File) -> String {
    format!("{:?}", tcgetattr(master).unwrap())
}

impl Terminal {
    /// Starts that command (see [`Invocation::of_session`]) on a terminal of that size.
    pub(crate) fn start(invocation: Invocation, size: Size) -> Self {
        // Other tests start children at the same time: none may inherit it.
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        tcsetwinsize(&master, window(size)).unwrap();
        let other_end = File::from(ioctl_tiocgptpeer(&master, flags).unwrap());
        let (rows, columns) = pair(size);
        let emulator = Arc::new(Mutex::new(Parser::new(rows, columns, 1_000)));
        let master = File::from(master);
        let modes = modes(&master);
        let running = invocation.start_on(&other_end);
        let (mut from, shown) = (master.try_clone().unwrap(), Arc::clone(&emulator));
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            // When nobody has the other end open any more, reading fails.
            while let Some(count) = from.read(&mut bytes).ok().filter(|count| *count > 0) {
                shown.lock().unwrap_or_else(PoisonError::into_inner).process(&bytes[..count]);
            }
        });
        Self { master, emulator, reader, modes, running }
    }

    /// Types that.
    pub(crate) fn types(&self, keys: &str) {
        (&self.master).write_all(keys.as_bytes()).unwrap();
    }

    /// Gives it another size, as somebody who pulls at the window's corner.
    pub(crate) fn resize(&self, size: Size) {
        let mut emulator = self.emulator.lock().unwrap_or_else(PoisonError::into_inner);
        let (rows, columns) = pair(size);
        emulator.screen_mut().set_size(rows, columns);
        tcsetwinsize(&self.master, window(size)).unwrap();
    }

    pub(crate) fn screen(&self) -> Screen {
        screen(self.emulator.lock().unwrap_or_else(PoisonError::into_inner).screen())
    }

    /// Waits for a screen like that.
    pub(crate) fn wait(&self, what: &str, is: impl Fn(&Screen) -> bool) -> Screen {
        wait_at_most(PATIENCE, || Some(self.screen()).filter(&is))
            .unwrap_or_else(|| panic!("{what} does not come:\n{}", self.screen().text()))
    }

    /// Waits for its end: how it ended, what the terminal showed last, and whether its modes are as before.
    pub(crate) fn end(self) -> (Ended, Screen, bool) {
        let ended = self.running.end();
        self.reader.join().unwrap();
        let screen = screen(self.emulator.lock().unwrap_or_else(PoisonError::into_inner).screen());
        let as_before = modes(&self.master) == self.modes;
        (ended, screen, as_before)
    }
}

fn screen(shown: &vt100::Screen) -> Screen {
    let (rows, columns) = shown.size();
    let (row, column) = shown.cursor_position();
    Screen {
        size: (columns.get(), rows.get()),
        rows: (0..rows.get()).map(|at| self::row(shown, at, columns.get())).collect(),
        cursor: (row.into(), column.into()),
        hides_cursor: shown.hide_cursor(),
        is_alternate: shown.alternate_screen(),
    }
}

fn row(shown: &vt100::Screen, at: u16, columns: u16) -> Row {
    let wraps = shown.row_wrapped(at);
    let (mut text, mut width, mut begins) = (String::new(), 0, Vec::new());
    let (mut is_styled, mut is_coloured, mut after_space) = (false, false, true);
    for column in 0..columns {
        let Some(cell) = shown.cell(at, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let here = if cell.has_contents() { cell.contents() } else { " " };
        text += here;
        if here == " " {
            after_space = true;
            continue;
        }
        if after_space {
            begins.push(column.into());
        }
        after_space = false;
        width = usize::from(column) + if cell.is_wide() { 2 } else { 1 };
        is_styled |= cell.bold() || cell.dim();
        is_coloured |= cell.fgcolor() != Color::Default || cell.bgcolor() != Color::Default;
    }
    Row { text: text.trim_end().to_owned(), width, wraps, is_styled, is_coloured, begins }
}

impl Screen {
    /// Its rows as lines.
    pub(crate) fn text(&self) -> String {
        self.rows.iter().map(|row| format!("|{}\n", row.text)).collect()
    }

    /// Its rows in one line, without what a break of a line is: a space between English words, nothing between Chinese ones.
    pub(crate) fn joined(&self, space: &str) -> String {
        self.rows.iter().map(|row| row.text.trim()).collect::<Vec<_>>().join(space)
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.rows.iter().any(|row| row.text.contains(text))
    }
}
