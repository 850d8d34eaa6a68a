//! `fairlane verify`: every cell once, every answer checked; the primitives, too, which no run includes by default.

use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde::Serialize;

use super::Stop;
use super::filter::Filter;
use super::matrix::groups;
use super::output::{print, print_json, say};
use super::values::seconds;
use super::via::Via;
use crate::measure::passes::session::{self, Session};
use crate::measure::passes::visit;
use crate::process::interrupt;

/// Run every cell of the suite once and check its answers
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairlane verify\n  fairlane verify 'http/(tasks|threads)' --json")]
pub(super) struct Verify {
    /// Only the cells in whose ids this regular expression matches, as in `cargo bench`
    #[arg(default_value = "", hide_default_value = true)]
    filter: String,
    /// A suite file [default: the suite and the primitives this binary was built with]
    #[arg(long, value_name = "FILE")]
    suite: Option<PathBuf>,
    /// How long a lane may be silent before its cell fails, in seconds [default: 30]
    #[arg(long, alias = "limit", value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    timeout: Option<Duration>,
    #[command(flatten)]
    via: Via,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Verdict {
    id: String,
    status: &'static str,
    reason: Option<String>,
    help: Option<String>,
}

const STATUSES: [(&str, Style); 3] = [
    ("ok", AnsiColor::Green.on_default()),
    ("failed", AnsiColor::Red.on_default().bold()),
    ("not applicable", Style::new().dimmed()),
];

impl Verify {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let filter = Filter::matching(&self.filter).map_err(Stop::Misuse)?;
        let all = groups(self.suite.as_ref())?;
        let groups = filter.select(&all);
        if groups.is_empty() {
            return Err(Stop::Misuse(filter.selects_none(&all, "fairlane list")));
        }
        let (elsewhere, listen) = (self.via.elsewhere(self.timeout)?, self.via.listen()?);
        let session = Session::new(self.timeout.unwrap_or(session::TIMEOUT), None)?;
        let mut session = session.placed(elsewhere, listen);
        let mut verdicts = Vec::new();
        for group in &groups {
            for cell in &group.cells {
                let (status, reason, help) = match session.not_applicable(cell) {
                    Some(reason) => (2, Some(reason), None),
                    None => match visit::warm(&mut session, cell).and_then(|(lane, ..)| lane.close()) {
                        Ok(()) => (0, None, None),
                        Err(failure) => (1, Some(failure.message), failure.help),
                    },
                };
                if interrupt::came() {
                    return Err(Stop::Interrupted);
                }
                let verdict = Verdict { id: cell.to_string(), status: STATUSES[status].0, reason, help };
                if !self.json {
                    print(&verdict.line(STATUSES[status].1))?;
                }
                verdicts.push(verdict);
            }
        }
        if self.json {
            print_json(&verdicts)?;
        }
        let count =
            |status: usize| verdicts.iter().filter(|verdict| verdict.status == STATUSES[status].0).count();
        say(format_args!("{} cells ok, {} failed, {} not applicable", count(0), count(1), count(2)));
        if count(1) > 0 { Err(Stop::CellsFailed) } else { Ok(()) }
    }
}

impl Verdict {
    fn line(&self, style: Style) -> String {
        let reason = self.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        let help = self.help.as_ref().map_or_else(String::new, |help| format!("\n  help: {help}"));
        format!("{style}{:<14}{style:#} {}{reason}{help}\n", self.status, self.id)
    }
}
