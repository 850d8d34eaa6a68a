//! The top of the page: when and where, reasons to doubt, and the recommendation in words.

use maud::{Markup, html};

use super::{WHOLE, end, lessons, prose};
use crate::report::view::{Finding, Page, Verdict};

/// Title, cautions, and links to all sections.
pub(super) fn header(page: &Page) -> Markup {
    let places = [
        (!page.verdicts.is_empty(), "answer", "The answer"),
        (!page.matrix.rows.is_empty(), "matrix", "Who won where"),
        (!page.groups.is_empty(), "groups", "Each workload"),
        (!page.curves.is_empty(), "curves", "How it scales"),
        (page.plane.is_some(), "plane", "Concurrent or parallel"),
        (!page.primitives.is_empty(), "primitives", "What models cost"),
        (end::has_facts(page), "machine", "The machine"),
        (true, "method", "How it was measured"),
        (!page.lessons.all.is_empty(), "lessons", lessons::TITLE),
        (true, "again", "Run it again"),
    ];
    html! {
        header {
            p.brand { "Fairlane" }
            h1 { "Threads, processes or async tasks?" }
            p.when { bdi { (page.title) } }
            (cautions(&page.cautions))
            (links(&places))
        }
    }
}

/// Reasons to doubt what the page says.
pub(super) fn cautions(cautions: &[String]) -> Markup {
    html! {
        @if !cautions.is_empty() {
            section.caution aria-label="Caution" {
                ul { @for caution in cautions { li { b aria-hidden="true" { "! " } bdi { (prose(caution)) } } } }
            }
        }
    }
}

/// Links to the sections that are there.
pub(super) fn links(sections: &[(bool, &str, &str)]) -> Markup {
    html! {
        nav aria-label="On this page" {
            ul {
                @for (_, anchor, text) in sections.iter().filter(|(is_there, ..)| *is_there) {
                    li { a href={ "#" (anchor) } { (text) } }
                }
            }
        }
    }
}

/// The answers side by side, one for each kind of work; below them the findings that they come from.
pub(super) fn verdicts(verdicts: &[Verdict]) -> Markup {
    html! {
        @if !verdicts.is_empty() {
            section #answer {
                h2 { "The answer" }
                div.verdicts {
                    @for verdict in verdicts {
                        article {
                            h3 { (verdict.work) }
                            p.answer { bdi { (unbroken(&verdict.recommendation)) } }
                            @if !verdict.support.is_empty() { p { bdi { (prose(&verdict.support)) } } }
                        }
                    }
                }
                @for verdict in verdicts.iter().filter(|verdict| !verdict.findings.is_empty()) {
                    h3.work { (verdict.work) }
                    ul.findings { @for finding in &verdict.findings { (one(finding)) } }
                }
            }
        }
    }
}

fn one(finding: &Finding) -> Markup {
    html! {
        li {
            a href={ "#" (finding.anchor) } { bdi { (prose(&finding.headline)) } }
            @if !finding.details.is_empty() {
                p { @for detail in &finding.details { bdi { (prose(detail)) } " " } }
            }
            (lessons::links(&finding.lessons))
        }
    }
}

/// Words that do not break at their hyphens, if they are short.
fn unbroken(text: &str) -> Markup {
    html! {
        @for (at, word) in text.split(' ').enumerate() {
            @if at > 0 { " " }
            @if word.contains('-') && word.chars().count() < WHOLE { span.whole { (word) } } @else { (word) }
        }
    }
}
