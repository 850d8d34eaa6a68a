//! The lab book as data: each lesson with what was predicted, what was measured and why.

use std::collections::BTreeSet;

use super::chart::TimelineChart;
use super::{Fact, facts, timelines};
use crate::lesson::outcome::Outcome;
use crate::lesson::plan::Choice;
use crate::lesson::rule::Verdict;
use crate::lesson::session::{Said, Session, Taken};
use crate::lesson::text::Question;
use crate::lesson::{Language, glossary};
use crate::record::{CellResult, Run};
use crate::report::clean::clean;
use crate::report::lesson::told::formatted;
use crate::report::lesson::{Bar, Evidence, Told, evidence, fate_rows, filled, words};

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
    /// The figures that are shown as bars.
    pub bars: Vec<Bar>,
    /// What was to be seen in the pictures.
    pub see: Option<Asked>,
    /// The numbers in their sentence.
    pub numbers: String,
    /// What the measurement says.
    pub verdict: Verdict,
    /// When the claim holds.
    pub rule: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// Whether other programs took too much of the processors for a verdict.
    pub disturbed: bool,
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
    /// How many times, roughly, was said.
    pub factor: Option<f64>,
    /// How many of a class gave each letter.
    pub votes: Vec<(char, u32)>,
}

impl Entry {
    /// What came of a lesson, what was said and seen in it, and the cells that one was to watch.
    pub fn new(told: &Told<'_>, outcome: &Outcome, taken: &Taken, run: Option<&Run>) -> Self {
        let (text, plan) = (&told.text, &told.lesson.plan);
        let filled = |text: &str| filled(text, |name| formatted(outcome, name));
        let decided = outcome.verdict == Verdict::Holds;
        let asked = |question: &Question, said: &Said, right: Option<&Choice>| Asked {
            text: filled(&question.text),
            choices: question.choices.clone(),
            said: said.choice.map(Choice::letter),
            right: right.filter(|_| decided).map(|right| right.letter()),
            factor: said.factor,
            votes: said.votes.iter().map(|(choice, count)| (choice.letter(), *count)).collect(),
        };
        let nothing = Said::default();
        let predicted = |(name, question): (&String, &Question)| {
            asked(question, taken.said.get(name).unwrap_or(&nothing), plan.predict.get(name))
        };
        let seen = Said { choice: taken.seen, ..Said::default() };
        let watched =
            plan.watch.iter().filter_map(|id| run?.cells.iter().find(|cell| cell.id == id.to_string()));
        let watched: Vec<&CellResult> = watched.collect();
        Self {
            id: told.lesson.id,
            claim: plan.claim.clone(),
            title: text.title.clone(),
            question: text.question.clone(),
            asked: text.predict.iter().map(predicted).collect(),
            see: text.see.as_ref().map(|see| asked(see, &seen, plan.see.as_ref())),
            chart: chart(&watched),
            bars: told.bars(outcome),
            numbers: filled(&text.numbers),
            verdict: outcome.verdict,
            rule: filled(&text.rule),
            evidence: evidence(told.lesson, outcome, told.words),
            disturbed: outcome.disturbed,
            why: text.why.iter().map(|paragraph| filled(paragraph)).collect(),
            r#try: (plan.r#try.iter().zip(&text.r#try))
                .map(|(command, what)| [format!("fairlane {command}"), what.clone()])
                .collect(),
            fates: fate_rows(&outcome.fates, told.words),
        }
    }

    /// The picture in a language: its remarks are English, so another one goes without.
    pub fn chart_in(&self, language: Language) -> Option<TimelineChart> {
        let mut chart = self.chart.clone()?;
        if language != Language::default() {
            words::of(language).watch.clone_into(&mut chart.caption);
            chart.strips.iter_mut().for_each(|strip| strip.remarks.clear());
        }
        Some(chart)
    }
}

/// When the jobs of these cells ran, each cell by the name of its work, too, where that is not the same in all of them.
pub fn chart(cells: &[&CellResult]) -> Option<TimelineChart> {
    let mut chart = timelines::of(cells)?;
    let shown: Vec<&&CellResult> = cells.iter().filter(|cell| cell.timeline.is_some()).collect();
    if shown.windows(2).any(|two| two[0].group() != two[1].group()) {
        for (strip, cell) in chart.strips.iter_mut().zip(shown) {
            strip.label = format!("{}/{}", cell.workload, cell.executor);
        }
    }
    Some(chart)
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

    /// The words to which its lessons link: the glossary has more.
    pub fn linked(&self) -> Vec<[String; 3]> {
        let why = self.entries.iter().flat_map(|entry| &entry.why);
        let ids: BTreeSet<&str> = why.flat_map(|paragraph| glossary::linked(paragraph)).collect();
        self.terms.iter().filter(|[id, ..]| ids.contains(id.as_str())).cloned().collect()
    }
}

/// `2026-11-24, 2 cores of an AMD EPYC`, in a line for a terminal.
pub fn measured(run: &Run) -> String {
    clean(&facts::title(run))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::cell;
    use crate::record::timeline::{Ran, Timeline};

    fn ran(workload: &str, executor: &str) -> CellResult {
        let job = |job| Ran {
            job,
            worker: 0,
            core: Some(0),
            handed_ns: 0,
            start_ns: 1,
            end_ns: 9,
            waits_ns: vec![],
        };
        let timeline = Some(Timeline { wall_ns: 10, jobs: vec![job(0)] });
        CellResult { timeline, ..cell(workload, executor, 16, 10.0) }
    }

    fn labels(cells: &[&CellResult]) -> Vec<String> {
        chart(cells).expect("timelines").strips.into_iter().map(|strip| strip.label).collect()
    }

    #[test]
    fn rows_of_one_executor_and_different_work_have_names_of_their_own() {
        let (timer, http) = (ran("timer", "sequential"), ran("http", "sequential"));
        assert_eq!(labels(&[&timer, &http]), ["timer/sequential", "http/sequential"]);
        assert_eq!(labels(&[&timer, &ran("timer", "tasks")]), ["sequential", "tasks"]);
        let silent = cell("blur", "tasks", 16, 10.0);
        assert_eq!(labels(&[&silent, &timer, &http]), ["timer/sequential", "http/sequential"]);
    }

    #[test]
    fn a_book_has_the_words_of_its_lessons_and_no_english_in_a_chinese_picture() {
        let entry = Entry {
            id: "x",
            claim: "C1".into(),
            title: String::new(),
            question: String::new(),
            asked: Vec::new(),
            chart: chart(&[&ran("timer", "tasks")]),
            numbers: String::new(),
            verdict: Verdict::Holds,
            rule: String::new(),
            evidence: Vec::new(),
            disturbed: false,
            see: None,
            why: vec!["[线程](thread)".into()],
            r#try: Vec::new(),
            bars: Vec::new(),
            fates: Vec::new(),
        };
        let english = entry.chart_in(Language::En).expect("a picture");
        assert!(!english.strips[0].remarks.is_empty());
        let chinese = entry.chart_in(Language::Zh).expect("a picture");
        assert_eq!((chinese.caption.as_str(), chinese.strips[0].remarks.len()), ("观察", 0));
        let term = |id: &str| [id.to_owned(), String::new(), String::new()];
        let terms = vec![term("core"), term("thread")];
        let book = Book {
            language: Language::Zh,
            title: String::new(),
            recorded: false,
            entries: vec![entry],
            terms,
            machine: Vec::new(),
        };
        assert_eq!(book.linked(), [term("thread")]);
    }
}
