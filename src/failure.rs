//! Why something failed, as plain data: failures cross pipes on their way to the table.
//!
//! A leaf: it must not know what failed.

use std::error::Error;

use serde::{Deserialize, Deserializer, Serialize};

/// One sentence with operation, object and cause, and advice if there is any.
///
/// The sentence is lower case without a full stop; objects are in backticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What was attempted, on what, and the cause.
    #[serde(deserialize_with = "line")]
    pub message: String,
    /// What the user can do about it; shown on a line that starts with `help:`.
    #[serde(default, deserialize_with = "advice")]
    // and never left out when written: the frames of workers have no names of fields
    pub help: Option<String>,
}

impl Failure {
    /// A failure without advice.
    #[track_caller]
    pub fn new(message: impl Into<String>) -> Self {
        let failure = Self { message: one_line(message.into()), help: None };
        #[cfg(debug_assertions)]
        failure.met(Some(std::panic::Location::caller()));
        failure
    }

    /// The same failure with this advice; an earlier advice is replaced.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(one_line(help.into()));
        #[cfg(debug_assertions)]
        self.met(None);
        self
    }

    /// The same failure, with this advice if it has none.
    #[must_use]
    pub fn or_help(self, help: &str) -> Self {
        if self.help.is_some() { self } else { self.help(help) }
    }

    /// Notes for `docs/ERRORS.md` which failures tests meet, and where they are made. A release has nothing of it.
    #[cfg(debug_assertions)]
    fn met(&self, place: Option<&std::panic::Location<'_>>) {
        use std::io::Write;
        let Some(list) = std::env::var_os("FAIRLANE_MET") else { return };
        let place = place.map(|place| (place.file(), place.line()));
        if let (Ok(mut list), Ok(line)) = (
            std::fs::OpenOptions::new().create(true).append(true).open(list),
            serde_json::to_string(&(place, &self.message, &self.help)),
        ) {
            let _ = list.write_all(format!("{line}\n").as_bytes()); // one write: many processes append
        }
    }

    /// The same failure of something that was read at that location. One sentence: "cannot OPERATION in LOCATION: CAUSE", or
    /// "cannot read LOCATION: CAUSE" of a failure that is a cause alone.
    #[must_use]
    pub fn read_in(self, location: &str) -> Self {
        // An operation ends with its object, which is in backticks.
        let message = match self.message.split_once("`: ") {
            Some((operation, cause)) if operation.starts_with("cannot ") => {
                format!("{operation}` in {location}: {cause}")
            }
            _ => format!("cannot read {location}: {}", self.message),
        };
        Self { help: self.help, ..Self::new(message) }
    }

    /// The message with its help, in one line.
    pub fn with_help(&self) -> String {
        match &self.help {
            Some(help) => format!("{}; {help}", self.message),
            None => self.message.clone(),
        }
    }

    /// "cannot OPERATION: CAUSE", with all causes below that cause. The operation is a bare verb phrase, like "open `x`".
    #[track_caller]
    pub fn caused(operation: impl std::fmt::Display, cause: &(dyn Error + 'static)) -> Self {
        let mut message = format!("cannot {operation}: {cause}");
        let mut next = cause.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            next = cause.source();
        }
        Self::new(message)
    }
}

/// The text in one line that controls no terminal: messages quote what files and lanes say. Ends of lines become spaces.
fn one_line(text: String) -> String {
    if !text.contains(controls) {
        return text;
    }
    let plain = |c: char| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { char::REPLACEMENT_CHARACTER };
    text.trim_end().chars().map(|c| if controls(c) { plain(c) } else { c }).collect()
}

/// What another process says of its failure, in one line; a blank one would be shown as no reason at all.
fn line<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let said = one_line(String::deserialize(from)?);
    Ok(if said.trim().is_empty() { "it failed and did not say why".into() } else { said })
}

/// The same of its advice.
fn advice<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(one_line).filter(|advice| !advice.trim().is_empty()))
}

/// Turns any error into a [`Failure`] that names the operation.
pub trait OrFail<T> {
    /// `operation` is a bare verb phrase, like "open `results/`".
    ///
    /// # Errors
    /// The same error, as a failure with its whole chain of causes.
    #[track_caller]
    fn or_fail<O: std::fmt::Display>(self, operation: impl FnOnce() -> O) -> Result<T, Failure>;
}

