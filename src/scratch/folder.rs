//! Folders that go with their owner. If the owner is killed, a later process removes them.
//!
//! An owner is alive as long as the file [`OWNER`] in its folder is locked. The kernel releases that lock with the process, and
//! it holds between containers that share the folder, where a process id means nothing.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use tempfile::{Builder, TempDir};

use crate::clock;

const PREFIX: &str = "fairlane-";

/// Holds the owner's note. A folder without this file is left alone.
const OWNER: &str = "owner";

/// No more folders are removed after this time; the rest is left to the next process.
const LIMIT: Duration = Duration::from_secs(2);

/// A folder that its owner removes by dropping it.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    /// Stands below the folder, so that it is released after the folder is removed.
    _lock: File,
}

impl Folder {
    /// Makes one in `root`. The note is for the process that removes it, should this one be killed.
    pub(super) fn make(root: &Path, note: &str) -> io::Result<Self> {
        let folder = Builder::new().prefix(PREFIX).tempdir_in(root)?;
        let unlocked = folder.path().join("owner.new");
        let mut lock = File::create_new(&unlocked)?;
        lock.write_all(note.as_bytes())?;
        // The file gets its name when it is locked: a process that looks for it must not find it free. Where a file system
        // has no locks, it never gets the name, and no other process removes the folder.
        if lock.try_lock().is_ok() {
            fs::rename(unlocked, folder.path().join(OWNER))?;
        }
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes this user's folders whose owner is dead. `clear` gets the note and the folder of each before.
pub(super) fn sweep(root: &Path, mut clear: impl FnMut(&str, &Path)) {
    let Ok(user) = fs::metadata("/proc/self").map(|process| process.uid()) else { return };
    let end = clock::now().after(LIMIT);
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        if clock::now() > end {
            return;
        }
        if let Some((note, _lock)) = orphan(&entry, user) {
            clear(&note, &entry.path());
            let _ = fs::remove_dir_all(entry.path()); // if it is refused, the next process tries again
        }
    }
}

/// The note of a folder whose owner is dead, and its lock: only one process at a time removes a folder.
fn orphan(entry: &DirEntry, user: u32) -> Option<(String, File)> {
    if !entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
        return None;
    }
    let found = entry.metadata().ok()?; // of a link itself, not of what is behind it
    if !found.is_dir() || found.uid() != user {
        return None;
    }
    let mut lock = File::options().read(true).write(true).open(entry.path().join(OWNER)).ok()?;
    lock.try_lock().ok()?;
    let mut note = String::new();
    lock.read_to_string(&mut note).ok()?;
    Some((note, lock))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn swept(root: &Path) -> Vec<String> {
        let mut notes = Vec::new();
        sweep(root, |note, _| notes.push(note.to_owned()));
        notes
    }

    /// What a killed process leaves: the folder, and a lock that no process holds.
    fn killed(root: &Path, note: &str) {
        let Folder { folder, _lock } = Folder::make(root, note).expect("a folder");
        fs::write(folder.path().join("db.sqlite"), "").expect("written");
        let _ = folder.keep();
    }

    #[test]
    fn a_folder_goes_with_its_owner_and_after_a_killed_one_with_the_next_process() {
        let root = tempfile::tempdir().expect("a folder");
        let alive = Folder::make(root.path(), "alive").expect("a folder");
        killed(root.path(), "dead");
        assert_eq!(swept(root.path()), ["dead"]);
        assert!(alive.path().exists());
        drop(alive);
        assert_eq!(fs::read_dir(root.path()).expect("readable").count(), 0);
    }

    #[test]
    fn what_is_not_surely_ours_is_left_alone() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("other")).expect("made");
        fs::write(at("other/owner"), "").expect("written");
        fs::create_dir(at("fairlane-nobody")).expect("made");
        fs::write(at("fairlane-file"), "").expect("written");
        symlink(at("other"), at("fairlane-link")).expect("linked");
        assert_eq!(swept(root.path()), [] as [&str; 0]);
        for name in ["other/owner", "fairlane-nobody", "fairlane-file", "fairlane-link"] {
            assert!(at(name).exists(), "{name}");
        }
    }

    #[test]
    fn a_folder_of_another_user_is_left_alone() {
        let root = tempfile::tempdir().expect("a folder");
        killed(root.path(), "dead");
        let entry =
            || fs::read_dir(root.path()).expect("readable").next().expect("a folder").expect("readable");
        let user = entry().metadata().expect("there").uid();
        assert!(orphan(&entry(), user + 1).is_none());
        assert!(orphan(&entry(), user).is_some());
    }
}
