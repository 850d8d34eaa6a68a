//! What a file is that is not what was expected, as far as its beginning tells. Knows formats that everybody knows, and
//! nothing of Fairlane.

/// How many bytes tell what a file is.
pub(super) const HEAD: usize = 512;

/// Bytes at an offset, what a file with them is, and how its user gets at what is in it.
type Magic = (usize, &'static [u8], &'static str, &'static str);

const UNPACK: &str = "unpack it first, and name the file that was in it";
const OTHER: &str = "name another file";

const MAGICS: [Magic; 15] = [
    (0, b"PK\x03\x04", "a zip archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a zstd file", "unpack it first: `unzstd FILE`"),
    (0, b"\xfd7zXZ\0", "an xz file", "unpack it first: `unxz FILE`"),
    (0, b"BZh", "a bzip2 file", "unpack it first: `bunzip2 FILE`"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (0, b"Rar!", "a RAR archive", UNPACK),
    (257, b"ustar", "a tar archive", "unpack it first: `tar -xf FILE`, and name the file that was in it"),
    (0, b"%PDF-", "a PDF", OTHER),
    (0, b"\x89PNG\r\n\x1a\n", "a picture (PNG)", OTHER),
    (0, b"\xff\xd8\xff", "a picture (JPEG)", OTHER),
    (0, b"GIF8", "a picture (GIF)", OTHER),
    (0, b"SQLite format 3\0", "a SQLite database", OTHER),
    (0, b"\x7fELF", "a program (ELF)", OTHER),
    (0, b"MZ\x90\0", "a program of Windows", OTHER),
    (0, b"\0asm", "a program (WebAssembly)", OTHER),
];

/// What gzip writes first.
pub(super) const GZIP: &[u8] = b"\x1f\x8b";

/// What a file with that beginning is, and what to do, if it is known and is no text.
pub(super) fn of_bytes(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let is_it = |(at, bytes, ..): &&Magic| head.get(*at..).is_some_and(|head| head.starts_with(bytes));
    MAGICS.iter().find(is_it).map(|(_, _, what, help)| (*what, *help))
}

/// What a text is that is not of the expected form, if that is known.
pub fn of_text(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    let first = text.lines().next().unwrap_or_default();
    let starts = |with: &[&str]| with.iter().any(|with| first.starts_with(with));
    let has_line = |with: &str| text.lines().any(|line| line.starts_with(with));
    let is_key = |line: &str| {
        line.split_once('=').is_some_and(|(key, _)| {
            let key = key.trim();
            !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        })
    };
    let code = || text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let is_table = |line: &str| line.starts_with("[[") && line.contains("]]");
    Some(match () {
        () if has_line("<<<<<<< ") => "has conflict markers of Git",
        () if starts(&["version https://git-lfs."]) => {
            "is a pointer of Git LFS: the file itself was not fetched"
        }
        () if starts(&["<"]) => "is a page (HTML)",
        () if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => "is JSON",
        () if code().is_some_and(|line| is_table(line) || is_key(line)) => "is a file of settings (TOML)",
        () if starts(&["#!"]) => "is a script",
        () if starts(&["# ", "## ", "### ", "**", "| "]) => "is Markdown",
        () if starts(&["{", "["]) => return None,
        () if first.matches(',').count() >= 3 => "is CSV",
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_what_a_file_is() {
        for (at, bytes, what, _) in MAGICS {
            let file = [&vec![b' '; at], bytes, b"more"].concat();
            assert_eq!(of_bytes(&file).map(|(what, _)| what), Some(what));
            assert_eq!(of_bytes(&file[..at + bytes.len() - 1]), None, "{what}, cut");
        }
        assert_eq!(of_bytes(b"{\"schema\": 2}"), None);
    }

    #[test]
    fn texts_tell_what_a_file_is() {
        for (text, what) in [
            ("\n<!DOCTYPE html>", Some("is a page (HTML)")),
            ("{\"a\": 1}", Some("is JSON")),
            ("{\"a\": ", None),
            ("[[[1,2],", None),
            ("# settings\nseconds = 1\n", Some("is a file of settings (TOML)")),
            ("[[group]]\n", Some("is a file of settings (TOML)")),
            ("# A report\n", Some("is Markdown")),
            ("run,id,workload,family\n", Some("is CSV")),
            ("#!/bin/sh\n", Some("is a script")),
            ("<<<<<<< HEAD\n{}\n=======\n>>>>>>> x\n", Some("has conflict markers of Git")),
            ("some words, and more\n", None),
            ("", None),
        ] {
            assert_eq!(of_text(text), what, "{text}");
        }
    }
}