impl<T, E: Error + 'static> OrFail<T> for Result<T, E> {
    fn or_fail<O: std::fmt::Display>(self, operation: impl FnOnce() -> O) -> Result<T, Failure> {
        match self {
            Ok(value) => Ok(value),
            Err(cause) => Err(Failure::caused(operation(), &cause)), // no closure: the place is that of the caller
        }
    }
}

/// Whether a character moves a terminal's cursor, or changes the direction of the text after it: somebody else may have written
/// it.
pub fn controls(c: char) -> bool {
    let reverses = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || reverses
}

/// The known name that is most similar to a mistyped one; `None` if none is similar.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Why a name of a workload, an executor or the like is refused: with the known name nearest to it, if any is near.
#[track_caller]
pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let near = nearest(name, known).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    Failure::new(format!("unknown {what} `{name}`")).help(format!("{near}`fairlane list` names them all"))
}

/// Lets a type that has a name go into JSON and back as that name, given its `Display` and its `FromStr`.
macro_rules! goes_by_its_name {
    ($named:ty) => {
        impl From<$named> for String {
            fn from(named: $named) -> Self {
                named.to_string()
            }
        }

        impl TryFrom<String> for $named {
            type Error = $crate::failure::Failure;

            fn try_from(name: String) -> Result<Self, Self::Error> {
                name.parse()
            }
        }
    };
}
pub(crate) use goes_by_its_name;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_crosses_both_kinds_of_pipes_with_and_without_advice() {
        for failure in [Failure::new("cannot"), Failure::new("cannot").help("try")] {
            let frame = postcard::to_stdvec(&failure).expect("plain data");
            assert_eq!(postcard::from_bytes(&frame), Ok(failure.clone()));
            let line = serde_json::to_string(&failure).expect("plain data");
            assert_eq!(serde_json::from_str::<Failure>(&line).expect("a failure"), failure);
        }
        let without: Failure = serde_json::from_str("{\"message\":\"cannot\"}").expect("a failure");
        assert_eq!(without, Failure::new("cannot"), "other lanes may leave it out");
    }

    #[test]
    fn what_others_say_stays_in_one_line_and_controls_no_terminal() {
        let failure = Failure::new("unknown `a\nerror: b\u{1b}[2J`\n").help("c\r\nd");
        assert_eq!(failure.message, "unknown `a error: b\u{fffd}[2J`");
        assert_eq!(failure.help.as_deref(), Some("c  d"));
        let other: Failure =
            serde_json::from_str(r#"{"message":"a\nb","help":"\u0000"}"#).expect("a failure");
        assert_eq!(other, Failure::new("a b").help("\u{fffd}"));
        assert_eq!(Failure::new("a\u{202e}b").message, "a\u{fffd}b", "no line is turned around");
        let blank: Failure = serde_json::from_str("{\"message\":\"\u{2028}\"}").expect("a failure");
        assert_eq!(blank, Failure::new("it failed and did not say why"));
        let placed = Failure::new("cannot read the cell `a`: b").read_in("`x\ny.toml` line 1");
        assert_eq!(placed.message, "cannot read the cell `a` in `x y.toml` line 1: b");
    }

    #[test]
    fn the_nearest_name_is_suggested_and_nonsense_is_not() {
        let known = ["threads", "thread-pool", "tasks", "tasks-mt"];
        assert_eq!(nearest("taks", known), Some("tasks"));
        assert_eq!(nearest("threadpool", known), Some("thread-pool"));
        assert_eq!(nearest("zzz", known), None);
    }

    #[test]
    fn a_location_stands_behind_the_operation_or_is_the_object_of_one() {
        let located = |message: &str| Failure::new(message).read_in("`a.toml` line 3").message;
        assert_eq!(
            located("cannot read the cell `a/b/0`: it is 0"),
            "cannot read the cell `a/b/0` in `a.toml` line 3: it is 0"
        );
        assert_eq!(located("unknown executor `a`"), "cannot read `a.toml` line 3: unknown executor `a`");
    }

    #[test]
    fn every_cause_is_kept_once() {
        let inner = std::io::Error::other("disk on fire");
        let failure = Failure::caused("write `run.json`", &inner);
        assert_eq!(failure.message, "cannot write `run.json`: disk on fire");
    }
}
