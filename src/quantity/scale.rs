//! The units of a quantity, and how a text with them is read and written. Numbers are exact: nothing is rounded.

use super::guess::{self, Guess};

/// A unit, and how many of the smallest it is.
pub(super) type Unit = (&'static str, u64);

/// A kind of quantity.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// What it is called.
    pub(super) name: &'static str,
    /// The units in which it is written, the largest first. The last one is 1.
    pub(super) units: &'static [Unit],
    /// Other names that are understood.
    pub(super) others: &'static [Unit],
    /// The unit of a number that has none.
    pub(super) bare: Option<Unit>,
    /// For messages, in full and the unit of it.
    pub(super) example: (&'static str, &'static str),
}

const SECOND: u64 = 1_000_000_000;

impl Scale {
    /// A number of things.
    pub const COUNT: Self = Self {
        name: "whole number",
        units: &[("", 1)],
        others: &[],
        bare: Some(("", 1)),
        example: ("32", ""),
    };

    /// A time that a user gives, in nanoseconds: seconds, if it has no unit.
    pub const TIME: Self = Self {
        name: "time",
        units: &[
            ("h", 3600 * SECOND),
            ("m", 60 * SECOND),
            ("s", SECOND),
            ("ms", 1_000_000),
            ("us", 1_000),
            ("ns", 1),
        ],
        others: &[("min", 60 * SECOND), ("sec", SECOND), ("µs", 1_000), ("μs", 1_000)],
        bare: Some(("s", SECOND)),
        example: ("90", "s"),
    };

