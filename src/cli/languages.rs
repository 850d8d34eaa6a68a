//! `fairlane languages`: which lanes in other languages this machine can run, and on request what gets the others.

use anstyle::{AnsiColor, Style};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::Stop;
use super::output::{complain, print, print_json, say};
use crate::failure::{Failure, nearest};
use crate::lane::foreign::{self, ForeignLane, Found};
use crate::process::{command, interrupt};

/// List the lanes in other languages: which are on this machine, and what gets the others
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  fairlane languages --json\n  fairlane languages setup cpython"
)]
pub(super) struct Languages {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Get lanes that are missing, into the target folder: Python packages in an environment of their own, compiled programs
    Setup(Setup),
}

#[derive(Debug, Args)]
struct Setup {
    /// The lanes, like `cpython`; what is there already is made anew [default: all that are missing]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// A lane, and whether it can run here.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    language: &'static str,
    available: bool,
    /// In its own words.
    runtime: Option<String>,
    program: Option<String>,
    /// Why it is not available.
    missing: Option<String>,
    /// The command that gets it.
    setup: Option<String>,
    executors: Vec<&'static str>,
}

impl Languages {
    pub(super) fn run(&self) -> Result<(), Stop> {
        if let Some(Verb::Setup(setup)) = &self.verb {
            return setup.run();
        }
        let listed: Vec<Listed> = foreign::all().iter().map(|lane| Listed::of(lane, lane.found())).collect();
        if self.json {
            return print_json(&listed);
        }
        print(&listed.iter().map(Listed::text).collect::<String>())
    }
}

impl Listed {
    fn of(lane: &ForeignLane, found: Result<&Found, Failure>) -> Self {
        let here = found.as_ref().ok();
        Self {
            name: lane.name,
            language: lane.language,
            available: here.is_some(),
            runtime: here.map(|found| found.runtime.clone()),
            program: here.map(|found| found.program.resolved().display().to_string()),
            setup: found.is_err().then(|| lane.setup.clone()),
            missing: found.as_ref().err().map(|failure| failure.message.clone()),
            executors: lane.executors().map(|executor| executor.id).collect(),
        }
    }

    fn text(&self) -> String {
        let (ok, bad) = (AnsiColor::Green.on_default(), Style::new().dimmed());
        let (style, word) = if self.available { (ok, "available") } else { (bad, "missing") };
        let mut lines = vec![format!("{style}{word:<9}{style:#}  {:<28} {}", self.name, self.language)];
        let known = [
            ("runtime", &self.runtime),
            ("program", &self.program),
            ("reason", &self.missing),
            ("get it", &self.setup.as_ref().map(|command| format!("`{command}`"))),
        ]
        .map(|(what, text)| text.as_ref().map(|text| format!("           {what:<12} {text}")));
        lines.extend(known.into_iter().flatten());
        lines.push(format!("           {:<12} {}", "executors", self.executors.join(", ")));
        lines.join("\n") + "\n"
    }
}

impl Setup {
    fn run(&self) -> Result<(), Stop> {
        let lanes = self.lanes().map_err(Stop::Misuse)?;
        if lanes.is_empty() {
            say("nothing to do: every lane that Fairlane can get is on this machine");
        }
        // Several lanes can need the same: an interpreter with its packages. Each command runs once.
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for lane in lanes {
            if failed.contains(&&lane.get) {
                say(format_args!("{}: needs the same", lane.name));
                continue;
            }
            let got = if done.contains(&&lane.get) { lane.find() } else { get(lane) };
            done.push(&lane.get);
            match got {
                Ok(found) => say(format_args!("{}: {} is available", lane.name, found.runtime)),
                Err(_) if interrupt::came() => return Err(Stop::Interrupted),
                Err(failure) => {
                    complain(&failure);
                    failed.push(&lane.get);
                }
            }
        }
        Stop::after(!failed.is_empty())
    }

    /// Those that are named, or those that are missing. All of them can be got.
    fn lanes(&self) -> Result<Vec<&'static ForeignLane>, Failure> {
        if self.names.is_empty() {
            let is_missing = |lane: &&ForeignLane| lane.get.is_some() && lane.found().is_err();
            return Ok(foreign::all().iter().filter(is_missing).collect());
        }
        let find = |name: &String| {
            let Some(lane) = foreign::all().iter().find(|lane| lane.name == name) else {
                let near = nearest(name, foreign::all().iter().map(|lane| lane.name));
                let help = near.map_or_else(
                    || "`fairlane languages` lists the lanes".into(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::new(format!("unknown lane `{name}`")).help(help));
            };
            if lane.get.is_none() {
                let refused = format!("cannot set up the `{name}` lane: its lanes file does not say how");
                return Err(Failure::new(refused).help(format!("`{}` gets what is missing", lane.setup)));
            }
            Ok(lane)
        };
        self.names.iter().map(find).collect()
    }
}

/// Gets a lane, and looks whether it can run then.
fn get(lane: &ForeignLane) -> Result<Found, Failure> {
    let cannot = |failure: Failure| {
        let message = format!("cannot set up the `{}` lane: {}", lane.name, failure.message);
        Failure { message, ..failure }
    };
    if let Some(get) = &lane.get {
        say(format_args!("{}: {}", lane.name, get.path().display()));
        command::run(get, |line| say(format_args!("{}: {line}", lane.name))).map_err(cannot)?;
    }
    lane.find()
}
