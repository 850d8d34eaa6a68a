//! A lesson as text for a terminal: its numbers, its pictures, its words. Must not know how they were measured or judged.

mod bars;
mod caption;
mod class;
mod evidence;
mod picture;
pub(super) mod told;
pub mod words;

use std::fmt::Write;

use anstyle::Style;

use super::clean::clean;
use super::format;
use crate::lesson::errors::{Fate, Learned};
use crate::lesson::figure::{Unit, Value};
use crate::lesson::glossary::{Piece, pieces};
use crate::lesson::rule::Verdict;

pub use bars::{Bar, bars};
pub use class::class;
pub use evidence::{Evidence, evidence, lines};
pub use picture::pictures;
pub use told::Told;
use words::Words;

const BOLD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// A number of a lesson: `1.98x`.
pub fn number(value: Value, unit: Unit) -> String {
    match unit {
        Unit::Time => format::time(value.number),
        Unit::Bytes => format::memory(value.number),
        Unit::Times => format::ratio(value.number),
        Unit::Share => format::percent(value.number),
        Unit::Number => format::plain(value.number),
    }
}

/// A text in which each `{name}` is replaced by its number; a dash where there is none.
pub fn filled(text: &str, number: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        filled += before;
        filled += &number(name).unwrap_or_else(|| format::MISSING.into());
        rest = after;
    }
    filled + rest
}

/// A paragraph in lines of at most `width` columns, its words of the glossary set off.
pub fn paragraph(text: &str, width: usize) -> String {
    let plain: String = pieces(text)
        .iter()
        .map(|piece| match piece {
            Piece::Plain(text) | Piece::Link(text, _) => *text,
        })
        .collect();
    let mut lines = textwrap::fill(&plain, options(width));
    for piece in pieces(text) {
        if let Piece::Link(word, _) = piece {
            // A word that the end of a line divides stays as it is.
            lines = lines.replacen(word, &format!("{BOLD}{word}{BOLD:#}"), 1);
        }
    }
    lines
}

/// Lines of that width. Names like `thread-pool` are not divided at their hyphens.
fn options<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// The head of a part of a lesson.
pub fn head(word: &str) -> String {
    format!("\n{BOLD}{word}{BOLD:#}\n")
}

/// Items in lines of at most `width` columns: as many in a line as fit. One that is wider alone is cut.
pub fn fitted(items: &[String], between: &str, width: usize) -> Vec<String> {
    let columns = textwrap::core::display_width;
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            // What stands between two items is also at the end of a line, without its spaces.
            Some(line) if columns(line) + columns(between) + columns(item) < width => {
                *line += between;
                *line += item;
            }
            last => {
                if let Some(line) = last {
                    *line += between.trim_end();
                }
                lines.push(item.clone());
            }
        }
    }
    lines.iter().map(|line| console::truncate_str(line, width, "").into_owned()).collect()
}

/// What somebody at the terminal can press, in lines of at most `width` columns.
pub fn footer(keys: &[String], width: usize) -> Vec<String> {
    fitted(keys, "  ", width).iter().map(|line| format!("{QUIET}{line}{QUIET:#}")).collect()
}

/// What the signs of pictures mean.
pub fn legend(words: &Words, width: usize) -> Vec<String> {
    textwrap::wrap(words.legend, width).iter().map(|line| format!("{QUIET}{line}{QUIET:#}")).collect()
}

/// A question with its lettered choices.
pub fn choices(choices: &[String], width: usize) -> String {
    let mut text = String::new();
    for (letter, choice) in ('A'..).zip(choices) {
        let options = options(width).initial_indent("  ").subsequent_indent("     ");
        let _ = writeln!(text, "{}", textwrap::fill(&format!("{letter}) {choice}"), options));
    }
    text
}

/// The words of the glossary that a text uses, for the end of the lesson.
pub fn explained<'t>(terms: impl Iterator<Item = (&'t str, &'t str)>, words: &Words, width: usize) -> String {
    let mut text = String::new();
    for (word, meaning) in terms {
        let options = options(width).subsequent_indent("  ");
        let _ = writeln!(
            text,
            "{QUIET}{}{QUIET:#}",
            textwrap::fill(&format!("{word}{}{meaning}", words.colon), options)
        );
    }
    text
}

/// What became of jobs that failed, as a table.
pub fn fates(fates: &[Fate], words: &Words) -> String {
    let mut grid = comfy_table::Table::new();
    grid.load_preset(comfy_table::presets::NOTHING).set_header(words.fates);
    grid.add_rows(fate_rows(fates, words));
    grid.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Its rows.
pub fn fate_rows(fates: &[Fate], words: &Words) -> Vec<[String; 5]> {
    let row = |fate: &Fate| {
        let learned = match fate.learned {
            Learned::Message => words.message,
            Learned::Ended => words.ended,
            Learned::Nothing => words.nothing,
            Learned::AllDied => words.all_died,
        };
        let frames =
            fate.frames.map_or_else(|| format::MISSING.into(), |[own, all]| format!("{own} / {all}"));
        let done = format!("{} / {}", fate.survivors, fate.others);
        [clean(&fate.executor), clean(&fate.way), learned.into(), done, frames]
    };
    fates.iter().map(row).collect()
}

/// The colour of a verdict.
pub fn style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Holds => anstyle::AnsiColor::Green,
        Verdict::DoesNotHold => anstyle::AnsiColor::Red,
        Verdict::Inconclusive => anstyle::AnsiColor::Yellow,
    };
    colour.on_default().bold()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_place_of_their_names() {
        let number = |name: &str| (name == "gain").then(|| "2.0x".to_owned());
        assert_eq!(filled("it is {gain}, not {loss}; {", number), "it is 2.0x, not -; {");
    }

    #[test]
    fn lines_are_as_wide_as_wide_characters_are() {
        for line in paragraph(&"并发是多个作业都已开始。".repeat(20), 40).lines() {
            assert!(textwrap::core::display_width(line) <= 40, "{line}");
        }
    }

    #[test]
    fn items_that_do_not_fit_into_a_line_begin_the_next_one() {
        let items = ["one", "两个", "three"].map(str::to_owned);
        assert_eq!(fitted(&items, ", ", 80), ["one, 两个, three"]);
        // A Chinese character takes two columns, and a line keeps one for the sign at its end.
        assert_eq!(fitted(&items, ", ", 10), ["one, 两个,", "three"]);
        assert_eq!(fitted(&items, ", ", 9), ["one,", "两个,", "three"]);
        assert_eq!(fitted(&items, "  ", 3), ["one", "两", "thr"]);
    }

    #[test]
    fn a_word_of_the_glossary_is_set_off_once() {
        let text = paragraph("a [thread](thread) is a thread", 80);
        assert_eq!(text, format!("a {BOLD}thread{BOLD:#} is a thread"));
    }
}
