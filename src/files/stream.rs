//! What has no content that could be lost: pipes, terminals, `/dev/null`, files that are open already. It is written to,
//! and never replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc::ENXIO;

/// How long a named pipe may lack a reader.
const PATIENCE: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_millis(10);

/// A reader that has gone away (`| head`) is not an error.
pub(super) fn to_standard_output(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(gone) if gone.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes to what `path` names, at its end.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    open(path, PATIENCE)?.write_all(bytes)
}

/// A named pipe would wait for a reader for ever: it is opened without waiting, again and again.
fn open(path: &Path, patience: Duration) -> io::Result<File> {
    let is_pipe = fs::metadata(path)?.file_type().is_fifo();
    let flags = if is_pipe { OFlag::O_NOCTTY | OFlag::O_NONBLOCK } else { OFlag::O_NOCTTY };
    let mut options = OpenOptions::new();
    options.append(true).custom_flags(flags.bits());
    let mut tries = patience.as_millis() / PAUSE.as_millis();
    let file = loop {
        match options.open(path) {
            Err(cause) if is_pipe && cause.raw_os_error() == Some(ENXIO) && tries > 0 => {
                tries -= 1;
                thread::sleep(PAUSE);
            }
            Err(cause) if is_pipe && cause.raw_os_error() == Some(ENXIO) => {
                let text = format!("no process reads this pipe, after {} s", patience.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, text));
            }
            opened => break opened?,
        }
    };
    if is_pipe {
        fcntl(&file, FcntlArg::F_SETFL(OFlag::O_APPEND))?; // a slow reader is waited for
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::path::PathBuf;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;
    use tempfile::TempDir;

    use super::*;

    fn pipe() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        mkfifo(&pipe, Mode::S_IRWXU).expect("a pipe");
        (folder, pipe)
    }

    #[test]
    fn a_pipe_without_a_reader_is_not_waited_for_for_ever() {
        let (_folder, pipe) = pipe();
        let failed = open(&pipe, Duration::from_millis(30)).expect_err("no reader");
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_slow_reader_gets_all_of_it_and_the_pipe_stays_one() {
        let (_folder, pipe) = pipe();
        let sent = vec![7; 1 << 20]; // more than a pipe holds
        let got = thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut got = Vec::new();
                let mut file = File::open(&pipe).expect("opened");
                thread::sleep(Duration::from_millis(50));
                file.read_to_end(&mut got).expect("read");
                got
            });
            write(&pipe, &sent).expect("written");
            reader.join().expect("a reader")
        });
        assert!(got == sent);
        assert!(fs::metadata(&pipe).expect("there").file_type().is_fifo());
    }

    #[test]
    fn a_device_stays_one() {
        write(Path::new("/dev/null"), b"gone").expect("written");
        assert!(fs::metadata("/dev/null").expect("there").file_type().is_char_device());
        assert_eq!(write(Path::new("/dev/full"), b"x").expect_err("full").kind(), io::ErrorKind::StorageFull);
    }
}
