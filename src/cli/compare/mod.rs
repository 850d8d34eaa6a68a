//! `fairlane compare`: whether HEAD is slower than BASE. Parses, chooses what the two sides are, prints, sets the exit code.
//!
//! [`live`] measures two programs; two records, or two of criterion's baselines, are only read. Must not know how anything
//! is judged.

mod live;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::output::{complain, print, print_json, say};
use super::values::{name, seconds, seed};
use super::{Stop, command};
use crate::failure::{Failure, OrFail};
use crate::files;
use crate::process::interrupt;
use crate::record::comparison::{Comparison, Overall, Source, criterion, runs};
use crate::record::store;
use crate::report::{html, markdown, terminal, view};

/// Compare two programs, two recorded runs or two of criterion's baselines: is HEAD slower than BASE?
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane compare target/base/fairlane target/release/fairlane --gate\n  \
    fairlane compare old/fairlane new/fairlane --budget 300 --markdown comment.md\n  \
    fairlane compare results/RUN results/OTHER\n  \
    fairlane compare --criterion target/criterion base new\n\n\
    Exit codes with --gate: 0 nothing is slower, 1 something is slower, 2 misuse, 3 it could not be measured.")]
pub(super) struct Compare {
    /// What was before: a program of this suite, a folder with a `run.json`, or the name of a baseline
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// What is new, of the same kind
    #[arg(value_name = "HEAD")]
    head: PathBuf,
    /// Read two of criterion's baselines below this folder, and measure nothing
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["gate", "suite", "budget", "seed"])]
    criterion: Option<PathBuf>,
    /// Names of criterion's baselines of code that is equal to BASE: they show how much equal code differs
    #[arg(long, value_delimiter = ',', value_name = "NAMES", value_parser = name, requires = "criterion")]
    same: Vec<String>,
    /// Exit with 1 if something is slower, and with 3 if it could not be measured
    #[arg(long)]
    gate: bool,
    /// Exit with 1 also if something is inconclusive or was left out
    #[arg(long, requires = "gate")]
    fail_on_inconclusive: bool,
    /// The cells, thresholds and time [default: those of `benches/gate.toml`]
    #[arg(long, value_name = "FILE")]
    suite: Option<PathBuf>,
    /// The time for everything, in seconds [default: what the file says]
    #[arg(long, short, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    budget: Option<Duration>,
    /// How long a lane may be silent before its cell fails, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, allow_negative_numbers = true)]
    timeout: Duration,
    /// The folder in which a new folder with the record and the page is made
    #[arg(long, short, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
    /// Write the page to this file as well; `-` is standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write Markdown for a comment on a pull request; `-` is standard output
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Print the record as JSON on standard output
    #[arg(long)]
    json: bool,
    /// The seed of the random order [default: from the clock]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
}

impl Compare {
    pub(super) fn run(&self) -> Result<(), Stop> {
        // With a gate, 1 means that something is slower, and nothing else.
        let outcome = self.run_ungated();
        match outcome {
            Err(Stop::Failed(failure)) if self.gate => Err(Stop::NotMeasured(failure)),
            outcome => outcome,
        }
    }

    fn run_ungated(&self) -> Result<(), Stop> {
        for file in [&self.html, &self.markdown].into_iter().flatten() {
            files::try_out(file)?; // before the measurement
        }
        let comparison = self.compared()?;
        let shown = self.show(&comparison);
        if interrupt::came() {
            return Err(Stop::Interrupted);
        }
        match (self.ended(&comparison), shown) {
            // A page that cannot be written does not open a gate.
            (Err(Stop::Gate(1)), Err(Stop::Failed(failure))) => {
                complain(&failure);
                Err(Stop::Gate(1))
            }
            (_, Err(stop)) => Err(stop),
            (ended, Ok(())) => ended,
        }
    }

