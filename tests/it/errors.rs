//! `docs/ERRORS.md`: every error of the code, with an example that a test met. An error that is added or changed is missing there
//! until a test meets it.
//!
//! To write it again: `FAIRLANE_MET=/tmp/met cargo test --workspace`, and then the same with
//! `UPDATE=1 FAIRLANE_MET=/tmp/met cargo test --workspace --test it errors::`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use crate::cli::{project, sources};

/// What makes a failure, where it stands in a line.
const MAKERS: [&str; 4] = ["Failure::new(", "Failure::caused(", ".or_fail(", "unknown(\""];

const HEAD: &str = "# Errors\n\n\
    Every place in the code that can make an error, and an example of each, as the tests met it. An error that crosses from a\n\
    worker or a lane to the driver stands in the table, as the reason of a cell that failed.\n\n\
    Errors of the command line are those of its parser, and `fairlane VERB --help` says what can be written.\n";

/// What stands before the reason why no test meets an error of a function, or one of several.
const UNMET: &str = "  Not met: ";

/// A function with errors: its file and its name.
type Place = (String, String);

/// The longest part without a placeholder of the text that stands behind a maker, in its line or in the one after it.
fn words(code: &str, next: &str) -> Option<String> {
    if code.contains("unknown(\"") {
        return Some("unknown ".into());
    }
    let behind = MAKERS
        .iter()
        .filter_map(|maker| code.split_once(maker))
        .map(|(_, behind)| behind)
        .min_by_key(|b| b.len())?;
    let open = if behind.trim_end().ends_with('(') { next } else { "" };
    let text = format!("{behind}{open}").replace("\\\"", "'");
    let text = text.split('"').nth(1)?.replace(['{', '}'], "\0");
    // Between two braces is a placeholder, and so every second part.
    let longest = text.split('\0').step_by(2).max_by_key(|part| part.len())?;
    let is_one_of_several = behind.trim_start().starts_with("if ");
    (longest.contains(char::is_alphabetic) && !is_one_of_several).then(|| longest.to_owned())
}

/// The lines of a source that make a failure, with the function around each and words of it.
fn makers(source: &str) -> Vec<(usize, String, Option<String>)> {
    let mut function = String::new();
    let mut found = Vec::new();
    let lines: Vec<&str> = source.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("#[cfg(test)]") {
            break;
        }
        if let Some((_, rest)) = line.split_once("fn ") {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            function = if name.is_empty() { function } else { name };
        }
        let code = line.split("//").next().unwrap_or_default();
        if MAKERS.iter().any(|maker| code.contains(maker)) {
            let words = words(code, lines.get(at + 1).copied().unwrap_or_default());
            found.push((at + 1, function.clone(), words));
        }
    }
    found
}

/// All lines that make a failure: the file, the line, the function around it, and words of it.
fn places() -> BTreeMap<(String, usize), (Place, Option<String>)> {
    let mut all = BTreeMap::new();
    for path in sources(&["src", "mock-server/src"]) {
        let file = path.strip_prefix(project()).unwrap().display().to_string();
        // The first makes failures for others, the others are tests.
        if file == "src/failure.rs" || file.contains("/fuzz/") || file.ends_with("tests.rs") {
            continue;
        }
        for (line, function, words) in makers(&fs::read_to_string(&path).unwrap()) {
            all.insert((file.clone(), line), ((file.clone(), function), words));
        }
    }
    all
}

/// The document in parts: the number of errors and the examples of each function.
fn listed(document: &str) -> BTreeMap<Place, (usize, Vec<String>)> {
    let mut listed = BTreeMap::new();
    let mut file = String::new();
    let mut place = None;
    for line in document.lines() {
        if let Some(name) = line.strip_prefix("## `") {
            file = name.trim_end_matches('`').into();
        } else if let Some(name) = line.strip_prefix("- `") {
            let (name, rest) = name.split_once('`').unwrap();
            let count = rest.trim_matches([' ', '(', ')', ':']).parse().unwrap_or(1);
            place = Some((file.clone(), name.to_owned()));
            listed.insert(place.clone().unwrap(), (count, Vec::new()));
        } else if let (true, Some(place)) = (line.starts_with("  "), &place) {
            let examples: &mut (usize, Vec<String>) = listed.get_mut(place).unwrap();
            examples.1.push(line.to_owned());
        }
    }
    listed
}

