//! Folders that go with their owner. If the owner is killed, a later process removes them.
//!
//! An owner is alive as long as the file [`OWNER`] in its folder is locked. The kernel releases that lock with the process, and
//! it holds between containers that share the folder, where a process id means nothing.
//!
//! A kill can come while a folder is made or removed. So that file is the last that is removed, and a folder that holds nothing
//! else is removed too. Whoever makes a folder and finds it gone makes another.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use tempfile::{Builder, TempDir};

use crate::clock;

const PREFIX: &str = "fairlane-";

/// Holds the owner's note. A folder with other files, and without this one, is left alone.
const OWNER: &str = "owner";

/// The name of that file until it is locked.
const UNLOCKED: &str = "owner.new";

/// How many signs of a folder's name are random.
const RANDOM: usize = 6;

/// How often another process may take a new folder for one that a killed process left.
const TRIES: usize = 10;

/// No more folders are removed after this time; the rest is left to the next process.
const LIMIT: Duration = Duration::from_secs(2);

/// A folder that its owner removes by dropping it.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    /// Stands below the folder, so that it is released after the folder is removed.
    _lock: File,
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(self.folder.path());
    }
}

impl Folder {
    /// Makes one in `root`. The note is for the process that removes it, should this one be killed.
    pub(super) fn make(root: &Path, note: &str) -> io::Result<Self> {
        let taken = |cause: &io::Error| {
            matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::WouldBlock) && root.exists()
        };
        let mut tries = 1..TRIES;
        loop {
            match Self::try_make(root, note) {
                Err(cause) if taken(&cause) && tries.next().is_some() => {}
                made => return made,
            }
        }
    }

    fn try_make(root: &Path, note: &str) -> io::Result<Self> {
        let folder = Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempdir_in(root)?;
        let lock = claim(folder.path(), note)?;
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Puts the owner's note into a new folder, and locks it.
fn claim(folder: &Path, note: &str) -> io::Result<File> {
    let unlocked = folder.join(UNLOCKED);
    let mut lock = File::create_new(&unlocked)?;
    lock.write_all(note.as_bytes())?;
    // The file gets its name when it is locked: a process that looks for it must not find it free. Where a file system
    // has no locks, it never gets the name, and no other process removes the folder.
    match lock.try_lock() {
        Ok(()) => fs::rename(unlocked, folder.join(OWNER))?,
        Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(_)) => {}
    }
    Ok(lock)
}

/// Removes a folder, the owner's file last: if a kill comes in between, a later process still knows whose it is.
pub(super) fn remove(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name() != OWNER) {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
    }
    let _ = fs::remove_dir_all(folder); // if it is refused, the next process tries again
}

/// Removes this user's folders whose owner is dead. `clear` gets the note and the folder of each before.
pub(super) fn sweep(root: &Path, mut clear: impl FnMut(&str, &Path)) {
    let Ok(user) = fs::metadata("/proc/self").map(|process| process.uid()) else { return };
    let end = clock::now().after(LIMIT);
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        if clock::now() > end {
            return;
        }
        if !is_ours(&entry, user) {
            continue;
        }
        match orphan(&entry.path()) {
            Some((note, _lock)) => {
                clear(&note, &entry.path());
                remove(&entry.path());
            }
            None => remove_unclaimed(&entry.path()),
        }
    }
}

