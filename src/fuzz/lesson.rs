//! The plan of a lesson and its texts: read, judged by the recorded session, told.

use std::fs;
use std::path::Path;

use super::engine::Tried;
use super::{session, shown};
use crate::failure::Failure;
use crate::files;
use crate::lesson::session::Session;
use crate::lesson::{Language, Lesson, Plan, Text, glossary};
use crate::report::lesson::{Told, words};
use crate::report::view::lesson::Book;

/// The lesson whose plan or text is spoiled: it has sizes, bars, figures and pictures.
pub(super) const ID: &str = "cores-are-the-limit";

/// A file of the lessons.
pub(super) fn source(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons").join(name);
    fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// A plan, with the texts of the lesson that it is made from.
pub(super) fn plan(path: &Path) -> Tried {
    let read = |seed| files::text(path).and_then(|text| Plan::parse("x.toml", &text, seed));
    let plans = match (0..3).map(read).collect::<Result<Vec<_>, _>>() {
        Ok(plans) => plans,
        Err(failure) => return Ok(Err(failure)),
    };
    for plan in plans {
        let _ = plan.variations();
        let texts = Language::ALL.map(|language| source(&format!("{}/{ID}.toml", language.code())));
        if let Err(failure) = told(plan, texts.each_ref().map(String::as_str))? {
            return Ok(Err(failure));
        }
    }
    Ok(Ok(()))
}

/// A text in every language, and in all but English.
pub(super) fn text(path: &Path) -> Tried {
    let text = match files::text(path) {
        Ok(text) => text,
        Err(failure) => return Ok(Err(failure)),
    };
    let plan = || Plan::parse("x.toml", &source(&format!("{ID}.toml")), 1);
    let english = source(&format!("en/{ID}.toml"));
    let mut refused = None;
    let mut translated = [text.as_str(); Language::ALL.len()];
    translated[Language::default() as usize] = &english;
    for texts in [[text.as_str(); Language::ALL.len()], translated] {
        let plan = plan().map_err(|failure| failure.message)?;
        match told(plan, texts)? {
            Ok(()) => {}
            Err(failure) => refused = Some(failure),
        }
    }
    Ok(refused.map_or(Ok(()), Err))
}

/// Tells a lesson with these texts, if they fit.
fn told(plan: Plan, texts: [&str; Language::ALL.len()]) -> Tried {
    let recorded = Session::recorded().map_err(|failure| failure.message)?;
    let lesson = Lesson::planned(ID, plan);
    for language in Language::ALL {
        let text =
            match Text::read(ID, texts, language, lesson.plan.jobs).and_then(|text| fits(text, &lesson)) {
                Ok(text) => text,
                Err(failure) => return Ok(Err(failure)),
            };
        let terms = glossary::of(language).map_err(|failure| failure.message)?;
        let told = Told { lesson: &lesson, words: words::of(language), text, terms, width: 40 };
        let entry = session::tell(&told, &recorded, 1 << 20)?;
        let book = Book::new(language, &recorded, true, vec![entry], told.terms());
        shown::is_sized(&crate::report::html::lab_book(&book), 1 << 20)?;
    }
    Ok(Ok(()))
}

fn fits(text: Text, lesson: &Lesson) -> Result<Text, Failure> {
    text.check(&lesson.plan).map(|()| text)
}
