//! Every link and picture in the documents leads to a file of the project. What a local run left is not one: a clean clone is
//! where this test bites.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::project;

/// The folders with documents, of which each is one level deep.
const FOLDERS: [&str; 11] = [
    ".",
    "docs",
    "results",
    "benches",
    "lessons",
    "lanes",
    "lanes/python",
    "lanes/node",
    "lanes/go",
    "lanes/java",
    "mock-server",
];

fn documents() -> Vec<PathBuf> {
    let inside = |folder: &str| fs::read_dir(project().join(folder)).into_iter().flatten();
    let files = FOLDERS.iter().flat_map(|folder| inside(folder)).map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The paths to which a document links: neither other sites, nor places in itself.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '\n']).next());
    targets
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|path| !path.is_empty() && !path.contains("://") && path.contains(['/', '.']))
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    let documents = documents();
    assert!(documents.len() > 8, "{documents:?}");
    let lost = |document: &PathBuf| {
        let text = fs::read_to_string(document).unwrap();
        let folder = document.parent().unwrap_or(Path::new(""));
        let lost = links(&text).filter(|path| !folder.join(path).exists());
        lost.map(|path| format!("{}: {path}", document.display())).collect::<Vec<_>>()
    };
    let lost: Vec<String> = documents.iter().flat_map(lost).collect();
    assert_eq!(lost, [] as [String; 0]);
}

#[test]
fn links_are_found_with_pictures_and_without_places_and_other_sites() {
    let text = "![a](b/c.svg) [d](e.md#f) [g](#h) [i](https://j.k) [l](m \"n\") `[word](id)`";
    assert_eq!(links(text).collect::<Vec<_>>(), ["b/c.svg", "e.md"]);
}
