//! `fairlane lesson`: question, predict, watch, what did you see?, numbers, verdict, why, try yourself.
//!
//! `ask` asks, `replay` draws on a `screen`, `measure` measures what lessons name, `told` writes a lesson. Must not know how
//! a claim is judged.

mod ask;
mod measure;
mod replay;
mod screen;
mod told;

use std::env;
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::Stop;
use super::output::{print, print_json};
use crate::failure::{Failure, nearest};
use crate::files;
use crate::lesson::plan::Special;
use crate::lesson::rule::Verdict;
use crate::lesson::{self, Language};
use crate::record::Run;
use crate::report::lesson::words;
use crate::report::view::lesson::{Book, Entry};
use crate::report::{html, view};
use ask::Asker;
use told::{Outcome, Said, Told};

/// Learn what threads, processes and coroutines do, one experiment at a time
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane lesson gil --lang zh\n  \
    fairlane lesson --all --no-input --html lab.html")]
pub(super) struct Lesson {
    /// Which: its name or the number of its claim; without one, all are listed
    name: Option<String>,
    /// All lessons, from one measurement of all their cells
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// The language: `en` or `zh` [default: that of the locale]
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// Measure for a shorter time: more is inconclusive then
    #[arg(long)]
    quick: bool,
    /// Ask nothing, also on a terminal
    #[arg(long)]
    no_input: bool,
    /// What a class predicts, in place of your own choice, like `A=12,B=7,C=3`; several questions are divided by `;`
    #[arg(long, value_name = "VOTES", requires = "name")]
    votes: Option<String>,
    /// Write the lab book, a page to project or to hand in
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print the verdicts as JSON
    #[arg(long)]
    json: bool,
}

impl Lesson {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let language = self.language().map_err(Stop::Misuse)?;
        let lessons = match &self.name {
            Some(name) => vec![lesson::find(name).map_err(Stop::Misuse)?],
            None => lesson::all()?.iter().collect(),
        };
        if self.name.is_none() && !self.all {
            return list(&lessons, language);
        }
        let asks =
            !self.no_input && !self.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let mut asker = Asker::new(asks);
        if self.all {
            return self.tell_all(&lessons, language);
        }
        for lesson in lessons {
            let mut told = Told::new(lesson, language)?;
            if !self.json {
                print(&told.opening())?;
            }
            // Before the questions: they name times of this machine. What is asked for is not shown.
            let (outcome, run) = match lesson.plan.special {
                Some(Special::Errors) => (Outcome::of_errors(lesson, measure::failing()?), None),
                None => {
                    let run = measure::run(&[lesson], self.quick)?;
                    (Outcome::of(lesson, &run), Some(run))
                }
            };
            if self.json {
                return print_json(&outcome);
            }
            asker.forget();
            let said = told.predict(&mut asker, &outcome, self.votes.as_deref())?;
            if let Some(run) = &run {
                replay::show(&mut told, run, &mut asker)?;
            }
            let seen = told.see(&mut asker)?;
            if let Some(run) = &run {
                replay::again(&told, run, seen, &mut asker)?;
            }
            print(&told.closing(&outcome, &said, seen.as_ref()))?;
            self.write_book(
                language,
                run.as_ref(),
                vec![told.entry(&outcome, &said, run.as_ref())],
                told.terms(),
            )?;
        }
        Ok(())
    }

    fn tell_all(&self, lessons: &[&'static lesson::Lesson], language: Language) -> Result<(), Stop> {
        let run = measure::run(lessons, self.quick)?;
        let outcome = |lesson: &&'static lesson::Lesson| match lesson.plan.special {
            Some(Special::Errors) => measure::failing().map(|fates| Outcome::of_errors(lesson, fates)),
            None => Ok(Outcome::of(lesson, &run)),
        };
        let outcomes = lessons.iter().map(outcome).collect::<Result<Vec<_>, Stop>>()?;
        if self.json {
            return print_json(&outcomes);
        }
        let (mut entries, mut terms) = (Vec::new(), Vec::new());
        for (lesson, outcome) in lessons.iter().zip(&outcomes) {
            let told = Told::new(lesson, language)?;
            print(&told.line(outcome))?;
            entries.push(told.entry(outcome, &Said::default(), Some(&run)));
            terms = told.terms();
        }
        self.write_book(language, Some(&run), entries, terms)?;
        let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
        let words = words::of(language);
        let all = [Verdict::Holds, Verdict::DoesNotHold, Verdict::Inconclusive];
        let counts: Vec<String> =
            all.iter().map(|one| format!("{} {}", count(*one), words.of(*one))).collect();
        print(&format!("\n{}\n", counts.join(", ")))
    }

    /// Writes the page, if it was asked for.
    fn write_book(
        &self,
        language: Language,
        run: Option<&Run>,
        entries: Vec<Entry>,
        terms: Vec<[String; 3]>,
    ) -> Result<(), Stop> {
        let Some(path) = &self.html else { return Ok(()) };
        let (title, machine) = run.map(view::lesson::machine).unwrap_or_default();
        let page = html::lab_book(&Book { language, title, entries, terms, machine });
        files::write(path, page.as_bytes())?;
        Ok(())
    }

    /// The one that is asked for, or that of the locale.
    fn language(&self) -> Result<Language, Failure> {
        if let Some(given) = &self.lang {
            return Language::find(given).ok_or_else(|| {
                let codes = || Language::ALL.iter().map(|language| language.code());
                let near = nearest(given, codes())
                    .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let known = codes().collect::<Vec<_>>().join(", ");
                Failure::new(format!("unknown language `{given}`"))
                    .help(format!("{near}the languages are {known}"))
            });
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        Ok(locale.and_then(|locale| Language::find(&locale)).unwrap_or_default())
    }
}

fn list(lessons: &[&lesson::Lesson], language: Language) -> Result<(), Stop> {
    let mut text = String::new();
    for lesson in lessons {
        let (claim, title) = (&lesson.plan.claim, lesson.text(language)?.title);
        let _ = writeln!(text, "{claim:<4} {:<31} {title}", lesson.id);
    }
    let first = lessons.first().map_or("", |lesson| lesson.id);
    let _ = writeln!(text, "\n{}: fairlane lesson {first}", words::of(language).next);
    print(&text)
}
