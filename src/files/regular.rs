//! A regular file, written as a whole: the new one is made under an unused name, and then takes the place of the
//! old one. Where it cannot take that place, the old one is overwritten.
//!
//! The new one is locked until it has its place. So what a killed process left is known: no process holds its lock, and the
//! next one that writes into the folder removes it.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use super::folder_of;

/// The name of a new file until it has its place: this, and random signs.
const PREFIX: &str = ".fairlane-";
const RANDOM: usize = 6;

/// How often another process may take a new file for one that was left.
const TRIES: usize = 10;

/// Makes a file that does not exist yet, with the mode that the umask leaves.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary(folder_of(path), 0o666)?;
    fill(temporary.as_file(), bytes)?;
    temporary.persist(path).map(drop).map_err(|refused| refused.error)
}

/// Tries whether such a file can be made, and leaves none.
pub(super) fn try_out(path: &Path) -> io::Result<()> {
    temporary(folder_of(path), 0o600).map(drop)
}

/// Replaces the content of a file that exists; mode, owner and hard links stay what they were.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A rename asks for no permission on the file itself: opening it does.
    let existing = OpenOptions::new().write(true).open(path)?;
    let found = existing.metadata()?;
    let alone = found.nlink() == 1;
    if let Some(temporary) = alone.then(|| like(path, &found)).and_then(Result::ok) {
        fill(temporary.as_file(), bytes)?;
        if temporary.persist(path).is_ok() {
            return Ok(());
        }
    }
    overwrite(&existing, path, bytes)
}

/// A temporary file in the same folder, with mode and owner of the existing one.
fn like(path: &Path, found: &Metadata) -> io::Result<NamedTempFile> {
    let temporary = temporary(folder_of(path), found.mode() & 0o700)?;
    let (file, made) = (temporary.as_file(), temporary.as_file().metadata()?);
    if (made.uid(), made.gid()) != (found.uid(), found.gid()) {
        fchown(file, Some(found.uid()), Some(found.gid()))?;
    }
    file.set_permissions(found.permissions())?; // last: a new owner takes the special bits away
    Ok(temporary)
}

fn temporary(folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
    sweep(folder);
    let create = |path: &Path| OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    for _ in 0..TRIES {
        let made = Builder::new().prefix(PREFIX).rand_bytes(RANDOM).make_in(folder, create)?;
        // Until it is locked, another process may take it for one that was left.
        if !matches!(made.as_file().try_lock(), Err(TryLockError::WouldBlock)) && made.path().exists() {
            return Ok(made);
        }
    }
    Err(io::Error::other("other processes remove each new file"))
}

/// Removes the new files of processes that were killed before these files had their place.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let has_name =
            entry.file_name().to_str().and_then(|name| name.strip_prefix(PREFIX)).is_some_and(|random| {
                random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        // Not a pipe: opening one would wait for its reader.
        let is_file = || entry.file_type().is_ok_and(|kind| kind.is_file());
        let left = (has_name && is_file()).then(|| OpenOptions::new().write(true).open(entry.path()));
        if let Some(Ok(left)) = left
            && left.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path()); // if it is refused, the next process tries again
        }
    }
}

