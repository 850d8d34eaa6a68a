//! A table of the view as a table: heads that say what they mean, numbers on the right, reasons in place of numbers.

use maud::{Markup, html};

use super::{mark, model, prose, scroll};
use crate::report::view::{Head, Row, Table};

/// The table with its remarks.
pub(super) fn table(table: &Table) -> Markup {
    let columns = table.head.len().saturating_sub(1);
    let inner = html! {
        table.numbers {
            caption { bdi { (table.caption) } }
            thead { tr { @for head in &table.head { (column(head)) } } }
            tbody { @for line in &table.rows { (row(line, columns)) } }
        }
    };
    // A row with all its numbers and a reason beside them has no room for it.
    let beside = table.rows.iter().filter(|row| row.fields.len() >= columns && row.reason.is_some());
    html! {
        (scroll(&table.caption, &inner))
        (remarks(beside.clone().count() + table.remarks.len(), &html! {
            @for row in beside { li { bdi { (row.name) } ": " bdi { (prose(row.reason.as_deref().unwrap_or_default())) } } }
            @for remark in &table.remarks { li { bdi { (prose(remark)) } } }
        }))
    }
}

/// A list below a table or a picture; nothing if it has no items.
pub(super) fn remarks(count: usize, items: &Markup) -> Markup {
    html! { @if count > 0 { ul.remarks { (items) } } }
}

fn column(head: &Head) -> Markup {
    let title = Some(&head.title).filter(|title| !title.is_empty());
    html! { th scope="col" title=[title] { (head.text) } }
}

fn row(row: &Row, columns: usize) -> Markup {
    let missing = columns.saturating_sub(row.fields.len());
    let last = row.fields.len().saturating_sub(1);
    let said = row.fields.first().map_or("", |field| &field.text);
    html! {
        tr.(mark::class(row.mark)) data-model=(model::class(&row.model)) data-executor=(row.name) {
            th scope="row" {
                span.name { (mark::sign(row.mark, said)) (model::swatch(&row.model)) bdi { (row.name) } }
            }
            @for (at, field) in row.fields.iter().enumerate() {
                @if at == last && missing > 0 {
                    td.instead colspan=(missing + 1) data-value=[field.value] {
                        b { (field.text) }
                        @if let Some(reason) = &row.reason { ": " bdi { (prose(reason)) } }
                    }
                } @else {
                    td data-value=[field.value] { (field.text) }
                }
            }
            @if row.fields.is_empty() && columns > 0 {
                td.instead colspan=(columns) { bdi { (prose(row.reason.as_deref().unwrap_or_default())) } }
            }
        }
    }
}
