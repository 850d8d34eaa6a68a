//! A comparison as a comment on a pull request: the verdict, what differs, and the rest folded.

use std::fmt::Write as _;

use super::{body, escaped, folded};
use crate::report::view::Fact;
use crate::report::view::comparison::{Comparison, Side};

/// By its first line a program finds its own comment again.
const MARKER: &str = "<!-- fairlane-compare -->";
/// How many differences a comment lists; the table has all.
const LISTED: usize = 10;

/// The comment.
pub fn comparison(page: &Comparison) -> String {
    let verdict = &page.verdict;
    let mut text =
        format!("{MARKER}\n**{}** {}\n\n", escaped(&verdict.sentences()), escaped(&verdict.advice));
    for caution in &page.cautions {
        let _ = writeln!(text, "> {}\n", escaped(caution));
    }
    for warning in &page.warnings {
        let _ = writeln!(text, "> **Warning:** {}: {}\n", escaped(&warning.text), escaped(&warning.advice));
    }
    if !page.left_out.is_empty() {
        let _ = writeln!(text, "{}\n", escaped(&page.left_out));
    }
    text += &list(&page.differences);
    text += &list(&page.doubts);
    let count = if page.count_same.is_empty() { String::new() } else { format!("{}. ", page.count_same) };
    let last = escaped(format!("{count}{}", verdict.sureness).trim_end());
    if !last.is_empty() {
        let _ = writeln!(text, "{last}\n");
    }
    if !page.all.rows.is_empty() {
        text += &folded("Every cell and every cost", &body(&page.all));
    }
    text + &folded("What was compared, and where", &facts(page))
}

fn list(sentences: &[String]) -> String {
    let mut text = String::new();
    for sentence in sentences.iter().take(LISTED) {
        let _ = writeln!(text, "- {}", escaped(sentence));
    }
    if let Some(more) = sentences.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "- and {more} more");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn facts(page: &Comparison) -> String {
    let side = |side: &Side| format!("- {}: {}\n", escaped(&side.name), escaped(&side.summary));
    let controls: String = page.controls.iter().map(|line| format!("- {}\n", escaped(line))).collect();
    let row = |fact: &Fact| format!("| {} | {} |\n", escaped(&fact.name), escaped(&fact.value));
    let rows: String = page.comparison.iter().chain(&page.environment).map(row).collect();
    let command = format!("| command | {} |\n", escaped(&format!("`{}`", page.command)));
    format!("{}{}{controls}\n| | |\n|---|---|\n{rows}{command}", side(&page.base), side(&page.head))
}
