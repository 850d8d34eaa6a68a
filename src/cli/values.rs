//! The values that many verbs take: spans of time, names and numbers in lists. Each error says what can be written. Must not know
//! what they are for.

use std::time::Duration;

/// A day: nothing here takes longer.
const MOST: f64 = 86_400.0;

/// The units of a span of time, in seconds. Without a unit it is in seconds.
const UNITS: [(&str, f64); 7] =
    [("", 1.0), ("s", 1.0), ("ms", 1e-3), ("m", 60.0), ("min", 60.0), ("h", 3600.0), ("sec", 1.0)];

/// Reads a span of time, like `90`, `2.5s` or `5m`.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let scale = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, scale)| scale);
    let number: Option<f64> = number.trim_end().parse().ok();
    let Some(seconds) = number.zip(scale).map(|(number, scale)| number * scale) else {
        return Err("it is not a time: write seconds like `90`, or `2.5s`, `500ms`, `5m`, `1h`".into());
    };
    match Duration::try_from_secs_f64(seconds) {
        Ok(span) if !span.is_zero() && seconds <= MOST => Ok(span),
        _ => Err(format!("it must be more than 0 and at most {MOST} s, which is a day")),
    }
}

/// Reads one name of a list; blanks around it do not count.
pub(super) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is missing: there is nothing before or after a comma".into()),
        name => Ok(name.into()),
    }
}

/// Reads one number of a list; blanks around it do not count.
pub(super) fn number(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| "it is not a whole number like `32`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read_as_people_write_them() {
        for (text, expected) in [
            ("90", 90_000),
            ("2.5s", 2_500),
            ("500ms", 500),
            (" 5 m", 300_000),
            ("1H", 3_600_000),
            ("2min", 120_000),
        ] {
            assert_eq!(seconds(text), Ok(Duration::from_millis(expected)), "{text}");
        }
        for text in ["", "s", "5 apples", "five", "1e", "--5"] {
            assert!(seconds(text).expect_err(text).contains("`500ms`"), "{text}");
        }
        for text in ["0", "-5", "25h", "NaN", "inf", "1e300"] {
            let why = seconds(text).expect_err(text);
            assert!(why.contains("a day") || why.contains("`5m`"), "{text}: {why}");
        }
    }

    #[test]
    fn blanks_beside_commas_do_not_count() {
        assert_eq!(name(" tasks "), Ok("tasks".into()));
        assert_eq!(number(" 8"), Ok(8));
        assert!(name(" ").is_err() && number("eight").is_err());
    }
}