    fn compared(&self) -> Result<Comparison, Stop> {
        if let Some(folder) = &self.criterion {
            let names = [&self.base, &self.head].map(|name| name.to_string_lossy().into_owned());
            let names = [names[0].as_str(), names[1].as_str()];
            let command = command::of_this_process();
            return criterion::compare(folder, names, &self.same, command).map_err(Stop::Misuse);
        }
        for side in [&self.base, &self.head] {
            // A link that leads nowhere is there: its reader says where it leads.
            if fs::symlink_metadata(side).is_err() && side != Path::new("-") {
                let why = "there is no such file or folder";
                let missing = Failure::new(format!("cannot compare `{}`: {why}", side.display()));
                return Err(Stop::Misuse(missing.help("give two programs, or two folders of runs")));
            }
        }
        match (record_of(&self.base), record_of(&self.head)) {
            (None, None) => self.live(),
            (Some(base), Some(head)) => self.recorded(&base, &head),
            _ => {
                let (base, head) = (self.base.display(), self.head.display());
                let message =
                    format!("cannot compare `{base}` with `{head}`: one is a record, the other is not");
                Err(Stop::Misuse(Failure::new(message).help("give two programs, or two folders of runs")))
            }
        }
    }

    /// Two machines differ by up to a factor of two, and two runs of one machine by its drift: no gate rests on that.
    fn recorded(&self, base: &Path, head: &Path) -> Result<Comparison, Stop> {
        if self.gate {
            let refused =
                Failure::new("cannot use `--gate` with records: a gate measures both programs side by side");
            return Err(Stop::Misuse(refused.help("give two programs, which are measured side by side")));
        }
        let runs = [store::read(base)?, store::read(head)?];
        let names = [&self.base, &self.head].map(|run| {
            run.file_name().map_or_else(|| "run".into(), |name| name.to_string_lossy().into_owned())
        });
        Ok(runs::compare([&runs[0], &runs[1]], names, command::of_this_process()))
    }

    /// Saves, prints and writes what was asked for. What was measured is saved first: no other output can lose it.
    fn show(&self, comparison: &Comparison) -> Result<(), Stop> {
        let page = view::comparison::Comparison::of(comparison);
        let record = (comparison.source == Source::Live).then(|| self.save(comparison)).transpose();
        if self.json {
            print_json(comparison)?;
        } else {
            print(&terminal::comparison(&page))?;
        }
        if let Some(file) = &self.markdown {
            files::write(file, markdown::comparison(&page).as_bytes())?;
        }
        let record = record?;
        let packed = record.as_deref().map(packed).transpose()?;
        let text = html::comparison(&page, packed.as_deref());
        if let Some(file) = &self.html {
            files::write(file, text.as_bytes())?;
        }
        if let Some(record) = record {
            let out = record.with_file_name("report.html");
            files::write(&out, text.as_bytes())?;
            say(format_args!("record: {}\nreport: {}", record.display(), out.display()));
        }
        Ok(())
    }

    fn save(&self, comparison: &Comparison) -> Result<PathBuf, Failure> {
        store::keep(&self.out, &comparison.started, ("comparison", Comparison::FILE), comparison)
    }

    fn ended(&self, comparison: &Comparison) -> Result<(), Stop> {
        let all_judged = !comparison.has_left_out();
        match comparison.overall {
            Overall::NotMeasured if !self.gate => Err(Stop::CellsFailed),
            _ if !self.gate => Ok(()),
            Overall::Slower => Err(Stop::Gate(1)),
            Overall::Disturbed | Overall::NotMeasured | Overall::NotJudged => Err(Stop::Gate(3)),
            Overall::Inconclusive if self.fail_on_inconclusive => Err(Stop::Gate(1)),
            _ if self.fail_on_inconclusive && !all_judged => Err(Stop::Gate(1)),
            Overall::Inconclusive | Overall::Faster | Overall::Same => Ok(()),
        }
    }
}

/// The record that a path names: the one in a folder, a file that is called like one or like a page, or what comes from a stream.
fn record_of(path: &Path) -> Option<PathBuf> {
    let inside = path.join("run.json");
    if inside.is_file() {
        return Some(inside);
    }
    let is_called_so =
        path.extension().is_some_and(|ending| ["json", "gz", "html"].iter().any(|own| ending == *own));
    (is_called_so && !path.is_dir() || files::is_stream(path)).then(|| path.to_path_buf())
}

/// A record as it is in a page.
fn packed(record: &Path) -> Result<String, Failure> {
    let json = fs::read(record).or_fail(|| format!("read `{}`", record.display()))?;
    html::packed(&json).or_fail(|| format!("compress `{}`", record.display()))
}
