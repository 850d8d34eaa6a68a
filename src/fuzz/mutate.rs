//! Spoils inputs: bytes, lines, words and numbers. Every input follows from the seed and its number alone. Knows no format, only what
//! texts have in common.

use std::ops::Range;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// What takes the place of a number.
const NUMBERS: [&str; 40] = [
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "0.5",
    "1e-9",
    "7",
    "64",
    "65",
    "200",
    "1000",
    "1001",
    "1000000",
    "1000001",
    "1e7",
    "1e18",
    "1e30",
    "1e150",
    "1e300",
    "1e308",
    "-1e308",
    "1.7976931348623157e308",
    "5e-324",
    "1e-308",
    "1e400",
    "4294967295",
    "4294967296",
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "null",
];

/// What takes the place of a word, or is put anywhere.
const TEXTS: [&str; 26] = [
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "[0,0]",
    "\"NaN\"",
    "\\n",
    "\\u0000",
    "\\u001b[2J",
    "\\u202e",
    "\\ud800",
    "\n",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{2028}",
    "\u{5e9}\u{5dc}",
    "并发",
    "\u{1f9ea}",
    "../../etc",
    "{jobs}",
    "{",
    "}",
    "`",
    "-w4",
];

/// What is put into an input so that it is no text any more.
const NO_TEXT: [&[u8]; 5] = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\x00", b"\xf4\x90\x80\x80"];

/// What nests.
const NESTS: [(&str, &str); 6] =
    [("[", "]"), ("{\"a\":", "}"), ("{ a = ", " }"), ("a.", ""), ("\"", "\""), ("{", "}")];

/// No input becomes longer: a reader may take time in proportion to its input.
const LONGEST: usize = 1 << 20;

/// Gives inputs.
pub(super) struct Mutator<'s> {
    seed: u64,
    seeds: &'s [Vec<u8>],
}

impl<'s> Mutator<'s> {
    pub(super) fn new(seed: u64, seeds: &'s [Vec<u8>]) -> Self {
        Self { seed, seeds }
    }

    /// The input of that number: first the seeds as they are, then one or several changes of any of them.
    pub(super) fn input(&self, number: u64) -> Vec<u8> {
        if let Some(seed) = usize::try_from(number).ok().and_then(|at| self.seeds.get(at)) {
            return seed.clone();
        }
        let mut draw = StdRng::seed_from_u64(self.seed.rotate_left(32) ^ number);
        let mut bytes = self.any(&mut draw).clone();
        // Mostly few: an input that is wrong everywhere is refused at its first wrong place.
        let changes = [1, 1, 1, 2, 2, 3, 5, 9][draw.random_range(0..8)];
        for _ in 0..changes {
            self.change(&mut bytes, &mut draw);
            bytes.truncate(LONGEST);
        }
        bytes
    }

    fn any(&self, draw: &mut StdRng) -> &'s Vec<u8> {
        &self.seeds[draw.random_range(0..self.seeds.len())]
    }

    fn change(&self, bytes: &mut Vec<u8>, draw: &mut StdRng) {
        if bytes.is_empty() {
            bytes.extend_from_slice(TEXTS[draw.random_range(0..TEXTS.len())].as_bytes());
            return;
        }
        match draw.random_range(0..40) {
            0..16 => number(bytes, draw),
            16..18 => everywhere(bytes, draw),
            18..20 => many(bytes, draw),
            20..24 => word(bytes, draw),
            24..26 => swap(bytes, draw),
            26..28 => lines(bytes, draw),
            28..31 => fewer(bytes, draw),
            31..33 => {
                let at = place(bytes, draw);
                put(bytes, at, TEXTS[draw.random_range(0..TEXTS.len())].as_bytes());
            }
            33 => nest(bytes, draw),
            34 => {
                let at = place(bytes, draw);
                put(bytes, at, NO_TEXT[draw.random_range(0..NO_TEXT.len())]);
            }
            35 => {
                let at = place(bytes, draw);
                bytes[at] ^= 1_u8 << draw.random_range(0..8_u32);
            }
            36 => {
                let at = place(bytes, draw);
                put(bytes, at, &[draw.random()]);
            }
            37 => bytes.truncate(place(bytes, draw)),
            38 => long(bytes, draw),
            _ => self.splice(bytes, draw),
        }
    }

    /// The beginning of one seed and the end of another.
    fn splice(&self, bytes: &mut Vec<u8>, draw: &mut StdRng) {
        let other = self.any(draw);
        bytes.truncate(place(bytes, draw));
        bytes.extend_from_slice(&other[place(other, draw).min(other.len())..]);
    }
}

fn place(bytes: &[u8], draw: &mut StdRng) -> usize {
    draw.random_range(0..bytes.len().max(1))
}

fn put(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    bytes.splice(at..at, what.iter().copied());
}

