//! The saved session of lessons: read, saved and read again, told in every language, gathered with others.

use std::path::Path;

use super::engine::Tried;
use super::shown;
use crate::failure::Failure;
use crate::lesson::outcome::Outcome;
use crate::lesson::session::{Session, Taken};
use crate::lesson::{Language, Lesson};
use crate::report::html;
use crate::report::lesson::{Told, class};
use crate::report::view::class::Class;
use crate::report::view::lesson::{Book, Entry, measured};

/// Reads a session and tells it.
pub(super) fn read(path: &Path) -> Tried {
    let session = match Session::read(path) {
        Ok(session) => session,
        Err(failure) => return Ok(Err(failure)),
    };
    let said = |failure: Failure| failure.with_help();
    let saved = path.with_extension("again");
    session.save(&saved).map_err(said)?;
    let again = Session::read(&saved)
        .map_err(|failure| format!("it was read, and refused once it was saved: {failure}"))?;
    let length = std::fs::metadata(&saved).map_or(0, |saved| saved.len()) as usize;
    let lessons = session.plans().map_err(said)?;
    for language in Language::ALL {
        let mut entries = Vec::new();
        let mut terms = Vec::new();
        for lesson in &lessons {
            let told = Told::new(lesson, language, 60).map_err(said)?;
            entries.push(tell(&told, &session, length)?);
            terms = told.terms();
        }
        let book = Book::new(language, &session, false, entries, terms);
        shown::is_sized(&html::lab_book(&book), length)?;
    }
    gathered(vec![("a".into(), session), ("b".into(), again)], length)?;
    Ok(Ok(()))
}

/// Tells what a session has of a lesson, and gives its entry in the lab book.
pub(super) fn tell(told: &Told<'_>, session: &Session, length: usize) -> Result<Entry, String> {
    let lesson: &Lesson = told.lesson;
    let outcome = Outcome::of(lesson, &session.measured);
    serde_json::to_string(&outcome).map_err(|cause| format!("an outcome cannot be written: {cause}"))?;
    let nothing = Taken::of(lesson);
    let taken = session.taken(lesson.id).unwrap_or(&nothing);
    let when = session.measured.run.as_ref().map(measured);
    let mut texts = vec![
        told.opening(when.as_deref()),
        told.closing(&outcome, taken, session.seed),
        told.line(&outcome),
        format!("{}\n", told.drawn(&outcome)),
    ];
    texts.extend(told.text.predict.values().map(|question| told.question(question, &outcome)));
    texts.extend(told.text.see.iter().map(|see| told.see(see)));
    texts.iter().try_for_each(|text| shown::on_terminal(text, length))?;
    if let Some(run) = &session.measured.run {
        let watched =
            |id: &crate::lane::Cell| run.cells.iter().find(|cell| cell.id == id.to_string()).cloned();
        let cells: Vec<_> = lesson.plan.watch.iter().filter_map(watched).collect();
        shown::timelines(&cells, length)?;
    }
    Ok(Entry::new(told, &outcome, taken, session.measured.run.as_ref()))
}

fn gathered(sessions: Vec<(String, Session)>, length: usize) -> Result<(), String> {
    for language in Language::ALL {
        let all = Class::new(language, &sessions).map_err(|failure| failure.with_help())?;
        shown::on_terminal(&class(&all), length)?;
        shown::is_sized(&html::class(&all), length)?;
    }
    Ok(())
}
