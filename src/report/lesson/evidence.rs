//! What a rule rests on, as lines: each of its figures with its range, the bounds, and whether it is within them.

use super::number;
use super::words::Words;
use crate::lesson::Lesson;
use crate::lesson::figure::{Unit, Value};
use crate::lesson::outcome::{Figure, Outcome};
use crate::lesson::rule::{Condition, Times, is_true};
use crate::report::format::{MISSING, given_percent};

/// A line for each condition of the lesson's rule.
pub fn evidence(lesson: &Lesson, outcome: &Outcome, words: &Words) -> Vec<String> {
    let names = lesson.plan.rule.iter().map(|condition| condition.figure.len());
    let widest = names.max().unwrap_or(0);
    let line = |condition: &Condition| {
        let found = outcome.figure(&condition.figure);
        let shown = found.map_or_else(|| MISSING.into(), range);
        let within = found.and_then(|Figure { value, .. }| is_true(condition, value, outcome.cores));
        let word = within.map_or(words.open, |within| if within { words.yes } else { words.no });
        let unit = found.map_or(Unit::Number, |found| found.unit);
        let bounds = bounds(condition, unit, words);
        format!("  {:<widest$}  {shown}, {bounds}{}{word}", condition.figure, words.colon)
    };
    lesson.plan.rule.iter().map(line).collect()
}

/// `15.4x (15.2x to 15.5x)`; the number alone where it was counted once.
fn range(Figure { value, unit }: Figure) -> String {
    let end = |number: f64| self::number(Value { number, sure: None }, unit);
    match value.sure {
        Some([low, high]) if low < high => format!("{} ({}..{})", end(value.number), end(low), end(high)),
        _ => end(value.number),
    }
}

/// `at least 0.6 x cores`.
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
