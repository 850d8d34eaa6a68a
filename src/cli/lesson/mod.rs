//! `fairlane lesson`: question, predict, watch, what did you see?, numbers, verdict, why, try yourself.
//!
//! `ask` asks, `replay` draws on a `screen`, `measure` measures what lessons name, `gather` puts the sessions of a class side by
//! side. Must not know how a claim is judged.

mod ask;
mod gather;
mod measure;
mod replay;
mod screen;

use std::env;
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::Stop;
use super::output::{print, print_json};
use super::values::seed;
use crate::failure::{Failure, nearest};
use crate::files;
use crate::lesson::outcome::Outcome;
use crate::lesson::rule::Verdict;
use crate::lesson::session::{Measured, Session, Taken};
use crate::lesson::{self, Language};
use crate::report::html;
use crate::report::lesson::{Told, words};
use crate::report::view::lesson::{Book, Entry, measured};
use ask::Asker;

/// Learn what threads, processes and coroutines do, one experiment at a time
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane lesson gil --lang zh\n  \
    fairlane lesson --all --no-input --html lab.html")]
#[command(group = clap::ArgGroup::new("known").args(["from", "recorded"]))]
pub(super) struct Lesson {
    /// Which: its name or the number of its claim; without one, all are listed
    name: Option<String>,
    /// All lessons, from one measurement of all their cells
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// The language: `en` or `zh` [default: that of the locale]
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// Measure for a shorter time: more verdicts are inconclusive then
    #[arg(long)]
    quick: bool,
    /// Ask nothing, also on a terminal
    #[arg(long)]
    no_input: bool,
    /// The variation of the question: 1 has other sizes than 0, where a lesson has some
    #[arg(long, value_name = "N", default_value = "0", value_parser = seed, allow_negative_numbers = true, conflicts_with_all = ["known", "gather"])]
    seed: u64,
    /// What a class predicts, in place of your own choice, like `A=12,B=7,C=3`; several questions are divided by `;`
    #[arg(long, value_name = "VOTES", requires = "name")]
    votes: Option<String>,
    /// Save what was measured, predicted and seen, to show it again with `--from`, or for `--gather`
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Show what was saved in place of measuring
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "votes", "save"])]
    from: Option<PathBuf>,
    /// Use what was recorded when this version was made, in place of measuring: for a machine that is not quiet
    #[arg(long, conflicts_with = "quick")]
    recorded: bool,
    /// Put the saved sessions of a class side by side: all files `*.json` of a folder, each named after who saved it
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["name", "all", "quick", "votes", "save", "known"])]
    gather: Option<PathBuf>,
    /// Write the lab book, a page to project or to hand in
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print the verdicts as JSON
    #[arg(long, conflicts_with = "gather")]
    json: bool,
}

/// A paragraph is not wider than this, or the eye loses its line.
const WIDEST: usize = 92;
const NARROWEST: usize = 30;

