//! A file as text: whatever a user names, read once, with bounded memory, and never waited for without end. Says what a
//! file is that holds no text. Knows nothing of what texts mean.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::kind::{self, GZIP, HEAD};
use crate::failure::Failure;
use crate::process::interrupt;

/// Records have a few megabytes. What has more is something else, or has no end.
pub(super) const LARGEST: usize = 64 << 20;

/// Settings are written by hand.
pub(super) const LARGEST_SETTINGS: usize = 1 << 20;

/// How long a named pipe may lack a writer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How soon an interrupt is seen.
const PAUSE_MS: u16 = 50;

/// Why a file is no text, and what its user can do.
type Refused = (String, Option<&'static str>);

/// The text of a file in UTF-8 or UTF-16, packed by gzip or not, without its byte-order mark. The name `-` means standard input.
pub(super) fn text(path: &Path, most: usize) -> Result<String, Failure> {
    let bytes = bytes(path, most).map_err(|cause| failed(path, &cause))?;
    unpacked(bytes, most).and_then(decoded).map_err(|refused| refusal(path, refused))
}

/// The text of a file that will be written again: in UTF-8, as it is.
pub(super) fn as_it_is(path: &Path) -> Result<String, Failure> {
    let bytes = bytes(path, LARGEST).map_err(|cause| failed(path, &cause))?;
    let refused = match bytes.as_slice() {
        packed if packed.starts_with(GZIP) => {
            Some(("it is a gzip file".to_owned(), Some("unpack it first: `gunzip FILE`")))
        }
        wide if utf16(wide).is_some() => Some(("it is UTF-16".to_owned(), Some("save it as UTF-8 first"))),
        _ => None,
    };
    refused.map_or_else(|| utf8(bytes).and_then(filled), Err).map_err(|refused| refusal(path, refused))
}

fn refusal(path: &Path, (why, help): Refused) -> Failure {
    let failure = Failure::new(format!("cannot read `{}`: {why}", path.display()));
    match help {
        Some(help) => failure.help(help.replace("FILE", &path.display().to_string())),
        None => failure,
    }
}

fn failed(path: &Path, cause: &io::Error) -> Failure {
    let failure = Failure::caused(format!("read `{}`", path.display()), cause);
    match cause.kind() {
        ErrorKind::PermissionDenied => failure.help("name a file that you may read"),
        ErrorKind::TimedOut => failure.help("start its writer first"),
        ErrorKind::IsADirectory => failure.help("name a file in it"),
        _ => failure,
    }
}

/// At most so many bytes, and one more if there are more.
fn bytes(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        return all(&io::stdin().lock(), most, false);
    }
    let is_missing = || fs::metadata(path).is_err_and(|cause| cause.kind() == ErrorKind::NotFound);
    if let (Ok(target), true) = (fs::read_link(path), is_missing()) {
        let text = format!("it is a link to `{}`, which is not there", target.display());
        return Err(io::Error::new(ErrorKind::NotFound, text));
    }
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    // Opening a pipe waits for its writer, and opening a serial line for its other end.
    let flags = if kind.is_file() { OFlag::O_NOCTTY } else { OFlag::O_NOCTTY | OFlag::O_NONBLOCK };
    let file = OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)?;
    if kind.is_file() { whole(file, most) } else { all(&file, most, kind.is_fifo()) }
}

fn whole(mut file: File, most: usize) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    file.by_ref().take(HEAD as u64).read_to_end(&mut read)?;
    if !is_no_text(&read) {
        let rest = (most + 1).saturating_sub(read.len());
        file.take(rest as u64).read_to_end(&mut read)?;
    }
    bounded(read, most)
}

/// Everything that comes from a stream. An interrupt ends it; so does a named pipe that nobody opens.
fn all(stream: &impl AsFd, most: usize, is_pipe: bool) -> io::Result<Vec<u8>> {
    let (mut read, mut part) = (Vec::new(), vec![0; 1 << 16]);
    let mut tries = PATIENCE.as_millis() / u128::from(PAUSE_MS);
    while read.len() <= most && !is_no_text(&read) {
        if interrupt::came() {
            return Err(ErrorKind::Interrupted.into());
        }
        let mut waits = [PollFd::new(stream.as_fd(), PollFlags::POLLIN)];
        let is_ready = poll(&mut waits, PollTimeout::from(PAUSE_MS)).is_ok_and(|ready| ready > 0);
        if !is_ready && !is_pipe {
            continue; // standard input may be open for all, and then a read would wait
        }
        match nix::unistd::read(stream.as_fd(), &mut part) {
            Ok(0) if read.is_empty() && !is_ready && tries > 0 => tries -= 1,
            Ok(0) if read.is_empty() && !is_ready => {
                let text = format!("no process writes to this pipe, after {} s", PATIENCE.as_secs());
                return Err(io::Error::new(ErrorKind::TimedOut, text));
            }
            Ok(0) => break,
            Ok(count) => read.extend_from_slice(&part[..count]),
            Err(Errno::EAGAIN | Errno::EINTR) => {} // its writer has nothing to say yet
            Err(cause) => return Err(cause.into()),
        }
    }
    bounded(read, most)
}

/// Whether the beginning tells that this is no text: then the rest is not read, which may have no end.
fn is_no_text(read: &[u8]) -> bool {
    let head = &read[..read.len().min(HEAD)];
    let is_broken = || str::from_utf8(head).is_err_and(|wrong| wrong.error_len().is_some());
    let is_readable = head.starts_with(GZIP) || utf16(head).is_some();
    !is_readable && (kind::of_bytes(head).is_some() || head.starts_with(b"\0\0") || is_broken())
}

