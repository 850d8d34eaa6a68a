//! The sessions of a class as a page: what came of each lesson, then a row for everybody.

use maud::{Markup, html};

use super::lesson::class_of;
use super::{document_in, scroll};
use crate::lesson::rule::Verdict;
use crate::report::format;
use crate::report::lesson::words::{self, Words};
use crate::report::view::class::{Class, Mark, of_all};

/// The page as one file.
pub fn class(class: &Class) -> String {
    let words = words::of(class.language);
    let body = html! {
        header {
            p.brand { "Fairlane" }
            h1 { (words.class) }
            p.when { (class.people.len()) " " (words.sessions) }
        }
        main {
            section #lessons { (scroll(words.lesson, &lessons(class, words))) }
            section #people { (scroll(words.name, &people(class, words))) }
        }
    };
    document_in(class.language.code(), words.class, &body)
}

fn lessons(class: &Class, words: &Words) -> Markup {
    html! {
        table.numbers {
            thead {
                tr {
                    th scope="col" { (words.lesson) }
                    @for verdict in Verdict::ALL { th scope="col" { (words.of(verdict)) } }
                    th scope="col" { (words.predicted_right) }
                }
            }
            tbody {
                @for lesson in &class.lessons {
                    tr {
                        th scope="row" { (lesson.claim) " · " bdi { (lesson.title) } }
                        @for count in lesson.verdicts { td { (count) } }
                        td { (of_all(lesson.right)) }
                    }
                }
            }
        }
    }
}

fn people(class: &Class, words: &Words) -> Markup {
    html! {
        table.numbers {
            thead {
                tr {
                    th scope="col" { (words.name) }
                    th scope="col" { (words.machine) }
                    th scope="col" { (words.predicted_right) }
                    @for lesson in &class.lessons { th scope="col" { (lesson.claim) } }
                }
            }
            tbody {
                @for person in &class.people {
                    tr {
                        th scope="row" { bdi { (person.name) } }
                        td { bdi { (person.machine) } }
                        td { (of_all(person.right)) }
                        @for mark in &person.marks { td { (marked(mark.as_ref(), words)) } }
                    }
                }
            }
        }
    }
}

fn marked(mark: Option<&Mark>, words: &Words) -> Markup {
    html! {
        @match mark {
            Some(mark) => { (mark.said) " · " span.(class_of(mark.verdict)) { (words.of(mark.verdict)) } }
            None => { (format::MISSING) }
        }
    }
}
