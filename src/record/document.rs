//! A file of JSON that a user names: its text, taken out of the page about it if that is what was named, and which kind of
//! record it is. Says what it is instead, or where it is broken. Must not know what is in a record.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::page;
use crate::failure::Failure;
use crate::files::{self, kind};

/// What a reader wants.
#[derive(Debug)]
pub struct Wanted {
    /// In a few words.
    pub what: &'static str,
    /// The key that only this kind has. Where it is a version, a newer one is refused.
    pub key: &'static str,
    /// The newest version that is known.
    pub newest: u32,
    /// What such a file is, for a user who named another one.
    pub advice: &'static str,
}

/// A file that was read.
#[derive(Debug)]
pub struct Document {
    /// Its JSON.
    pub text: String,
    operation: String,
    keys: BTreeSet<String>,
    broken: Option<serde_json::Error>,
}

/// Keys of a whole file, words in it, and what it is then.
type Known = (&'static [&'static str], &'static [&'static str], &'static str);

const KNOWN: [Known; 17] = [
    (&["schema", "fairlane"], &[], "a record of a run"),
    (&["comparison_schema"], &[], "a comparison"),
    (&["session_schema"], &[], "a session of lessons"),
    (&["planted_percent", "cells"], &[], "a calibration"),
    (&["traceEvents"], &[], "a trace of timelines"),
    (&["results"], &["\"command\"", "\"times\""], "a result of hyperfine"),
    (&["mean", "median", "std_dev"], &["\"confidence_interval\""], "an estimate of criterion"),
    (&["iters", "times"], &[], "a list of criterion's samples"),
    (&["group_id", "full_id"], &[], "a description of a benchmark of criterion"),
    (&["machine_info", "benchmarks"], &[], "a result of pytest-benchmark"),
    (&["context", "benchmarks"], &[], "a result of Google Benchmark"),
    (&["root_group", "metrics"], &[], "a summary of k6"),
    (&["HostEnvironmentInfo", "Benchmarks"], &[], "a result of BenchmarkDotNet"),
    (&["latencies", "bytes_in"], &[], "a report of Vegeta"),
    (&["requests", "latency", "throughput"], &[], "a result of autocannon"),
    (&["summary", "latencyPercentiles"], &[], "a result of oha"),
    (&[], &["\"primaryMetric\"", "\"jmhVersion\""], "a result of JMH"),
];

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// If it has no text.
    pub fn open(path: &Path, wanted: &Wanted) -> Result<Self, Failure> {
        let text = files::text(path).map_err(|failure| failure.or_help(wanted.advice))?;
        let text = page::record_in(&text).unwrap_or(text);
        Ok(Self::of(text, format!("read `{}`", path.display())))
    }

    /// A text that was got by that operation, which is a bare verb phrase.
    pub fn of(text: String, operation: String) -> Self {
        let broken = serde_json::from_str::<IgnoredAny>(&text).err();
        let keys = serde_json::from_str::<HashMap<String, IgnoredAny>>(&text).unwrap_or_default();
        Self { text, operation, keys: keys.into_keys().collect(), broken }
    }

    /// Whether it is of that kind, as far as its keys tell.
    pub fn is(&self, wanted: &Wanted) -> bool {
        self.keys.contains(wanted.key)
    }

    /// The version that it says it has.
    pub fn version(&self, wanted: &Wanted) -> Option<u32> {
        #[derive(Deserialize, Default)]
        struct Versions {
            schema: Option<u32>,
            comparison_schema: Option<u32>,
            session_schema: Option<u32>,
        }
        let found: Versions = serde_json::from_str(&self.text).unwrap_or_default();
        match wanted.key {
            "schema" => found.schema,
            "comparison_schema" => found.comparison_schema,
            _ => found.session_schema,
        }
    }

    /// The values in it.
    ///
    /// # Errors
    /// If it is broken, of another kind, or of a newer version, or a value is not what it should be.
    pub fn parse<T: DeserializeOwned>(&self, wanted: &Wanted) -> Result<T, Failure> {
        if let Some(error) = &self.broken {
            return Err(self.broken(error).or_help(wanted.advice));
        }
        if !self.is(wanted) {
            let what = self.known().map_or_else(|| format!("JSON, but not {}", wanted.what), str::to_owned);
            return Err(self.wrong(&format!("it is {what}"), wanted));
        }
        if let Some(version) = self.version(wanted).filter(|version| *version > wanted.newest) {
            let newest = wanted.newest;
            let why =
                format!("it has schema {version}, and this version of Fairlane reads schemas up to {newest}");
            return Err(self
                .wrong(&why, wanted)
                .help("use the version of Fairlane that wrote it, or a newer one"));
        }
        // Directly, so that an error has its line.
        serde_json::from_str(&self.text).map_err(|error| self.wrong(&error.to_string(), wanted))
    }

    /// Says what is wrong with it.
    pub fn wrong(&self, why: &str, wanted: &Wanted) -> Failure {
        Failure::new(format!("cannot {}: {why}", self.operation)).help(wanted.advice)
    }

    fn known(&self) -> Option<&'static str> {
        let is_it = |(keys, words, _): &&Known| {
            keys.iter().all(|key| self.keys.contains(*key))
                && words.iter().all(|word| self.text.contains(word))
        };
        KNOWN.iter().find(is_it).map(|(.., what)| *what)
    }

    fn broken(&self, error: &serde_json::Error) -> Failure {
        let failure = |why: String| Failure::new(format!("cannot {}: {why}", self.operation));
        match kind::of_text(&self.text) {
            Some("is a page (HTML)") => failure("it is a page (HTML) without a record".into()),
            Some(what) => failure(format!("it {what}")),
            None if !self.text.trim_start().starts_with(['{', '[']) => {
                failure(format!("it is not JSON: {error}"))
            }
            None if error.is_eof() => failure(format!("it ends in the middle, at line {}", error.line()))
                .help("copy it again when its writer is done"),
            None => failure(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted { what: "a record of a run", key: "schema", newest: 2, advice: "advice" };

    #[test]
    fn what_is_not_wanted_is_named() {
        for (text, says) in [
            ("{\"schema\": 3}", "it has schema 3, and this version of Fairlane reads schemas up to 2"),
            ("{\"schema\": 1,", "it ends in the middle, at line 1"),
            ("{\"schema\": 1,}", "key must be a string at line 1 column 14"),
            ("{\"comparison_schema\": 1}", "it is a comparison"),
            ("{\"results\": [{\"command\": \"a\", \"times\": []}]}", "it is a result of hyperfine"),
            ("[{\"jmhVersion\": \"1\", \"primaryMetric\": {}}]", "it is a result of JMH"),
            ("{\"results\": []}", "it is JSON, but not a record of a run"),
            ("7", "it is JSON, but not a record of a run"),
            ("<html>", "it is a page (HTML) without a record"),
            ("# A report", "it is Markdown"),
            ("words", "it is not JSON: expected value at line 1 column 1"),
        ] {
            let document = Document::of(text.into(), "read `x`".into());
            let failure = document.parse::<IgnoredAny>(&WANTED).expect_err(text);
            assert_eq!(failure.message, format!("cannot read `x`: {says}"));
            assert!(failure.help.is_some());
        }
        let document = Document::of("{\"schema\": 2}".into(), String::new());
        assert!(document.is(&WANTED) && document.parse::<IgnoredAny>(&WANTED).is_ok());
    }
}