fn fill(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// The old content is put back if the new one does not fit: its blocks still belong to the file.
fn overwrite(mut file: &File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = fs::read(path);
    let mut put = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    put(bytes).inspect_err(|_| {
        let _ = old.and_then(|old| put(&old));
    })
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    fn there(content: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, content).expect("written");
        (folder, file)
    }

    fn is_root() -> bool {
        fs::metadata("/proc/self").expect("there").uid() == 0
    }

    fn count(folder: &TempDir) -> usize {
        fs::read_dir(folder.path()).expect("readable").count()
    }

    #[test]
    fn mode_and_owner_stay_and_no_neighbour_is_touched() {
        let (folder, file) = there("old");
        let neighbour = folder.path().join("file.tmp");
        fs::write(&neighbour, "precious").expect("written");
        for mode in [0o600, 0o640, 0o755, 0o4711] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).expect("changed");
            let before = fs::metadata(&file).expect("there");
            replace(&file, b"new").expect("written");
            let after = fs::metadata(&file).expect("there");
            assert_eq!(after.mode() & 0o7777, mode);
            assert_ne!(before.ino(), after.ino(), "replaced as a whole");
        }
        if is_root() {
            chown(&file, Some(12345), Some(54321)).expect("given away");
            replace(&file, b"newer").expect("written");
            let after = fs::metadata(&file).expect("there");
            assert_eq!((after.uid(), after.gid()), (12345, 54321));
        }
        assert_eq!(fs::read(&neighbour).expect("read"), b"precious");
        assert_eq!(count(&folder), 2, "no temporary file");
    }

    #[test]
    fn hard_links_stay_one_file() {
        let (folder, file) = there("a long old content");
        let other = folder.path().join("other");
        fs::hard_link(&file, &other).expect("linked");
        replace(&file, b"new").expect("written");
        assert_eq!(fs::read(&other).expect("read"), b"new");
        assert_eq!(fs::metadata(&file).expect("there").nlink(), 2);
        assert_eq!(count(&folder), 2);
    }

    #[test]
    fn a_file_that_may_not_be_written_is_not_replaced() {
        let (folder, file) = there("old");
        fs::set_permissions(&file, Permissions::from_mode(0o444)).expect("changed");
        if replace(&file, b"new").is_ok() {
            assert!(is_root(), "root may write everything");
        } else {
            assert_eq!(fs::read(&file).expect("read"), b"old");
        }
        assert_eq!(count(&folder), 1);
    }

    #[test]
    fn a_file_is_written_in_a_folder_that_may_not_be() {
        let (folder, file) = there("old");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).expect("changed");
        replace(&file, b"new").expect("written");
        assert_eq!(fs::read(&file).expect("read"), b"new");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("changed");
        assert_eq!(count(&folder), 1);
    }

    #[test]
    fn what_cannot_be_overwritten_keeps_its_content() {
        let (_folder, file) = there("a long old content");
        // Written through a device that is always full, put back through it in vain: the file itself is untouched.
        let full = OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let failed = overwrite(&full, &file, b"new").expect_err("full");
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&file).expect("read"), b"a long old content");
    }

    #[test]
    fn a_new_file_has_the_usual_mode() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, usual) = (folder.path().join("ours"), folder.path().join("usual"));
        create(&ours, b"new").expect("written");
        fs::write(&usual, "").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").mode();
        assert_eq!(mode(&ours), mode(&usual));
    }

    #[test]
    fn what_a_killed_process_left_is_removed_by_the_next_and_nothing_else_is() {
        let (folder, path) = there("old");
        let at = |name: &str| folder.path().join(name);
        for name in
            [".fairlane-killed", ".fairlane-abc123", ".fairlane-living", ".fairlane-of-mine", ".other"]
        {
            fs::write(at(name), "half a reco").expect("written");
        }
        let living = File::open(at(".fairlane-living")).expect("opened");
        living.lock().expect("locked");
        replace(&path, b"new").expect("written");
        let mut left: Vec<_> =
            fs::read_dir(&folder).expect("readable").map(|entry| entry.expect("there").file_name()).collect();
        left.sort();
        assert_eq!(left, [".fairlane-living", ".fairlane-of-mine", ".other", "file"]);
    }

    #[test]
    fn two_that_write_at_once_take_nothing_from_each_other() {
        let (folder, _) = there("old");
        let write = |name: &str| {
            let path = folder.path().join(name);
            (0..200).for_each(|_| {
                let written = if path.exists() { replace(&path, b"new") } else { create(&path, b"new") };
                written.expect("written");
            });
        };
        std::thread::scope(|scope| ["a", "b", "c"].map(|name| scope.spawn(move || write(name))).map(drop));
        assert_eq!(fs::read_dir(&folder).expect("readable").count(), 4);
    }
}
