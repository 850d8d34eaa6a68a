//! The lessons that explain what a page shows, so that they can be read in the page itself. Which lesson explains which table is
//! written in the lessons.

use std::collections::BTreeSet;

use super::{Finding, Verdict};
use crate::lesson::{self, Language, Lesson, explains, glossary};
use crate::record::{CellResult, Run};

/// The lessons that a page refers to, and the words that they explain.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lessons {
    /// In reading order.
    pub all: Vec<Explanation>,
    /// Id, word, meaning.
    pub terms: Vec<[String; 3]>,
}

/// What a lesson says, without what it measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Its name: `gil`.
    pub id: &'static str,
    /// A few words.
    pub title: String,
    /// What it asks.
    pub question: String,
    /// The mechanism; words of the glossary are written `[word](id)`.
    pub why: Vec<String>,
    /// The command that measures it.
    pub command: String,
}

/// The names of the lessons that explain a table.
pub(super) fn of_table(cells: &[CellResult]) -> Vec<&'static str> {
    explains::of_cells(cells).into_iter().map(|lesson| lesson.id).collect()
}

/// The names of the lessons that explain what the models themselves cost, in reading order.
pub(super) fn of_primitives(run: &Run) -> Vec<&'static str> {
    let groups = run.groups().into_iter().filter(|cells| cells.iter().any(CellResult::is_primitive));
    let names: BTreeSet<&str> = (groups.flat_map(explains::of_cells))
        .chain(explains::of_slopes(&run.slopes))
        .map(|lesson| lesson.id)
        .collect();
    in_order(&names).map(|lesson| lesson.id).collect()
}

impl Lessons {
    /// Those that the verdicts and the primitives of a page name.
    pub(super) fn of(verdicts: &[Verdict], primitives: &[&'static str]) -> Self {
        let findings = verdicts.iter().flat_map(|verdict| &verdict.findings);
        let named = findings.flat_map(|finding: &Finding| &finding.lessons).chain(primitives);
        let names: BTreeSet<&str> = named.copied().collect();
        let all: Vec<Explanation> = in_order(&names).filter_map(explanation).collect();
        let linked: BTreeSet<&str> =
            (all.iter().flat_map(|one| &one.why)).flat_map(|paragraph| glossary::linked(paragraph)).collect();
        let terms = glossary::of(Language::default()).unwrap_or_default();
        let terms = terms.into_iter().filter(|(id, _)| linked.contains(id.as_str()));
        Self { terms: terms.map(|(id, term)| [id, term.term, term.text]).collect(), all }
    }
}

fn in_order(names: &BTreeSet<&str>) -> impl Iterator<Item = &'static Lesson> {
    lesson::all().unwrap_or_default().iter().filter(|lesson| names.contains(lesson.id))
}

/// In English, as the page is; `None` of a text that is not of the documented form: the tests would have failed.
fn explanation(lesson: &'static Lesson) -> Option<Explanation> {
    let text = lesson.text(Language::default()).ok()?;
    Some(Explanation {
        id: lesson.id,
        title: text.title,
        question: text.question,
        why: text.why,
        command: format!("fairlane lesson {}", lesson.id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, judged, run};
    use crate::report::view::Page;

    #[test]
    fn a_page_has_the_lessons_that_it_refers_to_with_their_words_and_no_others() {
        let cells = vec![cell("primes", "thread-pool", 16, 16e6), cell("primes", "tasks", 16, 32e6)];
        let page = Page::of(&run(judged(cells, 1)));
        let expected = ["cores-are-the-limit", "coroutines-do-not-compute"];
        assert_eq!(page.verdicts[0].findings[0].lessons, expected);
        assert_eq!(page.lessons.all.iter().map(|one| one.id).collect::<Vec<_>>(), expected);
        let words: Vec<&str> = page.lessons.terms.iter().map(|[id, ..]| id.as_str()).collect();
        assert!(words.contains(&"event-loop") && !words.contains(&"context-switch"), "{words:?}");
        assert_eq!(Page::of(&run(Vec::new())).lessons, Lessons::default());
    }

    #[test]
    fn what_a_lesson_explains_names_no_number_of_a_measurement() {
        for lesson in lesson::all().expect("lessons") {
            let text = explanation(lesson).expect("a text");
            let shown = text.why.iter().chain([&text.question, &text.title]);
            assert!(shown.flat_map(|text| lesson::text::braces(text)).next().is_none(), "{}", lesson.id);
        }
    }
}
