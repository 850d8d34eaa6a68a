//! `fairlane lane-check`: holds a program against docs/LANES.md, cell by cell and rule by rule.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde::Serialize;

use super::Stop;
use super::filter::Filter;
use super::output::{print, print_json, say};
use super::values::{distinct, name, seconds};
use crate::executor::{self, ExecutorSpec};
use crate::failure::{Failure, nearest};
use crate::lane::{Cell, foreign};
use crate::measure::conformance::{Checker, Finding, Subject, Verdict, cells};
use crate::process::interrupt;
use crate::process::program::Program;

/// Check whether a program keeps the lane protocol, rule by rule
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane lane-check cpython --cells 'timer|noop'\n  \
    fairlane lane-check --executor node-promises --workloads noop,timer -- node --expose-gc lane.js")]
pub(super) struct LaneCheck {
    /// A lane that `fairlane languages` lists, like `cpython`, or a program
    program: PathBuf,
    /// The arguments with which the program is a lane; `--` stands before the program if one begins with a hyphen
    arguments: Vec<OsString>,
    /// The executors that are checked: needed for a program, which may be a build of Fairlane [default: all of the lane]
    #[arg(long, short, value_delimiter = ',', value_name = "NAMES", value_parser = name)]
    executor: Vec<String>,
    /// The workloads that are checked, with their variations [default: all that the executor can run; `noop,timer` of an unlisted one]
    #[arg(long, short, value_delimiter = ',', value_name = "NAMES", value_parser = name)]
    workloads: Vec<String>,
    /// The cells that are checked: a regular expression on their ids, or whole ids [default: each workload once, with few jobs]
    #[arg(long, value_name = "FILTER")]
    cells: Option<String>,
    /// How long a lane may be silent, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, allow_negative_numbers = true)]
    timeout: Duration,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was found in one cell.
#[derive(Serialize)]
struct Checked {
    cell: String,
    /// Why the cell cannot run, if it cannot: then it has no rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_applicable: Option<String>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    rule: &'static str,
    verdict: &'static str,
    text: &'static str,
    seen: String,
}

/// What is started for the cells of which executor.
struct Candidate {
    executor: &'static ExecutorSpec,
    subject: Subject,
}

/// What an executor is checked with that neither a registry nor a lanes file knows.
const UNLISTED: [&str; 2] = ["noop", "timer"];

/// What one of Fairlane's own executors is checked with: the workloads of docs/LANES.md.
const OWN: [&str; 10] = ["noop", "timer", "tcp", "http", "hold", "file", "db", "primes", "blur", "crawl"];

impl LaneCheck {
    pub(super) fn run(&self) -> Result<(), Stop> {
        distinct("--executor", &self.executor).map_err(Stop::Misuse)?;
        distinct("--workloads", &self.workloads).map_err(Stop::Misuse)?;
        let candidates = self.candidates()?;
        let chosen = self.chosen(&candidates).map_err(Stop::Misuse)?;
        let mut checker = Checker::new(self.timeout);
        let (mut all, mut counts) = (Vec::new(), [0; 3]);
        let mut before = None;
        for (candidate, cell) in chosen {
            let first = before.replace(candidate.executor.id) != Some(candidate.executor.id);
            let checked = check(&mut checker, candidate, &cell, first);
            if interrupt::came() {
                return Err(Stop::Interrupted);
            }
            let (checked, findings) = checked?;
            findings.iter().for_each(|finding| counts[finding.verdict as usize] += 1);
            if !self.json {
                print(&text(&checked, &findings))?;
            }
            all.push(checked);
        }
        if self.json {
            print_json(&all)?;
        }
        let [kept, broken, not_claimed] = counts;
        let cells = all.len();
        say(format_args!("{cells} cells: {kept} rules ok, {broken} broken, {not_claimed} not claimed"));
        if broken > 0 { Err(Stop::CellsFailed) } else { Ok(()) }
    }

    /// What is checked: the executors of a lane, or those that are named for a program.
    fn candidates(&self) -> Result<Vec<Candidate>, Stop> {
        let listed = foreign::all().iter().find(|lane| self.program.as_os_str() == lane.name);
        if let Some(lane) = listed.filter(|_| self.arguments.is_empty()) {
            let wanted =
                |one: &&ExecutorSpec| self.executor.is_empty() || self.executor.iter().any(|id| id == one.id);
            let ids: Vec<&str> = lane.executors().map(|one| one.id).collect();
            if let Some(other) = self.executor.iter().find(|id| !ids.contains(&id.as_str())) {
                let near = nearest(other, ids.iter().copied());
                let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let failure =
                    Failure::new(format!("cannot check `{other}`: the `{}` lane does not run it", lane.name));
                return Err(Stop::Misuse(
                    failure.help(format!("{near}its executors are {}", ids.join(", "))),
                ));
            }
            let subject = Subject { program: lane.found()?.program.clone(), is_listed: true };
            let of = |executor| Candidate { executor, subject: subject.clone() };
            return Ok(lane.executors().filter(wanted).map(of).collect());
        }
        if self.executor.is_empty() {
            let message = format!(
                "cannot check `{}`: it is not a listed lane, and a program needs `--executor`",
                self.program.display()
            );
            let help = "`fairlane languages` lists the lanes; a program needs `--executor NAME`";
            return Err(Stop::Misuse(Failure::new(message).help(help)));
        }
        Ok(self.executor.iter().map(|id| self.candidate(id)).collect())
    }

