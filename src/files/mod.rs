//! Files that a user names: read as text, written without harm to what is already there.
//!
//! It knows nothing of what the files hold. `read` reads whatever there is, `kind` says what else a file is, `source` names the
//! lines of settings, `target` finds cargo's target folder, `regular` replaces a regular file as a whole, `stream` writes to what
//! has no content of its own: a pipe, a terminal, `/dev/null`.

pub mod kind;
mod read;
mod regular;
pub mod source;
mod stream;
pub mod target;

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// How many links the kernel follows before it gives up.
const MOST_LINKS: usize = 40;

/// The text of a file in UTF-8 or UTF-16, packed by gzip or not, without its byte-order mark. The name `-` means standard input.
///
/// # Errors
/// If it cannot be read, is too large, is empty or holds no text: what it is instead is named, with advice if that tells what
/// to do.
pub fn text(path: &Path) -> Result<String, Failure> {
    read::text(path, read::LARGEST)
}

/// The same of a file that people write: a small one.
///
/// # Errors
/// As [`text`].
pub fn settings(path: &Path) -> Result<String, Failure> {
    read::text(path, read::LARGEST_SETTINGS)
}

/// The text of a file that will be written again: in UTF-8, with everything that is in it.
///
/// # Errors
/// As [`text`].
pub fn as_it_is(path: &Path) -> Result<String, Failure> {
    read::as_it_is(path)
}

/// What gzip packed into some bytes; `None` if it is damaged, or too large for a file of Fairlane.
pub fn gunzip(packed: &[u8]) -> Option<Vec<u8>> {
    read::gunzip(packed, read::LARGEST).ok()
}

/// Writes a file as a whole. What is at `path` decides how:
///
/// - nothing, or a regular file: a reader sees the old content or the new one, never a part. An existing file keeps its
///   mode, its owner and its hard links; one that may not be written is not replaced either.
/// - a link: the file behind it is written, and the link stays.
/// - a pipe, a terminal, another character device: the bytes are written to it. A named pipe needs a reader within
///   5 s.
/// - a folder, a socket, a block device: nothing is written.
///
/// The name `-` means standard output.
///
/// # Errors
/// If it cannot be written; the operation and the path are named, with advice. An existing file keeps its content then.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = behind_links(path).and_then(|target| match target {
        Target::StandardOutput => stream::to_standard_output(bytes),
        Target::StandardError => io::Write::write_all(&mut io::stderr(), bytes),
        Target::Open(path) => stream::write(&path, bytes),
        Target::Named(path) => match fs::metadata(&path) {
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => regular::create(&path, bytes),
            Err(cause) => Err(cause),
            Ok(found) if found.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            Ok(found) if found.is_file() => regular::replace(&path, bytes),
            Ok(found) if found.file_type().is_block_device() => Err(io::Error::other("it is a disk")),
            Ok(found) if found.file_type().is_socket() => Err(io::Error::other("it is a socket")),
            Ok(_) => stream::write(&path, bytes),
        },
    });
    written.map_err(|cause| failed(path, &cause))
}

/// Tries whether [`write()`] can write there, before the work whose result will be written; leaves everything as it was.
///
/// # Errors
/// As [`write()`], as far as that is known now: a disk can become full later, and a pipe can lose its reader.
pub fn try_out(path: &Path) -> Result<(), Failure> {
    let tried = behind_links(path).and_then(|target| match target {
        Target::Named(path) => match fs::metadata(&path) {
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => regular::try_out(&path),
            Err(cause) => Err(cause),
            Ok(found) if found.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            Ok(found) if found.is_file() => fs::OpenOptions::new().write(true).open(&path).map(drop),
            Ok(_) => Ok(()),
        },
        _ => Ok(()),
    });
    tried.map_err(|cause| failed(path, &cause))
}

/// Removes from a folder what processes left that were killed while they wrote into it; [`write()`] does the same.
pub fn sweep(folder: &Path) {
    regular::sweep(folder);
}

/// Whether what is written there comes out on standard output: then nothing else should.
pub fn is_standard_output(path: &Path) -> bool {
    matches!(behind_links(path), Ok(Target::StandardOutput))
}

/// Whether it has no content that could be lost: standard output, an open file, a pipe, a device.
pub fn is_stream(path: &Path) -> bool {
    match behind_links(path) {
        Ok(Target::Named(path)) => fs::metadata(&path).is_ok_and(|found| !found.is_file() && !found.is_dir()),
        other => other.is_ok(),
    }
}

/// Refuses an output that is one of the files that were read, under whatever name.
///
/// # Errors
/// If it is one of them.
pub fn spare<'a>(output: &Path, read: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let identity = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    let Some(there) = identity(output) else { return Ok(()) };
    match read.into_iter().find(|read| identity(read) == Some(there)) {
        None => Ok(()),
        Some(read) => {
            let (output, read) = (output.display(), read.display());
            Err(Failure::new(format!(
                "cannot write `{output}`: it is the record `{read}`, which would be lost"
            ))
            .help("name another file"))
        }
    }
}

