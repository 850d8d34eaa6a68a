//! The lab book: the verdicts on one screen, then each lesson with its picture and its reasons.

use maud::{Markup, html};

use super::{document_in, prose, scroll, svg};
use crate::lesson::Language;
use crate::lesson::glossary::{Piece, pieces};
use crate::lesson::rule::Verdict;
use crate::report::lesson::words::{self, Words};
use crate::report::view::Fact;
use crate::report::view::lesson::{Asked, Book, Entry};

/// The lab book as one file.
pub fn lab_book(book: &Book) -> String {
    let words = words::of(book.language);
    let body = html! {
        (svg::patterns())
        header {
            p.brand { "Fairlane" }
            h1 { (words.book) }
            p.when { @if book.recorded { b { (words.recorded) } (words.colon) } bdi { (book.title) } }
            (summary(book, words))
        }
        main {
            @for entry in &book.entries { (lesson(entry, book.language)) }
            (glossary(book, words))
            (machine(&book.machine, words))
        }
    };
    document_in(book.language.code(), words.book, &body)
}

/// All verdicts on one screen.
fn summary(book: &Book, words: &Words) -> Markup {
    html! {
        section.outcomes aria-label=(words.verdict) {
            ol.plain {
                @for entry in &book.entries {
                    li.(class_of(entry.verdict)) {
                        a href={ "#" (entry.id) } {
                            span.claim { (entry.claim) } " " b { (words.of(entry.verdict)) } " " bdi { (entry.title) }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "good",
        Verdict::DoesNotHold => "bad",
        Verdict::Inconclusive => "unclear",
    }
}

fn lesson(entry: &Entry, language: Language) -> Markup {
    let words = words::of(language);
    html! {
        section.group id=(entry.id) {
            h2 { a href={ "#" (entry.id) } { (entry.claim) " · " bdi { (entry.title) } } }
            p.question { bdi { (prose(&entry.question)) } }
            @for asked in &entry.asked { (question(asked, words)) }
            @if let Some(chart) = entry.chart_in(language) {
                figure {
                    figcaption { (words.row) }
                    (scroll(words.watch, &svg::timelines(&chart, &format!("{}-lanes", entry.id))))
                    (svg::tones(&chart, words))
                }
            }
            @if !entry.bars.is_empty() { (scroll(words.watch, &html! { pre { (entry.bars.join("\n")) } })) }
            @if !entry.fates.is_empty() { (fates(&entry.fates, words)) }
            p { bdi { (prose(&entry.numbers)) } }
            section.outcome.(class_of(entry.verdict)) aria-label=(words.verdict) {
                p.word { (words.of(entry.verdict)) }
                p.quiet { (words.rule) (words.colon) bdi { (prose(&entry.rule)) @if !entry.evidence.is_empty() { (words.surely) } } }
                @if !entry.evidence.is_empty() { (scroll(words.evidence, &html! { pre { (entry.evidence.join("\n")) } })) }
            }
            h3 { (words.why) }
            @for paragraph in &entry.why { p { (linked(paragraph)) } }
            h3 { (words.r#try) }
            @for [command, what] in &entry.r#try {
                pre { code { (command) } }
                p { bdi { (prose(what)) } }
            }
        }
    }
}

fn question(asked: &Asked, words: &Words) -> Markup {
    html! {
        div.asked {
            p { b { (words.predict) } " " bdi { (prose(&asked.text)) } }
            ul.plain {
                @for (letter, choice) in ('A'..).zip(&asked.choices) {
                    li {
                        (letter) ") " bdi { (choice) }
                        @if asked.said == Some(letter) { " " b { "← " (words.you_said) } }
                        @if asked.right == Some(letter) { " " b.right { "✓" } }
                    }
                }
            }
        }
    }
}

fn fates(rows: &[[String; 5]], words: &Words) -> Markup {
    scroll(
        words.numbers,
        &html! {
            table.numbers {
                thead { tr { @for head in words.fates { th scope="col" { (head) } } } }
                tbody {
                    @for [first, rest @ ..] in rows {
                        tr { th scope="row" { (first) } @for field in rest { td { (field) } } }
                    }
                }
            }
        },
    )
}

/// A paragraph whose words of the glossary lead to their meaning.
pub(super) fn linked(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(text) => { (prose(text)) }
                Piece::Link(word, id) => { a href={ "#term-" (id) } { (word) } }
            }
        }
    }
}

fn glossary(book: &Book, words: &Words) -> Markup {
    html! {
        section #words {
            h2 { (words.words) }
            (meanings(&book.linked()))
        }
    }
}

/// Words of the glossary, each with its meaning, where [`linked`] leads.
pub(super) fn meanings(terms: &[[String; 3]]) -> Markup {
    html! {
        dl.facts {
            @for [id, term, text] in terms { dt id={ "term-" (id) } { (term) } dd { (prose(text)) } }
        }
    }
}

fn machine(facts: &[Fact], words: &Words) -> Markup {
    html! {
        section #machine {
            h2 { (words.machine) }
            dl.facts { @for fact in facts { dt { (fact.name) } dd { bdi { (fact.value) } } } }
        }
    }
}
