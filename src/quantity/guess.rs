//! What a text that is no quantity was probably meant to be. It is only ever suggested.

use super::scale::Scale;

/// What to write instead.
pub(super) enum Guess {
    /// This value, in the smallest unit.
    Value(u128),
    /// This text.
    Text(String),
}

/// How other tools write large numbers. As a suffix of a count.
const SUFFIXES: [(&str, u128); 8] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("g", 1_000_000_000),
];

/// A guess, if there is one.
pub(super) fn of(scale: &Scale, text: &str) -> Option<Guess> {
    let (_, of) = scale.bare?;
    if let Some((minutes, seconds)) = text.split_once(':').filter(|_| of > 1) {
        let text = format!("{minutes}m{seconds}s");
        return scale.exact(&text).is_ok().then_some(Guess::Text(text));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(|value| times(value.into(), of));
    }
    let suffixed = SUFFIXES.iter().find_map(|(suffix, by)| Some((number(text.strip_suffix(suffix)?)?, *by)));
    if let Some((number, by)) = suffixed.filter(|_| of == 1) {
        return Some(Guess::Value((number * by as f64).round() as u128));
    }
    number(text).map(|number| Guess::Value((number * of as f64).round() as u128))
}

fn times(value: u128, of: u64) -> Guess {
    Guess::Value(value.saturating_mul(of.into()))
}

/// A number in any notation but that of words: `1e3`, `+8`, `1,000`, `8.0`.
fn number(text: &str) -> Option<f64> {
    let has_digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | 'e'));
    let number: f64 = text.replace(',', "").parse().ok()?;
    (has_digits && number.is_finite() && number >= 0.0).then_some(number)
}
