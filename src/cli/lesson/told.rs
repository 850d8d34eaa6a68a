//! One lesson as it is told: what stands before the measurement, and what after it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;

use super::ask::Asker;
use super::screen;
use crate::cli::Stop;
use crate::cli::output::print;
use crate::failure::Failure;
use crate::lesson::figure::{Unit, Value};
use crate::lesson::glossary::{self, Piece, Term, pieces};
use crate::lesson::plan::Choice;
use crate::lesson::rule::{self, Verdict};
use crate::lesson::{Language, Lesson, Text, errors};
use crate::measure::failing::Fate;
use crate::record::Run;
use crate::report::lesson::words::{self, Words};
use crate::report::lesson::{choices, explained, fate_rows, fates, filled, head, number, paragraph, style};
use crate::report::view::lesson::{self, Asked, Entry};

/// A lesson in one language.
pub(super) struct Told {
    pub(super) lesson: &'static Lesson,
    pub(super) words: &'static Words,
    text: Text,
    terms: BTreeMap<String, Term>,
    /// The columns of a paragraph.
    pub(super) width: usize,
}

/// What the measurement says.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    claim: String,
    lesson: &'static str,
    pub(super) verdict: Verdict,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    figures: BTreeMap<String, Option<Figure>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fates: Vec<Fate>,
}

#[derive(Debug, Serialize)]
struct Figure {
    #[serde(flatten)]
    value: Value,
    unit: Unit,
}

impl Outcome {
    /// From the fates of jobs that failed.
    pub(super) fn of_errors(lesson: &'static Lesson, fates: Vec<Fate>) -> Self {
        let verdict = errors::judge(&fates);
        let claim = lesson.plan.claim.clone();
        Self { claim, lesson: lesson.id, verdict, figures: BTreeMap::new(), fates }
    }

    /// From the cells that the lesson names.
    pub(super) fn of(lesson: &'static Lesson, run: &Run) -> Self {
        let plan = &lesson.plan;
        let figure = |figure: &crate::lesson::figure::Figure| {
            figure.value(run).map(|value| Figure { value, unit: figure.unit() })
        };
        let figures: BTreeMap<String, Option<Figure>> =
            plan.figures.iter().map(|(name, one)| (name.clone(), figure(one))).collect();
        let value = |name: &str| figures.get(name)?.as_ref().map(|figure| figure.value);
        let verdict = rule::judge(&plan.rule, run.environment.cores, value);
        Self { claim: plan.claim.clone(), lesson: lesson.id, verdict, figures, fates: Vec::new() }
    }

    fn number(&self, name: &str) -> Option<String> {
        let Figure { value, unit } = self.figures.get(name)?.as_ref()?;
        Some(number(*value, *unit))
    }
}

/// What was predicted: for each question a choice and a factor, or what a class said.
#[derive(Debug, Default)]
pub(super) struct Said {
    choices: BTreeMap<String, Choice>,
    factors: BTreeMap<String, f64>,
    votes: BTreeMap<String, Vec<(Choice, u32)>>,
}

/// A paragraph is not wider than this, or the eye loses its line.
const WIDEST: usize = 92;
const NARROWEST: usize = 30;

fn width() -> usize {
    screen::room().0.clamp(NARROWEST, WIDEST)
}

impl Told {
    pub(super) fn new(lesson: &'static Lesson, language: Language) -> Result<Self, Failure> {
        let (text, terms) = (lesson.text(language)?, glossary::of(language)?);
        Ok(Self { lesson, words: words::of(language), text, terms, width: width() })
    }

    /// From now on its paragraphs are as wide as the terminal is now.
    pub(super) fn resize(&mut self) {
        self.width = width();
    }

    /// What is asked.
    pub(super) fn opening(&self) -> String {
        let title = format!("{} · {}", self.lesson.plan.claim, self.text.title);
        let title = head(&textwrap::fill(&title, self.width));
        let changed =
            if self.text.stale.is_empty() { String::new() } else { format!("{}\n", self.words.changed) };
        let question = paragraph(&self.text.question, self.width);
        format!("{title}{changed}{}{question}\n", head(self.words.question))
    }

