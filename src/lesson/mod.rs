//! The lessons: each claim of the textbook as a question, the cells that decide it, and the rule that says how.
//!
//! `plan` is a lesson as data, [`figure`] takes its numbers from the record of a run, [`rule`] turns them into a verdict,
//! [`outcome`] holds both, [`text`] is what a reader meets, in each [`language`], [`session`] is a sitting as a file. Must not
//! know how anything is measured or shown.

#[cfg(test)]
mod drawn;
pub mod errors;
pub mod explains;
pub mod figure;
pub mod glossary;
pub mod language;
pub mod outcome;
pub mod plan;
pub mod rule;
pub mod session;
#[cfg(test)]
mod terms;
pub mod text;
#[cfg(test)]
mod translated;

use std::sync::LazyLock;

use crate::failure::{Failure, nearest};

use language::{Sources, sources};

pub use language::Language;
pub use plan::Plan;
pub use text::Text;

macro_rules! lessons {
    ($($id:literal),+ $(,)?) => {
        /// Each lesson's name, its plan, and its texts in the order of [`Language::ALL`].
        const SOURCES: &[(&str, &str, Sources)] =
            &[$(($id, include_str!(concat!("../../lessons/", $id, ".toml")), sources!($id))),+];
    };
}

lessons! {
    "main-thread",
    "shared-memory",
    "threads-for-io",
    "gil",
    "processes-for-cpu",
    "io-leaves-cpu-idle",
    "switch-cost",
    "io-threads-vs-processes",
    "concurrency-is-not-parallelism",
    "cores-are-the-limit",
    "coroutines-switch-cheaply",
    "coroutines-spawn-cheaply",
    "no-lock-contention",
    "memory",
    "gather",
    "errors-are-harder",
    "coroutines-do-not-compute",
}

/// One lesson.
#[derive(Debug)]
pub struct Lesson {
    /// Its name: lower case and hyphens.
    pub id: &'static str,
    /// What is measured and how it is judged.
    pub plan: Plan,
    sources: Sources,
}

impl Lesson {
    /// A lesson of that plan, which brings no texts.
    #[cfg(test)]
    pub(crate) fn planned(id: &'static str, plan: Plan) -> Self {
        Self { id, plan, sources: [""; Language::ALL.len()] }
    }

    /// What a reader meets.
    ///
    /// # Errors
    /// If the text is not of the documented form: the tests would have failed.
    pub fn text(&self, language: Language) -> Result<Text, Failure> {
        Text::read(self.id, self.sources, language, self.plan.jobs)
    }
}

/// The lessons as they are first asked, in reading order; the reason if one is not of the documented form.
static ALL: LazyLock<Result<Vec<Lesson>, Failure>> = LazyLock::new(|| varied(0));

/// All lessons, in reading order, in that variation: lessons that have other sizes take the next one with each number.
///
/// # Errors
/// As [`Lesson::text`].
pub fn varied(seed: u64) -> Result<Vec<Lesson>, Failure> {
    let read = |(id, plan, sources): &(&'static str, &str, Sources)| {
        let plan = Plan::parse(&format!("lessons/{id}.toml"), plan, seed)?;
        Ok(Lesson { id, plan, sources: *sources })
    };
    let mut lessons = SOURCES.iter().map(read).collect::<Result<Vec<Lesson>, Failure>>()?;
    lessons.sort_by_key(|lesson| lesson.plan.order);
    Ok(lessons)
}

/// All lessons, in reading order.
///
/// # Errors
/// As [`Lesson::text`].
pub fn all() -> Result<&'static [Lesson], Failure> {
    ALL.as_deref().map_err(Clone::clone)
}

/// The lesson of that name or claim: `gil` or `C4`.
///
/// # Errors
/// If there is none; the nearest is named.
pub fn find(name: &str) -> Result<&'static Lesson, Failure> {
    let lessons = all()?;
    let is = |lesson: &&Lesson| lesson.id == name || lesson.plan.claim.eq_ignore_ascii_case(name);
    lessons.iter().find(is).ok_or_else(|| {
        let near = nearest(name, lessons.iter().map(|lesson| lesson.id));
        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        Failure::new(format!("unknown lesson `{name}`")).help(format!("{near}`fairlane lesson` lists them"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_lesson_for_each_claim_in_each_language() {
        let lessons = all().expect("lessons");
        let mut claims: Vec<u32> =
            lessons.iter().map(|lesson| lesson.plan.claim[1..].parse().expect("C and a number")).collect();
        claims.sort_unstable();
        assert_eq!(claims, (1..=17).collect::<Vec<_>>());
        for lesson in lessons {
            for language in Language::ALL {
                lesson.text(language).expect(lesson.id).check(&lesson.plan).expect(lesson.id);
            }
        }
    }

    #[test]
    fn a_variation_asks_the_same_question_of_other_sizes() {
        let of = |seed| varied(seed).expect("lessons").swap_remove(0);
        let [first, next] = [of(0), of(1)];
        assert_ne!(first.plan.cells[0].jobs, next.plan.cells[0].jobs);
        for lesson in [first, next] {
            let text = lesson.text(Language::Zh).expect("texts");
            let jobs = lesson.plan.cells[0].jobs.to_string();
            assert!(text.question.contains(&jobs) || !text.stale.is_empty(), "{}", text.question);
        }
        let again = of(of(0).plan.variations() as u64);
        assert_eq!(again.plan.cells[0].jobs, of(0).plan.cells[0].jobs, "after the last comes the first");
    }

    #[test]
    fn a_lesson_is_found_by_name_and_by_claim() {
        assert_eq!(find("c4").expect("a claim").id, "gil");
        assert_eq!(find("gil").expect("a name").plan.claim, "C4");
        assert_eq!(find("gill").expect_err("unknown").message, "unknown lesson `gill`");
    }
}
