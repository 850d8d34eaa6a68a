//! The command line: one file for each verb. Parses, dispatches, prints the error, sets the exit code.
//!
//! Exit codes: 0 fine, 1 failed (a cell, a gate), 2 misuse, 130 interrupted.

mod calibrate;
pub mod command;
mod lane;
mod limits;
mod list;
mod matrix;
pub mod measured;
pub mod progress;
mod report;
mod run;
mod serve;
mod verify;

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

use crate::failure::{Failure, OrFail};
use crate::process::interrupt;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default();

/// The same jobs under threads, processes and async tasks, in fair lanes: who wins, by how much, at what cost.
#[derive(Debug, Parser)]
#[command(version, after_help = "`cargo bench` runs the whole suite; `fairlane VERB --help` shows examples.")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::List),
    Verify(verify::Verify),
    Run(Box<run::Run>),
    Lane(lane::Lane),
    Limits(limits::Limits),
    Calibrate(calibrate::Calibrate),
    Report(report::Report),
    Serve(serve::Serve),
}

/// How a verb ends when it does not end well.
#[derive(Debug)]
enum Stop {
    /// It was asked for something that cannot be.
    Misuse(Failure),
    /// It failed.
    Failed(Failure),
    /// Cells failed, and each has been told already.
    CellsFailed,
    /// The user ended it.
    Interrupted,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let verb = match Arguments::try_parse() {
        Ok(arguments) => arguments.verb,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            return ExitCode::from(2);
        }
        Err(error) => return end(Stop::Misuse(misuse(&error))),
    };
    let ended =
        interrupt::listen().or_fail(|| "listen for Ctrl-C").map_err(Stop::Failed).and_then(|()| match verb {
            Verb::List(list) => list.run(),
            Verb::Verify(verify) => verify.run(),
            Verb::Run(run) => run.run(),
            Verb::Lane(lane) => lane.run(),
            Verb::Limits(limits) => limits.run(),
            Verb::Calibrate(calibrate) => calibrate.run(),
            Verb::Report(report) => report.run(),
            Verb::Serve(serve) => serve.run(),
        });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::came() => end(Stop::Interrupted),
        Err(stop) => end(stop),
    }
}

fn end(stop: Stop) -> ExitCode {
    let (failure, code) = match stop {
        Stop::Misuse(failure) => (failure, 2),
        Stop::Failed(failure) => (failure, 1),
        Stop::CellsFailed => return ExitCode::from(1),
        Stop::Interrupted => (Failure::new("interrupted"), interrupt::EXIT),
    };
    complain(&failure);
    ExitCode::from(code)
}

/// One line with the error, one with the advice.
pub fn complain(failure: &Failure) {
    anstream::eprintln!("{ERROR}error:{ERROR:#} {failure}");
    if let Some(help) = &failure.help {
        anstream::eprintln!("{HELP}help:{HELP:#} {help}");
    }
}

/// The parser's error in our form: the first sentence, and the nearest name where it knows one.
fn misuse(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let message = text.lines().next().unwrap_or("cannot read the command line");
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(|kind| match error.get(kind)? {
                ContextValue::String(name) => Some(name.clone()),
                ContextValue::Strings(names) => names.first().cloned(),
                _ => None,
            });
    let help = match suggested {
        Some(name) => format!("did you mean `{name}`? `fairlane --help` shows what there is"),
        None => "`fairlane --help` and `fairlane VERB --help` show what there is".into(),
    };
    Failure::new(message.strip_prefix("error: ").unwrap_or(message).replace('\'', "`")).help(help)
}

/// Prints a result. A reader that has gone away (`| head`) is no error.
fn print(text: &str) -> Result<(), Stop> {
    match anstream::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::Failed(Failure::caused("write to standard output", &cause)))
        }
        _ => Ok(()),
    }
}

fn print_json(value: &impl serde::Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(value).or_fail(|| "write JSON")?;
    print(&format!("{text}\n"))
}
