//! What a rule rests on: each of its figures with its range, the bounds, and whether it is within them.

use std::fmt::Write;

use super::words::Words;
use super::{number, options};
use crate::lesson::Lesson;
use crate::lesson::figure::{Unit, Value};
use crate::lesson::outcome::{Figure, Outcome};
use crate::lesson::rule::{Condition, Times, is_true};
use crate::report::format::{MISSING, given_percent};

/// One condition of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The name of its figure.
    pub figure: String,
    /// Its number and its range: `15.4x (15.2x..15.5x)`.
    pub shown: String,
    /// Its bounds: `at least 0.6 x cores`.
    pub bounds: String,
    /// Whether it is within them.
    pub word: &'static str,
}

/// For each condition of the lesson's rule.
pub fn evidence(lesson: &Lesson, outcome: &Outcome, words: &Words) -> Vec<Evidence> {
    let one = |condition: &Condition| {
        let found = outcome.figure(&condition.figure);
        let within = found.and_then(|Figure { value, .. }| is_true(condition, value, outcome.cores));
        Evidence {
            figure: condition.figure.clone(),
            shown: found.map_or_else(|| MISSING.into(), range),
            bounds: bounds(condition, found.map_or(Unit::Number, |found| found.unit), words),
            word: within.map_or(words.open, |within| if within { words.yes } else { words.no }),
        }
    };
    lesson.plan.rule.iter().map(one).collect()
}

/// As lines of at most that many columns.
pub fn lines(evidence: &[Evidence], width: usize) -> String {
    let widest = evidence.iter().map(|one| one.figure.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Evidence { figure, shown, bounds, word } in evidence {
        let line = format!("  {figure:<widest$}  {shown}, {bounds}: {word}");
        let _ = writeln!(text, "{}", textwrap::fill(&line, options(width).subsequent_indent("    ")));
    }
    text
}

/// The number alone where it was counted once.
fn range(Figure { value, unit }: Figure) -> String {
    let end = |number: f64| self::number(Value { number, sure: None }, unit);
    match value.sure {
        Some([low, high]) if low < high => format!("{} ({}..{})", end(value.number), end(low), end(high)),
        _ => end(value.number),
    }
}

fn bounds(condition: &Condition, unit: Unit, words: &Words) -> String {
    let times = match condition.times {
        Some(Times::Cores) => format!(" x {}", words.cores),
        None => String::new(),
    };
    let given = |bound: f64| match unit {
        Unit::Share => given_percent(bound),
        _ => bound.to_string(),
    };
    let bound = |word: &str, bound: Option<f64>| Some(format!("{word} {}{times}", given(bound?)));
    let both = [bound(words.at_least, condition.at_least), bound(words.at_most, condition.at_most)];
    both.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Language;
    use crate::report::lesson::words;

    #[test]
    fn a_condition_shows_its_range_and_its_bounds() {
        let condition = Condition {
            figure: "free_cores".into(),
            at_least: Some(0.6),
            at_most: None,
            times: Some(Times::Cores),
        };
        let english = words::of(Language::En);
        assert_eq!(bounds(&condition, Unit::Share, english), "at least 60 % x cores");
        let both = Condition { at_most: Some(1.5), times: None, ..condition };
        assert_eq!(bounds(&both, Unit::Times, english), "at least 0.6, at most 1.5");
        let value = |sure| Figure { value: Value { number: 15.4, sure }, unit: Unit::Times };
        assert_eq!(range(value(Some([15.2, 15.5]))), "15.4x (15.2x..15.5x)");
        assert_eq!(range(value(Some([15.4; 2]))), "15.4x");
    }

    #[test]
    fn a_long_line_is_broken_between_words() {
        let one = Evidence {
            figure: "waiting_speedup".into(),
            shown: "15.4x (15.3x..15.4x)".into(),
            bounds: "at least 4".into(),
            word: "yes",
        };
        let text = lines(std::slice::from_ref(&one), 40);
        assert_eq!(text, "  waiting_speedup  15.4x (15.3x..15.4x),\n    at least 4: yes\n");
    }
}
