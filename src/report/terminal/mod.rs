//! Tables, pages and comparisons as text for a terminal. Lays out and decides nothing.
//!
//! Text of a record must not control the terminal: it moves no cursor and reverses no line.

mod comparison;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table as Grid, presets};
use textwrap::core::display_width;

use super::clean::clean;
use super::view::{Fact, Finding, Mark, Page, Row, SideBySide, Table, Verdict};
use super::warning;
use crate::record::Warning;

pub use comparison::comparison;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const QUIET: Style = Style::new().dimmed();
const TITLE: Style = Style::new().bold();

/// A table as text with colour codes; `anstream` drops them where colours are not shown. Of a width that is given it has as many
/// columns as fit, the first two at least, and the others are named below it.
pub fn table(table: &Table, width: Option<usize>) -> String {
    let mut columns = table.head.len().saturating_sub(1);
    let mut grid = grid(table, columns);
    let fits = |grid: &Grid| {
        width.is_none_or(|width| grid.lines().all(|line| display_width(line.trim_end()) <= width))
    };
    while columns > 1 && !fits(&grid) {
        columns -= 1;
        grid = self::grid(table, columns);
    }
    let mut text = format!("{}\n", clean(&table.caption));
    for (line, row) in lines(&grid, &table.rows) {
        let style = row.map_or(QUIET, |row| style(row.mark));
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
    let left_out: Vec<String> = table.head.iter().skip(1 + columns).map(|head| clean(&head.text)).collect();
    text += &narrow(&left_out);
    for remark in &table.remarks {
        text += &indented("", remark);
    }
    for (row, reason) in table.rows.iter().filter_map(|row| Some((row, row.reason.as_ref()?))) {
        text += &indented(&format!("{}: ", row.name), reason);
    }
    text
}

/// The rows with so many columns after the name.
fn grid(table: &Table, columns: usize) -> Grid {
    let mut grid = Grid::new();
    let heads = table.head.iter().take(1 + columns).map(|head| clean(&head.text));
    grid.load_preset(presets::NOTHING).set_header(std::iter::once(String::new()).chain(heads));
    for column in grid.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for row in &table.rows {
        let fields = row.fields.iter().take(columns).map(|field| clean(&field.text));
        grid.add_row([row.mark.sign().to_owned(), clean(&row.name)].into_iter().chain(fields));
    }
    grid
}

/// What is said of columns for which a terminal has no room.
fn narrow(left_out: &[String]) -> String {
    match left_out.len() {
        0 => String::new(),
        few if few <= MANY => indented("", &format!("no room here for: {}", left_out.join(", "))),
        many => indented("", &format!("no room here for {many} more columns: `--csv` prints them all")),
    }
}

/// More columns than this are counted and not named.
const MANY: usize = 10;

/// Several runs have no lines above this, also in a file: nobody reads on there.
const WIDEST: usize = 400;

fn style(mark: Mark) -> Style {
    match mark {
        Mark::First | Mark::Tied | Mark::Better => GOOD,
        Mark::Failed | Mark::Worse => BAD,
        Mark::NotApplicable => QUIET,
        Mark::Open | Mark::Slower | Mark::Unranked | Mark::Limited | Mark::Plain => Style::new(),
    }
}

/// The table line by line with its row; the head has none.
fn lines<'a>(grid: &Grid, rows: &'a [Row]) -> impl Iterator<Item = (String, Option<&'a Row>)> {
    let lines: Vec<String> = grid.lines().map(|line| line.trim_end().to_owned()).collect();
    let head = lines.len().saturating_sub(rows.len());
    lines
        .into_iter()
        .enumerate()
        .map(move |(at, line)| (line, at.checked_sub(head).and_then(|at| rows.get(at))))
}

/// Two spaces before the first line, four before the others.
fn indented(name: &str, text: &str) -> String {
    let mut lines = text.split('\n').map(clean);
    let first = lines.next().unwrap_or_default();
    let rest: String = lines.map(|line| format!("    {line}\n")).collect();
    format!("  {}{first}\n{rest}", clean(name))
}

