//! Records on disk: reads them, and keeps what is not a run of its own. [`Recorder`](super::recorder::Recorder) writes them.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::comparison::{self, Comparison};
use super::document::{Document, Wanted};
use super::{Run, SCHEMA, check, folder, upgrade};
use crate::failure::Failure;

pub use super::folder::prepare;

/// Keeps what began at `started` in a folder of its own, whose name ends in `kind`. Gives the file.
///
/// # Errors
/// If it cannot be written; the operation and the path are named.
pub fn keep(
    results: &Path,
    started: &str,
    (kind, file): (&str, &str),
    content: &impl Serialize,
) -> Result<PathBuf, Failure> {
    folder::keep(results, &format!("{started}-{kind}"), file, content)
}

/// The record of a run.
pub const RUN: Wanted = Wanted {
    what: "a record of a run",
    key: "schema",
    newest: SCHEMA,
    advice: "a record is the `run.json` that `cargo bench` or `fairlane run` wrote, unchanged, or the page about it",
};

/// The record of a comparison.
const COMPARISON: Wanted = Wanted {
    what: "a comparison",
    key: "comparison_schema",
    newest: comparison::SCHEMA,
    advice: "a comparison is the `comparison.json` that `fairlane compare` wrote, unchanged, or the page about it",
};

/// Reads a record.
///
/// # Errors
/// If there is no file, it is not a record, it has a newer schema, or a value in it is impossible. The file and the place in
/// it are named.
pub fn read(path: &Path) -> Result<Run, Failure> {
    run_in(&open(path)?)
}

/// Reads a file that should hold a record, of a run or of a comparison.
///
/// # Errors
/// If it has no text.
pub fn open(path: &Path) -> Result<Document, Failure> {
    Document::open(path, &RUN)
}

/// The record in a file.
///
/// # Errors
/// As [`read`].
pub fn run_in(file: &Document) -> Result<Run, Failure> {
    let run = match file.version(&RUN) {
        Some(1) => {
            let old = file.parse::<serde_json::Value>(&RUN)?;
            serde_json::from_value(upgrade::to_current(old))
                .map_err(|error| file.wrong(&error.to_string(), &RUN))?
        }
        _ => file.parse::<Run>(&RUN)?,
    };
    check::run(&run).map_err(|wrong| file.wrong(&wrong, &RUN))?;
    Ok(run)
}

/// The record in a text that was read from `path`.
///
/// # Errors
/// As [`read`].
#[cfg(test)]
pub(crate) fn understand(text: &str, path: &Path) -> Result<Run, Failure> {
    run_in(&Document::of(text.into(), format!("read `{}`", path.display())))
}

/// Whether the file holds a comparison, or is called so.
pub fn holds_comparison(path: &Path, file: &Document) -> bool {
    path.ends_with(Comparison::FILE) || file.is(&COMPARISON)
}

/// Reads a comparison.
///
/// # Errors
/// As [`read`].
pub fn read_comparison(path: &Path) -> Result<Comparison, Failure> {
    comparison_in(&Document::open(path, &COMPARISON)?)
}

/// The comparison in a file.
///
/// # Errors
/// As [`read`].
pub fn comparison_in(file: &Document) -> Result<Comparison, Failure> {
    let found = file.parse::<Comparison>(&COMPARISON)?;
    check::comparison(&found).map_err(|wrong| file.wrong(&wrong, &COMPARISON))?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn foreign_broken_and_newer_records_are_refused_with_the_place() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for (text, says) in [
            ("{\"schema\": 99}", "has schema 99"),
            ("{\"schema\": 1,", "it ends in the middle, at line 1"),
            ("[]", "it is JSON, but not a record of a run"),
            ("", "it is empty"),
        ] {
            fs::write(file.path(), text).expect("written");
            let failure = read(file.path()).expect_err(text);
            assert!(failure.message.starts_with("cannot read `"), "{failure}");
            assert!(failure.message.contains(says) && failure.help.is_some(), "{failure:?}");
        }
        assert!(read(Path::new("no/such/run.json")).is_err_and(|failure| failure.help.is_some()));
    }

    #[test]
    fn a_comparison_is_read_as_it_was_kept_and_nothing_else_is_one() {
        let results = tempfile::tempdir().expect("a folder");
        let kept = crate::record::fixture::comparison::slower();
        let path =
            keep(results.path(), &kept.started, ("comparison", Comparison::FILE), &kept).expect("kept");
        assert_eq!(read_comparison(&path), Ok(kept));
        let text = fs::read_to_string(&path).expect("text");
        for (from, to, reason) in [
            ("\"comparison_schema\": 1", "\"comparison_schema\": 99", "has schema 99"),
            ("\"comparison_schema\": 1,", "", "it is JSON, but not a comparison"),
            ("\"alpha\": 0.01", "\"alpha\": -1", ": `alpha` is negative"),
            ("\"overall\": \"slower\"", "\"overall\": \"lame\"", "unknown variant `lame`"),
        ] {
            assert!(text.contains(from), "{from}");
            fs::write(&path, text.replacen(from, to, 1)).expect("written");
            let failure = read_comparison(&path).expect_err(to);
            assert!(failure.message.starts_with("cannot read `") && failure.help.is_some(), "{failure:?}");
            assert!(failure.message.contains(reason), "{failure:?}");
        }
        let elsewhere = results.path().join("other.json");
        fs::write(&elsewhere, &text).expect("written");
        let holds = |path: &Path| holds_comparison(path, &open(path).expect("a text"));
        assert!(holds(&path) && holds(&elsewhere));
        let run = serde_json::to_string(&crate::record::fixture::whole()).expect("JSON");
        fs::write(&elsewhere, run).expect("written");
        assert!(!holds(&elsewhere) && read_comparison(&elsewhere).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_read_over() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = serde_json::to_string(&crate::record::fixture::whole()).expect("JSON");
        fs::write(file.path(), format!("\u{feff}{text}")).expect("written");
        assert_eq!(read(file.path()), Ok(crate::record::fixture::whole()));
    }

    #[test]
    fn a_record_with_a_number_that_cannot_be_is_refused_with_the_place() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = serde_json::to_string_pretty(&crate::record::fixture::whole()).expect("JSON");
        for (from, to, says) in [
            ("\"median_ns\": 12700000.0", "\"median_ns\": 1e999", "number out of range at line"),
            ("\"median_ns\": 12700000.0", "\"median_ns\": -5", ": `cells[0].median_ns` is negative"),
            ("\"seed\": 7", "\"seed\": -7", "at line"),
        ] {
            assert!(text.contains(from), "{from}");
            fs::write(file.path(), text.replacen(from, to, 1)).expect("written");
            let failure = read(file.path()).expect_err(to);
            assert!(failure.message.contains(says) && failure.help.is_some(), "{failure}");
        }
        fs::write(file.path(), &text[..text.len() / 2]).expect("written");
        assert!(read(file.path()).expect_err("half of it").message.contains("it ends in the middle"));
    }
}
