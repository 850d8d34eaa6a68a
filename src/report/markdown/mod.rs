//! Tables, pages and comparisons as GitHub's Markdown, for a comment or a README. Lays out and decides nothing.
//!
//! `escape` keeps text of a record from becoming markup.

mod comparison;
mod escape;

use std::fmt::Write as _;

use super::view::{Finding, Mark, Matrix, Page, SideBySide, Table, Verdict};
use escape::{entities, escaped};

pub use comparison::comparison;

/// A page: the verdicts and the matrix; the tables are folded.
pub fn page(page: &Page) -> String {
    let mut text = format!("## {}\n\n", escaped(&page.title));
    for caution in &page.cautions {
        let _ = writeln!(text, "> {}\n", escaped(caution));
    }
    for warning in &page.warnings {
        let _ = writeln!(text, "> **Warning:** {}: {}\n", escaped(&warning.text), escaped(&warning.advice));
    }
    text += &verdicts(&page.verdicts);
    text += &matrix(&page.matrix);
    let groups = page.groups.iter().map(|group| &group.table);
    for found in groups.chain(page.curves.iter().map(|curves| &curves.table)).chain(&page.primitives) {
        text += &folded(&found.caption, &body(found));
    }
    let facts: String = page
        .environment
        .iter()
        .chain(&page.apparatus)
        .map(|fact| format!("| {} | {} |\n", escaped(&fact.name), escaped(&fact.value)))
        .collect();
    text + &folded("machine, build and apparatus", &format!("| | |\n|---|---|\n{facts}"))
}

/// The verdicts.
pub fn verdicts(verdicts: &[Verdict]) -> String {
    let finding = |finding: &Finding| {
        let all = std::iter::once(&finding.headline).chain(&finding.details);
        format!("- {}\n", all.map(|text| escaped(text)).collect::<Vec<_>>().join(" "))
    };
    let one = |verdict: &Verdict| {
        let support = if verdict.support.is_empty() {
            String::new()
        } else {
            format!("{}\n\n", escaped(&verdict.support))
        };
        let findings: String = verdict.findings.iter().map(finding).collect();
        format!(
            "**{}: {}**\n\n{support}{findings}\n",
            escaped(&verdict.work),
            escaped(&verdict.recommendation)
        )
    };
    verdicts.iter().map(one).collect()
}

/// A table with its name and its remarks.
pub fn table(table: &Table) -> String {
    format!("**{}**\n\n{}", escaped(&table.caption), body(table))
}

/// Several runs.
pub fn side_by_side(page: &SideBySide) -> String {
    let mut text = format!("## {}\n\n{}\n\n", escaped(&page.title), escaped(&page.statement));
    for run in &page.runs {
        let _ = writeln!(text, "- {}: {}", escaped(&run.name), escaped(&run.value));
    }
    text.push('\n');
    for caution in &page.cautions {
        let _ = writeln!(text, "> {}\n", escaped(caution));
    }
    for found in &page.tables {
        let _ = writeln!(text, "{}", table(found));
    }
    if let Some(agreement) = &page.agreement {
        let _ = writeln!(text, "**{}**", escaped(agreement));
    }
    text
}

fn folded(name: &str, body: &str) -> String {
    format!("<details><summary>{}</summary>\n\n{body}\n</details>\n\n", entities(name))
}

fn body(table: &Table) -> String {
    let heads: Vec<String> = table.head.iter().map(|head| escaped(&head.text)).collect();
    let mut text =
        format!("| | {} |\n|---|---|{}\n", heads.join(" | "), "---:|".repeat(heads.len().max(1) - 1));
    for row in &table.rows {
        let fields = row.fields.iter().map(|field| escaped(&field.text));
        let gaps = heads.len().saturating_sub(1 + row.fields.len());
        let fields: Vec<String> = fields.chain(std::iter::repeat_n(String::new(), gaps)).collect();
        let name = if is_first(row.mark) { bold(&row.name) } else { escaped(&row.name) };
        let _ = writeln!(text, "| {} | {name} | {} |", sign(row.mark), fields.join(" | "));
    }
    text.push('\n');
    for remark in &table.remarks {
        let _ = writeln!(text, "- {}", escaped(remark));
    }
    for (row, reason) in table.rows.iter().filter_map(|row| Some((row, row.reason.as_ref()?))) {
        let _ = writeln!(text, "- {}: {}", escaped(&row.name), escaped(&reason.replace('\n', "; ")));
    }
    text
}

fn matrix(matrix: &Matrix) -> String {
    if matrix.rows.is_empty() {
        return String::new();
    }
    let heads: String =
        matrix.executors.iter().map(|executor| format!(" {} |", escaped(&executor.name))).collect();
    let mut text = format!("| |{heads}\n|---|{}\n", "---:|".repeat(matrix.executors.len()));
    for row in &matrix.rows {
        let entry = |cell: &Option<super::view::MatrixCell>| match cell {
            Some(cell) if is_first(cell.mark) => format!(" {} |", bold(&cell.text)),
            Some(cell) => {
                format!(" {} |", escaped(&format!("{} {}", sign(cell.mark), cell.text)).trim_start())
            }
            None => " |".into(),
        };
        let _ =
            writeln!(text, "| {} |{}", escaped(&row.group), row.cells.iter().map(entry).collect::<String>());
    }
    text + "\n**Bold**: first, or tied with the first. `?`: as fast or slower, too close to rank. `~`: limited by the apparatus, not ranked.\n\n"
}

fn is_first(mark: Mark) -> bool {
    matches!(mark, Mark::First | Mark::Tied)
}

fn bold(text: &str) -> String {
    format!("**{}**", escaped(text))
}

/// A `>` or `~` alone would be markup.
fn sign(mark: Mark) -> String {
    match mark.sign() {
        "" => String::new(),
        sign => format!("`{sign}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, run, whole};

    #[test]
    fn every_line_of_a_table_has_as_many_bars() {
        let mut run = whole();
        run.cells.push(cell("a|b", "c|d", 3, 1e6));
        for group in Page::of(&run).groups {
            let text = table(&group.table);
            let bars = |line: &str| line.replace("\\|", "").matches('|').count();
            let counts: Vec<_> = text.lines().filter(|line| line.starts_with('|')).map(bars).collect();
            assert_eq!(counts, vec![counts[0]; counts.len()], "{text}");
            let numbers = group.table.rows.iter().flat_map(|row| &row.fields);
            assert!(numbers.map(|field| escaped(&field.text)).all(|number| text.contains(&number)));
        }
    }

    #[test]
    fn a_run_without_cells_is_a_page_too() {
        assert!(page(&Page::of(&run(Vec::new()))).starts_with("## 2026-11-24, 2 cores of an AMD EPYC\n"));
    }
}