    /// A time that is part of a name, in nanoseconds: seconds are the largest unit in which it is written.
    pub const WAIT: Self = Self {
        units: &[("s", SECOND), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)],
        others: &[("min", 60 * SECOND), ("m", 60 * SECOND), ("sec", SECOND), ("µs", 1_000), ("μs", 1_000)],
        bare: None,
        example: ("20ms", "ms"),
        ..Self::TIME
    };

    /// A size in bytes.
    pub const BYTES: Self = Self {
        name: "size",
        units: &[("mib", 1 << 20), ("kib", 1 << 10), ("b", 1)],
        others: &[("mb", 1_000_000), ("kb", 1_000)],
        bare: None,
        example: ("4kib", "kib"),
    };

    /// A length of a picture.
    pub const PIXELS: Self =
        Self { name: "length", units: &[("px", 1)], others: &[], bare: None, example: ("128px", "px") };

    /// A number of cores in a name.
    pub const CORES: Self = Self {
        name: "number of cores",
        units: &[("core", 1)],
        others: &[("cores", 1)],
        bare: None,
        example: ("1core", "core"),
    };

    /// Reads a text in that range, which is in the smallest unit.
    ///
    /// # Errors
    /// What is wrong, and what can be written.
    pub fn read(&self, text: &str, least: u64, most: u64) -> Result<u64, String> {
        let text = plain(text);
        if text.is_empty() {
            return Err(format!("it is empty: write it like `{}`", self.example.0));
        }
        match self.exact(&text) {
            Ok(value) => self.in_range(value, least, most),
            Err(wrong) => Err(self.why(wrong, &text, least, most)),
        }
    }

    /// Whether a value is in the range.
    ///
    /// # Errors
    /// The end of the range that is nearest to it.
    pub fn within(&self, value: u64, least: u64, most: u64) -> Result<u64, String> {
        self.in_range(value.into(), least, most)
    }

    fn in_range(&self, value: u128, least: u64, most: u64) -> Result<u64, String> {
        match u64::try_from(value) {
            Ok(value) if value < least => Err(format!("the least is `{}`", self.write(least))),
            Ok(value) if value <= most => Ok(value),
            _ => Err(format!("the most is `{}`", self.write(most))),
        }
    }

    /// Writes a value in the largest unit that keeps it whole.
    pub fn write(&self, value: u64) -> String {
        let whole = |(_, scale): &&Unit| value > 0 && value.is_multiple_of(*scale);
        let (name, scale) = self.units.iter().find(whole).or(self.units.last()).unwrap_or(&("", 1));
        format!("{}{name}", value / scale)
    }

    /// An example of it.
    pub fn example(&self) -> &'static str {
        self.example.0
    }

    /// The sum of all numbers with their units.
    pub(super) fn exact<'t>(&self, text: &'t str) -> Result<u128, Wrong<'t>> {
        let (mut rest, mut sum) = (text, 0_u128);
        while !rest.is_empty() {
            let (number, after) = split(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '_'));
            let (unit, after) = split(after, char::is_alphabetic);
            let is_alone = rest.len() == text.len() && after.is_empty();
            let scale = match unit {
                _ if number.is_empty() => return Err(Wrong::Number),
                "" if !is_alone => return Err(Wrong::Number),
                "" => self.bare.ok_or(Wrong::NoUnit)?.1,
                unit => self.scale(unit).ok_or(Wrong::Unit(unit))?,
            };
            if self.units.len() == 1 {
                match number {
                    _ if number.contains('.') => return Err(Wrong::Number), // `1.000` may be 1000
                    "0" => {}
                    _ if number.starts_with('0') => return Err(Wrong::Zero),
                    _ => {}
                }
            }
            sum = sum.saturating_add(product(number, scale)?);
            rest = after;
        }
        Ok(sum)
    }

    fn scale(&self, unit: &str) -> Option<u64> {
        self.units.iter().chain(self.others).find(|(name, _)| *name == unit).map(|(_, scale)| *scale)
    }

    fn why(&self, wrong: Wrong<'_>, text: &str, least: u64, most: u64) -> String {
        let Self { name, example: (example, unit), .. } = self;
        let smallest = self.units.last().map_or("", |(unit, _)| unit);
        if text.strip_prefix('-').is_some_and(|text| self.exact(text).is_ok()) {
            return format!("the least is `{}`", self.write(least));
        }
        match wrong {
            Wrong::NoUnit => return format!("it has no unit: write `{text}{unit}`"),
            Wrong::Zero => {
                return "it begins with 0: if `1,000` was meant as one number, write `1000`".into();
            }
            Wrong::Part(near) => {
                let near = u64::try_from(near).unwrap_or(most).clamp(least, most);
                return format!("it is not a whole number of {smallest}: write `{}`", self.write(near));
            }
            Wrong::Number | Wrong::Unit(_) => {}
        }
        match (guess::of(self, text), wrong) {
            (Some(Guess::Text(near)), _) => format!("it is not a {name}: write `{near}`"),
            (Some(Guess::Value(value)), _) => match self.in_range(value, least, most) {
                Ok(near) => format!("it is not a {name}: write `{}`", self.write(near)),
                Err(range) => range,
            },
            (None, Wrong::Unit(unit)) if self.units.len() > 1 => {
                let names = self.units.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                format!("`{unit}` is not a unit of a {name}: the units are {names}")
            }
            _ => format!("it is not a {name}: write it like `{example}`"),
        }
    }
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong<'t> {
    /// It is not a number.
    Number,
    /// It has no unit.
    NoUnit,
    /// It has this unit, which nobody knows.
    Unit(&'t str),
    /// It is not a whole number of the smallest unit, but near this one.
    Part(u128),
    /// It begins with 0, and may be a part of another number.
    Zero,
}

/// What is at the start of a text, and what comes after it and its blanks.
fn split(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    let (part, rest) = text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()));
    (part, rest.trim_start())
}

/// A number like `1.5` times a whole number.
fn product(number: &str, scale: u64) -> Result<u128, Wrong<'static>> {
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let whole = digits(whole)?.saturating_mul(scale.into());
    let Some(part) = part else { return Ok(whole) };
    let of = u32::try_from(part.len()).ok().and_then(|len| 10_u128.checked_pow(len)).ok_or(Wrong::Number)?;
    let part = digits(part)?.checked_mul(scale.into()).ok_or(Wrong::Number)?;
    let sum = whole.saturating_add(part / of);
    if part.is_multiple_of(of) { Ok(sum) } else { Err(Wrong::Part(sum + u128::from(part % of * 2 >= of))) }
}

/// Digits with single `_` between some of them. What is too large for the type is its largest value.
fn digits(text: &str) -> Result<u128, Wrong<'static>> {
    let are_whole =
        text.split('_').all(|group| !group.is_empty() && group.chars().all(|c| c.is_ascii_digit()));
    if !are_whole {
        return Err(Wrong::Number);
    }
    Ok(text.replace('_', "").parse().unwrap_or(u128::MAX))
}

/// The text in lower case, without blanks around it, and in the narrow forms of the signs of a Chinese keyboard.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.trim().chars().map(narrow).flat_map(char::to_lowercase).collect()
}
