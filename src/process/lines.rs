//! Lines that another program writes, of which a bounded part is kept however long the program makes them.
//!
//! Knows neither the programs nor what their lines mean.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use crate::failure::controls;

/// One line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its text, or the beginning of it; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// The lines of a stream, to its end or its first error. A line that is too long is given at once, without waiting for
/// its end, which may never come.
pub(super) struct Lines<R> {
    stream: BufReader<R>,
    most: usize,
    /// The rest of the present line is not wanted.
    skips: bool,
}

impl<R: Read> Lines<R> {
    /// Keeps at most that many bytes of a line.
    pub(super) fn of(stream: R, most: usize) -> Self {
        Self { stream: BufReader::new(stream), most, skips: false }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut kept = Vec::new();
        loop {
            let bytes = match self.stream.fill_buf() {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            if bytes.is_empty() {
                return Ok((!kept.is_empty()).then(|| line(kept, true)));
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let used = part.len() + usize::from(end.is_some());
            let skips = self.skips;
            self.skips = skips && end.is_none();
            if skips {
                self.stream.consume(used);
                continue;
            }
            let room = self.most - kept.len();
            kept.extend_from_slice(&part[..part.len().min(room)]);
            let fits = part.len() <= room;
            self.skips = !fits && end.is_none();
            self.stream.consume(used);
            if !fits || end.is_some() {
                return Ok(Some(line(kept, fits)));
            }
        }
    }
}

fn line(bytes: Vec<u8>, is_whole: bool) -> Line {
    // Mostly without a copy: a line can be megabytes long.
    let text =
        String::from_utf8(bytes).unwrap_or_else(|not| String::from_utf8_lossy(not.as_bytes()).into_owned());
    // They would move the cursor of a terminal, and no page may have them.
    let moves = |c: char| controls(c) && !matches!(c, '\t' | '\n' | '\r');
    let text = if text.contains(moves) { text.replace(moves, "\u{fffd}") } else { text };
    Line { text, is_whole }
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        self.read().ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stream: impl Read, most: usize) -> Vec<(String, bool)> {
        Lines::of(stream, most).map(|line| (line.text, line.is_whole)).collect()
    }

    #[test]
    fn lines_that_fit_are_whole_and_longer_ones_are_cut() {
        let lines = read(&b"abc\n\nabcd\nab\xff\n\x1b[m\nend"[..], 3);
        let expected = [
            ("abc", true),
            ("", true),
            ("abc", false),
            ("ab\u{fffd}", true),
            ("\u{fffd}[m", true),
            ("end", true),
        ];
        assert_eq!(lines, expected.map(|(text, is_whole)| (text.to_owned(), is_whole)));
    }

    #[test]
    fn an_endless_line_is_given_at_its_limit_and_takes_no_more_memory() {
        let mut lines = Lines::of(io::repeat(b'x').take(1 << 40), 70_000);
        let first = lines.next().expect("at once");
        assert_eq!((first.text.len(), first.is_whole), (70_000, false));
    }

    #[test]
    fn what_follows_a_line_that_was_cut_is_found() {
        let long = [vec![b'x'; 100_000], b"\nnext\n".to_vec()].concat();
        let expected = [("x".repeat(10), false), ("next".to_owned(), true)];
        assert_eq!(read(long.as_slice(), 10), expected);
    }
}
