//! `fairlane lane-serve`: what `--via` starts on another machine or in a container. docs/MACHINES.md describes it.

use std::process::ExitCode;

use clap::Args;

use super::Stop;
use super::output::print;
use crate::failure::OrFail;
use crate::lane::serve;
use crate::measure::passes::elsewhere::About;

/// Be a lane: answer requests on standard input, for a driver that started this with `--via`
#[derive(Debug, Args)]
#[command(hide = true)]
pub(super) struct LaneServe {
    /// Print one line of JSON about this build and this machine instead
    #[arg(long)]
    about: bool,
}

impl LaneServe {
    pub(super) fn run(&self) -> Result<(), Stop> {
        if self.about {
            let line = serde_json::to_string(&About::here()).or_fail(|| "write JSON")?;
            return print(&format!("{line}\n"));
        }
        // The driver has the reason of a failure: it was the last reply.
        if serve::main()? == ExitCode::SUCCESS { Ok(()) } else { Err(Stop::CellsFailed) }
    }
}