/// A page: the verdicts, then the tables.
pub fn page(page: &Page, width: Option<usize>) -> String {
    let mut text = format!("{TITLE}{}{TITLE:#}\n", clean(&page.title));
    for caution in &page.cautions {
        text += &indented("", caution);
    }
    text += &warnings(&page.warnings);
    text.push('\n');
    for verdict in &page.verdicts {
        text += &self::verdict(verdict);
    }
    let groups = page.groups.iter().map(|group| &group.table);
    for found in groups.chain(page.curves.iter().map(|curves| &curves.table)).chain(&page.primitives) {
        let _ = writeln!(text, "{}", table(found, width));
    }
    text + &facts("Machine and build", &page.environment) + &facts("Apparatus", &page.apparatus)
}

fn warnings(warnings: &[Warning]) -> String {
    let cleaned = |Warning { id, text, advice }: &Warning| {
        warning::lines(&Warning { id: id.clone(), text: clean(text), advice: clean(advice) })
    };
    warnings.iter().map(cleaned).collect()
}

fn verdict(verdict: &Verdict) -> String {
    let finding = |finding: &Finding| {
        let details: String = finding.details.iter().map(|detail| indented("  ", detail)).collect();
        indented("", &finding.headline) + &details
    };
    let support = if verdict.support.is_empty() { String::new() } else { indented("", &verdict.support) };
    let findings: String = verdict.findings.iter().map(finding).collect();
    format!(
        "{TITLE}{}: {}{TITLE:#}\n{support}{findings}\n",
        clean(&verdict.work),
        clean(&verdict.recommendation)
    )
}

fn facts(name: &str, facts: &[Fact]) -> String {
    let width = facts.iter().map(|fact| fact.name.chars().count()).max().unwrap_or(0) + 2;
    let line = |fact: &Fact| format!("  {:<width$}{}\n", clean(&fact.name), clean(&fact.value));
    format!("{name}\n{}\n", facts.iter().map(line).collect::<String>())
}

/// Several runs: whether they are compared, then a table for each group.
pub fn side_by_side(page: &SideBySide, width: Option<usize>) -> String {
    let mut text = format!("{TITLE}{}{TITLE:#}\n", clean(&page.title));
    text += &facts(&clean(&page.statement), &page.runs);
    for caution in &page.cautions {
        text += &indented("", caution);
    }
    for found in &page.tables {
        let _ = writeln!(text, "{}", table(found, Some(width.unwrap_or(WIDEST))));
    }
    if let Some(agreement) = &page.agreement {
        let _ = writeln!(text, "{agreement}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, run};
    use crate::report::view;

    #[test]
    fn text_of_a_record_moves_no_cursor() {
        let mut run = run(vec![cell("http", "ta\u{1b}[2Jsks\nx\u{202e}", 32, 12.7e6)]);
        run.groups[0].name = "a\rb".into();
        let text = table(&view::tables(&run)[0].1, None);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(!plain.contains(['\r', '\u{1b}', '\u{202e}']), "{plain}");
        assert!(plain.starts_with("a\u{fffd}b\n") && plain.lines().count() == 5, "{plain}");
    }

    #[test]
    fn a_table_has_as_many_columns_as_there_is_room_for() {
        let run = run(vec![cell("http", "tasks", 32, 12.7e6), cell("http", "threads", 32, 14e6)]);
        let found = view::tables(&run).swap_remove(0).1;
        let shown = |width| anstream::adapter::strip_str(&table(&found, width)).to_string();
        let whole = shown(None);
        assert!(!whole.contains("no room"), "{whole}");
        for width in [20, 40, 80] {
            let text = shown(Some(width));
            let rows: Vec<&str> = text.lines().skip(1).take(3).collect();
            assert!(rows.iter().all(|row| display_width(row) <= width || width < 30), "{text}");
            assert!(rows[1].contains("12.7 ms"), "the median always: {text}");
            let named = text.lines().find(|line| line.contains("no room here for: "));
            assert!(named.is_some_and(|line| line.contains(&found.head.last().unwrap().text)), "{text}");
        }
        assert_eq!(shown(Some(500)), whole);
    }

    #[test]
    fn hundreds_of_runs_have_no_endless_lines_and_are_sent_to_csv() {
        let runs = vec![run(vec![cell("http", "tasks", 32, 12.7e6)]); 200];
        let text = side_by_side(&view::SideBySide::of(&runs), None);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(plain.lines().all(|line| display_width(line) <= WIDEST), "{plain}");
        assert!(plain.contains("more columns: `--csv` prints them all") && plain.contains("agree in 1 of 1"));
    }
}
