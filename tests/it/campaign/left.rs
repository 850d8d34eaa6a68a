//! What a command leaves: the files that were there before, whole records, and nothing temporary.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use fairlane::clock;
use fairlane::record::store;

use super::draw::Victim;
use crate::cli::{Ended, Invocation};

/// Where the record stands that was there before.
pub(super) const RECORD: &str = "results/before/run.json";

/// Files that some commands replace.
const REPLACED: [(&str, &str); 2] = [("page.html", "</html>"), ("mine.json", "}")];

/// A launcher that is a process of its own.
const LAUNCH: &str = "#!/bin/sh\n\"$@\"\n";

/// What is in the folder before the command starts.
pub(super) struct Before {
    record: &'static str,
}

/// The text of a small record.
fn record() -> &'static str {
    static RECORD: LazyLock<String> = LazyLock::new(|| {
        let ended = Invocation::new("run -w noop -e sequential -j 1 -b 0.1").run().exits(0);
        fs::read_to_string(ended.record_file()).unwrap()
    });
    &RECORD
}

/// Every `run.json`, with that from before.
pub(super) fn records(place: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(place.join("results")).into_iter().flatten();
    folders.map(|folder| folder.unwrap().path().join("run.json")).filter(|file| file.exists()).collect()
}

impl Before {
    pub(super) fn put(place: &Path) -> Self {
        let before = Self { record: record() };
        fs::create_dir(place.join("tmp")).unwrap();
        fs::create_dir_all(place.join("results/before")).unwrap();
        fs::write(place.join(RECORD), before.record).unwrap();
        for (name, _) in REPLACED {
            fs::write(place.join(name), "old").unwrap();
        }
        let launcher = place.join("launch");
        fs::write(&launcher, LAUNCH).unwrap();
        fs::set_permissions(&launcher, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        before
    }

    /// KiB that all of it needs on a disk.
    pub(super) fn kib() -> u64 {
        record().len() as u64 / 1024 + 16
    }

    /// `again` starts a command in the same temporary folder.
    pub(super) fn check(&self, place: &Path, killed: Option<Victim>, again: impl Fn(&str) -> Ended) {
        assert!(fs::read_to_string(place.join(RECORD)).unwrap() == self.record, "the old record has changed");
        for (name, end) in REPLACED {
            let text = fs::read_to_string(place.join(name)).unwrap();
            assert!(text == "old" || text.trim_end().ends_with(end), "`{name}` is not whole: {text}");
        }
        for record in records(place) {
            let run = store::read(&record);
            assert!(run.is_ok(), "`{}` is not whole: {run:?}", record.display());
            again(&format!("report {}", record.display())).exits(0);
        }
        let noop = format!("run -w noop -e sequential -j 1 -b 0.1 --out {}", place.join("results").display());
        let page = format!("report {0}/{RECORD} --html {0}/page.html", place.display());
        match killed {
            // The next that writes there removes what the driver left half done. The disk may be full.
            Some(Victim::Driver) => [&noop, &page].into_iter().for_each(|words| drop(again(words))),
            // They own a folder where a launcher leads.
            Some(Victim::Lane | Victim::Launcher) => drop(again(&noop)),
            _ => {}
        }
        assert_eq!(entries(&place.join("tmp")), [""; 0], "temporary files are left");
        nothing_half_done(place);
    }
}

/// Waits until the command writes a file that does not have its place yet, and not longer than that.
pub(super) fn await_writing(place: &Path, most: Duration) {
    let end = clock::now().after(most);
    let writes = || {
        let folders = fs::read_dir(place.join("results")).into_iter().flatten().flatten();
        folders.map(|folder| folder.path()).chain([place.to_owned(), place.join("results")]).any(|folder| {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name()).any(|name| name.as_encoded_bytes().starts_with(b"."))
        })
    };
    while !writes() && clock::now() < end {}
}

fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

/// No temporary name, no socket and no empty folder is below it.
fn nothing_half_done(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        assert!(!kind.is_socket(), "a socket is left: {}", path.display());
        assert!(!entry.file_name().as_encoded_bytes().starts_with(b"."), "left: {}", path.display());
        if kind.is_dir() && entry.file_name() != "tmp" {
            assert!(!entries(&path).is_empty(), "an empty folder is left: {}", path.display());
            nothing_half_done(&path);
        }
    }
}
