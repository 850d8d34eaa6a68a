//! The folder of all results: a new folder in it for each run, and nothing left there if nothing came of a run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::failure::{Failure, OrFail};
use crate::files;

/// How many runs may begin in the same second.
const MOST: usize = 1_000;

/// Tries whether a new folder can be made in `results` and a file be written; leaves everything as it was, but for what a
/// killed process left half done.
///
/// # Errors
/// If `results` cannot be made or written.
pub fn prepare(results: &Path) -> Result<(), Failure> {
    sweep(results);
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

/// Removes what killed processes left: files without their place, and folders of runs without a file.
fn sweep(results: &Path) {
    files::sweep(results);
    for entry in fs::read_dir(results).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_named_after_a_time(&entry) {
            files::sweep(&entry.path());
            let _ = fs::remove_dir(entry.path()); // refused if anything is in it
        }
    }
}

/// Whether it has such a name as [`keep`] gives.
fn is_named_after_a_time(entry: &fs::DirEntry) -> bool {
    let like = b"0000-00-00T000000Z";
    entry.file_name().as_encoded_bytes().get(..like.len()).is_some_and(|name| {
        name.iter()
            .zip(like)
            .all(|(sign, like)| if *like == b'0' { sign.is_ascii_digit() } else { sign == like })
    })
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
    loop {
        let (_all, folder) =
            attempt().or_fail(|| format!("make a folder in `{}`", results.display())).map_err(advise)?;
        let _own = Made(vec![folder.clone()]);
        let path = folder.join(file);
        match files::write(&path, &text) {
            Err(_) if !folder.exists() => {} // another process took it for one that was left
            written => return written.map(|()| path).map_err(advise),
        }
    }
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

    #[test]
    fn what_killed_processes_left_is_removed_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["2026-11-26T214339Z", "2026-11-26T214340Z-2", "2026-11-26T214341Z", "mine"] {
            fs::create_dir(at(name)).expect("made");
        }
        for file in
            [".fairlane-abc123", "2026-11-26T214340Z-2/.fairlane-abc123", "2026-11-26T214341Z/run.json"]
        {
            fs::write(at(file), "half a reco").expect("written");
        }
        prepare(folder.path()).expect("writable");
        let mut left: Vec<_> =
            fs::read_dir(&folder).expect("readable").map(|entry| entry.expect("there").file_name()).collect();
        left.sort();
        assert_eq!(left, ["2026-11-26T214341Z", "mine"]);
        assert!(at("2026-11-26T214341Z/run.json").exists());
    }
}
