//! `fairlane merge`: one record from the records of the parts of a run.

use std::path::PathBuf;

use clap::Args;

use super::measured::write_page;
use super::output::warn;
use super::report::locate;
use super::{Stop, command};
use crate::record::merge::{self, Named};
use crate::record::{Run, Warning, store};

/// Merge the records of the parts of a run, which `run --partition` made on several machines, into one record
#[derive(Debug, Args)]
#[command(
    after_help = "The merged record compares what was measured together: the cells of a table. It ranks nothing across \
    machines.\n\nExamples:\n  \
    fairlane merge part-1 part-2 part-3\n  \
    fairlane merge results/2026-11-24T120000Z results/2026-11-24T120003Z --out merged"
)]
pub(super) struct Merge {
    /// Folders with a `run.json`, or such files: one of each part
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// The folder in which a new folder with the record is made
    #[arg(long, short, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
}

impl Merge {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let files =
            self.runs.iter().map(|run| locate(run)).collect::<Result<Vec<_>, _>>().map_err(Stop::Misuse)?;
        let named = self.runs.iter().zip(&files).map(|(given, file)| {
            store::read(file).map(|run| Named { name: given.display().to_string(), run })
        });
        let records = named.collect::<Result<Vec<_>, _>>()?;
        let merged = merge::merge(records, command::of_this_process()).map_err(Stop::Misuse)?;
        missing(&merged).iter().for_each(warn);
        let file = store::keep(&self.out, &merged.started, ("merged", "run.json"), &merged)?;
        write_page(&merged, &file);
        Ok(())
    }
}

/// A warning for each part that is missing.
fn missing(run: &Run) -> Vec<Warning> {
    let Some(merged) = &run.merged else { return Vec::new() };
    let warning = |part: usize| Warning {
        id: "missing-part".into(),
        text: format!("part {part} of {} is missing: {}", merged.of, merged.names(part).join(", ")),
        advice: "merge all parts again when it is there".into(),
    };
    merged.missing().into_iter().map(warning).collect()
}
