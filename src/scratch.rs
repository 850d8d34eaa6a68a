//! Temporary files and folders: where they lie, what stores them, and what to do when that refuses.
//!
//! A leaf: it knows nothing of who uses them. All of them lie where `TMPDIR` says, which [`place`] looks up once.

use std::env;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use nix::sys::statfs::{self, TMPFS_MAGIC};
use tempfile::TempDir;

use crate::failure::Failure;
use crate::process::{interrupt, limits, pressure};

/// Where all of them lie, as an absolute path.
pub fn place() -> &'static Path {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let named = env::temp_dir();
        env::current_dir().map_or_else(|_| named.clone(), |here| absolute(&here, &named))
    });
    &PLACE
}

/// `TMPDIR` may be relative, or empty, which means the current folder: files are made there, but the kernel knows no
/// folder of an empty name, and a message that shows one helps nobody.
fn absolute(here: &Path, named: &Path) -> PathBuf {
    here.join(named).components().collect() // in components there is no slash at the end
}

/// A file without a name: it vanishes however its process ends.
///
/// # Errors
/// If the temporary folder is missing, full, or may not be written.
pub fn file() -> Result<File, Failure> {
    tempfile::tempfile_in(place()).map_err(|cause| failed("make a temporary file", &cause))
}

/// A folder that goes with its owner. Only a killed owner leaves it behind.
///
/// # Errors
/// As [`file()`].
pub fn folder() -> Result<TempDir, Failure> {
    let made = tempfile::Builder::new().prefix("fairlane-").tempdir_in(place());
    let made = made.map_err(|cause| failed("make a temporary folder", &cause))?;
    interrupt::remove_at_once(made.path());
    Ok(made)
}

/// An operation on a temporary file that failed, with the folder and the way to another.
pub fn failed(operation: &str, cause: &io::Error) -> Failure {
    let failure = limits::explain(within(operation), cause);
    if failure.help.is_some() { failure } else { failure.help(ADVICE) }
}

/// The operation with the folder it took place in.
pub fn within(operation: &str) -> String {
    format!("{operation} in `{}`", place().display())
}

/// What to do where a temporary file cannot be had or used.
pub const ADVICE: &str = "set TMPDIR to a folder on a disk that has room and may be written";

/// What a reader of measured writes must know: in memory, they reach no disk; elsewhere, the disk may be out of sight.
pub fn caveat() -> Option<String> {
    caveat_of(place())
}

fn caveat_of(folder: &Path) -> Option<String> {
    if is_in_memory(folder) {
        let memory = "the temporary folder is a tmpfs, memory and no disk: to sync costs nothing here (TMPDIR names another)";
        return Some(memory.to_owned());
    }
    pressure::disk_busy_ns(folder).is_none().then(|| {
        "the temporary folder's file system (overlay, btrfs, a network) names no disk: whether one is the limit is not \
         told (TMPDIR names another)"
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
    fn memory_is_told_from_what_is_missing() {
        assert!(is_in_memory(Path::new("/dev/shm")));
        assert!(!is_in_memory(Path::new("/proc")));
        assert!(!is_in_memory(Path::new("/no/such/folder")));
    }

    #[test]
    fn a_relative_or_empty_name_is_meant_from_the_current_folder() {
        for (named, meant) in
            [("", "/here"), (".", "/here"), ("a/b/", "/here/a/b"), ("/tmp", "/tmp"), ("/", "/")]
        {
            assert_eq!(absolute(Path::new("/here"), Path::new(named)).as_os_str(), meant, "`{named}`");
        }
        assert!(place().is_absolute());
    }

    #[test]
    fn memory_and_a_disk_out_of_sight_are_told_apart() {
        assert!(caveat_of(Path::new("/dev/shm")).is_some_and(|caveat| caveat.contains("tmpfs")));
        assert!(caveat_of(Path::new("/proc")).is_some_and(|caveat| caveat.contains("names no disk")));
    }

    #[test]
    fn a_full_disk_is_told_with_the_folder_and_the_way_out() {
        let full = failed("write a file", &io::Error::from_raw_os_error(nix::libc::ENOSPC));
        assert!(full.message.starts_with("cannot write a file in `/"), "{full}");
        assert!(full.message.contains("No space left on device"), "{full}");
        assert_eq!(full.help.as_deref(), Some(ADVICE));
        let files = failed("make a file", &io::Error::from_raw_os_error(nix::libc::EMFILE));
        assert!(files.help.is_some_and(|help| help.contains("ulimit -n")));
    }
}
