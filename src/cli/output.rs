//! How the command line prints: results go to standard output, all else to standard error.
//!
//! Printing never panics. What standard error did not take is remembered, so that the command can fail at its end. Must not
//! know what the texts say.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};

use super::Stop;
use crate::failure::{Failure, OrFail};
use crate::process::stderr;
use crate::record::Warning;
use crate::report;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default();

const TAKES: &str = "send it to a terminal, or to a file or a pipe that can be written";

static QUIET: AtomicBool = AtomicBool::new(false);
/// Why standard error did not take a text, the first time.
static LOST: OnceLock<Failure> = OnceLock::new();

/// Sets for the whole process whether progress and tables are left out, and when colours are used.
pub fn configure(quiet: bool, color: ColorChoice) {
    QUIET.store(quiet, Ordering::Relaxed);
    color.write_global();
}

/// The columns of the terminal on standard output; `None` if it is not one.
pub fn width() -> Option<usize> {
    columns(&console::Term::stdout())
}

/// The columns of the terminal on standard error, where progress and the tables of a run are shown; `None` if it is not one.
pub fn error_width() -> Option<usize> {
    columns(&console::Term::stderr())
}

fn columns(term: &console::Term) -> Option<usize> {
    term.is_term().then(|| term.size_checked()).flatten().map(|(_, columns)| usize::from(columns))
}

/// Whether progress and tables are left out.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Prints progress, a table or a remark as a line of standard error, unless the user asked for quiet.
pub fn say(text: impl Display) {
    if !is_quiet() {
        write_error(&format!("{text}\n"));
    }
}

/// Prints a remark in the same way, in lines that fit on a terminal.
pub fn remark(text: &str) {
    say(fitted(text));
}

/// Prints an error: a line with what failed, and a line with the advice.
pub fn complain(failure: &Failure) {
    let help = failure.help.as_ref().map_or_else(String::new, |help| format!("{HELP}help:{HELP:#} {help}\n"));
    write_error(&format!("{ERROR}error:{ERROR:#} {failure}\n{help}"));
}

/// Prints a warning in the same form.
pub fn warn(warning: &Warning) {
    write_error(&fitted(&report::warning::lines(warning)));
}

/// The lines of a text as wide as the terminal: what it breaks itself, it breaks within words. Elsewhere they stay as they are,
/// because programs read them.
fn fitted(text: &str) -> String {
    match error_width() {
        Some(columns) => textwrap::fill(text, columns.max(2) - 1),
        None => text.to_owned(),
    }
}

fn write_error(text: &str) {
    if let Err(failure) = unless_closed(stderr::write(text)).or_fail(|| "write to standard error") {
        let _ = LOST.set(failure.help(TAKES)); // the first one is enough
    }
}

/// Why standard error did not take a text, if there was such a text.
pub fn lost() -> Option<&'static Failure> {
    LOST.get()
}

/// Prints a result on standard output.
///
/// # Errors
/// If it cannot be written.
pub fn print(text: &str) -> Result<(), Stop> {
    let mut stream = anstream::stdout();
    let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    unless_closed(written)
        .or_fail(|| "write to standard output")
        .map_err(|failure| failure.help(TAKES).into())
}

/// Prints a result as JSON on standard output.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(value).or_fail(|| "write JSON")?;
    print(&format!("{text}\n"))
}

/// A reader that has gone away (`| head`) is not an error.
pub(super) fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
