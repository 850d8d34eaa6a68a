//! The lessons that explain the page: links beside what they explain, and at its end the lessons themselves, folded.

use maud::{Markup, html};

use super::lesson::{linked, meanings};
use super::prose;
use crate::report::view::{Explanation, Lessons};

/// What the section is called where the page links to it.
pub(super) const TITLE: &str = "The lessons behind it";

/// A quiet line with a link to each; nothing if there are none.
pub(super) fn links(names: &[&str]) -> Markup {
    html! {
        @if !names.is_empty() {
            p.lessons {
                "Lessons: "
                @for (at, name) in names.iter().enumerate() {
                    @if at > 0 { ", " }
                    a href={ "#lesson-" (name) } { (name) }
                }
            }
        }
    }
}

/// The lessons themselves, and the words that they explain.
pub(super) fn lessons(lessons: &Lessons) -> Markup {
    html! {
        @if !lessons.all.is_empty() {
            section #lessons {
                h2 { (TITLE) }
                p.about { "Why the numbers are as they are. A command measures the same on your machine, after you have predicted the result." }
                @for lesson in &lessons.all { (one(lesson)) }
                @if !lessons.terms.is_empty() {
                    details #words { summary { "The words of the lessons" } (meanings(&lessons.terms)) }
                }
            }
        }
    }
}

fn one(lesson: &Explanation) -> Markup {
    html! {
        details.lesson id={ "lesson-" (lesson.id) } {
            summary { (lesson.title) }
            p.question { (prose(&lesson.question)) }
            @for paragraph in &lesson.why { p { (linked(paragraph)) } }
            pre tabindex="0" { code { (lesson.command) } }
        }
    }
}
