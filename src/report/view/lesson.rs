//! The lab book as data: each lesson with what was predicted, what was measured and why.

use super::chart::TimelineChart;
use super::{Fact, facts, timelines};
use crate::lesson::Language;
use crate::lesson::outcome::Outcome;
use crate::lesson::rule::Verdict;
use crate::lesson::session::{Session, Taken};
use crate::lesson::text::Question;
use crate::record::{CellResult, Run};
use crate::report::lesson::told::formatted;
use crate::report::lesson::{Told, bars, fate_rows, filled};

/// The lessons of one sitting.
#[derive(Debug)]
pub struct Book {
    /// The language of its texts.
    pub language: Language,
    /// When, on what machine.
    pub title: String,
    /// Whether it was measured at another time.
    pub recorded: bool,
    /// The lessons in reading order.
    pub entries: Vec<Entry>,
    /// The words that they explain: id, word, meaning.
    pub terms: Vec<[String; 3]>,
    /// The machine and the build.
    pub machine: Vec<Fact>,
}

/// One lesson.
#[derive(Debug)]
pub struct Entry {
    /// Its name, which is its anchor.
    pub id: &'static str,
    /// `C4`.
    pub claim: String,
    /// A few words.
    pub title: String,
    /// What opens it.
    pub question: String,
    /// What was asked before the measurement.
    pub asked: Vec<Asked>,
    /// When the jobs of the cells ran that one was to watch.
    pub chart: Option<TimelineChart>,
    /// The figures that are shown as bars, as lines of characters.
    pub bars: Vec<String>,
    /// The numbers in their sentence.
    pub numbers: String,
    /// What the measurement says.
    pub verdict: Verdict,
    /// When the claim holds.
    pub rule: String,
    /// The mechanism; words of the glossary are written `[word](id)`.
    pub why: Vec<String>,
    /// Commands, and what each shows.
    pub r#try: Vec<[String; 2]>,
    /// What became of jobs that failed: a row for each.
    pub fates: Vec<[String; 5]>,
}

/// A question before the measurement.
#[derive(Debug)]
pub struct Asked {
    /// What was asked.
    pub text: String,
    /// What could be answered.
    pub choices: Vec<String>,
    /// The letter of the answer, if there was one.
    pub said: Option<char>,
    /// The letter of the right one, where the claim holds.
    pub right: Option<char>,
}

impl Entry {
    /// What came of a lesson, of what was said and seen in it, and of the cells that one was to watch.
    pub fn new(told: &Told<'_>, outcome: &Outcome, taken: &Taken, run: Option<&Run>) -> Self {
        let (text, plan) = (&told.text, &told.lesson.plan);
        let filled = |text: &str| filled(text, |name| formatted(outcome, name));
        let asked = |(name, question): (&String, &Question)| Asked {
            text: filled(&question.text),
            choices: question.choices.clone(),
            said: taken.said.get(name).and_then(|said| said.choice).map(|choice| choice.letter()),
            right: (plan.predict.get(name))
                .filter(|_| outcome.verdict == Verdict::Holds)
                .map(|right| right.letter()),
        };
        let watched =
            plan.watch.iter().filter_map(|id| run?.cells.iter().find(|cell| cell.id == id.to_string()));
        let watched: Vec<&CellResult> = watched.collect();
        Self {
            id: told.lesson.id,
            claim: plan.claim.clone(),
            title: text.title.clone(),
            question: text.question.clone(),
            asked: text.predict.iter().map(asked).collect(),
            chart: timelines::of(&watched),
            bars: bars(&told.bars(outcome), told.width),
            numbers: filled(&text.numbers),
            verdict: outcome.verdict,
            rule: filled(&text.rule),
            why: text.why.iter().map(|paragraph| filled(paragraph)).collect(),
            r#try: (plan.r#try.iter().zip(&text.r#try))
                .map(|(command, what)| [format!("fairlane {command}"), what.clone()])
                .collect(),
            fates: fate_rows(&outcome.fates, told.words),
        }
    }
}

impl Book {
    /// The page of a session. `recorded` says that it was not measured here and now.
    pub fn new(
        language: Language,
        session: &Session,
        recorded: bool,
        entries: Vec<Entry>,
        terms: Vec<[String; 3]>,
    ) -> Self {
        let run = session.measured.run.as_ref();
        let (title, machine) =
            run.map(|run| (facts::title(run), facts::environment(run))).unwrap_or_default();
        Self { language, title, recorded, entries, terms, machine }
    }
}

/// `2026-11-24, 2 cores of an AMD EPYC`.
pub fn measured(run: &Run) -> String {
    facts::title(run)
}
