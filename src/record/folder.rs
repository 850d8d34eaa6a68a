//! The folder of all results: a new folder in it for each run, and nothing left there if nothing came of a run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::failure::{Failure, OrFail};
use crate::files;

/// How many runs may begin in the same second.
const MOST: usize = 1_000;

/// Tries whether a new folder can be made in `results` and a file be written; leaves everything as it was.
///
/// # Errors
/// If `results` cannot be made or written.
pub fn prepare(results: &Path) -> Result<(), Failure> {
    let attempt = || {
        let _made = Made::all(results)?;
        // Not named by a crate's error, which would show the temporary name.
        let file =
            tempfile::Builder::new().prefix(".fairlane-").make_in(results, |path| File::create_new(path))?;
        file.as_file().write_all(b"\n")?;
        file.as_file().sync_all() // a full disk may show only now
    };
    attempt().or_fail(|| format!("write to the folder `{}`", results.display())).map_err(advise)
}

/// Writes `content` as JSON into a new folder of `results` that is named after `started`. Gives the file.
///
/// # Errors
/// If it cannot be written: then there is no new folder.
pub(super) fn keep(
    results: &Path,
    started: &str,
    file: &str,
    content: &impl Serialize,
) -> Result<PathBuf, Failure> {
    let text = json(content)?;
    let attempt = || {
        let all = Made::all(results)?;
        fresh(results, &started.replace(':', "")).map(|folder| (all, folder))
    };
    let (_all, folder) =
        attempt().or_fail(|| format!("make a folder in `{}`", results.display())).map_err(advise)?;
    let _own = Made(vec![folder.clone()]);
    let path = folder.join(file);
    files::write(&path, &text).map_err(advise)?;
    Ok(path)
}

/// The text of a record.
pub(super) fn json(content: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut text = serde_json::to_vec_pretty(content).or_fail(|| "write JSON")?;
    text.push(b'\n');
    Ok(text)
}

/// The advice where results cannot be written.
pub(super) fn advise(failure: Failure) -> Failure {
    failure.help(
        "make room or set permissions there, or name another folder: `--out FOLDER`, or FAIRLANE_RESULTS for `cargo bench`",
    )
}

fn fresh(results: &Path, name: &str) -> io::Result<PathBuf> {
    let names = std::iter::once(name.to_owned()).chain((2..MOST).map(|n| format!("{name}-{n}")));
    for name in names {
        let folder = results.join(name);
        match fs::create_dir(&folder) {
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(io::Error::other(format!("{MOST} runs began in the same second")))
}

/// Folders that were just made, the innermost first. Those that are empty in the end are removed.
struct Made(Vec<PathBuf>);

impl Made {
    /// Makes a folder, and those around it that are missing.
    fn all(folder: &Path) -> io::Result<Self> {
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let missing = Self(folder.ancestors().take_while(is_missing).map(Path::to_path_buf).collect());
        fs::create_dir_all(folder)?;
        Ok(missing)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.0 {
            let _ = fs::remove_dir(folder); // refused if anything is in it
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_can_be_written_is_as_it_was_afterwards() {
        let folder = tempfile::tempdir().expect("a folder");
        prepare(&folder.path().join("a/b/c")).expect("writable");
        prepare(folder.path()).expect("writable");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named_with_advice() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        for results in [file.clone(), file.join("results"), "/proc/results".into()] {
            let failure = prepare(&results).expect_err("refused");
            let named = format!("cannot write to the folder `{}`: ", results.display());
            assert!(failure.message.starts_with(&named), "{failure}");
            assert!(failure.help.is_some_and(|help| help.contains("FAIRLANE_RESULTS")));
        }
    }

    #[test]
    fn two_of_one_second_have_folders_of_their_own() {
        let results = tempfile::tempdir().expect("a folder");
        let keep = || keep(results.path(), "12:00", "run.json", &7).expect("kept");
        assert_eq!(keep(), results.path().join("1200/run.json"));
        assert_eq!(keep(), results.path().join("1200-2/run.json"));
    }

    #[test]
    fn what_cannot_be_kept_leaves_no_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = keep(&folder.path().join("a/b"), "now", "no/such/run.json", &7).expect_err("refused");
        assert!(refused.message.contains("no/such/run.json"), "{refused}");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
    }
}
