//! Asks on a terminal what a lesson asks. An interrupt ends the waiting; without a terminal nothing is asked, and the questions
//! are shown.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::thread;
use std::time::Duration;

use crossbeam::channel::{Receiver, Sender, bounded, select};
use nix::sys::termios::{FlushArg, tcflush};
use nix::unistd::{getpgrp, tcgetpgrp};

use super::screen;
use crate::cli::Stop;
use crate::cli::output::print;
use crate::failure::Failure;
use crate::lesson::outcome::Outcome;
use crate::lesson::plan::Choice;
use crate::lesson::session::Said;
use crate::lesson::text::Question;
use crate::process::interrupt;
use crate::quantity;
use crate::report::lesson::{Told, head};

/// Whether the terminal lets this process read. It stops who reads in the background (`&`, `timeout`), until `fg`.
pub(super) fn in_front() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|front| front == getpgrp())
}

/// Who is asked: somebody at a terminal, or nobody.
pub(super) struct Asker {
    input: Option<Input>,
}

/// Standard input, read line by line and only where one is awaited: a terminal stops whoever reads in the background, and a
/// measurement may go on there.
struct Input {
    wanted: Sender<()>,
    lines: Receiver<String>,
    /// Whether a line is wanted that has not come yet.
    awaited: bool,
}

impl Input {
    /// Where the next line will come.
    fn next(&mut self) -> Receiver<String> {
        if !self.awaited {
            self.awaited = self.wanted.send(()).is_ok(); // it fails at the end of the input
        }
        self.lines.clone()
    }
}

impl Asker {
    pub(super) fn new(asks: bool) -> Self {
        Self { input: asks.then(input).flatten() }
    }

    /// Whether somebody can answer.
    pub(super) fn asks(&self) -> bool {
        self.input.is_some()
    }

    /// Asks for predictions, where no votes of a class are given.
    pub(super) fn predict(
        &mut self,
        told: &Told<'_>,
        outcome: &Outcome,
        votes: Option<BTreeMap<String, Said>>,
    ) -> Result<BTreeMap<String, Said>, Stop> {
        let voted = votes.is_some();
        let mut all = votes.unwrap_or_default();
        print(&head(told.words.predict))?;
        for (name, question) in &told.text.predict {
            print(&told.question(question, outcome))?;
            if !voted && self.asks() {
                let choice = self.choice(told.words.your_choice, question.choices.len())?;
                let factor = self.number(told.words.your_factor)?;
                all.insert(name.clone(), Said { choice, factor, ..Said::default() });
            }
        }
        Ok(all)
    }

    /// Asks what was to be seen.
    pub(super) fn see(&mut self, told: &Told<'_>) -> Result<Option<Choice>, Stop> {
        let Some(see) = told.text.see.as_ref().filter(|_| self.asks()) else { return Ok(None) };
        print(&told.see(see))?;
        self.choice(told.words.your_choice, see.choices.len())
    }