impl Lesson {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let language = self.language().map_err(Stop::Misuse)?;
        self.try_outputs()?;
        if let Some(folder) = &self.gather {
            return gather::run(folder, language, self.html.as_deref());
        }
        let known = match &self.from {
            Some(path) => Some(Session::read(path).map_err(Stop::Misuse)?),
            None if self.recorded => Some(Session::recorded()?),
            None => None,
        };
        let mut lessons = match &known {
            Some(session) => session.plans()?,
            None => lesson::varied(self.seed)?,
        };
        if let Some(name) = &self.name {
            let found = lesson::find(name).map_err(Stop::Misuse)?.id;
            lessons.retain(|lesson| lesson.id == found);
            if lessons.is_empty() {
                let file =
                    self.from.as_ref().map_or_else(String::new, |path| format!(" `{}`", path.display()));
                return Err(Stop::Misuse(Failure::new(format!(
                    "cannot show the lesson `{found}`: the session{file} does not have it"
                ))));
            }
        } else if !self.all && self.from.is_none() {
            if self.quick || self.recorded || self.json || self.save.is_some() || self.html.is_some() {
                let failure = Failure::new("cannot start a lesson: none is named");
                return Err(Stop::Misuse(
                    failure.help("name one, or take `--all`; without options all are listed"),
                ));
            }
            return list(&lessons, language);
        }
        match lessons.as_slice() {
            [one] if !self.all => self.tell(one, known, language),
            lessons => self.tell_all(lessons, known, language),
        }
    }

    /// One lesson from its question to what to try.
    fn tell(&self, lesson: &lesson::Lesson, known: Option<Session>, language: Language) -> Result<(), Stop> {
        let before =
            known.as_ref().filter(|_| self.from.is_some()).and_then(|session| session.taken(lesson.id));
        let before = before.filter(|taken| taken.seen.is_some() || !taken.said.is_empty()).cloned();
        let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && ask::in_front();
        let mut asker = Asker::new(terminal && !self.no_input && !self.json && before.is_none());
        let mut told = Told::new(lesson, language, width())?;
        let votes = self.votes.as_ref().map(|votes| ask::read_votes(votes, &told.text.predict));
        let votes = votes.transpose().map_err(Stop::Misuse)?;
        if !self.json {
            print(&told.opening(self.mark(known.as_ref(), &told).as_deref()))?;
        }
        // Before the questions: they name times of this machine. What is asked for is not shown.
        let mut session = self.session(std::slice::from_ref(lesson), known)?;
        let outcome = Outcome::of(lesson, &session.measured);
        let mut taken = Taken::of(lesson);
        if self.json {
            taken.said = votes.unwrap_or_default();
        } else {
            asker.forget();
            taken.said = asker.predict(&told, &outcome, votes)?;
            print(&told.drawn(&outcome))?;
            let run = session.measured.run.as_ref();
            let shown = run.map_or(Ok(false), |run| replay::show(&mut told, run, &mut asker))?;
            told.width = width(); // the terminal may have another size now
            if shown || !told.bars(&outcome).is_empty() {
                taken.seen = asker.see(&told)?;
            }
            if let Some(run) = run.filter(|_| outcome.verdict == Verdict::Holds) {
                replay::again(&told, run, taken.seen, &mut asker)?;
            }
        }
        let taken = before.unwrap_or(taken);
        if self.json { print_json(&outcome) } else { print(&told.closing(&outcome, &taken, session.seed)) }?;
        let entry = Entry::new(&told, &outcome, &taken, session.measured.run.as_ref());
        session.lessons = vec![taken];
        self.keep(&session)?;
        self.write_book(language, &session, vec![entry], told.terms())
    }

    /// Each lesson in a line.
    fn tell_all(
        &self,
        lessons: &[lesson::Lesson],
        known: Option<Session>,
        language: Language,
    ) -> Result<(), Stop> {
        let told = |lesson| Told::new(lesson, language, width());
        let told = lessons.iter().map(told).collect::<Result<Vec<Told<'_>>, Failure>>()?;
        let mark = told.first().and_then(|told| self.mark(known.as_ref(), told));
        let session = self.session(lessons, known)?;
        self.keep(&session)?;
        let outcomes: Vec<Outcome> =
            lessons.iter().map(|lesson| Outcome::of(lesson, &session.measured)).collect();
        let mut entries = Vec::new();
        for (told, outcome) in told.iter().zip(&outcomes) {
            let nothing = Taken::of(told.lesson);
            let taken = session.taken(told.lesson.id).unwrap_or(&nothing);
            entries.push(Entry::new(told, outcome, taken, session.measured.run.as_ref()));
        }
        let terms = told.first().map(Told::terms).unwrap_or_default();
        self.write_book(language, &session, entries, terms)?;
        if self.json {
            return print_json(&outcomes);
        }
        let mut text = mark.map_or_else(String::new, |mark| format!("{mark}\n\n"));
        text.extend(told.iter().zip(&outcomes).map(|(told, outcome)| told.line(outcome)));
        let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
        let counts = Verdict::ALL.map(|one| format!("{} {}", count(one), words::of(language).of(one)));
        print(&format!("{text}\n{}\n", counts.join(", ")))
    }

    /// Whether the outputs can be written, before a measurement that would be lost.
    fn try_outputs(&self) -> Result<(), Stop> {
        for file in [&self.save, &self.html].into_iter().flatten() {
            if files::is_standard_output(file) {
                let failure =
                    Failure::new(format!("cannot write `{}`: the lesson is shown there", file.display()));
                return Err(Stop::Misuse(failure.help("name a file")));
            }
            files::spare(file, &self.from).map_err(Stop::Misuse)?;
            files::try_out(file)?;
        }
        if self.save.is_some() && self.save == self.html {
            let failure = Failure::new("cannot write the session and the lab book: they have the same name");
            return Err(Stop::Misuse(failure.help("name two files")));
        }
        Ok(())
    }

    /// That it was not measured here and now, and when and where it was, if that is so.
    fn mark(&self, known: Option<&Session>, told: &Told<'_>) -> Option<String> {
        let run = known?.measured.run.as_ref().map(measured);
        let when = run.map_or_else(String::new, |run| format!("{}{run}", told.words.colon));
        Some(format!("{}{when}", told.words.recorded))
    }

    /// What is known, or what is measured now.
    fn session(&self, lessons: &[lesson::Lesson], known: Option<Session>) -> Result<Session, Stop> {
        match known {
            Some(session) => Ok(session),
            None => {
                let measured: Measured = measure::all(lessons, self.quick)?;
                let lessons = lessons.iter().map(Taken::of).collect();
                Ok(Session { lessons, ..Session::new(self.seed, measured) })
            }
        }
    }

    /// Saves the session, if that was asked for.
    fn keep(&self, session: &Session) -> Result<(), Stop> {
        self.save.as_ref().map_or(Ok(()), |path| Ok(session.save(path)?))
    }

    /// Writes the page, if it was asked for.
    fn write_book(
        &self,
        language: Language,
        session: &Session,
        entries: Vec<Entry>,
        terms: Vec<[String; 3]>,
    ) -> Result<(), Stop> {
        let Some(path) = &self.html else { return Ok(()) };
        let recorded = self.recorded || self.from.is_some();
        let page = html::lab_book(&Book::new(language, session, recorded, entries, terms));
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

fn width() -> usize {
    screen::room().0.clamp(NARROWEST, WIDEST)
}

fn list(lessons: &[lesson::Lesson], language: Language) -> Result<(), Stop> {
    let mut text = String::new();
    for lesson in lessons {
        let (claim, title) = (&lesson.plan.claim, lesson.text(language)?.title);
        let _ = writeln!(text, "{claim:<4} {:<31} {title}", lesson.id);
    }
    let (first, words) = (lessons.first().map_or("", |lesson| lesson.id), words::of(language));
    let _ = writeln!(text, "\n{}{}fairlane lesson {first}", words.next, words.colon);
    print(&text)
}