/// Whether it is a folder of this user with such a name.
fn is_ours(entry: &DirEntry, user: u32) -> bool {
    let has_name =
        entry.file_name().to_str().and_then(|name| name.strip_prefix(PREFIX)).is_some_and(|random| {
            random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    // Of a link itself, not of what is behind it.
    has_name && entry.metadata().is_ok_and(|found| found.is_dir() && found.uid() == user)
}

/// The note of a folder whose owner is dead, and its lock: only one process at a time removes a folder.
fn orphan(folder: &Path) -> Option<(String, File)> {
    let mut lock = locked(&folder.join(OWNER))?;
    let mut note = String::new();
    lock.read_to_string(&mut note).ok()?;
    Some((note, lock))
}

/// Removes what a process left that was killed while it made a folder or removed one: a folder that holds nothing, or nothing
/// but a file that was not locked yet.
fn remove_unclaimed(folder: &Path) {
    let unlocked = folder.join(UNLOCKED);
    let lock = locked(&unlocked);
    if lock.is_some() {
        let _ = fs::remove_file(unlocked);
    }
    let _ = fs::remove_dir(folder); // refused if anything is in it
}

/// The file, if no process holds its lock.
fn locked(file: &Path) -> Option<File> {
    let lock = File::options().read(true).write(true).open(file).ok()?;
    lock.try_lock().ok()?;
    Some(lock)
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
        let folder = root.join(format!("{PREFIX}{note:x<RANDOM$}"));
        fs::create_dir(&folder).expect("made");
        fs::write(folder.join(OWNER), note).expect("written");
        fs::write(folder.join("db.sqlite"), "").expect("written");
    }

    #[test]
    fn a_folder_goes_with_its_owner_and_after_a_killed_one_with_the_next_process() {
        let root = tempfile::tempdir().expect("a folder");
        let alive = Folder::make(root.path(), "alive").expect("a folder");
        killed(root.path(), "dead");
        assert_eq!(swept(root.path()), ["dead"]);
        assert!(alive.path().join(OWNER).exists());
        drop(alive);
        assert_eq!(fs::read_dir(root.path()).expect("readable").count(), 0);
    }

    #[test]
    fn what_is_not_surely_ours_is_left_alone() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("other")).expect("made");
        fs::write(at("other/owner"), "").expect("written");
        fs::create_dir(at("fairlane-of-somebody")).expect("made");
        fs::create_dir(at("fairlane-filled")).expect("made");
        fs::write(at("fairlane-filled/mine"), "").expect("written");
        fs::write(at("fairlane-file"), "").expect("written");
        symlink(at("other"), at("fairlane-link")).expect("linked");
        assert_eq!(swept(root.path()), [] as [&str; 0]);
        for name in
            ["other/owner", "fairlane-of-somebody", "fairlane-filled/mine", "fairlane-file", "fairlane-link"]
        {
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
        assert!(!is_ours(&entry(), user + 1));
        assert!(is_ours(&entry(), user));
    }

    /// What a kill leaves between two steps of making a folder, or of removing one.
    #[test]
    fn a_folder_whose_owner_was_killed_while_it_was_made_or_removed_is_removed() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        for folder in ["fairlane-made01", "fairlane-made02"] {
            fs::create_dir(at(folder)).expect("made");
        }
        fs::write(at("fairlane-made02").join(UNLOCKED), "half a no").expect("written");
        assert_eq!(swept(root.path()), [] as [&str; 0], "nothing was claimed");
        assert_eq!(fs::read_dir(root.path()).expect("readable").count(), 0);
    }

    #[test]
    fn the_file_of_the_owner_is_removed_last() {
        let root = tempfile::tempdir().expect("a folder");
        killed(root.path(), "dead");
        let folder =
            fs::read_dir(root.path()).expect("readable").next().expect("a folder").expect("there").path();
        (0..3_000).for_each(|n| fs::write(folder.join(n.to_string()), "").expect("written"));
        std::thread::scope(|scope| {
            let removal = scope.spawn(|| remove(&folder));
            while !removal.is_finished() {
                let is_owned = folder.join(OWNER).exists();
                let others = fs::read_dir(&folder)
                    .map_or(0, |left| left.flatten().filter(|one| one.file_name() != OWNER).count());
                assert!(is_owned || others == 0, "{others} files are left, and nobody knows whose");
            }
        });
        assert!(!folder.exists());
    }

    #[test]
    fn a_new_folder_is_made_again_if_another_process_sweeps_it_away() {
        let root = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            let sweeper = scope.spawn(|| (0..300).for_each(|_| sweep(root.path(), |_, _| ())));
            while !sweeper.is_finished() {
                let folder = Folder::make(root.path(), "note").expect("a folder");
                assert!(folder.path().join(OWNER).exists());
            }
        });
    }
}
