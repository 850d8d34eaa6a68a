//! What can be varied in a workload, and how a variation is written in a name.

use std::fmt;

/// One number of a workload that a name may change: `http-20ms-4kib`.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// How it is written; no two parameters of a workload share a unit.
    pub unit: Unit,
    /// The value that is not written.
    pub default: u64,
    /// The smallest and largest value that make sense.
    pub range: (u64, u64),
    /// What it is, in a few words.
    pub about: &'static str,
}

/// The unit of a parameter; its value is a whole number of nanoseconds, bytes, pixels, cores, or just a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `20ms`, `1500us`, `2s`
    Duration,
    /// `256b`, `4kib`, `1mib`
    Bytes,
    /// `128px`
    Pixels,
    /// `1core`
    Cores,
    /// `50000`
    Count,
}

impl Unit {
    fn scales(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Duration => &[("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)],
            Self::Bytes => &[("mib", 1 << 20), ("kib", 1 << 10), ("b", 1)],
            Self::Pixels => &[("px", 1)],
            Self::Cores => &[("core", 1)],
            Self::Count => &[("", 1)],
        }
    }

    /// Reads `20ms` or `1.5MS`; nothing if the text is not of this unit, or not a whole number of its smallest.
    pub fn parse(self, text: &str) -> Option<u64> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let (_, scale) = self.scales().iter().find(|(name, _)| name.eq_ignore_ascii_case(suffix))?;
        let (whole, part) =
            number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
        let whole = whole.parse::<u64>().ok()?.checked_mul(*scale)?;
        let Some(part) = part else { return Some(whole) };
        let of = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
        let part = part.parse::<u64>().ok()?.checked_mul(*scale)?;
        part.is_multiple_of(of).then(|| whole.checked_add(part / of)).flatten()
    }

    /// Writes a value in the largest unit that keeps it whole.
    pub fn write(self, value: u64) -> String {
        let whole = |(_, scale): &&(&str, u64)| value > 0 && value.is_multiple_of(*scale);
        let (name, scale) = self.scales().iter().find(whole).or(self.scales().last()).unwrap_or(&("", 1));
        format!("{}{name}", value / scale)
    }

    /// What the name of a value in this unit ends with, where the text is for programs.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Duration => "_ns",
            Self::Bytes => "_bytes",
            Self::Pixels => "_pixels",
            Self::Cores | Self::Count => "",
        }
    }

    /// An example, for messages.
    pub fn example(self) -> &'static str {
        match self {
            Self::Duration => "20ms",
            Self::Bytes => "4kib",
            Self::Pixels => "128px",
            Self::Cores => "1core",
            Self::Count => "1000",
        }
    }
}

impl Param {
    /// A wait of 10 ms unless the name says otherwise: long against every tick, short enough for many lanes.
    pub(super) const DELAY: Self = Self {
        name: "delay",
        unit: Unit::Duration,
        default: 10_000_000,
        range: (0, 60_000_000_000),
        about: "how long the answer takes",
    };

    /// The length of an answer's body: one packet unless the name says otherwise.
    pub(super) const BODY: Self = Self {
        name: "body",
        unit: Unit::Bytes,
        default: 256,
        range: (0, 16 << 20),
        about: "how long the answer is",
    };
}

impl fmt::Display for Param {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (`-{}`): {}", self.name, self.unit.write(self.default), self.about)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_written_in_the_largest_whole_unit() {
        assert_eq!(Unit::Duration.write(20_000_000), "20ms");
        assert_eq!(Unit::Duration.write(1_500_000), "1500us");
        assert_eq!(Unit::Duration.write(0), "0ns");
        assert_eq!(Unit::Bytes.write(4096), "4kib");
        assert_eq!(Unit::Duration.parse("1.5ms"), Some(1_500_000));
        assert_eq!(Unit::Duration.parse("0.5S"), Some(500_000_000));
        assert_eq!(Unit::Bytes.parse("4KiB"), Some(4096));
        for text in ["1.5ns", "1.", ".5ms", "1.2.3ms", "1.00000000000000000000ms", "0.1b"] {
            assert!([Unit::Duration, Unit::Bytes].iter().all(|unit| unit.parse(text).is_none()), "{text}");
        }
        assert_eq!(Unit::Count.parse("1.5"), None);
        assert_eq!(Unit::Count.parse("20ms"), None);
        assert_eq!(Unit::Duration.parse("20"), None);
        assert_eq!(Unit::Duration.parse("99999999999999999999s"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value: u64) {
            for unit in [Unit::Duration, Unit::Bytes, Unit::Pixels, Unit::Cores, Unit::Count] {
                prop_assert_eq!(unit.parse(&unit.write(value)), Some(value));
            }
        }
    }
}