    /// A program, for the executor of that name.
    fn candidate(&self, id: &str) -> Candidate {
        let foreign = || Program::foreign(self.program.clone(), self.arguments.clone(), Vec::new());
        let (executor, program, is_listed) = match executor::find(id) {
            // A build of Fairlane, which learns its role from its environment.
            Some(own) if own.foreign.is_none() => {
                (own, Program::at(self.program.clone()).with(self.arguments.clone()), true)
            }
            Some(listed) => (listed, foreign(), true),
            None => (foreign::unlisted(id, OWN.to_vec()), foreign(), false),
        };
        Candidate { executor, subject: Subject { program, is_listed } }
    }

    /// The cells that are checked, executor by executor.
    fn chosen<'c>(&self, candidates: &'c [Candidate]) -> Result<Vec<(&'c Candidate, Cell)>, Failure> {
        let mut all = Vec::new();
        for candidate in candidates {
            let workloads: Vec<&str> = match (&self.workloads[..], &candidate.executor.foreign) {
                ([], Some(_)) if !candidate.subject.is_listed => UNLISTED.to_vec(),
                ([], Some(foreign)) => foreign.workloads.clone(),
                ([], None) => OWN.to_vec(),
                (named, _) => named.iter().map(String::as_str).collect(),
            };
            let cells = cells::of(candidate.executor, workloads)?;
            all.extend(cells.into_iter().map(|cell| (candidate, cell)));
        }
        let Some(wanted) = &self.cells else { return Ok(all) };
        let executors: Vec<_> = candidates.iter().map(|candidate| candidate.executor).collect();
        let named: Option<Vec<Cell>> =
            wanted.split(',').map(|id| cells::named(id.trim(), &executors)).collect();
        if let Some(named) = named {
            let of = |cell: Cell| {
                let candidate = candidates.iter().find(|one| one.executor.id == cell.executor.id)?;
                Some((candidate, cell))
            };
            return Ok(named.into_iter().filter_map(of).collect());
        }
        let filter = Filter::matching(wanted)?;
        let (kept, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, cell)| filter.selects(cell));
        if kept.is_empty() {
            let ids = others.iter().map(|(_, cell)| cell.to_string()).collect::<Vec<_>>();
            return Err(filter.selects_none_of(&ids, "fairlane lane-check --help"));
        }
        Ok(kept)
    }
}

fn check(
    checker: &mut Checker,
    candidate: &Candidate,
    cell: &Cell,
    first: bool,
) -> Result<(Checked, Vec<Finding>), Failure> {
    let missing =
        || if candidate.executor.foreign.is_none() { (cell.workload.kind().missing)() } else { None };
    let not_applicable = cell.impossible(checker.cores()).or_else(missing);
    let findings = match &not_applicable {
        Some(_) => Vec::new(),
        None => checker.check(&candidate.subject, cell, first)?,
    };
    let rules = findings.iter().map(Rule::of).collect();
    Ok((Checked { cell: cell.to_string(), not_applicable, rules }, findings))
}

/// The name of a verdict, and how it looks.
fn word(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Ok => ("ok", AnsiColor::Green.on_default()),
        Verdict::Broken => ("broken", AnsiColor::Red.on_default().bold()),
        Verdict::NotClaimed => ("not claimed", Style::new().dimmed()),
    }
}

impl Rule {
    fn of(finding: &Finding) -> Self {
        let Finding { rule, verdict, seen } = finding;
        Self { rule: rule.id, verdict: word(*verdict).0, text: rule.text, seen: seen.clone() }
    }
}

fn text(checked: &Checked, findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let (word, style) = word(finding.verdict);
        let seen = if finding.seen.is_empty() { String::new() } else { format!(": {}", finding.seen) };
        format!("  {style}{word:<11}{style:#}  {}{seen}\n", finding.rule.text)
    };
    let why =
        checked.not_applicable.as_ref().map_or_else(String::new, |why| format!(": not applicable, {why}"));
    format!("{}{why}\n{}", checked.cell, findings.iter().map(line).collect::<String>())
}
