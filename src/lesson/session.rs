//! A sitting with lessons as a file: what was measured, what was predicted, what was seen. Verdicts are not in it: the rules
//! give them again. Must not know how it is shown.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::figure::Figure;
use super::plan::Choice;
use super::{Lesson, varied};
use crate::failure::{Failure, OrFail};
use crate::files;
use crate::measure::failing::Fate;
use crate::record::document::{Document, Wanted};
use crate::record::{Run, check};

/// The version of the form; a reader refuses a newer one.
const SCHEMA: u32 = 1;

const WANTED: Wanted = Wanted {
    what: "a session of lessons",
    key: "session_schema",
    newest: SCHEMA,
    advice: "a session is a file that `fairlane lesson --save FILE` wrote, unchanged",
};

/// One that was recorded when this version was made, for a class without a quiet machine.
const RECORDED: &str = include_str!("../../lessons/recorded.json");

/// What one sitting leaves.
#[derive(Debug, Serialize, Deserialize)]
pub struct Session {
    /// The version of the form.
    pub session_schema: u32,
    /// Which variation of the questions was asked.
    pub seed: u64,
    /// The lessons in the order in which they were taken.
    pub lessons: Vec<Taken>,
    /// By what they are judged.
    #[serde(flatten)]
    pub measured: Measured,
}

/// By what lessons are judged.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// The record of their cells; `None` if no lesson is made of cells.
    pub run: Option<Run>,
    /// What became of jobs that failed; empty if no lesson looks at them.
    pub fates: Vec<Fate>,
}

impl Measured {
    /// The first cell or slope that a lesson needs and that is not here.
    fn lacks(&self, lesson: &Lesson) -> Option<String> {
        let names = lesson.plan.figures.values().flat_map(Figure::names);
        let run = self.run.as_ref();
        let mut missing = names.filter(|name| !run.is_some_and(|run| name.is_in(run)));
        missing.next().map(|name| name.id.to_string())
    }
}

/// One lesson of a sitting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Taken {
    /// Its name.
    pub lesson: String,
    /// What was said to each question before the measurement.
    #[serde(default)]
    pub said: BTreeMap<String, Said>,
    /// What was seen in the pictures.
    pub seen: Option<Choice>,
}

/// What was said to one question: by one person, or by a class.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The choice of one person.
    pub choice: Option<Choice>,
    /// How many times, roughly.
    pub factor: Option<f64>,
    /// How many of a class said what.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub votes: BTreeMap<Choice, u32>,
}

impl Taken {
    /// Before anything is said.
    pub fn of(lesson: &Lesson) -> Self {
        Self { lesson: lesson.id.into(), said: BTreeMap::new(), seen: None }
    }
}

impl Session {
    /// What was measured for that variation, before anything is said.
    pub fn new(seed: u64, measured: Measured) -> Self {
        Self { session_schema: SCHEMA, seed, lessons: Vec::new(), measured }
    }