    /// Asks for predictions, or takes those of a class.
    pub(super) fn predict(
        &self,
        asker: &mut Asker,
        outcome: &Outcome,
        votes: Option<&str>,
    ) -> Result<Said, Stop> {
        let mut said = Said::default();
        if let Some(votes) = votes {
            said.votes = self.votes(votes).map_err(Stop::Misuse)?;
        }
        print(&head(self.words.predict))?;
        for (name, question) in &self.text.predict {
            let text = filled(&question.text, |name| outcome.number(name));
            print(&format!("{}\n", paragraph(&text, self.width)))?;
            print(&choices(&question.choices, self.width))?;
            if said.votes.is_empty() && asker.asks() {
                if let Some(choice) = asker.choice(self.words.your_choice, question.choices.len())? {
                    said.choices.insert(name.clone(), choice);
                }
                if let Some(factor) = asker.number(self.words.your_factor)? {
                    said.factors.insert(name.clone(), factor);
                }
            }
        }
        Ok(said)
    }

    /// The votes of a class for each question, like `A=12,B=7;A=3,B=16`.
    fn votes(&self, text: &str) -> Result<BTreeMap<String, Vec<(Choice, u32)>>, Failure> {
        let wrong = |why: &str| {
            Failure::new(format!("cannot read the votes `{text}`: {why}"))
                .help("write them like `A=12,B=7,C=3`, and divide several questions by `;`")
        };
        let parts: Vec<&str> = text.split(';').collect();
        if parts.len() != self.text.predict.len() {
            return Err(wrong("the lesson asks another number of questions"));
        }
        let tally = |(part, (name, question)): (&&str, (&String, &crate::lesson::text::Question))| {
            let one = |vote: &str| {
                let (choice, count) = vote.split_once('=').ok_or_else(|| wrong("a vote has no `=`"))?;
                let choice = Choice::read(choice).filter(|choice| choice.0 < question.choices.len());
                let count = count.trim().parse().map_err(|_| wrong("a count is not a number"))?;
                Ok((choice.ok_or_else(|| wrong("there is no such choice"))?, count))
            };
            Ok((name.clone(), part.split(',').map(one).collect::<Result<_, Failure>>()?))
        };
        parts.iter().zip(&self.text.predict).map(tally).collect()
    }

    /// Asks what was to be seen.
    pub(super) fn see(&self, asker: &mut Asker) -> Result<Option<Choice>, Stop> {
        let Some(see) = self.text.see.as_ref().filter(|_| asker.asks()) else { return Ok(None) };
        print(&head(self.words.see))?;
        print(&format!("{}\n{}", paragraph(&see.text, self.width), choices(&see.choices, self.width)))?;
        asker.choice(self.words.your_choice, see.choices.len())
    }

    /// What came of it: numbers, verdict, why, try yourself.
    pub(super) fn closing(&self, outcome: &Outcome, said: &Said, seen: Option<&Choice>) -> String {
        let (text, words) = (&self.text, self.words);
        let number = |name: &str| outcome.number(name);
        let told = |text: &str| format!("{}\n", paragraph(&filled(text, number), self.width));
        let mut all = String::new();
        if let Some((seen, right)) = seen.zip(self.lesson.plan.see) {
            let _ = writeln!(all, "{}", self.answer(*seen, right));
        }
        if !text.numbers.is_empty() || !outcome.fates.is_empty() {
            all += &head(words.numbers);
        }
        if !text.numbers.is_empty() {
            all += &told(&text.numbers);
        }
        if !outcome.fates.is_empty() {
            let _ = writeln!(all, "\n{}", fates(&outcome.fates, words));
        }
        all += &head(words.verdict);
        let verdict = outcome.verdict;
        let _ = writeln!(all, "{}{}{:#}", style(verdict), words.of(verdict), style(verdict));
        all += &told(&text.rule);
        all += &self.predictions(outcome, said);
        all += &head(words.why);
        let why: Vec<String> = text.why.iter().map(|paragraph| told(paragraph)).collect();
        all += &why.join("\n");
        all += &self.glossary();
        all += &head(words.r#try);
        for (command, what) in self.lesson.plan.r#try.iter().zip(&text.r#try) {
            let _ = write!(all, "  fairlane {command}\n{}", told(what));
        }
        all
    }

