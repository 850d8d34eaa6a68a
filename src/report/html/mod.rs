//! The page about a run: one file of HTML that needs no network and no JavaScript to be read.
//!
//! Lays out what [`view`] says and computes only places. Must not know records. `maud` escapes every text from outside; only
//! this folder's own style and script are written raw. Start at [`page`]; `svg` draws the pictures, `mark` and `model` have
//! the look of ranks and models.

mod class;
mod comparison;
mod end;
mod group;
mod legend;
mod lesson;
mod lessons;
mod mark;
mod matrix;
mod method;
mod model;
#[cfg(test)]
mod sample;
mod side_by_side;
mod svg;
mod table;
mod top;

use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

pub use class::class;
pub use comparison::comparison;
pub use lesson::lab_book;
pub use side_by_side::side_by_side;

use super::view;

/// The look of the page: light, dark and on paper.
const STYLE: &str = include_str!("page.css");

/// Sorts and filters; nothing is lost without it.
const SCRIPT: &str = include_str!("page.js");

/// The page as one file. `record_gz_base64` is the record, compressed and encoded, for download.
pub fn page(page: &view::Page, record_gz_base64: Option<&str>) -> String {
    let body = html! {
        (svg::patterns())
        (top::header(page))
        main {
            (top::verdicts(&page.verdicts))
            (matrix::matrix(page))
            (group::groups(&page.groups))
            (group::curves(&page.curves))
            (group::plane(page.plane.as_ref()))
            (group::primitives(&page.primitives, &page.primitive_lessons))
            (end::columns(page))
            (end::facts(page))
            (method::method())
            (lessons::lessons(&page.lessons))
            (end::again(page, record_gz_base64))
        }
    };
    document(&page.title, &body)
}

/// A document in English.
fn document(title: &str, body: &Markup) -> String {
    document_in("en", title, body)
}

/// A document in that language, with its style and its script in it.
fn document_in(language: &str, title: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Fairlane: " (title) }
                link rel="icon" href="data:,"; // without it, browsers ask the network for one
                style { (PreEscaped(STYLE)) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}

/// The picture of a group as a file of its own: when its jobs ran, or its medians where no job left stamps. Light or dark,
/// as the viewer prefers.
pub fn picture(group: &view::Group) -> String {
    let drawn = match &group.timelines {
        Some(timelines) => svg::timelines(timelines, "picture"),
        None => svg::bars(&group.bars, "picture"),
    };
    // A file of its own needs the page's style and its hatching.
    let alone = "svg { color: var(--ink); background: var(--paper); font-family: system-ui, \"DejaVu Sans\", sans-serif }";
    let head = format!("<style><![CDATA[{STYLE}{alone}]]></style>{}", svg::hatching().into_string());
    let drawn = drawn.into_string().replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    let body = drawn.find('>').map_or(0, |end| end + 1);
    format!("{}{head}{}\n", &drawn[..body], &drawn[body..])
}

/// A record as it is in a page: compressed, in base64.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn packed(record: &[u8]) -> io::Result<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(record)?;
    Ok(STANDARD.encode(encoder.finish()?))
}

/// Nothing may be loaded and only our own script may run, whatever a record contains.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'"
    )
}

/// A shorter name does not break at its hyphens: `tasks-mt` is one name. A longer one must break somewhere.
const WHOLE: usize = 24;

/// Text in which the part between backticks is code.
fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is text.
    let paired = parts.len() % 2 == 1;
    html! {
        @if paired {
            @for (at, part) in parts.iter().enumerate() {
                @if at % 2 == 1 { code.whole[part.chars().count() < WHOLE] { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}

/// A box that scrolls if its content is wider than the screen, and that the keyboard reaches.
fn scroll(label: &str, inner: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (inner) } }
}

#[cfg(test)]
mod tests;
