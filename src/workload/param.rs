//! What can be varied in a workload, and how a variation is written in a name.

use std::fmt;

use crate::quantity::Scale;

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
    fn scale(self) -> Scale {
        match self {
            Self::Duration => Scale::WAIT,
            Self::Bytes => Scale::BYTES,
            Self::Pixels => Scale::PIXELS,
            Self::Cores => Scale::CORES,
            Self::Count => Scale::COUNT,
        }
    }

    /// Reads `20ms` or `1.5MS`.
    ///
    /// # Errors
    /// If the text is not of this unit, or not a whole number of its smallest.
    pub fn parse(self, text: &str) -> Result<u64, String> {
        self.scale().read(text, 0, u64::MAX)
    }

    /// Writes a value in the largest unit that keeps it whole.
    pub fn write(self, value: u64) -> String {
        self.scale().write(value)
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
        if self == Self::Count { "1000" } else { self.scale().example() }
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
        assert_eq!(Unit::Duration.parse("1.5ms"), Ok(1_500_000));
        assert_eq!(Unit::Duration.parse("0.5S"), Ok(500_000_000));
        assert_eq!(Unit::Duration.parse("1.00000000000000000000ms"), Ok(1_000_000));
        assert_eq!(Unit::Bytes.parse("4KiB"), Ok(4096));
        for text in ["1.5ns", "1.", ".5ms", "1.2.3ms", "0.1b"] {
            assert!([Unit::Duration, Unit::Bytes].iter().all(|unit| unit.parse(text).is_err()), "{text}");
        }
        assert!(Unit::Count.parse("1.5").is_err());
        assert!(Unit::Count.parse("20ms").is_err());
        assert!(Unit::Duration.parse("20").is_err());
        assert!(Unit::Duration.parse("99999999999999999999s").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value: u64) {
            for unit in [Unit::Duration, Unit::Bytes, Unit::Pixels, Unit::Cores, Unit::Count] {
                prop_assert_eq!(unit.parse(&unit.write(value)), Ok(value));
            }
        }
    }
}
