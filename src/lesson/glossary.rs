//! The words that lessons explain, in each language.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Language;
use super::language::{Sources, sources};
use crate::failure::Failure;

const SOURCES: Sources = sources!("glossary");

/// A word and what it means.
#[derive(Debug, Clone, Deserialize)]
pub struct Term {
    /// The word.
    pub term: String,
    /// One or two sentences.
    pub text: String,
}

/// All words by their ids.
///
/// # Errors
/// If the file is not of the documented form: the tests would have failed.
pub fn of(language: Language) -> Result<BTreeMap<String, Term>, Failure> {
    let source = SOURCES[language as usize];
    let all: BTreeMap<String, toml::Value> = toml::from_str(source).map_err(|error| {
        let name = format!("lessons/{}/glossary.toml", language.code());
        Failure::new(format!("cannot read `{name}`: {}", error.message()))
            .help("lessons/README.md describes the form")
    })?;
    // What a translation was made from is no word of it.
    let terms = all
        .into_iter()
        .filter(|(id, _)| id != "source")
        .filter_map(|(id, value)| Some((id, value.try_into().ok()?)));
    Ok(terms.collect())
}

/// A piece of a text: plain, or a word with the id of its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// As it stands.
    Plain(&'t str),
    /// A word of the glossary and its id.
    Link(&'t str, &'t str),
}

/// The ids of the words that a text explains, in its order.
pub fn linked(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Link(_, id) => Some(id),
        Piece::Plain(_) => None,
    })
}

/// The pieces of a text in which a word of the glossary is written `[word](id)`.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, word, id, after)) = link(rest) {
        pieces.extend([Piece::Plain(before), Piece::Link(word, id)]);
        rest = after;
    }
    pieces.push(Piece::Plain(rest));
    pieces.retain(|piece| *piece != Piece::Plain(""));
    pieces
}

fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (word, rest) = rest.split_once("](")?;
    let (id, after) = rest.split_once(')')?;
    Some((before, word, id, after))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_of_the_glossary_are_found_in_a_text() {
        let expected = [Piece::Plain("a "), Piece::Link("job", "job"), Piece::Plain(" waits")];
        assert_eq!(pieces("a [job](job) waits"), expected);
        assert_eq!(pieces("plain"), [Piece::Plain("plain")]);
    }

    #[test]
    fn each_language_explains_the_same_words_and_all_that_lessons_link_to() {
        let english = of(Language::default()).expect("a glossary");
        for language in Language::ALL {
            let terms = of(language).expect("a glossary");
            assert!(terms.keys().eq(english.keys()), "{language:?}");
            for lesson in crate::lesson::all().expect("lessons") {
                let text = lesson.text(language).expect("texts");
                let ids: BTreeSet<&str> = text.why.iter().flat_map(|paragraph| linked(paragraph)).collect();
                for id in ids {
                    assert!(terms.contains_key(id), "{}: `{id}`", lesson.id);
                }
            }
        }
    }
}
