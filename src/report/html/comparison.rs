//! The page about a comparison: the verdict, a picture of what differs, and all numbers below.

use maud::{Markup, html};

use super::{document, end, prose, scroll, svg, table, top};
use crate::report::view::Table;
use crate::report::view::comparison::chart::Ratios;
use crate::report::view::comparison::{Comparison, Outcome, Side, Verdict};

/// The page as one file. `record_gz_base64` is the record, compressed and encoded, for download.
pub fn comparison(page: &Comparison, record_gz_base64: Option<&str>) -> String {
    let body = html! {
        header {
            p.brand { "Fairlane compare" }
            (verdict(&page.verdict))
            @if !page.title.is_empty() { p.when { bdi { (page.title) } } }
            (top::cautions(&page.cautions))
            @if !page.left_out.is_empty() { p.quiet { bdi { (prose(&page.left_out)) } } }
            (top::links(&sections(page)))
        }
        main {
            (differences(page))
            (rest(page))
            (controls(&page.controls))
            (sides(page))
            (machine(page))
            (end::meanings([&page.changed, &page.open, &page.same, &page.all].into_iter().filter(|table| has_rows(table))))
            (method(page))
            (again(page, record_gz_base64))
        }
    };
    document(&page.verdict.headline.replace('`', ""), &body)
}

fn sections(page: &Comparison) -> [(bool, &'static str, &str); 7] {
    [
        (has_differences(page), "differences", &page.section),
        (has_rows(&page.all), "cells", "Every cell"),
        (!page.controls.is_empty(), "controls", "Was the machine quiet?"),
        (true, "sides", "What was compared"),
        (has_machine(page), "machine", "The machine"),
        (!page.method.is_empty(), "method", "How it was measured"),
        (true, "again", "Repeat it"),
    ]
}

fn verdict(verdict: &Verdict) -> Markup {
    let (class, sign) = match verdict.outcome {
        Outcome::Good => ("good", "\u{2713}"),
        Outcome::Neutral => ("neutral", "="),
        Outcome::Bad => ("bad", "\u{2717}"),
        Outcome::Unclear => ("unclear", "?"),
    };
    let more = !verdict.evidence.is_empty();
    html! {
        section.outcome.(class) aria-label="Verdict" {
            p.word { span aria-hidden="true" { (sign) } " " (verdict.word) }
            h1 { bdi { (prose(&verdict.headline)) } "." @if !verdict.cell.is_empty() { " " small { "(" (verdict.cell) ")" } } }
            @if more { p.evidence { bdi { (prose(&verdict.evidence)) } "." } }
            p.advice { bdi { (prose(&verdict.advice)) } }
            @if !verdict.sureness.is_empty() { p.quiet { (verdict.sureness) } }
        }
    }
}

fn has_rows(table: &Table) -> bool {
    !table.rows.is_empty()
}

fn has_differences(page: &Comparison) -> bool {
    page.chart.is_some() || has_rows(&page.changed) || has_rows(&page.open)
}

fn differences(page: &Comparison) -> Markup {
    html! {
        @if has_differences(page) {
            section #differences {
                h2 { (page.section) }
                @if let Some(chart) = &page.chart { (picture(chart)) }
                @for found in [&page.changed, &page.open] {
                    @if has_rows(found) { (table::table(found)) }
                }
            }
        }
    }
}

fn picture(chart: &Ratios) -> Markup {
    html! {
        figure {
            figcaption { (chart.caption) }
            (scroll(&chart.caption, &svg::ratios(chart, "ratios")))
            ul.legend { @for line in &chart.legend { li { (line) } } }
        }
    }
}

/// What a reader need not see unless they ask.
fn rest(page: &Comparison) -> Markup {
    let same = if page.count_same.is_empty() { "The same" } else { &page.count_same };
    html! {
        @if has_rows(&page.all) {
            section #cells {
                h2 { "Every cell" }
                @if has_rows(&page.same) { details { summary { (same) } (table::table(&page.same)) } }
                details { summary { "Every cell and every cost" } (table::table(&page.all)) }
            }
        }
    }
}

fn controls(sentences: &[String]) -> Markup {
    html! {
        @if !sentences.is_empty() {
            section #controls {
                h2 { "Was the machine quiet?" }
                ul.plain { @for sentence in sentences { li { bdi { (prose(sentence)) } } } }
            }
        }
    }
}

fn sides(page: &Comparison) -> Markup {
    let side = |side: &Side| end::list(&side.name, &side.facts);
    html! {
        section #sides {
            h2 { "What was compared" }
            div.halves { (side(&page.base)) (side(&page.head)) }
            (end::list("The comparison", &page.comparison))
        }
    }
}

fn has_machine(page: &Comparison) -> bool {
    !(page.environment.is_empty() && page.warnings.is_empty())
}

fn machine(page: &Comparison) -> Markup {
    html! {
        @if has_machine(page) {
            section #machine {
                h2 { "The machine" }
                (end::warnings(&page.warnings))
                (end::list("Machine", &page.environment))
            }
        }
    }
}

fn method(page: &Comparison) -> Markup {
    html! {
        @if !page.method.is_empty() {
            section #method.prose {
                h2 { "How it was measured" }
                @for part in &page.method { p { b { (part.name) "." } " " (prose(&part.value)) } }
            }
        }
    }
}

fn again(page: &Comparison, record_gz_base64: Option<&str>) -> Markup {
    html! {
        section #again {
            h2 { "Repeat it" }
            @if !page.command.is_empty() {
                p { "The command of this comparison:" }
                pre tabindex="0" { code { (page.command) } }
            }
            (end::download("comparison.json.gz", "every pair of lanes", record_gz_base64))
        }
    }
}