/// Where the bytes go.
enum Target {
    StandardOutput,
    StandardError,
    /// An open file of some process, under its name in `/proc`.
    Open(PathBuf),
    /// Anything else. It may be missing, but is not a link.
    Named(PathBuf),
}

/// Follows links one by one: the last one may lead to a file that does not exist yet, or to an open file.
fn behind_links(path: &Path) -> io::Result<Target> {
    if path == Path::new("-") {
        return Ok(Target::StandardOutput);
    }
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { return Ok(Target::Named(path)) };
        let folder = fs::canonicalize(folder_of(&path))?;
        if folder.starts_with("/proc") {
            return Ok(open_file(&folder, path));
        }
        path = folder.join(next);
    }
    Err(io::Error::from_raw_os_error(nix::libc::ELOOP))
}

/// The target behind a link in `/proc`, whose text is not always a path.
fn open_file(folder: &Path, path: PathBuf) -> Target {
    let own = fs::canonicalize("/proc/self/fd").is_ok_and(|own| own == folder);
    match path.file_name().and_then(|number| number.to_str()).filter(|_| own) {
        Some("1") => Target::StandardOutput,
        Some("2") => Target::StandardError,
        _ => Target::Open(path),
    }
}

/// The folder of a file: of a name alone it is the current one.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(path: &Path, cause: &io::Error) -> Failure {
    use io::ErrorKind::{
        BrokenPipe, IsADirectory, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem, StorageFull,
        TimedOut,
    };
    let advice = match cause.kind() {
        IsADirectory => "name a file in it",
        NotFound | NotADirectory => "make its folder first, or name a file in a folder that exists",
        PermissionDenied | ReadOnlyFilesystem => {
            "name a file that you may write, in a folder that you may write"
        }
        StorageFull => "make room on that disk, or name a file on another",
        TimedOut | BrokenPipe => "start its reader first, and keep it running until the end",
        _ => "name another file",
    };
    Failure::caused(format!("write `{}`", path.display()), cause).help(advice)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_file_behind_a_link_is_written_and_the_link_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).expect("made");
        fs::write(at("sub/file"), "old").expect("written");
        symlink("sub/file", at("near")).expect("linked");
        symlink("../near", at("sub/far")).expect("linked");
        symlink("new", at("sub/dangling")).expect("linked");
        write(&at("sub/far"), b"new").expect("written");
        assert_eq!(fs::read(at("sub/file")).expect("read"), b"new");
        write(&at("sub/dangling"), b"made").expect("written");
        assert_eq!(fs::read(at("sub/new")).expect("read"), b"made");
        for link in ["near", "sub/far", "sub/dangling"] {
            assert!(at(link).is_symlink(), "{link}");
        }
        symlink("loop", at("loop")).expect("linked");
        assert!(write(&at("loop"), b"").is_err_and(|failure| failure.help.is_some()));
    }

    #[test]
    fn the_own_output_is_known_under_its_names() {
        for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            assert!(is_standard_output(Path::new(name)), "{name}");
        }
        for name in ["/dev/null", "/dev/fd/0", "/dev/stderr", "a", "./-", "a/"] {
            assert!(!is_standard_output(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_named_with_advice() {
        let folder = tempfile::tempdir().expect("a folder");
        let there = folder.path().display();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
        let new = folder.path().join("new");
        try_out(&new).expect("it can be made");
        for (path, says, helps) in [
            (format!("{there}"), "it is a folder", "name a file in it"),
            (format!("{there}/new/"), "it is a folder", "name a file in it"),
            (format!("{there}/no/file"), "No such file", "make its folder first"),
            (format!("{there}/socket/file"), "Not a directory", "make its folder first"),
            (format!("{there}/socket"), "it is a socket", "name another file"),
            ("/dev/full".into(), "No space left", "make room"),
        ] {
            let failure = write(Path::new(&path), b"new").expect_err(&path);
            assert!(failure.message.starts_with(&format!("cannot write `{path}`: ")), "{failure}");
            assert!(failure.message.contains(says), "{failure}");
            assert!(failure.help.as_deref().is_some_and(|help| help.contains(helps)), "{failure:?}");
            // Devices and the like show it when they are written, and not before.
            let is_known = !path.ends_with("/socket") && !path.ends_with("/full");
            assert_eq!(try_out(Path::new(&path)), if is_known { Err(failure) } else { Ok(()) });
        }
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "only the socket");
    }

    #[test]
    fn a_file_that_was_read_is_spared_under_every_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("run.json"), "").expect("written");
        fs::write(at("other"), "").expect("written");
        symlink("run.json", at("link")).expect("linked");
        fs::hard_link(at("run.json"), at("hard")).expect("linked");
        for (output, is_spared) in
            [("run.json", true), ("link", true), ("hard", true), ("other", false), ("new", false)]
        {
            assert_eq!(
                spare(&at(output), &[at("other.json"), at("run.json")]).is_err(),
                is_spared,
                "{output}"
            );
        }
    }
}
