//! The lab book as data: each lesson with what was predicted, what was measured and why.

use super::chart::TimelineChart;
use super::{Fact, facts, timelines};
use crate::lesson::Language;
use crate::lesson::rule::Verdict;
use crate::record::{CellResult, Run};

/// The lessons of one sitting.
#[derive(Debug)]
pub struct Book {
    /// The language of its texts.
    pub language: Language,
    /// When, on what machine.
    pub title: String,
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

/// When the jobs of these cells ran.
pub fn chart(cells: &[&CellResult]) -> Option<TimelineChart> {
    timelines::of(cells)
}

/// `2026-11-24, 2 cores of an AMD EPYC`, and the machine and the build.
pub fn machine(run: &Run) -> (String, Vec<Fact>) {
    (facts::title(run), facts::environment(run))
}
