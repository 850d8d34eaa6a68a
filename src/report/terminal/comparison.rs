//! A comparison: the verdict, the tables of what differs and may differ, and the rest in sentences.

use super::{BAD, GOOD, TITLE, clean, indented, table, warnings};
use crate::report::view::comparison::{Comparison, Outcome, Side};
use crate::report::view::{Mark, Table};

/// How many characters a line has at most, where it is text.
const WIDTH: usize = 100;

/// The text.
pub fn comparison(page: &Comparison) -> String {
    let verdict = &page.verdict;
    let style = match verdict.outcome {
        Outcome::Good => GOOD,
        Outcome::Bad => BAD,
        Outcome::Neutral | Outcome::Unclear => TITLE,
    };
    let headline = wrapped("", &verdict.sentences());
    let mut text: String = headline.lines().map(|line| format!("{style}{line}{style:#}\n")).collect();
    for line in [&verdict.advice, &verdict.sureness].into_iter().filter(|line| !line.is_empty()) {
        text += &wrapped("", line);
    }
    for caution in &page.cautions {
        text += &wrapped("! ", caution);
    }
    if !page.left_out.is_empty() {
        text += &wrapped("", &page.left_out);
    }
    text.push('\n');
    for found in [&page.changed, &page.open] {
        if !found.rows.is_empty() {
            text += &format!("{}\n", table(&narrow(found), None));
        }
    }
    text += &reasons(&page.all);
    if !page.count_same.is_empty() {
        text += &wrapped("", &page.count_same);
    }
    for control in &page.controls {
        text += &wrapped("", control);
    }
    let side = |side: &Side| wrapped("", &format!("{}: {}", side.name, side.summary));
    text += &format!("{}{}", side(&page.base), side(&page.head));
    let title = if page.title.is_empty() { String::new() } else { wrapped("", &page.title) };
    text + &title + &warnings(&page.warnings)
}

/// The table without the columns for a closer look.
fn narrow(table: &Table) -> Table {
    let mut narrow = table.clone();
    narrow.head.truncate(table.head.len().saturating_sub(table.folded));
    for row in &mut narrow.rows {
        row.fields.truncate(narrow.head.len().saturating_sub(1));
    }
    narrow
}

/// Why cells failed.
fn reasons(all: &Table) -> String {
    let failed = all.rows.iter().filter(|row| row.mark == Mark::Failed);
    let without = failed.filter_map(|row| Some((row, row.reason.as_ref()?)));
    let lines: String = without
        .map(|(row, reason)| {
            let what = row.fields.first().map_or("", |field| &field.text);
            indented(&format!("{} {what}: ", row.name), reason)
        })
        .collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

/// A text in lines, each with that before it; a word that is longer than a line stays whole.
fn wrapped(before: &str, text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let text = clean(text);
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH - before.len() => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| format!("{before}{line}\n")).collect()
}
