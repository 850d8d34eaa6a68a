//! A table of the view as a table: heads that say what they mean, numbers on the right, reasons in place of numbers, and a
//! box to tick for the columns that would make it too wide.

use maud::{Markup, html};

use super::{mark, model, prose, scroll};
use crate::report::view::{Head, Row, Table};

/// The table with its remarks.
pub(super) fn table(table: &Table) -> Markup {
    let columns = table.head.len().saturating_sub(1);
    let folded = table.folded.min(columns);
    let inner = html! {
        table.numbers {
            caption { bdi { (table.caption) } }
            thead { tr {
                @for (at, head) in table.head.iter().enumerate() { (column(head, at > columns - folded)) }
            } }
            tbody { @for line in &table.rows { (row(line, columns, folded)) } }
        }
    };
    // A row with all its numbers and a reason has no cell for the reason.
    let below = table.rows.iter().filter(|row| row.fields.len() >= columns && row.reason.is_some());
    html! {
        div.table {
            (scroll(&table.caption, &inner))
            @if folded > 0 { (unfold(&table.head[columns + 1 - folded..])) }
        }
        (remarks(below.clone().count() + table.remarks.len(), &html! {
            @for row in below { li { bdi { (row.name) } ": " bdi { (prose(row.reason.as_deref().unwrap_or_default())) } } }
            @for remark in &table.remarks { li { bdi { (prose(remark)) } } }
        }))
    }
}

/// Shows the folded columns, by the style sheet alone.
fn unfold(heads: &[Head]) -> Markup {
    let names: Vec<&str> = heads.iter().map(|head| head.text.as_str()).collect();
    html! { label.unfold { input type="checkbox"; "more columns: " (names.join(", ")) } }
}

/// A list below a table or a picture; nothing if it has no items.
pub(super) fn remarks(count: usize, items: &Markup) -> Markup {
    html! { @if count > 0 { ul.remarks { (items) } } }
}

fn column(head: &Head, more: bool) -> Markup {
    let title = Some(&head.title).filter(|title| !title.is_empty());
    html! { th.more[more] scope="col" title=[title] { (head.text) } }
}

/// Of a row without numbers one cell takes all columns, apart from the folded ones: those come and go.
fn row(row: &Row, columns: usize, folded: usize) -> Markup {
    let open = columns - folded;
    let is_short = row.fields.len() < columns;
    let last = row.fields.len().saturating_sub(1);
    let first = row.fields.first().map_or("", |field| &field.text);
    let reason = row.reason.as_deref().map(prose);
    html! {
        tr.(mark::class(row.mark)) data-model=(model::class(&row.model)) data-executor=(row.name) {
            th scope="row" {
                span.name { (mark::sign(row.mark, first)) @if !row.model.is_empty() { (model::swatch(&row.model)) } bdi { (row.name) } }
            }
            @for (at, field) in row.fields.iter().enumerate() {
                @if at == last && is_short {
                    td.instead colspan=(open.saturating_sub(at).max(1)) data-value=[field.value] {
                        b { (field.text) }
                        @if let Some(reason) = &reason { ": " bdi { (reason) } }
                    }
                } @else {
                    td.more[at >= open] data-value=[field.value] { (field.text) }
                }
            }
            @if row.fields.is_empty() && open > 0 { td.instead colspan=(open) { @if let Some(reason) = &reason { bdi { (reason) } } } }
            @if is_short && folded > 0 { td.more colspan=(folded) {} }
        }
    }
}
