//! The table of terms of each translation (`lessons/zh/terms.toml`), enforced: one word for each term, in the glossary, in the
//! links to it and in the program's own words; and none of the words that the table excludes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::glossary::{self, Piece, Term, pieces};
use super::translated::{files, folder, translations};
use super::{Language, Text};

/// What the program calls things, by the keys of `words.toml`, and the terms that these are.
const OWN_WORDS: [(&str, &str); 6] = [
    ("predict", "prediction"),
    ("verdict", "verdict"),
    ("holds", "holds"),
    ("does_not_hold", "does not hold here"),
    ("inconclusive", "inconclusive"),
    ("in_flight", "in flight"),
];

/// The table of a language.
struct Table {
    /// The only word for each English term.
    words: BTreeMap<String, String>,
    /// For some terms the words that others use, and that no text may have.
    not: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn parse(text: &str) -> Self {
        let mut table: toml::Table = toml::from_str(text).expect("TOML");
        let not = table.remove("not").map(|not| not.try_into().expect("lists of words"));
        Self {
            not: not.unwrap_or_default(),
            words: toml::Value::Table(table).try_into().expect("a word for each term"),
        }
    }

    fn of(language: Language) -> Self {
        Self::parse(&fs::read_to_string(folder(language).join("terms.toml")).expect("a table of terms"))
    }

    fn word(&self, term: &str) -> &str {
        self.words.get(term).map_or("(no word in the table)", String::as_str)
    }

    /// Where a text has another word than the table's in a link, or none of the glossary's.
    fn wrong_links(&self, text: &str, english: &BTreeMap<String, Term>) -> Vec<String> {
        let link = |piece: Piece<'_>| match piece {
            Piece::Link(word, id) => Some((word.to_owned(), id.to_owned())),
            Piece::Plain(_) => None,
        };
        let is_wrong = |(word, id): &(String, String)| {
            english.get(id).is_none_or(|term| self.word(&term.term) != word.as_str())
        };
        let links = pieces(text).into_iter().filter_map(link).filter(is_wrong);
        links.map(|(word, id)| format!("[{word}]({id})")).collect()
    }

    /// The excluded words that a text has.
    fn excluded(&self, text: &str) -> Vec<String> {
        let all = self.not.values().flatten();
        all.filter(|word| text.contains(word.as_str())).cloned().collect()
    }
}

#[test]
fn the_glossary_and_the_programs_words_are_those_of_the_table() {
    let english = glossary::of(Language::default()).expect("a glossary");
    for language in translations() {
        let table = Table::of(language);
        for (id, term) in glossary::of(language).expect("a glossary") {
            assert_eq!(term.term, table.word(&english[&id].term), "the glossary's `{id}`");
        }
        let files = files(language);
        for (key, term) in OWN_WORDS {
            assert_eq!(files["words.toml"].texts[key], table.word(term), "words.toml, `{key}`");
        }
        for term in table.not.keys() {
            assert!(table.words.contains_key(term), "`{term}` has words that it is not, and none that it is");
        }
    }
}

#[test]
fn each_link_to_the_glossary_has_the_word_of_the_table() {
    let english = glossary::of(Language::default()).expect("a glossary");
    for language in translations() {
        let table = Table::of(language);
        for lesson in super::all().expect("lessons") {
            let ids = |text: &Text| -> Vec<Vec<String>> {
                let linked = |paragraph: &String| {
                    let mut ids: Vec<String> = glossary::linked(paragraph).map(str::to_owned).collect();
                    ids.sort_unstable();
                    ids
                };
                text.why.iter().map(linked).collect()
            };
            let (text, original) = (lesson.text(language), lesson.text(Language::default()));
            let (text, original) = (text.expect("texts"), original.expect("texts"));
            if text.stale.is_empty() {
                assert_eq!(ids(&text), ids(&original), "{}: other links than in English", lesson.id);
            }
            for (path, paragraph) in text.paragraphs() {
                if !text.stale.contains(&path) {
                    let wrong = table.wrong_links(paragraph, &english);
                    assert_eq!(wrong, [] as [String; 0], "{} {path}", lesson.id);
                }
            }
        }
    }
}

#[test]
fn no_text_has_a_word_that_the_table_excludes() {
    for language in translations() {
        let table = Table::of(language);
        let guide = format!("docs/TEACHING.{}.md", language.code());
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join(guide);
        // A language need not have a guide.
        let guide = fs::read_to_string(guide).unwrap_or_default();
        assert_eq!(table.excluded(&guide), [] as [String; 0], "the guide for teachers");
        for (name, file) in files(language) {
            for (path, text) in &file.texts {
                assert_eq!(table.excluded(text), [] as [String; 0], "{name} {path}");
            }
        }
    }
}

#[test]
fn a_second_word_for_a_term_is_found() {
    let table = Table::parse("\"thread\" = \"线程\"\n\"stack\" = \"栈\"\n[not]\n\"stack\" = [\"堆栈\"]\n");
    let english = glossary::of(Language::default()).expect("a glossary");
    assert_eq!(table.wrong_links("每个[线程](thread)有栈", &english), [] as [String; 0]);
    assert_eq!(
        table.wrong_links("每个[执行绪](thread)，[核](core)", &english),
        ["[执行绪](thread)", "[核](core)"]
    );
    assert_eq!(table.excluded("每个线程有堆栈"), ["堆栈"]);
    assert_eq!(table.excluded("每个线程有栈"), [] as [String; 0]);
}