    /// What was predicted, and what is right where the claim was decided.
    fn predictions(&self, outcome: &Outcome, said: &Said) -> String {
        let mut text = String::new();
        let decided = outcome.verdict == Verdict::Holds;
        for (name, right) in &self.lesson.plan.predict {
            if let Some(choice) = said.choices.get(name) {
                let factor =
                    said.factors.get(name).map_or_else(String::new, |factor| format!(" ({factor}x)"));
                let answer = if decided { self.answer(*choice, *right) } else { choice.letter().to_string() };
                let _ = writeln!(text, "{}: {answer}{factor}", self.words.you_said);
            }
            for (choice, count) in said.votes.get(name).into_iter().flatten() {
                let mark = if decided && choice == right { " <" } else { "" };
                let bar = "#".repeat(usize::try_from(*count).unwrap_or(0).min(40));
                let _ = writeln!(text, "{} {count:>3} {} {bar}{mark}", choice.letter(), self.words.votes);
            }
        }
        text
    }

    fn answer(&self, said: Choice, right: Choice) -> String {
        let words = self.words;
        if said == right {
            format!("{} · {}", said.letter(), words.right)
        } else {
            format!("{} · {} {}", said.letter(), words.wrong, right.letter())
        }
    }

    /// The words that the lesson explains.
    fn glossary(&self) -> String {
        let mut seen = BTreeSet::new();
        let linked =
            self.text.why.iter().flat_map(|paragraph| pieces(paragraph)).filter_map(|piece| match piece {
                Piece::Link(_, id) => Some(id),
                Piece::Plain(_) => None,
            });
        let terms: Vec<&Term> =
            linked.filter(|id| seen.insert(*id)).filter_map(|id| self.terms.get(id)).collect();
        if terms.is_empty() {
            return String::new();
        }
        let terms = terms.iter().map(|term| (term.term.as_str(), term.text.as_str()));
        head(self.words.words) + &explained(terms, self.width)
    }

    /// The lesson as it stands in a lab book.
    pub(super) fn entry(&self, outcome: &Outcome, said: &Said, run: Option<&Run>) -> Entry {
        let (text, plan) = (&self.text, &self.lesson.plan);
        let filled = |text: &str| filled(text, |name| outcome.number(name));
        let asked = |(name, question): (&String, &crate::lesson::text::Question)| Asked {
            text: filled(&question.text),
            choices: question.choices.clone(),
            said: said.choices.get(name).map(|choice| choice.letter()),
            right: plan
                .predict
                .get(name)
                .filter(|_| outcome.verdict == Verdict::Holds)
                .map(|right| right.letter()),
        };
        let watched = |id: &crate::lane::Cell| run?.cells.iter().find(|cell| cell.id == id.to_string());
        let watched: Vec<_> = plan.watch.iter().filter_map(watched).collect();
        Entry {
            id: self.lesson.id,
            claim: plan.claim.clone(),
            title: text.title.clone(),
            question: text.question.clone(),
            asked: text.predict.iter().map(asked).collect(),
            chart: lesson::chart(&watched),
            numbers: filled(&text.numbers),
            verdict: outcome.verdict,
            rule: filled(&text.rule),
            why: text.why.iter().map(|paragraph| filled(paragraph)).collect(),
            r#try: (plan.r#try.iter().zip(&text.r#try))
                .map(|(command, what)| [format!("fairlane {command}"), what.clone()])
                .collect(),
            fates: fate_rows(&outcome.fates, self.words),
        }
    }

    /// The words that the glossary explains: id, word, meaning.
    pub(super) fn terms(&self) -> Vec<[String; 3]> {
        self.terms.iter().map(|(id, term)| [id.clone(), term.term.clone(), term.text.clone()]).collect()
    }

    /// The lesson in one line: claim, verdict, title, numbers.
    pub(super) fn line(&self, outcome: &Outcome) -> String {
        let (verdict, words) = (outcome.verdict, self.words);
        let shown = words.of(verdict);
        let pad = " ".repeat(20_usize.saturating_sub(textwrap::core::display_width(shown)));
        let numbers: Vec<String> =
            self.lesson.plan.numbers.iter().filter_map(|name| outcome.number(name)).collect();
        format!(
            "{:<4}{}{shown}{:#}{pad}{} ({})\n",
            self.lesson.plan.claim,
            style(verdict),
            style(verdict),
            self.text.title,
            numbers.join(", ")
        )
    }
}
