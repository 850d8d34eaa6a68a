//! The command line: one file for each verb, and [`mod@bench`] for what `cargo bench` is asked. Parses, dispatches, prints the
//! error, sets the exit code.
//!
//! [`output`] prints, [`filter`] selects cells, [`measured`] is the one run that `fairlane run` and `cargo bench` share.
//!
//! Exit codes: 0 success, 1 failed (a cell, a file, a gate), 2 misuse, 3 what a gate cannot judge, 130 interrupted.

mod address;
pub mod bench;
mod calibrate;
pub mod command;
mod compare;
mod completions;
pub mod filter;
mod lane;
mod lane_check;
mod lane_serve;
mod languages;
mod lesson;
mod limits;
mod list;
mod matrix;
pub mod measured;
mod merge;
#[cfg(test)]
mod odd;
pub mod output;
mod partition;
mod progress;
mod report;
mod run;
mod serve;
mod values;
mod variables;
mod verify;
mod via;
mod watched;

use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

use crate::failure::{Failure, OrFail};
use crate::lane::foreign;
use crate::measure::passes::slow;
use crate::process::interrupt;
use crate::version::VERSION;
use output::complain;

/// The same jobs under threads, processes and async tasks, in fair lanes: who wins, by how much, at what cost.
#[derive(Debug, Parser)]
#[command(
    name = "fairlane",
    version = VERSION.as_str(),
    after_help = "`cargo bench` runs the whole suite; `fairlane VERB --help` shows examples.",
    after_long_help = format!(
        "`cargo bench` runs the whole suite; `fairlane VERB --help` shows examples.\n\n{}",
        variables::of_fairlane()
    )
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// Print no progress and no tables on standard error: only warnings and errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// When to print in colours: `always`, `never`, or `auto`, which is on a terminal
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::List),
    Verify(verify::Verify),
    Run(Box<run::Run>),
    Lane(lane::Lane),
    LaneCheck(lane_check::LaneCheck),
    LaneServe(lane_serve::LaneServe),
    Languages(languages::Languages),
    Lesson(lesson::Lesson),
    Limits(limits::Limits),
    Calibrate(calibrate::Calibrate),
    Compare(Box<compare::Compare>),
    Report(report::Report),
    Merge(merge::Merge),
    Serve(serve::Serve),
    Completions(completions::Completions),
}

/// How a command ends when it does not end well.
#[derive(Debug)]
pub enum Stop {
    /// It was asked for something that it cannot do.
    Misuse(Failure),
    /// It failed.
    Failed(Failure),
    /// Cells or files failed, and the reason of each is printed already.
    CellsFailed,
    /// The user ended it.
    Interrupted,
    /// Nothing could be measured.
    NotMeasured(Failure),
    /// A gate is closed, and what closes it is printed already: with that exit code.
    Gate(u8),
}

impl Stop {
    /// The end of a command that measured all that it could; `failed` says whether something of it failed.
    /// # Errors
    /// If something failed or the user ended it.
    pub fn after(failed: bool) -> Result<(), Self> {
        match (interrupt::came(), failed) {
            (true, _) => Err(Self::Interrupted),
            (false, true) => Err(Self::CellsFailed),
            (false, false) => Ok(()),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let Arguments { verb, quiet, color } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results, all else is misuse: the parser knows, and chooses the stream.
            let printed = output::unless_closed(error.print());
            return ExitCode::from(if error.use_stderr() { 2 } else { u8::from(printed.is_err()) });
        }
    };
    output::configure(quiet, colors(color));
    let run = || match verb {
        Verb::List(list) => list.run(),
        Verb::Verify(verify) => verify.run(),
        Verb::Run(run) => run.run(),
        Verb::Lane(lane) => lane.run(),
        Verb::LaneCheck(check) => check.run(),
        Verb::LaneServe(lane) => lane.run(),
        Verb::Languages(languages) => languages.run(),
        Verb::Lesson(lesson) => lesson.run(),
        Verb::Limits(limits) => limits.run(),
        Verb::Calibrate(calibrate) => calibrate.run(),
        Verb::Compare(compare) => compare.run(),
        Verb::Report(report) => report.run(),
        Verb::Merge(merge) => merge.run(),
        Verb::Serve(serve) => serve.run(),
        Verb::Completions(completions) => completions.run(),
    };
    end(listen().and_then(|()| read_environment().map_err(Stop::Misuse)).and_then(|()| run()))
}

/// Reads the variables that every command obeys, so that a wrong one is refused before anything starts.
///
/// # Errors
/// If one of them is wrong.
pub fn read_environment() -> Result<(), Failure> {
    foreign::load()?;
    slow::read().map(drop)
}

/// From now on Ctrl-C is noted and does not end the process.
///
/// # Errors
/// If the kernel refuses.
pub fn listen() -> Result<(), Stop> {
    Ok(interrupt::listen().or_fail(|| "listen for Ctrl-C")?)
}

fn colors(when: ColorChoice) -> anstream::ColorChoice {
    match when {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Prints the error of a command that did not end well, and gives its exit code.
pub fn end(ended: Result<(), Stop>) -> ExitCode {
    let with_error = |failure: &Failure, code| {
        complain(failure);
        code
    };
    let code = match ended {
        Ok(()) => 0,
        Err(stop) if interrupt::came() || matches!(stop, Stop::Interrupted) => {
            with_error(&Failure::new("interrupted"), interrupt::EXIT)
        }
        Err(Stop::Misuse(failure)) => with_error(&failure, 2),
        Err(Stop::Failed(failure)) => with_error(&failure, 1),
        Err(Stop::NotMeasured(failure)) => with_error(&failure, 3),
        Err(Stop::Gate(code)) => code,
        Err(Stop::CellsFailed | Stop::Interrupted) => 1,
    };
    if code == interrupt::EXIT {
        interrupt::end_by_ctrl_c();
    }
    match output::lost() {
        Some(failure) if code == 0 => {
            complain(failure);
            ExitCode::FAILURE
        }
        _ => ExitCode::from(code),
    }
}
