//! One lesson as text in one language: its questions, what came of it, its line among all. Must not know who is asked, and
//! when.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::words::{self, Words};
use super::{
    Bar, bars, choices, evidence, explained, fates, filled, head, lines, number, options, paragraph, style,
};
use crate::failure::Failure;
use crate::lesson::glossary::{self, Term};
use crate::lesson::outcome::{Figure, Outcome};
use crate::lesson::plan::Choice;
use crate::lesson::rule::Verdict;
use crate::lesson::session::{Said, Taken};
use crate::lesson::text::Question;
use crate::lesson::{Language, Lesson, Text};

/// A lesson in one language.
#[derive(Debug)]
pub struct Told<'l> {
    /// The lesson.
    pub lesson: &'l Lesson,
    /// The words around it.
    pub words: &'static Words,
    /// Its texts.
    pub text: Text,
    /// All words that lessons explain, by their ids.
    pub terms: BTreeMap<String, Term>,
    /// The columns of a paragraph.
    pub width: usize,
}

impl<'l> Told<'l> {
    /// For paragraphs of that many columns.
    ///
    /// # Errors
    /// As [`Lesson::text`].
    pub fn new(lesson: &'l Lesson, language: Language, width: usize) -> Result<Self, Failure> {
        let (text, terms) = (lesson.text(language)?, glossary::of(language)?);
        Ok(Self { lesson, words: words::of(language), text, terms, width })
    }

    /// What is asked. `mark` says that it was not measured here and now.
    pub fn opening(&self, mark: Option<&str>) -> String {
        let title = format!("{} · {}", self.lesson.plan.claim, self.text.title);
        let title = head(&textwrap::fill(&title, self.width));
        let changed =
            if self.text.stale.is_empty() { String::new() } else { format!("{}\n", self.words.changed) };
        let mark = mark.map_or_else(String::new, |mark| self.line_of(mark));
        let question = self.line_of(&self.text.question);
        format!("{title}{changed}{mark}{}{question}", head(self.words.question))
    }

    fn line_of(&self, text: &str) -> String {
        format!("{}\n", paragraph(text, self.width))
    }

    /// A question before the measurement.
    pub fn question(&self, question: &Question, outcome: &Outcome) -> String {
        self.line_of(&filled(&question.text, |name| formatted(outcome, name)))
            + &choices(&question.choices, self.width)
    }

    /// The figures that are shown as bars, as far as they were measured.
    pub fn bars(&self, outcome: &Outcome) -> Vec<Bar> {
        let bar = |(name, label): (&String, &String)| {
            let Figure { value, unit } = outcome.figure(name)?;
            Some(Bar { label: label.clone(), number: value.number, shown: number(value, unit) })
        };
        self.lesson.plan.bars.iter().zip(&self.text.bars).filter_map(bar).collect()
    }

    /// Their picture, with its head; nothing where a lesson has none.
    pub fn drawn(&self, outcome: &Outcome) -> String {
        let lines = bars(&self.bars(outcome), self.width);
        if lines.is_empty() { String::new() } else { head(self.words.watch) + &lines.join("\n") + "\n" }
    }

    /// The question after the pictures.
    pub fn see(&self, see: &Question) -> String {
        head(self.words.see) + &self.line_of(&see.text) + &choices(&see.choices, self.width)
    }