/// A run of such bytes near some place: the next one after it, or the first.
fn run(bytes: &[u8], draw: &mut StdRng, is_of: fn(u8) -> bool) -> Option<Range<usize>> {
    let from = place(bytes, draw);
    let start = (from..bytes.len()).chain(0..from).find(|at| is_of(bytes[*at]))?;
    let first = (0..start).rev().take_while(|at| is_of(bytes[*at])).last().unwrap_or(start);
    let end = (start..bytes.len()).find(|at| !is_of(bytes[*at])).unwrap_or(bytes.len());
    Some(first..end)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+')
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

/// A number in place of that one: an extreme, or one that is close.
fn instead(old: &[u8], draw: &mut StdRng) -> Vec<u8> {
    let value = std::str::from_utf8(old).ok().and_then(|text| text.parse::<f64>().ok()).unwrap_or(1.0);
    match draw.random_range(0..10) {
        0 => format!("{}", value + 1.0).into(),
        1 => format!("{}", value - 1.0).into(),
        2 => format!("{}", -value).into(),
        3 => format!("{:e}", value * 10_f64.powi(draw.random_range(-300..300))).into(),
        _ => NUMBERS[draw.random_range(0..NUMBERS.len())].into(),
    }
}

fn number(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    if let Some(found) = run(bytes, draw, is_of_number) {
        let new = instead(&bytes[found.clone()], draw);
        bytes.splice(found, new);
    }
}

/// The same number in place of another one wherever that stands: what must agree still does.
fn everywhere(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let Some(found) = run(bytes, draw, is_of_number) else { return };
    let old = bytes[found].to_vec();
    let new = instead(&old, draw);
    let mut rest = bytes.as_slice();
    let mut all = Vec::new();
    while let Some(at) = rest.windows(old.len()).position(|window| window == old) {
        all.extend_from_slice(&rest[..at]);
        all.extend_from_slice(&new);
        rest = &rest[at + old.len()..];
    }
    all.extend_from_slice(rest);
    *bytes = all;
}

/// One number in place of many that follow each other.
fn many(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let new = NUMBERS[draw.random_range(0..NUMBERS.len())];
    let from = place(bytes, draw);
    let to = (from + draw.random_range(1..2_000)).min(bytes.len());
    let mut all = bytes[..from].to_vec();
    let mut is_in = false;
    for byte in &bytes[from..to] {
        let is = byte.is_ascii_digit() || (is_in && is_of_number(*byte));
        if !is {
            all.push(*byte);
        } else if !is_in {
            all.extend_from_slice(new.as_bytes());
        }
        is_in = is;
    }
    all.extend_from_slice(&bytes[to..]);
    *bytes = all;
}

fn word(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let Some(found) = run(bytes, draw, is_of_word) else { return };
    let new = match (draw.random_range(0..2), run(bytes, draw, is_of_word)) {
        (0, Some(other)) => bytes[other].to_vec(),
        _ => TEXTS[draw.random_range(0..TEXTS.len())].into(),
    };
    bytes.splice(found, new);
}

/// Two words in each other's place.
fn swap(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let found = run(bytes, draw, is_of_word).zip(run(bytes, draw, is_of_word));
    let Some((one, other)) = found.filter(|(one, other)| one.end <= other.start) else { return };
    let (first, second) = (bytes[one.clone()].to_vec(), bytes[other.clone()].to_vec());
    bytes.splice(other, first);
    bytes.splice(one, second);
}

/// One line fewer, or some lines once more.
fn lines(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let start = place(bytes, draw);
    let start = bytes[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let mut end = start;
    for _ in 0..[1, 1, 2, 10, 100][draw.random_range(0..5)] {
        end = bytes[end..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| end + at + 1);
    }
    if draw.random() {
        bytes.drain(start..end);
    } else {
        let again = bytes[start..end].repeat([1, 1, 3, 50][draw.random_range(0..4)]);
        put(bytes, end, &again);
    }
}

/// Some bytes fewer.
fn fewer(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let at = place(bytes, draw);
    let count = [1, 1, 2, 8, 64, 1_000][draw.random_range(0..6)];
    bytes.drain(at..(at + count).min(bytes.len()));
}

fn nest(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let (open, close) = NESTS[draw.random_range(0..NESTS.len())];
    let depth = [20, 200, 5_000, 100_000][draw.random_range(0..4)];
    let found = run(bytes, draw, is_of_word).unwrap_or(0..0);
    put(bytes, found.end, close.repeat(depth).as_bytes());
    put(bytes, found.start, open.repeat(depth).as_bytes());
}

/// A digit or a letter very often.
fn long(bytes: &mut Vec<u8>, draw: &mut StdRng) {
    let found = run(bytes, draw, is_of_word).unwrap_or(0..0);
    let what = [&b"9"[..], b"0", b"x", b"a/", "\u{1f9ea}".as_bytes()][draw.random_range(0..5)];
    let count = [20, 400, 20_000][draw.random_range(0..3)];
    bytes.splice(found, what.repeat(count));
}
