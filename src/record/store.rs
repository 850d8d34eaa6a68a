//! Records on disk: reads them, and keeps what is not a run of its own. [`Recorder`](super::recorder::Recorder) writes them.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::comparison::{self, Comparison};
use super::{Run, SCHEMA, check, folder, upgrade};
use crate::failure::{Failure, OrFail};
use crate::files;

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

/// What a record is: help for a user who named something else.
const ADVICE: &str = "a record is the `run.json` that `cargo bench` or `fairlane run` wrote, unchanged";

/// Reads a record.
///
/// # Errors
/// If there is no file, it is not a record, it has a newer schema, or a value in it is impossible. The file and the place in
/// it are named.
pub fn read(path: &Path) -> Result<Run, Failure> {
    let text = files::text(path).or_fail(|| format!("read `{}`", path.display()));
    understand(&text.map_err(|failure| failure.help(ADVICE))?, path)
}

/// The record in a text that was read from `path`.
///
/// # Errors
/// As [`read`].
pub fn understand(text: &str, path: &Path) -> Result<Run, Failure> {
    #[derive(serde::Deserialize)]
    struct Version {
        schema: u32,
    }
    let operation = format!("read `{}`", path.display());
    let schema = serde_json::from_str(text).ok().map(|Version { schema }| schema);
    if let Some(schema) = schema.filter(|schema| *schema > SCHEMA) {
        return Err(newer(&operation, schema, SCHEMA));
    }
    let run = match schema {
        Some(1) => {
            serde_json::from_str(text).and_then(|old| serde_json::from_value(upgrade::to_current(old)))
        }
        _ => serde_json::from_str::<Run>(text), // directly, so that an error has its line
    };
    let run = run.or_fail(|| &operation).map_err(|failure| failure.help(ADVICE))?;
    check::run(&run).map_err(|wrong| Failure::new(format!("cannot {operation}: {wrong}")).help(ADVICE))?;
    Ok(run)
}

/// What a comparison is: help for a user who named something else.
const COMPARISON: &str = "a comparison is the `comparison.json` that `fairlane compare` wrote, unchanged";

/// Whether the file holds a comparison, or is called so; a file that cannot be read does not.
pub fn holds_comparison(path: &Path) -> bool {
    path.ends_with(Comparison::FILE) || files::text(path).is_ok_and(|text| comparison_schema(&text).is_some())
}

fn comparison_schema(text: &str) -> Option<u32> {
    #[derive(serde::Deserialize)]
    struct Version {
        comparison_schema: u32,
    }
    serde_json::from_str(text).ok().map(|Version { comparison_schema }| comparison_schema)
}

/// Reads a comparison.
///
/// # Errors
/// As [`read`].
pub fn read_comparison(path: &Path) -> Result<Comparison, Failure> {
    let operation = format!("read `{}`", path.display());
    let text = files::text(path).or_fail(|| &operation).map_err(|failure| failure.help(COMPARISON))?;
    if let Some(schema) = comparison_schema(&text).filter(|schema| *schema > comparison::SCHEMA) {
        return Err(newer(&operation, schema, comparison::SCHEMA));
    }
    let found: Comparison =
        serde_json::from_str(&text).or_fail(|| &operation).map_err(|failure| failure.help(COMPARISON))?;
    check::comparison(&found)
        .map_err(|wrong| Failure::new(format!("cannot {operation}: {wrong}")).help(COMPARISON))?;
    Ok(found)
}

fn newer(operation: &str, schema: u32, known: u32) -> Failure {
    let cause = format!("it has schema {schema}, and this version of Fairlane reads schemas up to {known}");
    Failure::new(format!("cannot {operation}: {cause}"))
        .help("use the version of Fairlane that wrote it, or a newer one")
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
            ("{\"schema\": 1,", "line 1"),
            ("[]", "invalid length 0"),
            ("", "line 1"),
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
            ("\"comparison_schema\": 1,", "", "missing field `comparison_schema`"),
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
        assert!(holds_comparison(&path) && holds_comparison(&elsewhere));
        let run = serde_json::to_string(&crate::record::fixture::whole()).expect("JSON");
        fs::write(&elsewhere, run).expect("written");
        assert!(!holds_comparison(&elsewhere) && read_comparison(&elsewhere).is_err());
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
        assert!(read(file.path()).expect_err("half of it").message.contains("EOF while parsing"));
    }
}
