//! How the parts of a table are made. What is missing or not finite reads [`MISSING`].

use super::{Field, Head, Mark, Row};
use crate::report::format::MISSING;

impl Head {
    pub(in crate::report) fn new(text: impl Into<String>, title: impl Into<String>) -> Self {
        Self { text: text.into(), title: title.into() }
    }
}

impl Field {
    /// A field without a number.
    pub(in crate::report) fn word(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: None }
    }

    pub(in crate::report) fn number(value: Option<f64>, write: impl Fn(f64) -> String) -> Self {
        let value = value.filter(|value| value.is_finite());
        Self { text: value.map_or_else(|| MISSING.into(), write), value }
    }

    /// An interval; its value is the lower end.
    pub(in crate::report) fn range(ends: Option<[f64; 2]>, write: impl Fn([f64; 2]) -> String) -> Self {
        let ends = ends.filter(|ends| ends.iter().all(|end| end.is_finite()));
        Self { text: ends.map_or_else(|| MISSING.into(), write), value: ends.map(|[low, _]| low) }
    }
}

impl Row {
    /// A row that has no rank and is of no executor.
    pub(super) fn plain(name: String, fields: Vec<Field>) -> Self {
        Self { mark: Mark::Unranked, name, model: String::new(), fields, reason: None }
    }
}

/// A reason, and the help for it in the next line.
pub(super) fn reason(reason: Option<&String>, help: Option<&String>) -> Option<String> {
    let help = help.map_or_else(String::new, |help| format!("\nhelp: {help}"));
    reason.map(|reason| format!("{reason}{help}"))
}