/// What tests met, from the file that `FAIRLANE_MET` names: the shortest plain example of each line, with its advice.
fn met(list: &str) -> BTreeMap<(String, usize), String> {
    type Met = (Option<(String, usize)>, String, Option<String>);
    let all: Vec<Met> = list.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let advice: BTreeMap<&String, &String> =
        all.iter().filter_map(|(_, message, help)| Some((message, help.as_ref()?))).collect();
    let mut met = BTreeMap::new();
    for (place, message, _) in &all {
        let Some(place) = place else { continue };
        let help = advice.get(message).map_or(String::new(), |help| format!("\n      help: {help}"));
        let example = plain(&format!("      {message}{help}"));
        // What a fuzzer wrote is an example only where there is no other.
        let rank = |text: &str| (text.contains("fuzz") || !text.is_ascii(), text.len(), text.to_owned());
        let best: &mut String = met.entry(place.clone()).or_insert_with(|| example.clone());
        if rank(&example) < rank(best) {
            *best = example;
        }
    }
    met
}

/// The same without what is different on every machine.
fn plain(text: &str) -> String {
    let text = text.replace(&format!("{}/", project().display()), "");
    let mut parts = text.split("/.tmp");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, rest| text + "/.tmp" + rest.trim_start_matches(char::is_alphanumeric))
}

/// The document, with the examples that were met, and those of before for the rest.
fn written(
    met: &BTreeMap<(String, usize), String>,
    before: &BTreeMap<Place, (usize, Vec<String>)>,
) -> String {
    let mut functions: BTreeMap<Place, Vec<(String, usize)>> = BTreeMap::new();
    for (line, (place, _)) in places() {
        functions.entry(place).or_default().push(line);
    }
    let mut text = HEAD.to_owned();
    let mut file = String::new();
    for (place, lines) in functions {
        if place.0 != file {
            file.clone_from(&place.0);
            let _ = write!(text, "\n## `{file}`\n\n");
        }
        let several = if lines.len() > 1 { format!(" ({})", lines.len()) } else { String::new() };
        let _ = writeln!(text, "- `{}`{several}:\n", place.1);
        let examples: BTreeSet<&String> = lines.iter().filter_map(|line| met.get(line)).collect();
        for example in examples {
            let _ = writeln!(text, "{example}\n");
        }
        if lines.iter().any(|line| !met.contains_key(line)) {
            let known =
                before.get(&place).and_then(|(_, known)| known.iter().find(|line| line.contains(UNMET)));
            let _ = writeln!(text, "{}\n", known.map_or(UNMET, String::as_str));
        }
    }
    text.trim_end().to_owned() + "\n"
}

#[test]
fn every_error_of_the_code_is_listed_with_an_example() {
    let path = project().join("docs/ERRORS.md");
    let before = listed(&fs::read_to_string(&path).unwrap_or_default());
    if std::env::var_os("UPDATE").is_some() {
        let list = std::env::var("FAIRLANE_MET").expect("UPDATE needs FAIRLANE_MET");
        fs::write(&path, written(&met(&fs::read_to_string(list).unwrap()), &before)).unwrap();
    }
    let mut counts: BTreeMap<Place, usize> = BTreeMap::new();
    for (place, _) in places().into_values() {
        *counts.entry(place).or_default() += 1;
    }
    let listed = listed(&fs::read_to_string(&path).unwrap());
    let known: BTreeMap<Place, usize> =
        listed.iter().map(|(place, (count, _))| (place.clone(), *count)).collect();
    assert_eq!(known, counts, "left is what docs/ERRORS.md lists, right is what the code has");
    for (place, (_, examples)) in &listed {
        assert!(
            !examples.is_empty() && examples.iter().all(|line| line != UNMET),
            "{place:?} has no example"
        );
    }
    let mut changed = Vec::new();
    for ((file, line), (place, words)) in places() {
        let examples = listed[&place].1.join("\n");
        if !words.is_none_or(|words| examples.contains(&words) || examples.contains(UNMET)) {
            changed.push(format!("`{file}` line {line}"));
        }
    }
    assert!(changed.is_empty(), "docs/ERRORS.md does not know what these say now: {}", changed.join(", "));
}
