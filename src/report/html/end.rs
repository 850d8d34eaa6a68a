//! The end of the page: what columns mean, the machine, how to run it again, the record.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::prose;
use crate::record::page::LINK;
use crate::report::view::{Fact, Page, Table, Warning};

/// Every head of every table of a page with its meaning.
pub(super) fn columns(page: &Page) -> Markup {
    let tables = page.groups.iter().map(|group| &group.table);
    meanings(tables.chain(&page.primitives).chain(page.curves.iter().map(|curves| &curves.table)))
}

/// The heads of some tables with their meaning, once: touch screens and keyboards do not reach tooltips.
pub(super) fn meanings<'a>(tables: impl Iterator<Item = &'a Table>) -> Markup {
    let heads = tables.flat_map(|table| &table.head).filter(|head| !head.title.is_empty());
    let meanings: BTreeMap<_, _> =
        heads.map(|head| ((head.text.as_str(), head.title.as_str()), ())).collect();
    html! {
        @if !meanings.is_empty() {
            section #columns {
                h2 { "What the columns mean" }
                dl.facts { @for (text, title) in meanings.keys() { dt { (text) } dd { (prose(title)) } } }
            }
        }
    }
}

/// Whether anything is known of the machine.
pub(super) fn has_facts(page: &Page) -> bool {
    !(page.warnings.is_empty() && page.environment.is_empty() && page.apparatus.is_empty())
}

/// The machine, the apparatus, and the warnings.
pub(super) fn facts(page: &Page) -> Markup {
    if !has_facts(page) {
        return html! {};
    }
    html! {
        section #machine {
            h2 { "The machine" }
            (warnings(&page.warnings))
            div.halves {
                (list("Machine and build", &page.environment))
                (list("Apparatus", &page.apparatus))
            }
        }
    }
}

/// What may have changed numbers.
pub(super) fn warnings(warnings: &[Warning]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            section.caution aria-label="Warnings" {
                h3 { "What may have changed the numbers" }
                ul {
                    @for warning in warnings {
                        li { b aria-hidden="true" { "! " } bdi { (prose(&warning.text)) } br; span.quiet { bdi { (prose(&warning.advice)) } } }
                    }
                }
            }
        }
    }
}

/// Facts with their title.
pub(super) fn list(title: &str, facts: &[Fact]) -> Markup {
    html! {
        @if !facts.is_empty() {
            div {
                h3 { (title) }
                dl.facts { @for fact in facts { dt { (fact.name) } dd { bdi { (fact.value) } } } }
            }
        }
    }
}

/// How to run it again, and the record.
pub(super) fn again(page: &Page, record_gz_base64: Option<&str>) -> Markup {
    html! {
        section #again {
            h2 { "Run it again" }
            @if !page.command.is_empty() {
                p { "The command of this run:" }
                pre tabindex="0" { code { (page.command) } }
            }
            p { "Another machine gives other numbers. A machine of the same kind should give the same rankings; if it does not, one of the two runs has a fault." }
            (download("run.json.gz", "every sample of every lane", record_gz_base64))
        }
    }
}

/// The record, as a part of the page.
pub(super) fn download(name: &str, contents: &str, record_gz_base64: Option<&str>) -> Markup {
    html! {
        @if let Some(record) = record_gz_base64 {
            p {
                a.download download=(name) href={ (LINK) (record) } { "Download the record" }
                " (" (name) "): " (contents) ". It is part of this page."
            }
        }
    }
}
