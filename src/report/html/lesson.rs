//! The lab book: the verdicts on one screen, then each lesson with its picture and its reasons.

use maud::{Markup, html};

use super::{document_in, prose, scroll, svg};
use crate::lesson::Language;
use crate::lesson::glossary::{Piece, pieces};
use crate::lesson::rule::Verdict;
use crate::report::lesson::bars;
use crate::report::lesson::words::{self, Words};
use crate::report::view::Fact;
use crate::report::view::lesson::{Asked, Book, Entry};

/// The columns of bars: a sheet of paper has room for them.
const COLUMNS: usize = 72;

/// The lab book as one file.
pub fn lab_book(book: &Book) -> String {
    let words = words::of(book.language);
    let body = html! {
        (svg::patterns())
        header {
            p.brand { "Fairlane" }
            h1 { (words.book) }
            p.when {
                @if book.recorded { b { (words.recorded) } @if !book.title.is_empty() { (words.colon) } }
                bdi { (book.title) }
            }
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
            @for asked in &entry.asked { (question(words.predict, asked, words)) }
            @if let Some(chart) = entry.chart_in(language) {
                figure {
                    figcaption { (words.row) }
                    (scroll(words.watch, &svg::timelines(&chart, &format!("{}-lanes", entry.id))))
                    (svg::tones(&chart, words))
                }
            }
            @if !entry.bars.is_empty() {
                (scroll(words.watch, &html! { pre { (bars(&entry.bars, COLUMNS).join("\n")) } }))
            }
            @if let Some(see) = &entry.see { (question(words.see, see, words)) }
            @if !entry.fates.is_empty() { (fates(&entry.fates, words)) }
            @if !entry.numbers.is_empty() { p { bdi { (prose(&entry.numbers)) } } }
            section.outcome.(class_of(entry.verdict)) aria-label=(words.verdict) {
                p.word { (words.of(entry.verdict)) }
                p.quiet {
                    (words.rule) (words.colon) bdi { (prose(&entry.rule)) (words.period) }
                    @if !entry.evidence.is_empty() { (words.surely) }
                }
                @if !entry.evidence.is_empty() { (evidence(entry, words)) }
                @if entry.disturbed { p { (words.disturbed) } }
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

/// What was asked, and what was said to it.
fn question(head: &str, asked: &Asked, words: &Words) -> Markup {
    let votes = |letter| asked.votes.iter().find(|(vote, _)| *vote == letter).map(|(_, count)| count);
    html! {
        div.asked {
            p { b { (head) } " " bdi { (prose(&asked.text)) } }
            ul.plain {
                @for (letter, choice) in ('A'..).zip(&asked.choices) {
                    li {
                        (letter) ") " bdi { (choice) }
                        @if let Some(count) = votes(letter) { " " b { "← " (count) " " (words.votes) } }
                        @if asked.said == Some(letter) { " " b { "← " (words.you_said) } }
                        @if let Some(factor) = asked.factor.filter(|_| asked.said == Some(letter)) { " (" (factor) "x)" }
                        @if asked.right == Some(letter) { " " b.right { "✓" } }
                    }
                }
            }
        }
    }
}

/// The figures of the rule, a row for each.
fn evidence(entry: &Entry, words: &Words) -> Markup {
    scroll(
        words.evidence,
        &html! {
            table.numbers {
                caption { (words.evidence) }
                tbody {
                    @for one in &entry.evidence {
                        tr { th scope="row" { (one.figure) } td { (one.shown) } td { (one.bounds) } td { (one.word) } }
                    }
                }
            }
        },
    )
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