    /// Forgets what was typed until now: whoever pressed Enter while nothing was asked has not answered what comes.
    pub(super) fn forget(&self) {
        if self.asks() {
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
    }

    /// Asks until one of that many choices is given. `None` without a terminal, or where Enter alone is pressed.
    fn choice(&mut self, prompt: &str, choices: usize) -> Result<Option<Choice>, Stop> {
        loop {
            let Some(line) = self.line(prompt)? else { return Ok(None) };
            if line.trim().is_empty() {
                return Ok(None);
            }
            if let Some(choice) = Choice::read(&line).filter(|choice| choice.0 < choices) {
                return Ok(Some(choice));
            }
        }
    }

    /// Asks for a number above zero. `None` as above.
    fn number(&mut self, prompt: &str) -> Result<Option<f64>, Stop> {
        loop {
            let Some(line) = self.line(prompt)? else { return Ok(None) };
            let text = line.trim().trim_end_matches(['x', 'X']);
            if text.is_empty() {
                return Ok(None);
            }
            if let Some(number) = number(text) {
                return Ok(Some(number));
            }
        }
    }

    /// Waits for Enter.
    pub(super) fn pause(&mut self, prompt: &str) -> Result<(), Stop> {
        self.line(prompt).map(|_| ())
    }

    /// What is typed within that time, if a line of it is ended. The end of the input is an empty line.
    pub(super) fn within(&mut self, time: Duration) -> Result<Option<String>, Stop> {
        let Some(input) = &mut self.input else { return Ok(Some(String::new())) };
        let (next, interrupts) = (input.next(), interrupt::channel());
        select! {
            recv(next) -> line => {
                input.awaited = false;
                Ok(Some(line.unwrap_or_else(|_| {
                    self.input = None;
                    String::new()
                })))
            }
            recv(interrupts) -> _ => Err(Stop::Interrupted),
            default(time) => Ok(None),
        }
    }

    fn line(&mut self, prompt: &str) -> Result<Option<String>, Stop> {
        let Some(input) = &mut self.input else { return Ok(None) };
        let (columns, _) = screen::room();
        print(&format!("{} ", textwrap::fill(&format!("{prompt}:"), columns)))?;
        let (next, interrupts) = (input.next(), interrupt::channel());
        select! {
            recv(next) -> line => {
                input.awaited = false;
                match line {
                    Ok(line) => Ok(Some(line)),
                    Err(_) => {
                        self.input = None; // its end
                        print("\n").map(|()| None)
                    }
                }
            }
            recv(interrupts) -> _ => {
                print("\n")?; // what follows begins a line of its own
                Err(Stop::Interrupted)
            }
        }
    }
}

/// A thread reads, so that an interrupt can end the waiting.
fn input() -> Option<Input> {
    let ((wanted, wants), (sender, lines)) = (bounded(1), bounded(1));
    let read = move || {
        // Wants come first: the first side of a zip is asked before the second.
        for ((), line) in wants.into_iter().zip(io::stdin().lock().lines().map_while(Result::ok)) {
            if sender.send(line).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("input".into()).spawn(read).ok()?;
    Some(Input { wanted, lines, awaited: false })
}

/// A number above zero. Half of the world writes `2,5`; what `1,000` is, nobody can know.
fn number(text: &str) -> Option<f64> {
    let is_decimal = |(_, part): &(&str, &str)| part.len() != 3 && !part.contains([',', '.']);
    let text = match text.split_once(',').filter(is_decimal) {
        Some((whole, part)) => format!("{whole}.{part}"),
        None => text.to_owned(),
    };
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
}

/// More than this many are no class.
const MOST_VOTES: u32 = 100_000;

/// The votes of a class for each question, like `A=12,B=7;A=3,B=16`.
pub(super) fn read_votes(
    text: &str,
    questions: &BTreeMap<String, Question>,
) -> Result<BTreeMap<String, Said>, Failure> {
    let wrong = |why: &str| {
        Failure::new(format!("cannot use `--votes {text}`: {why}"))
            .help("write them like `A=12,B=7,C=3`, and separate several questions with `;`")
    };
    let parts: Vec<&str> = text.split(';').collect();
    if parts.len() != questions.len() {
        let (given, asked) = (parts.len(), questions.len());
        return Err(wrong(&format!(
            "it has votes for {given} of the questions, and the lesson asks {asked}"
        )));
    }
    let tally = |(part, (name, question)): (&&str, (&String, &Question))| {
        let one = |vote: &str| {
            let (choice, count) = vote.split_once('=').ok_or_else(|| wrong("a vote has no `=`"))?;
            let choice = Choice::read(choice).filter(|choice| choice.0 < question.choices.len());
            let count = quantity::count(count, 0, MOST_VOTES.into());
            let count = count.map_err(|why| wrong(&format!("the count in `{vote}`: {why}")))?;
            let choice =
                choice.ok_or_else(|| wrong(&format!("the question has no choice like that of `{vote}`")))?;
            Ok::<_, Failure>((choice, u32::try_from(count).unwrap_or(MOST_VOTES)))
        };
        let mut votes = BTreeMap::new();
        for vote in part.split(',') {
            let (choice, count) = one(vote)?;
            if votes.insert(choice, count).is_some() {
                return Err(wrong("a choice is counted twice"));
            }
        }
        Ok((name.clone(), Said { votes, ..Said::default() }))
    };
    parts.iter().zip(questions).map(tally).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_a_point_and_with_a_comma() {
        for (text, expected) in [("2.5", 2.5), ("2,5", 2.5), ("16", 16.0), ("0,75", 0.75), ("1e3", 1e3)] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in ["", "0", "-2", "1,000", "1,000.5", "1,2,3", "inf", "NaN", "two"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