    /// Reads a session that was saved.
    ///
    /// # Errors
    /// If there is no file, it is not a session, or something in it is impossible.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Self::understand(&Document::open(path, &WANTED)?)
    }

    /// The one that was recorded when this version was made.
    ///
    /// # Errors
    /// If it is not of the documented form: the tests would have failed.
    pub fn recorded() -> Result<Self, Failure> {
        Self::understand(&Document::of(RECORDED.into(), "read the recorded session".into()))
    }

    fn understand(file: &Document) -> Result<Self, Failure> {
        let wrong = |why: String| file.wrong(&why, &WANTED);
        let session: Self = file.parse(&WANTED)?;
        if let Some(run) = &session.measured.run {
            check::run(run).map_err(|why| wrong(why.to_string()))?;
        }
        for taken in &session.lessons {
            super::find(&taken.lesson).map_err(|failure| wrong(failure.message))?;
        }
        for lesson in session.plans()? {
            if let Some(missing) = session.measured.lacks(&lesson) {
                return Err(wrong(format!(
                    "it has no `{missing}`, which `{}` needs in this version of Fairlane",
                    lesson.id
                )));
            }
        }
        Ok(session)
    }

    /// The lessons that were taken, in the variation that was asked.
    ///
    /// # Errors
    /// As [`Lesson::text`].
    pub fn plans(&self) -> Result<Vec<Lesson>, Failure> {
        let all = varied(self.seed)?;
        let taken = |lesson: &Lesson| self.taken(lesson.id).is_some();
        Ok(all.into_iter().filter(taken).collect())
    }

    /// What was said and seen in that lesson.
    pub fn taken(&self, lesson: &str) -> Option<&Taken> {
        self.lessons.iter().find(|taken| taken.lesson == lesson)
    }

    /// Writes it as a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Failure> {
        let json = serde_json::to_string(self).or_fail(|| "write the session")?;
        files::write(path, json.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;

    fn session() -> Session {
        let cells =
            [("primes", "sequential", 64), ("primes", "gil-threads", 64), ("primes", "thread-pool", 64)];
        let cells = cells.into_iter().chain([("http", "sequential", 16), ("http", "gil-threads", 16)]);
        let cell = |(workload, executor, jobs)| fixture::cell(workload, executor, jobs, 160e6);
        let run = Some(fixture::run(cells.map(cell).collect()));
        let said = Said { choice: Some(Choice(2)), factor: Some(16.0), ..Said::default() };
        let votes = Said { votes: [(Choice(0), 12), (Choice(1), 7)].into(), ..Said::default() };
        let taken = Taken {
            lesson: "gil".into(),
            said: [("computing".into(), said), ("waiting".into(), votes)].into(),
            seen: Some(Choice(0)),
        };
        Session { lessons: vec![taken], ..Session::new(0, Measured { run, fates: Vec::new() }) }
    }

    #[test]
    fn what_was_said_comes_back_as_it_was_saved() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        session().save(file.path()).expect("saved");
        let read = Session::read(file.path()).expect("read");
        let taken = read.taken("gil").expect("taken");
        assert_eq!(taken.said, session().lessons[0].said);
        assert_eq!(taken.seen, Some(Choice(0)));
        assert_eq!(read.plans().expect("plans").len(), 1);
    }

    fn understood(json: String) -> Result<Session, Failure> {
        Session::understand(&Document::of(json, "read `x.json`".into()))
    }

    #[test]
    fn what_is_not_a_session_is_refused_with_its_reason() {
        let json = serde_json::to_string(&session()).expect("JSON");
        for (from, to, reason) in [
            (
                "\"session_schema\":1",
                "\"session_schema\":2",
                "it has schema 2, and this version of Fairlane reads",
            ),
            ("\"gil\"", "\"gill\"", "unknown lesson `gill`"),
            ("\"choice\":\"C\"", "\"choice\":\"CD\"", "`CD` is not a choice like `A`"),
            ("\"median_ns\":", "\"median_ns\":-", "median_ns"),
            (
                "\"seed\":0,\"lessons\":[{\"lesson\":\"gil\"",
                "\"seed\":0,\"lessons\":[{\"lesson\":\"gather\"",
                "it has no `http/",
            ),
            ("\"session_schema\":1,", "", "it is JSON, but not a session of lessons"),
        ] {
            assert!(json.contains(from), "{from}: {json}");
            let failure = understood(json.replace(from, to)).expect_err(to);
            assert!(failure.message.contains(reason), "{reason}: {failure}");
        }
    }

    #[test]
    fn the_recorded_session_has_every_lesson_and_a_verdict_for_nearly_all() {
        let session = Session::recorded().expect("recorded");
        let plans = session.plans().expect("plans");
        assert_eq!(plans.len(), super::super::all().expect("lessons").len());
        let open = |lesson: &&Lesson| {
            let outcome = super::super::outcome::Outcome::of(lesson, &session.measured);
            outcome.verdict == super::super::rule::Verdict::Inconclusive
        };
        let open: Vec<&str> = plans.iter().filter(open).map(|lesson| lesson.id).collect();
        assert!(open.len() <= 2, "{open:?}");
    }
}
