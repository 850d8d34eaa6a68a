//! How wide words are: estimates, rather too wide, because only a browser can measure them.

use std::borrow::Cow;

use maud::{Markup, html};

/// The size of most text in pictures; the style sheet says the same.
pub(super) const SIZE: f64 = 13.0;

/// How wide a text is at a size. DejaVu Sans is the widest of the fonts that the style sheet asks for.
pub(super) fn width(text: &str, size: f64) -> f64 {
    // Scripts from Hangul on stand in full squares.
    text.chars().map(|c| if u32::from(c) >= 0x1100 { size } else { size * 0.61 }).sum()
}

/// As much of a text as fits, with an ellipsis for the rest.
pub(super) fn fit(text: &str, size: f64, room: f64) -> Cow<'_, str> {
    if width(text, size) <= room {
        return text.into();
    }
    let mut short = String::new();
    let mut left = room - size;
    for c in text.chars() {
        left -= width(c.encode_utf8(&mut [0; 4]), size);
        if left < 0.0 {
            break;
        }
        short.push(c);
    }
    format!("{}\u{2026}", short.trim_end()).into()
}

/// A name that is cut to its room; a tooltip and the table have all of it.
pub(super) fn name(text: &str, room: f64) -> Markup {
    let short = fit(text, SIZE, room);
    html! {
        @if short != text { title { (text) } }
        (short)
    }
}

/// Words broken into lines of some room; a word that is wider is cut.
pub(super) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(word, size) + size * 0.61 <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fit(word, size, room).into_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_and_what_does_not_is_cut_with_an_ellipsis() {
        assert_eq!(fit("tasks", 10.0, 100.0), "tasks");
        let long = fit("a-very-long-name-of-an-executor", 10.0, 100.0);
        assert!(long.ends_with('\u{2026}') && width(&long, 10.0) <= 105.0, "{long}");
        assert_eq!(fit("abc", 10.0, 1.0), "\u{2026}");
    }

    #[test]
    fn words_are_broken_between_words() {
        assert_eq!(wrap("16 of 2,000 jobs", 10.0, 62.0), ["16 of", "2,000 jobs"]);
        assert_eq!(wrap("", 10.0, 62.0), [] as [&str; 0]);
    }
}