fn bounded(read: Vec<u8>, most: usize) -> io::Result<Vec<u8>> {
    if read.len() > most {
        let text =
            format!("it is larger than {} MiB, the most that Fairlane reads of such a file", most >> 20);
        return Err(io::Error::new(ErrorKind::FileTooLarge, text));
    }
    Ok(read)
}

/// What gzip packed, or the bytes as they are.
fn unpacked(bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, Refused> {
    if bytes.starts_with(GZIP) { gunzip(&bytes, most) } else { Ok(bytes) }
}

/// What gzip packed: a small file can hold very much.
pub(super) fn gunzip(packed: &[u8], most: usize) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let read = MultiGzDecoder::new(packed).take(most as u64 + 1).read_to_end(&mut bytes);
    match read {
        Err(cause) if cause.kind() == ErrorKind::UnexpectedEof => Err(half()),
        Err(cause) => Err((format!("it is a gzip file, and damaged: {cause}"), Some(AGAIN))),
        Ok(_) => bounded(bytes, most).map_err(|cause| (cause.to_string(), None)),
    }
}

const AGAIN: &str = "copy or write it again";

fn half() -> Refused {
    ("it ends in the middle".into(), Some("copy it again when its writer is done"))
}

fn decoded(bytes: Vec<u8>) -> Result<String, Refused> {
    let text = match utf16(&bytes) {
        Some(text) => text?,
        None => utf8(bytes)?,
    };
    let text = filled(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))?;
    // As Macs wrote them.
    let is_old = text.contains('\r') && !text.contains('\n');
    Ok(if is_old { text.replace('\r', "\n") } else { text })
}

/// A text with something in it.
fn filled(text: String) -> Result<String, Refused> {
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(("it is empty".into(), None));
    }
    if let Some(at) = text.find('\0') {
        return Err((format!("it is no text: byte {} is 0", at + 1), Some("name another file")));
    }
    Ok(text)
}

fn utf8(bytes: Vec<u8>) -> Result<String, Refused> {
    if let Some((what, help)) = kind::of_bytes(&bytes) {
        return Err((format!("it is {what}"), Some(help)));
    }
    String::from_utf8(bytes).map_err(|wrong| {
        let before = &wrong.as_bytes()[..wrong.utf8_error().valid_up_to()];
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let why = if wrong.as_bytes().contains(&0) {
            format!("it is no text: byte {} is no part of UTF-8", before.len() + 1)
        } else {
            format!(
                "it is not UTF-8: line {} has the byte {:#04x}",
                lines + 1,
                wrong.as_bytes()[before.len()]
            )
        };
        (why, Some("save it as UTF-8"))
    })
}

/// The text, if the file is UTF-16: its first sign is a byte-order mark, or is one of ASCII.
fn utf16(bytes: &[u8]) -> Option<Result<String, Refused>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        [1..=255, 0, 1..=255, ..] => u16::from_le_bytes,
        [0, 1..=255, 0, 1..=255, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, rest) = bytes.as_chunks();
    let text = char::decode_utf16(pairs.iter().copied().map(unit)).collect::<Result<String, _>>();
    Some(match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(("it is not UTF-16 to its end".into(), Some("save it as UTF-8"))),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), bytes).expect("written");
        text(file.path(), 1_000)
            .map_err(|failure| failure.message.rsplit("`: ").next().expect("a cause").into())
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("written")
    }

    #[test]
    fn a_text_is_read_in_every_usual_encoding() {
        let wide = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
            [mark, &"a\u{1f6e3}\n".encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat()
        };
        for bytes in [
            "a\u{1f6e3}\n".as_bytes().to_vec(),
            "\u{feff}a\u{1f6e3}\n".into(),
            wide(b"\xff\xfe", u16::to_le_bytes),
            wide(b"\xfe\xff", u16::to_be_bytes),
            packed("a\u{1f6e3}\n".as_bytes()),
            packed(&wide(b"\xff\xfe", u16::to_le_bytes)),
        ] {
            assert_eq!(read(&bytes), Ok("a\u{1f6e3}\n".to_owned()), "{bytes:?}");
        }
        assert_eq!(read(b"\xef\xbb\xbfa\xef\xbb\xbf"), Ok("a\u{feff}".into()), "only the first mark is one");
        assert_eq!(read(b"a\rb"), Ok("a\nb".into()), "lines of old Macs");
        assert_eq!(read(b"a\r\nb"), Ok("a\r\nb".into()));
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, says) in [
            (b"".to_vec(), "it is empty"),
            (b" \r\n".into(), "it is empty"),
            (b"\xef\xbb\xbf".into(), "it is empty"),
            (b"a\nb\xe9".into(), "it is not UTF-8: line 2 has the byte 0xe9"),
            (b"ab\0c".into(), "it is no text: byte 3 is 0"),
            (b"a\xff\0\xff".into(), "it is no text: byte 2 is no part of UTF-8"),
            (b"\xff\xfea\0b".into(), "it is not UTF-16 to its end"),
            (b"\xff\xfe\0\xd8".into(), "it is not UTF-16 to its end"),
            (b"\x7fELF".into(), "it is a program (ELF)"),
            (packed(b"\x7fELF"), "it is a program (ELF)"),
            (packed(b"a")[..12].into(), "it ends in the middle"),
            (packed(&[b'a'; 1_001]), "it is larger than 0 MiB, the most that Fairlane reads of such a file"),
            (vec![b'a'; 1_001], "it is larger than 0 MiB, the most that Fairlane reads of such a file"),
        ] {
            assert_eq!(read(&bytes), Err(says.to_owned()), "{bytes:?}");
        }
        assert!(
            read(b"\x1f\x8b\x08nonsense").is_err_and(|says| says.starts_with("it is a gzip file, and dam"))
        );
        assert_eq!(read(&[b'a'; 1_000]), Ok("a".repeat(1_000)));
    }
}
