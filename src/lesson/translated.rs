//! The folders of the translations against the English one, file by file: what is missing or unknown fails, what is stale is shown
//! as a warning, because a reader gets the English text in its place.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Language;
use super::text::hash;

/// The texts of a file by their paths, and which English ones they were made from.
pub(super) struct File {
    pub(super) texts: BTreeMap<String, String>,
    source: BTreeMap<String, String>,
}

impl File {
    pub(super) fn parse(text: &str) -> Self {
        let mut table: toml::Table = toml::from_str(text).expect("TOML");
        let source = table.remove("source").map(|source| source.try_into().expect("hashes"));
        let mut texts = BTreeMap::new();
        flatten("", &toml::Value::Table(table), &mut texts);
        Self { texts, source: source.unwrap_or_default() }
    }
}

/// Every text of a table or list, by its path: `why.0`.
fn flatten(path: &str, value: &toml::Value, texts: &mut BTreeMap<String, String>) {
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        toml::Value::String(text) => drop(texts.insert(path.to_owned(), text.clone())),
        toml::Value::Table(table) => {
            table.iter().for_each(|(key, value)| flatten(&inner(key), value, texts));
        }
        toml::Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| flatten(&inner(&at.to_string()), value, texts));
        }
        other => panic!("`{path}` is no text: {other:?}"),
    }
}

/// The folder of a language.
pub(super) fn folder(language: Language) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons").join(language.code())
}

/// The languages that have an English original.
pub(super) fn translations() -> impl Iterator<Item = Language> {
    Language::ALL.into_iter().filter(|language| *language != Language::default())
}

/// The files of a folder by their names; `terms.toml` is no translation of anything.
pub(super) fn files(language: Language) -> BTreeMap<String, File> {
    let entries =
        fs::read_dir(folder(language)).expect("a folder").map(|entry| entry.expect("a file").path());
    let named = entries.filter_map(|path| {
        let name = path.file_name()?.to_str()?.to_owned();
        (name != "terms.toml").then(|| (name, File::parse(&fs::read_to_string(&path).expect("a text"))))
    });
    named.collect()
}

/// What is missing or unknown, and what was made from an older English text.
fn compared(english: &File, made: &File) -> (Vec<String>, Vec<String>) {
    let missing = english.texts.keys().filter(|path| !made.texts.contains_key(*path));
    let unknown = made.texts.keys().filter(|path| !english.texts.contains_key(*path));
    let wrong = missing.map(|path| format!("missing {path}"));
    let wrong = wrong.chain(unknown.map(|path| format!("unknown {path}")));
    let is_stale = |(path, text): &(&String, &String)| {
        made.texts.contains_key(*path) && made.source.get(*path) != Some(&hash(text))
    };
    let stale = english.texts.iter().filter(is_stale).map(|(path, _)| path.clone());
    (wrong.collect(), stale.collect())
}

#[test]
fn no_text_is_missing_in_any_language_and_stale_ones_are_a_warning() {
    let english = files(Language::default());
    for language in translations() {
        let made = files(language);
        assert!(made.keys().eq(english.keys()), "{language:?} has other files: {:?}", made.keys());
        for (name, original) in &english {
            let (wrong, stale) = compared(original, &made[name]);
            assert_eq!(wrong, [] as [String; 0], "{}/{name}", language.code());
            for path in stale {
                // Not by a macro: the output of a test that passes would be hidden.
                let warning = format!(
                    "warning: lessons/{}/{name} `{path}` is older than the English text, which is shown in its place",
                    language.code()
                );
                writeln!(io::stderr(), "{warning}").expect("an open stderr");
            }
        }
    }
}

#[test]
fn what_is_missing_unknown_or_stale_is_found() {
    let english = File::parse("title = \"T\"\nwhy = [\"one\", \"two\", \"three\"]\n");
    let source = format!("[source]\ntitle = \"{}\"\n\"why.0\" = \"{}\"\n", hash("T"), hash("an older one"));
    let made = File::parse(&format!("title = \"题\"\nwhy = [\"一\", \"二\"]\nwhat = \"何\"\n{source}"));
    let (wrong, stale) = compared(&english, &made);
    assert_eq!(wrong, ["missing why.2", "unknown what"]);
    assert_eq!(stale, ["why.0", "why.1"], "a text whose English one is not named is stale, too");
}