    /// What came of it: numbers, verdict, why, try yourself. `seed` is the variation that was asked.
    pub fn closing(&self, outcome: &Outcome, taken: &Taken, seed: u64) -> String {
        let (text, words) = (&self.text, self.words);
        let told = |text: &str| self.line_of(&filled(text, |name| formatted(outcome, name)));
        // What is right is known where the claim holds.
        let decided = outcome.verdict == Verdict::Holds;
        let mut all = String::new();
        if let Some((seen, right)) = taken.seen.zip(self.lesson.plan.see).filter(|_| decided) {
            let _ = writeln!(all, "{}", self.answer(seen, right));
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
        let claim = format!("{}{}{}", words.of(verdict), words.colon, text.title);
        let claim = textwrap::fill(&claim, options(self.width));
        let coloured = format!("{}{}{:#}", style(verdict), words.of(verdict), style(verdict));
        let _ = writeln!(all, "{}", claim.replacen(words.of(verdict), &coloured, 1));
        // What is not made of cells has no intervals.
        let surely = if self.lesson.plan.special.is_none() { words.surely } else { "" };
        all += &told(&format!("{}{}{}{}{surely}", words.rule, words.colon, text.rule, words.period));
        let evidence = evidence(self.lesson, outcome, words);
        if !evidence.is_empty() {
            let _ = writeln!(all, "{}{}", words.evidence, words.colon.trim_end());
            all += &lines(&evidence, self.width);
        }
        if outcome.disturbed {
            all += &self.line_of(words.disturbed);
        }
        all += &self.predictions(outcome, taken);
        all += &head(words.why);
        let why: Vec<String> = text.why.iter().map(|paragraph| told(paragraph)).collect();
        all += &why.join("\n");
        all += &self.glossary();
        all += &head(words.r#try);
        for (command, what) in self.lesson.plan.r#try.iter().zip(&text.r#try) {
            let _ = write!(all, "  fairlane {command}\n{}", told(what));
        }
        if self.lesson.plan.variations() > 1 {
            let _ = write!(
                all,
                "  fairlane lesson {} --seed {}\n{}",
                self.lesson.id,
                seed.saturating_add(1),
                self.line_of(words.other_sizes)
            );
        }
        all
    }

    /// What was predicted, and what is right where the claim was decided.
    fn predictions(&self, outcome: &Outcome, taken: &Taken) -> String {
        let (mut text, mut right_ones, words) = (String::new(), Vec::new(), self.words);
        let decided = outcome.verdict == Verdict::Holds;
        for (name, right) in &self.lesson.plan.predict {
            let nothing = Said::default();
            let Said { choice, factor, votes } = taken.said.get(name).unwrap_or(&nothing);
            if choice.is_none() && votes.is_empty() && decided {
                right_ones.push(right.letter().to_string());
            }
            if let Some(choice) = choice {
                let factor = factor.map_or_else(String::new, |factor| format!(" ({factor}x)"));
                let answer = if decided { self.answer(*choice, *right) } else { choice.letter().to_string() };
                let _ = writeln!(text, "{}{}{answer}{factor}", self.words.you_said, self.words.colon);
            }
            for (choice, count) in votes {
                let mark = if decided && choice == right { " <" } else { "" };
                let bar = "#".repeat(usize::try_from(*count).unwrap_or(0).min(40));
                let _ = writeln!(text, "{} {count:>3} {} {bar}{mark}", choice.letter(), self.words.votes);
            }
        }
        if !right_ones.is_empty() {
            let _ = writeln!(text, "{}{}{}", words.right_answer, words.colon, right_ones.join(", "));
        }
        if !decided {
            let _ = writeln!(text, "{}", textwrap::fill(words.no_right_answer, self.width));
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
        let linked = self.text.why.iter().flat_map(|paragraph| glossary::linked(paragraph));
        let terms: Vec<&Term> =
            linked.filter(|id| seen.insert(*id)).filter_map(|id| self.terms.get(id)).collect();
        if terms.is_empty() {
            return String::new();
        }
        let terms = terms.iter().map(|term| (term.term.as_str(), term.text.as_str()));
        head(self.words.words) + &explained(terms, self.words, self.width)
    }

    /// All words that lessons explain: id, word, meaning.
    pub fn terms(&self) -> Vec<[String; 3]> {
        self.terms.iter().map(|(id, term)| [id.clone(), term.term.clone(), term.text.clone()]).collect()
    }

    /// The lesson in one line: claim, verdict, title, numbers.
    pub fn line(&self, outcome: &Outcome) -> String {
        let (verdict, words) = (outcome.verdict, self.words);
        let shown = words.of(verdict);
        let pad = " ".repeat(20_usize.saturating_sub(textwrap::core::display_width(shown)));
        let numbers: Vec<String> =
            self.lesson.plan.numbers.iter().filter_map(|name| formatted(outcome, name)).collect();
        let numbers = if numbers.is_empty() { String::new() } else { format!(" ({})", numbers.join(", ")) };
        let plain = format!("{:<4}{shown}{pad}{}{numbers}", self.lesson.plan.claim, self.text.title);
        let hanging = options(self.width).subsequent_indent("    ");
        let coloured = format!("{}{shown}{:#}", style(verdict), style(verdict));
        textwrap::fill(&plain, hanging).replacen(shown, &coloured, 1) + "\n"
    }
}

/// The number of that name as it stands in a text.
pub(in crate::report) fn formatted(outcome: &Outcome, name: &str) -> Option<String> {
    outcome.figure(name).map(|figure| number(figure.value, figure.unit))
}
