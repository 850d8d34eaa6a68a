//! What a command left: its exit code, its output, its files, and the record among them.

use std::fs;
use std::path::PathBuf;

use fairlane::record::{CellResult, Run, Status, store};
use tempfile::TempDir;

use crate::family::Family;

/// A command that has ended.
pub(crate) struct Ended {
    /// The exit code as a shell shows it; none after another signal than SIGINT.
    pub(crate) code: Option<i32>,
    /// Whether SIGINT ended it, and not the command itself.
    pub(crate) by_ctrl_c: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) folder: TempDir,
    pub(crate) family: Family,
}

impl Ended {
    /// The folder that `run` writes to.
    pub(crate) fn results(&self) -> PathBuf {
        self.folder.path().join("results")
    }

    /// A file that it left in its folder.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Every file in the folders of runs.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        files(&self.folder)
    }

    /// The file of the one record.
    pub(crate) fn record_file(&self) -> PathBuf {
        let records: Vec<_> = self.files().into_iter().filter(|file| file.ends_with("run.json")).collect();
        let [file] = records.as_slice() else { panic!("{records:?} in place of one\n{}", self.stderr) };
        file.clone()
    }

    /// The one record.
    pub(crate) fn record(&self) -> Run {
        store::read(&self.record_file()).unwrap()
    }

    /// Asserts the exit code and that no process is left, and shows the output if it is another.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.family.assert_gone();
        self
    }
}

/// Every file in the folders of runs below `results`.
pub(crate) fn files(folder: &TempDir) -> Vec<PathBuf> {
    let entries = |path: PathBuf| fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries(folder.path().join("results")).flat_map(entries).collect()
}

/// The cell of that id.
pub(crate) fn cell<'a>(run: &'a Run, id: &str) -> &'a CellResult {
    run.cells.iter().find(|cell| cell.id == id).unwrap_or_else(|| panic!("no `{id}` in the record"))
}

/// Asserts that the cells of those executors, and no others, failed; the others have numbers.
pub(crate) fn assert_failed(run: &Run, executors: &[&str]) {
    for cell in &run.cells {
        let failed = executors.contains(&cell.executor.as_str());
        let status = if failed { Status::Failed } else { Status::Measured };
        assert_eq!((cell.status, cell.median_ns.is_some()), (status, !failed), "{cell:#?}");
    }
}
