//! Temporary files and folders: where they lie, what stores them, and what to do when that refuses.
//!
//! A leaf: it knows nothing of who uses them. All of them lie where `TMPDIR` says.

use std::env;
use std::fs::File;
use std::io;
use std::path::Path;

use nix::sys::statfs::{self, TMPFS_MAGIC};
use tempfile::TempDir;

use crate::failure::Failure;
use crate::process::limits;

/// A file without a name: it vanishes however its process ends.
///
/// # Errors
/// If the temporary folder is missing, full, or may not be written.
pub fn file() -> Result<File, Failure> {
    tempfile::tempfile().map_err(|cause| failed("make a temporary file", &cause))
}

/// A folder that goes with its owner. Only a killed owner leaves it behind.
///
/// # Errors
/// As [`file()`].
pub fn folder() -> Result<TempDir, Failure> {
    let made = tempfile::Builder::new().prefix("fairlane-").tempdir();
    made.map_err(|cause| failed("make a temporary folder", &cause))
}

/// An operation on a temporary file that failed, with the folder and the way to another.
pub fn failed(operation: &str, cause: &io::Error) -> Failure {
    let failure = limits::explain(within(operation), cause);
    if failure.help.is_some() { failure } else { failure.help(ADVICE) }
}

/// The operation with the folder it took place in.
pub fn within(operation: &str) -> String {
    format!("{operation} in `{}`", env::temp_dir().display())
}

/// What to do where a temporary file cannot be had or used.
pub const ADVICE: &str = "set TMPDIR to a folder on a disk that has room and may be written";

/// What a reader of measured writes must know: in memory, they reach no disk.
pub fn caveat() -> Option<String> {
    is_in_memory(&env::temp_dir()).then(|| {
        "the temporary folder is a tmpfs, memory and no disk: to sync costs nothing here (TMPDIR names another)"
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
    fn a_full_disk_is_told_with_the_folder_and_the_way_out() {
        let full = failed("write a file", &io::Error::from_raw_os_error(nix::libc::ENOSPC));
        assert!(full.message.starts_with("write a file in `/"), "{full}");
        assert!(full.message.contains("No space left on device"), "{full}");
        assert_eq!(full.help.as_deref(), Some(ADVICE));
        let files = failed("make a file", &io::Error::from_raw_os_error(nix::libc::EMFILE));
        assert!(files.help.is_some_and(|help| help.contains("ulimit -n")));
    }
}
