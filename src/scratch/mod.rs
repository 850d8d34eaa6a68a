//! Temporary files and folders: where they are, which disk stores them, and what to do when one cannot be made.
//!
//! Must not know who uses them. All of them are in the folder that `TMPDIR` names, which [`root`] looks up once.

mod folder;

use std::env;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use nix::sys::statfs::{self, TMPFS_MAGIC};

use crate::failure::Failure;
use crate::process::{interrupt, limits, pressure};

pub use folder::Folder;

/// The folder of all temporary files, as an absolute path.
pub fn root() -> &'static Path {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let named = env::temp_dir();
        env::current_dir().map_or_else(|_| named.clone(), |here| absolute(&here, &named))
    });
    &PLACE
}

/// `TMPDIR` can be relative, or empty, which means the current folder. An empty path cannot be opened and says nothing in a
/// message.
fn absolute(here: &Path, named: &Path) -> PathBuf {
    here.join(named).components().collect() // without a slash at the end
}

/// Makes a file without a name: the kernel removes it when its process ends, even if it is killed.
///
/// # Errors
/// If the temporary folder is missing, full or not writable.
pub fn file() -> Result<File, Failure> {
    tempfile::tempfile_in(root()).map_err(|cause| failed("make a temporary file", &cause))
}

/// A folder that is removed when its owner drops it, or when a later process sweeps after the owner was killed. That process
/// reads the note.
///
/// # Errors
/// As [`file()`].
pub fn folder(note: &str) -> Result<Folder, Failure> {
    let made = Folder::make(root(), note).map_err(|cause| failed("make a temporary folder", &cause))?;
    interrupt::remove_at_once(made.path(), folder::remove);
    Ok(made)
}

/// Removes this user's folders whose owners were killed; stops after a few seconds. `clear` gets the note and the path of each
/// before.
pub fn sweep(clear: impl FnMut(&str, &Path)) {
    folder::sweep(root(), clear);
}

/// The failure of an operation on a temporary file. It names the folder, and the advice how to set another.
pub fn failed(operation: &str, cause: &io::Error) -> Failure {
    let failure = limits::explain(within(operation), cause);
    if failure.help.is_some() { failure } else { failure.help(ADVICE) }
}

/// The operation, with the temporary folder.
pub fn within(operation: &str) -> String {
    format!("{operation} in `{}`", root().display())
}

/// The advice when a temporary file cannot be made or used.
pub const ADVICE: &str = "set TMPDIR to a folder on a disk that has room and may be written";

/// A note for measured writes: on a tmpfs they reach no disk; on other file systems the disk may be unknown.
pub fn caveat() -> Option<String> {
    caveat_of(root())
}

fn caveat_of(folder: &Path) -> Option<String> {
    if is_in_memory(folder) {
        let memory = "the temporary folder is a tmpfs: it is in memory, and a sync costs nothing (TMPDIR sets another folder)";
        return Some(memory.to_owned());
    }
    pressure::disk_busy_ns(folder).is_none().then(|| {
        "the temporary folder's file system (overlay, btrfs, a network) names no disk: whether a disk is the limit is \
         unknown (TMPDIR sets another folder)"
            .to_owned()
    })
}

fn is_in_memory(folder: &Path) -> bool {
    statfs::statfs(folder).is_ok_and(|found| found.filesystem_type() == TMPFS_MAGIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tmpfs_is_recognised() {
        assert!(is_in_memory(Path::new("/dev/shm")));
        assert!(!is_in_memory(Path::new("/proc")));
        assert!(!is_in_memory(Path::new("/no/such/folder")));
    }

    #[test]
    fn a_relative_or_empty_name_starts_at_the_current_folder() {
        for (named, meant) in
            [("", "/here"), (".", "/here"), ("a/b/", "/here/a/b"), ("/tmp", "/tmp"), ("/", "/")]
        {
            assert_eq!(absolute(Path::new("/here"), Path::new(named)).as_os_str(), meant, "`{named}`");
        }
        assert!(root().is_absolute());
    }

    #[test]
    fn a_tmpfs_and_an_unknown_disk_have_different_notes() {
        assert!(caveat_of(Path::new("/dev/shm")).is_some_and(|caveat| caveat.contains("tmpfs")));
        assert!(caveat_of(Path::new("/proc")).is_some_and(|caveat| caveat.contains("names no disk")));
    }

    #[test]
    fn a_full_disk_is_an_error_with_the_folder_and_advice() {
        let full = failed("write a file", &io::Error::from_raw_os_error(nix::libc::ENOSPC));
        assert!(full.message.starts_with("cannot write a file in `/"), "{full}");
        assert!(full.message.contains("No space left on device"), "{full}");
        assert_eq!(full.help.as_deref(), Some(ADVICE));
        let files = failed("make a file", &io::Error::from_raw_os_error(nix::libc::EMFILE));
        assert!(files.help.is_some_and(|help| help.contains("ulimit -n")));
    }
}
