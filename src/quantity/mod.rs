//! Quantities as people write them: counts, times, sizes. The one reader for options, names, files and variables. Each error
//! says the range, and the nearest value that can be written.
//!
//! A leaf: it must not know what a quantity is for.

mod guess;
mod scale;

use std::time::Duration;

pub use scale::Scale;

/// The longest time that a user may ask for: nothing here takes longer than a day.
pub const LONGEST: Duration = Duration::from_secs(86_400);

/// Reads a time above zero, like `90`, `2.5s` or `5m30s`; it is in seconds unless it has a unit.
///
/// # Errors
/// What is wrong, and what can be written.
pub fn time(text: &str) -> Result<Duration, String> {
    Scale::TIME.read(text, 1, nanos(LONGEST)).map(Duration::from_nanos)
}

/// The same of a number of seconds.
///
/// # Errors
/// If it is not above zero, or longer than a day.
pub fn seconds(number: f64) -> Result<Duration, String> {
    let found = Duration::try_from_secs_f64(number).ok().filter(|time| !time.is_zero() && *time <= LONGEST);
    found.ok_or_else(|| {
        if number > 0.0 {
            format!("the most is {} s, which is a day", LONGEST.as_secs())
        } else {
            "a time must be more than 0 s".into()
        }
    })
}

/// Reads a whole number in that range, like `32` or `1_000`.
///
/// # Errors
/// What is wrong, and what can be written.
pub fn count(text: &str, least: u64, most: u64) -> Result<u64, String> {
    Scale::COUNT.read(text, least, most)
}

/// The same of something that is a number already.
///
/// # Errors
/// If it is out of the range.
pub fn within(value: u64, least: u64, most: u64) -> Result<u64, String> {
    Scale::COUNT.within(value, least, most)
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, millis) in [
            ("90", 90_000),
            ("2.5s", 2_500),
            ("500ms", 500),
            (" 5 m", 300_000),
            ("5m30s", 330_000),
            ("1h 30m", 5_400_000),
            ("1H", 3_600_000),
            ("2min", 120_000),
            ("1_000ms", 1_000),
            ("９０ｓ", 90_000),
            ("24h", 86_400_000),
        ] {
            assert_eq!(time(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_one_that_is() {
        for (text, why) in [
            ("", "it is empty: write it like `90`"),
            ("  ", "it is empty: write it like `90`"),
            ("s", "it is not a time: write it like `90`"),
            ("five", "it is not a time: write it like `90`"),
            ("--5", "it is not a time: write it like `90`"),
            ("∞", "it is not a time: write it like `90`"),
            ("inf", "it is not a time: write it like `90`"),
            ("NaN", "it is not a time: write it like `90`"),
            ("1..8", "it is not a time: write it like `90`"),
            ("5 apples", "`apples` is not a unit of a time: the units are h, m, s, ms, us, ns"),
            ("5x30s", "`x` is not a unit of a time: the units are h, m, s, ms, us, ns"),
            ("8 16", "it is not a time: write it like `90`"),
            ("1e3", "it is not a time: write `1000s`"),
            ("1,000", "it is not a time: write `1000s`"),
            ("0x10", "it is not a time: write `16s`"),
            ("1:30", "it is not a time: write `1m30s`"),
            ("0", "the least is `1ns`"),
            ("0.0", "the least is `1ns`"),
            ("-5", "the least is `1ns`"),
            ("25h", "the most is `24h`"),
            ("1e300", "the most is `24h`"),
            ("9999999999999999999999", "the most is `24h`"),
            (&"9".repeat(100), "the most is `24h`"),
            ("0.1ns", "it is not a whole number of ns: write `1ns`"),
        ] {
            assert_eq!(time(text), Err(why.into()), "{text}");
        }
        assert_eq!(seconds(1.5), Ok(Duration::from_millis(1_500)));
        for number in [0.0, -1.0, 1e-300, f64::NAN, 86_400.1, 1e300] {
            assert!(seconds(number).is_err(), "{number}");
        }
    }

    #[test]
    fn counts_are_whole_numbers_in_their_range() {
        for (text, number) in [(" 8", 8), ("1_000", 1_000), ("８", 8), ("1", 1), ("1000", 1_000)] {
            assert_eq!(count(text, 1, 1_000), Ok(number), "{text}");
        }
        for (text, why) in [
            ("", "it is empty: write it like `32`"),
            ("many", "it is not a whole number: write it like `32`"),
            ("+8", "it is not a whole number: write `8`"),
            ("1..8", "it is not a whole number: write it like `32`"),
            ("0", "the least is `1`"),
            ("-1", "the least is `1`"),
            ("-9999999999999999999999", "the least is `1`"),
            ("1001", "the most is `1000`"),
            ("9999999999999999999999", "the most is `1000`"),
            ("1e2", "it is not a whole number: write `100`"),
            ("1,000", "it is not a whole number: write `1000`"),
            ("1k", "it is not a whole number: write `1000`"),
            ("1KiB", "the most is `1000`"),
            ("0x10", "it is not a whole number: write `16`"),
            ("1.5", "it is not a whole number: write `2`"),
            ("8.0", "it is not a whole number: write `8`"),
            ("000", "it begins with 0: if `1,000` was meant as one number, write `1000`"),
            ("∞", "it is not a whole number: write it like `32`"),
            ("8_", "it is not a whole number: write it like `32`"),
        ] {
            assert_eq!(count(text, 1, 1_000), Err(why.into()), "{text}");
        }
    }

    #[test]
    fn sizes_have_units_of_1024_and_of_1000() {
        let size = |text| Scale::BYTES.read(text, 0, 16 << 20);
        for (text, bytes) in
            [("256b", 256), ("4KiB", 4096), ("1mib", 1 << 20), ("0.5kib", 512), ("10MB", 10_000_000)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        assert_eq!(size("4"), Err("it has no unit: write `4kib`".into()));
        assert_eq!(size("4kb 1"), Err("it is not a size: write it like `4kib`".into()));
        assert_eq!(size("17mib"), Err("the most is `16mib`".into()));
        assert_eq!(size("0.1b"), Err("it is not a whole number of b: write `0b`".into()));
    }
}
