//! What colours and signs mean.

use maud::{Markup, html};

use super::{mark, model};
use crate::report::view::Page;

/// The models of some cells.
pub(super) fn models<'a>(models: impl IntoIterator<Item = &'a str>) -> Markup {
    html! {
        ul.legend aria-label="Colours" {
            @for model in model::distinct(models) { li { (model::swatch(model)) (model::name(model)) } }
        }
    }
}

/// The models of all tables of a page.
pub(super) fn all_models(page: &Page) -> Vec<&str> {
    let tables = page.groups.iter().map(|group| &group.table).chain(&page.primitives);
    model::distinct(tables.flat_map(|table| &table.rows).map(|row| row.model.as_str()))
}

/// The signs of ranks.
pub(super) fn signs() -> Markup {
    html! {
        ul.legend.signs aria-label="Signs" {
            @for (mark, sign, about) in mark::signed() {
                li { span.sign aria-hidden="true" { (sign) } b { (mark.word()) } " " (about) }
            }
        }
    }
}
