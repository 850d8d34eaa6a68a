//! A run while it is recorded: what is known of it by now, and saving that again and again.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mock_server::Kind;

use super::calibration::Calibration;
use super::{Apparatus, CellResult, Environment, Group, Run, SCHEMA, Slope, folder};
use crate::clock;
use crate::failure::Failure;
use crate::files;
use crate::measure::passes::session::Apparatus as Able;

/// A run that is being recorded. Nothing is written before there is a cell. A record that cannot be saved stops nothing: it is
/// tried again with the next cells, and [`Recorder::finish`] says what became of it.
#[derive(Debug)]
pub struct Recorder {
    /// Where it is saved; without a folder nothing is.
    results: Option<PathBuf>,
    /// The record, once it was saved.
    file: Option<PathBuf>,
    /// What is recorded so far; [`Self::keep`] and [`Self::finish`] save it.
    pub run: Run,
}

impl Recorder {
    /// A run below the folder `results`, or one that is not saved, that `command` began at `started`. The command is recorded as it is: it must name no
    /// path and no address.
    pub fn new(
        results: Option<&Path>,
        started: SystemTime,
        seed: u64,
        environment: Environment,
        command: String,
    ) -> Self {
        let run = Run {
            schema: SCHEMA,
            fairlane: env!("CARGO_PKG_VERSION").into(),
            started: clock::date(started),
            command,
            interrupted: true,
            selection: Vec::new(),
            seed,
            calibration: results.and_then(|results| Calibration::newest(results, &environment)),
            environment,
            via: None,
            apparatus: Apparatus {
                server: "own".into(),
                ceiling_rps: None,
                thin_ceiling_rps: None,
                timer_resolution_ns: None,
                tokio_timer_resolution_ns: None,
            },
            warnings: Vec::new(),
            groups: Vec::new(),
            cells: Vec::new(),
            slopes: Vec::new(),
            partition: None,
            merged: None,
        };
        Self { results: results.map(Path::to_path_buf), file: None, run }
    }

    /// Notes what the apparatus can do.
    pub fn apparatus(&mut self, able: &Able) {
        let known = &mut self.run.apparatus;
        known.timer_resolution_ns = able.lateness.map(|late| late.blocking_ns);
        known.tokio_timer_resolution_ns = able.lateness.and_then(|late| late.tokio_ns);
        known.ceiling_rps = able.ceilings.get(&Kind::Wiremock).copied();
        known.thin_ceiling_rps = able.ceilings.get(&Kind::Hyper).copied();
    }

    /// Keeps these groups with their cells in place of what was known before, and saves, so that a run that dies later has
    /// them, marked interrupted.
    pub fn keep(&mut self, groups: impl IntoIterator<Item = (Group, Vec<CellResult>)>) {
        (self.run.groups, self.run.cells) = (Vec::new(), Vec::new());
        for (at, (group, cells)) in groups.into_iter().enumerate() {
            self.run.groups.push(group);
            self.run.cells.extend(cells.into_iter().map(|cell| CellResult { group: at, ..cell }));
        }
        let _ = self.save(); // tried again
    }

    /// Adds the memory of one more unit and saves.
    pub fn add_slope(&mut self, slope: Slope) {
        self.run.slopes.push(slope);
        let _ = self.save(); // tried again
    }

    /// Tries whether the folder of all runs can be written, before anything is measured. Leaves nothing behind.
    ///
    /// # Errors
    /// If it cannot be made or written.
    pub fn prepare(&self) -> Result<(), Failure> {
        self.results.as_deref().map_or(Ok(()), folder::prepare)
    }

    /// Notes how the run ended, and saves for the last time. Gives the run, and the file of its record: none if there are no
    /// cells.
    ///
    /// # Errors
    /// If the record cannot be saved as it is now. What an earlier save wrote is still there, and named in the advice.
    pub fn finish(mut self, interrupted: bool) -> (Run, Result<Option<PathBuf>, Failure>) {
        self.run.interrupted = interrupted;
        let saved = self.save().map_err(|failure| match &self.file {
            Some(file) => {
                let advice = failure.help.clone().unwrap_or_default();
                failure
                    .help(format!("{advice}; `{}` holds the run as far as it could be saved", file.display()))
            }
            None => failure,
        });
        (self.run, saved.map(|()| self.file))
    }

    fn save(&mut self) -> Result<(), Failure> {
        let Some(results) = self.results.as_ref().filter(|_| !self.run.cells.is_empty()) else {
            return Ok(());
        };
        let is_there = |file: &&PathBuf| file.parent().is_some_and(Path::exists);
        match self.file.as_ref().filter(is_there) {
            Some(file) => files::write(file, &folder::json(&self.run)?).map_err(folder::advise)?,
            None => self.file = Some(folder::keep(results, &self.run.started, "run.json", &self.run)?),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::measure::machine::environment;
    use crate::record::{fixture, store};

    fn recorder(results: &Path) -> Recorder {
        let here = environment::Environment::here(2);
        Recorder::new(Some(results), SystemTime::UNIX_EPOCH, 7, here, "fairlane run".into())
    }

    fn group() -> (Group, Vec<CellResult>) {
        let run = fixture::whole();
        (run.groups[0].clone(), run.groups()[0].to_vec())
    }

    fn count(folder: &Path) -> usize {
        fs::read_dir(folder).expect("readable").count()
    }

    #[test]
    fn a_run_without_cells_leaves_nothing() {
        let results = tempfile::tempdir().expect("a folder");
        assert_eq!(recorder(results.path()).finish(false).1, Ok(None));
        assert_eq!(count(results.path()), 0);
    }

    #[test]
    fn what_is_saved_midway_says_that_it_is_not_whole() {
        let results = tempfile::tempdir().expect("a folder");
        let mut recorder = recorder(results.path());
        recorder.keep([group()]);
        let file = recorder.file.clone().expect("saved");
        assert!(store::read(&file).expect("a record").interrupted);
        assert_eq!(recorder.finish(false).1, Ok(Some(file.clone())));
        assert!(!store::read(&file).expect("a record").interrupted);
        assert_eq!(count(file.parent().expect("a folder")), 1, "no temporary file");
    }

    #[test]
    fn a_record_that_cannot_be_saved_is_tried_again_and_leaves_no_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let results = folder.path().join("results");
        fs::write(&results, "in the way").expect("written");
        let mut recorder = recorder(&results);
        recorder.keep([group()]);
        assert_eq!(recorder.file, None);
        fs::remove_file(&results).expect("out of the way");
        recorder.keep([group()]);
        let file = recorder.file.clone().expect("saved");
        assert_eq!(store::read(&file).expect("a record").groups.len(), 1);

        // Not even root can write to a folder as to a file.
        fs::remove_file(&file).expect("removed");
        fs::create_dir(&file).expect("in the way");
        let (run, saved) = recorder.finish(false);
        let failure = saved.expect_err("refused");
        assert!(failure.help.is_some_and(|help| help.contains("as far as it could be saved")));
        assert_eq!(run.groups.len(), 1, "the run is not lost");
    }
}
