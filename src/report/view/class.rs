//! The sessions of a class side by side: who predicted what, and on which machine which claim held.

use super::facts;
use crate::failure::Failure;
use crate::lesson::outcome::Outcome;
use crate::lesson::plan::Choice;
use crate::lesson::rule::Verdict;
use crate::lesson::session::{Session, Taken};
use crate::lesson::{self, Language, Lesson};
use crate::report::format;

/// The sessions of a class.
#[derive(Debug)]
pub struct Class {
    /// The language of the titles.
    pub language: Language,
    /// The lessons that somebody took, in reading order.
    pub lessons: Vec<Summary>,
    /// Everybody, in the order in which they were given.
    pub people: Vec<Person>,
}

/// What came of one lesson.
#[derive(Debug)]
pub struct Summary {
    /// `C4`.
    pub claim: String,
    /// A few words.
    pub title: String,
    /// On how many machines it came out so, in the order of [`Verdict::ALL`].
    pub verdicts: [usize; 3],
    /// How many predictions were right where the claim holds, and how many there were.
    pub right: [usize; 2],
}

/// One session.
#[derive(Debug)]
pub struct Person {
    /// Whose it is.
    pub name: String,
    /// `2026-11-24, 2 cores of an AMD EPYC`.
    pub machine: String,
    /// How many predictions were right where the claim holds, and how many there were.
    pub right: [usize; 2],
    /// One for each lesson; `None` if it was not taken.
    pub marks: Vec<Option<Mark>>,
}

/// What somebody predicted, and what the machine said.
#[derive(Debug)]
pub struct Mark {
    /// The letters that were chosen, `-` where none was.
    pub said: String,
    /// What the machine said.
    pub verdict: Verdict,
    right: [usize; 2],
}

/// `7 / 12`; a dash where there was none.
pub fn of_all([right, all]: [usize; 2]) -> String {
    match all {
        0 => format::MISSING.into(),
        _ => format!("{right} / {all}"),
    }
}

impl Class {
    /// Those sessions, each with the name of whose it is.
    ///
    /// # Errors
    /// As [`Lesson::text`].
    pub fn new(language: Language, sessions: &[(String, Session)]) -> Result<Self, Failure> {
        let taken = |lesson: &&Lesson| sessions.iter().any(|(_, session)| session.taken(lesson.id).is_some());
        let lessons: Vec<&Lesson> = lesson::all()?.iter().filter(taken).collect();
        let people = sessions.iter().map(|(name, session)| person(name, session, &lessons));
        let people = people.collect::<Result<Vec<Person>, Failure>>()?;
        let summary = |(at, lesson): (usize, &&Lesson)| {
            let marks: Vec<&Mark> = people.iter().filter_map(|person| person.marks[at].as_ref()).collect();
            Ok(Summary {
                claim: lesson.plan.claim.clone(),
                title: lesson.text(language)?.title,
                verdicts: Verdict::ALL
                    .map(|verdict| marks.iter().filter(|mark| mark.verdict == verdict).count()),
                right: sum(marks.iter().map(|mark| mark.right)),
            })
        };
        let lessons = lessons.iter().enumerate().map(summary).collect::<Result<_, Failure>>()?;
        Ok(Self { language, lessons, people })
    }
}

fn person(name: &str, session: &Session, lessons: &[&Lesson]) -> Result<Person, Failure> {
    let plans = session.plans()?;
    let mark = |lesson: &&Lesson| {
        let plan = plans.iter().find(|plan| plan.id == lesson.id)?;
        Some(mark(plan, session.taken(plan.id)?, Outcome::of(plan, &session.measured).verdict))
    };
    let marks: Vec<Option<Mark>> = lessons.iter().map(mark).collect();
    Ok(Person {
        name: name.into(),
        machine: session.measured.run.as_ref().map(facts::title).unwrap_or_default(),
        right: sum(marks.iter().flatten().map(|mark| mark.right)),
        marks,
    })
}

fn mark(lesson: &Lesson, taken: &Taken, verdict: Verdict) -> Mark {
    let said =
        |(name, right): (&String, &Choice)| (taken.said.get(name).and_then(|said| said.choice), *right);
    let said: Vec<(Option<Choice>, Choice)> = lesson.plan.predict.iter().map(said).collect();
    let holds = verdict == Verdict::Holds;
    Mark {
        said: said.iter().map(|(said, _)| said.map_or('-', Choice::letter)).collect(),
        verdict,
        right: [
            said.iter().filter(|(said, right)| holds && *said == Some(*right)).count(),
            said.iter().filter(|(said, _)| holds && said.is_some()).count(),
        ],
    }
}

fn sum(pairs: impl Iterator<Item = [usize; 2]>) -> [usize; 2] {
    pairs.fold([0, 0], |[right, all], [one, of]| [right + one, all + of])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::session::{Measured, Said};
    use crate::record::fixture;

    fn session(choice: usize, sequential_ns: f64) -> Session {
        let cells =
            ["timer", "http"].map(|workload| fixture::cell(workload, "sequential", 16, sequential_ns));
        let said = Said { choice: Some(Choice(choice)), ..Said::default() };
        let taken = Taken { lesson: "main-thread".into(), said: [("total".into(), said)].into(), seen: None };
        let run = Some(fixture::run(cells.to_vec()));
        Session { lessons: vec![taken], ..Session::new(0, Measured { run, fates: Vec::new() }) }
    }

    #[test]
    fn a_prediction_counts_where_the_claim_holds() {
        let sessions = [
            ("anna".to_owned(), session(2, 178e6)),
            ("bo".to_owned(), session(0, 178e6)),
            ("cy".to_owned(), session(2, 20e6)),
        ];
        let class = Class::new(Language::En, &sessions).expect("a class");
        assert_eq!(class.lessons.len(), 1);
        assert_eq!(class.lessons[0].verdicts, [2, 1, 0]);
        assert_eq!(class.lessons[0].right, [1, 2]);
        let rights: Vec<[usize; 2]> = class.people.iter().map(|person| person.right).collect();
        assert_eq!(rights, [[1, 1], [0, 1], [0, 0]]);
        assert_eq!(class.people[1].marks[0].as_ref().expect("taken").said, "A");
    }
}
