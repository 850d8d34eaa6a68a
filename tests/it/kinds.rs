//! Kinds of files that users hand to a command in place of a good one, and what each kind of reader makes of it.

use crate::readers::{Form, Reader};

/// What must come of it.
#[derive(Clone, Copy)]
pub(crate) enum Comes {
    /// It is read as the good file is.
    Read,
    /// It is refused, in these words.
    Says(&'static str),
    /// It is read, or refused in an error that names the file.
    Either,
}
use Comes::{Either, Read, Says};

/// What stands in place of a good file, made of it.
type Spoil = fn(&Reader, &[u8]) -> Vec<u8>;

/// The name of the kind, how a good file becomes one, and what comes of it where JSON is read, where settings are, and where any text
/// is.
pub(crate) struct Kind(pub(crate) &'static str, pub(crate) Spoil, Comes, Comes, Comes);

impl Kind {
    pub(crate) fn comes(&self, form: Form) -> Comes {
        match form {
            Form::Json => self.2,
            Form::Toml => self.3,
            Form::Markdown => self.4,
        }
    }
}

fn with(start: &[u8], good: &[u8]) -> Vec<u8> {
    [start, good].concat()
}

fn replaced(good: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(good).replace(from, to).into_bytes()
}

fn utf16(mark: &[u8], good: &[u8], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = String::from_utf8_lossy(good).encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    with(mark, &units)
}

const fn said(name: &'static str, spoil: Spoil, says: &'static str) -> Kind {
    Kind(name, spoil, Says(says), Says(says), Says(says))
}

/// Any other JSON: no settings, and no text with markers.
const fn json(name: &'static str, spoil: Spoil, says: &'static str) -> Kind {
    Kind(name, spoil, Says(says), Says("it is JSON"), Says("it has no marker"))
}

pub(crate) const KINDS: [Kind; 47] = [
    Kind("the good file", |_, good| good.into(), Read, Read, Read),
    Kind("a byte-order mark", |_, good| with(b"\xef\xbb\xbf", good), Read, Read, Read),
    Kind("UTF-16", |_, good| utf16(b"\xff\xfe", good, u16::to_le_bytes), Read, Read, Says("it is UTF-16")),
    Kind(
        "UTF-16, high bytes first",
        |_, good| utf16(b"\xfe\xff", good, u16::to_be_bytes),
        Read,
        Read,
        Says("it is UTF-16"),
    ),
    Kind(
        "UTF-16 without a mark",
        |_, good| utf16(b"", good, u16::to_le_bytes),
        Read,
        Read,
        Says("it is UTF-16"),
    ),
    Kind(
        "half a sign of UTF-16",
        |_, _| b"\xff\xfe{\0}".into(),
        Says("it is not UTF-16 to its end"),
        Says("it is not UTF-16 to its end"),
        Says("it is UTF-16"),
    ),
    said("Latin-1", |_, good| with(b"\n\n# \xe9\n", good), "it is not UTF-8: line 3"),
    Kind("CRLF", |_, good| replaced(good, "\n", "\r\n"), Read, Read, Read),
    Kind("CR alone", |_, good| replaced(good, "\n", "\r"), Read, Read, Either),
    Kind("no end of its last line", |_, good| good.trim_ascii_end().into(), Read, Read, Read),
    Kind("blank lines around it", |_, good| [b"\n \n", good, b"\n\n"].concat(), Read, Read, Read),
    said("nothing", |_, _| Vec::new(), "it is empty"),
    said("blanks", |_, _| b" \r\n\t\n".into(), "it is empty"),
    said("a mark alone", |_, _| b"\xef\xbb\xbf".into(), "it is empty"),
    Kind(
        "half of it",
        |_, good| good[..good.len() / 2].into(),
        Says("it ends in the middle"),
        Either,
        Either,
    ),
    said("zeros", |_, _| vec![0; 4096], "it is no text"),
    Kind(
        "gzip",
        |reader, good| reader.made("gzip --stdout good", good),
        Read,
        Read,
        Says("it is a gzip file"),
    ),
    Kind(
        "half of a gzip file",
        |reader, good| {
            let whole = reader.made("gzip --stdout good", good);
            whole[..whole.len() / 2].into()
        },
        Says("it ends in the middle"),
        Says("it ends in the middle"),
        Says("it is a gzip file"),
    ),
    said("zip", |_, _| b"PK\x03\x04\x14\0\0\0".into(), "it is a zip archive"),
    said("zstd", |_, _| b"\x28\xb5\x2f\xfd\x04\x58".into(), "it is a zstd file"),
    said("xz", |_, _| b"\xfd7zXZ\0\0\x04".into(), "it is an xz file"),
    said("bzip2", |_, _| b"BZh91AY&SY".into(), "it is a bzip2 file"),
    said("7-Zip", |_, _| b"7z\xbc\xaf\x27\x1c\0\x04".into(), "it is a 7-Zip archive"),
    said("tar", |reader, good| reader.made("tar --create --file - good", good), "it is a tar archive"),
    said("PDF", |_, _| b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".into(), "it is a PDF"),
    said("PNG", |_, _| b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".into(), "it is a picture"),
    said("JPEG", |_, _| b"\xff\xd8\xff\xe0\0\x10JFIF".into(), "it is a picture"),
    said("SQLite", |_, _| b"SQLite format 3\0\x10\0".into(), "it is a SQLite database"),
    said("ELF", |_, _| b"\x7fELF\x02\x01\x01\0".into(), "it is a program"),
    Kind(
        "a page without a record",
        |_, _| b"<!DOCTYPE html>\n<html lang=\"en\"><body>Fairlane</body></html>".into(),
        Says("it is a page (HTML) without a record"),
        Says("it is a page (HTML)"),
        Says("it has no marker"),
    ),
    Kind(
        "a table for spreadsheets",
        |reader, _| reader.made("\"$0\" report run.json --csv", b""),
        Says("it is CSV"),
        Says("it is CSV"),
        Says("it has no marker"),
    ),
    Kind(
        "a report in Markdown",
        |reader, _| reader.made("\"$0\" report run.json --markdown", b""),
        Says("it is Markdown"),
        Either,
        Says("it has no marker"),
    ),
    Kind(
        "a report as a terminal shows it",
        |reader, _| reader.made("\"$0\" report run.json", b""),
        Says("it is not JSON"),
        Either,
        Says("it has no marker"),
    ),
    Kind(
        "what Git leaves of a large file",
        |_, _| b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n".into(),
        Says("it is a pointer of Git LFS"),
        Says("it is a pointer of Git LFS"),
        Says("it has no marker"),
    ),
    Kind(
        "a merge that was not finished",
        |_, good| [b"<<<<<<< HEAD\n", good, b"=======\n", good, b">>>>>>> other\n"].concat(),
        Says("it has conflict markers of Git"),
        Says("it has conflict markers of Git"),
        Either,
    ),
    json("no object", |_, _| b"[1, 2, 3]".into(), "it is JSON, but not "),
    json("an empty object", |_, _| b"{}".into(), "it is JSON, but not "),
    Kind("nesting", |_, _| vec![b'['; 100_000], Says("it ends in the middle"), Either, Says("no marker")),
    json(
        "a result of hyperfine",
        |_, _| {
            br#"{"results": [{"command": "true", "mean": 0.1, "times": [0.1], "exit_codes": [0]}]}"#.into()
        },
        "it is a result of hyperfine",
    ),
    json(
        "an estimate of criterion",
        |_, _| br#"{"mean": {"confidence_interval": {}}, "median": {}, "std_dev": {}}"#.into(),
        "it is an estimate of criterion",
    ),
    json(
        "a result of pytest-benchmark",
        |_, _| br#"{"machine_info": {}, "commit_info": {}, "benchmarks": [], "version": "4.0.0"}"#.into(),
        "it is a result of pytest-benchmark",
    ),
    json(
        "a result of Google Benchmark",
        |_, _| br#"{"context": {"num_cpus": 2}, "benchmarks": []}"#.into(),
        "it is a result of Google Benchmark",
    ),
    json(
        "a summary of k6",
        |_, _| br#"{"root_group": {"name": ""}, "metrics": {"http_reqs": {}}}"#.into(),
        "it is a summary of k6",
    ),
    json(
        "a trace",
        |reader, _| reader.made("\"$0\" report run.json --trace -", b""),
        "it is a trace of timelines",
    ),
    Kind(
        "a newer schema",
        |reader, good| replaced(good, reader.schema, "schema\": 99"),
        Either,
        Either,
        Either,
    ),
    Kind(
        "a key that is there twice",
        |reader, good| replaced(good, reader.key, &format!("{0}{0}", reader.key)),
        Says("duplicate"),
        Says("duplicate"),
        Either,
    ),
    Kind(
        "a byte that is zero",
        |_, good| with(b" \n \0", good),
        Says("it is no text"),
        Says("it is no text"),
        Says("it is no text"),
    ),
];
