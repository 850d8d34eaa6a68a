//! A file of settings as text: parses it, and says file and line of what is wrong in it. Must not know what it sets.

use std::ops::Range;
use std::time::Duration;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::kind;
use crate::failure::Failure;

/// The text of a file in TOML.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a str,
    /// A file whose comments show every key.
    pub example: &'a str,
}

impl Source<'_> {
    /// The values in it.
    ///
    /// # Errors
    /// If it is not TOML of that shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        toml::from_str(self.text).map_err(|error| {
            let other = kind::of_text(self.text).filter(|what| !what.contains("TOML"));
            if let Some(what) = other {
                return Failure::new(format!("cannot read `{}`: it {what}", self.name))
                    .help(format!("name a file like `{}`", self.example));
            }
            let cause = Failure::new(error.message().replace('\n', ", "));
            self.at(error.span().unwrap_or_default())(
                cause.help(format!("the comments in `{}` show every key with its meaning", self.example)),
            )
        })
    }

    /// Says file and line in a failure.
    pub fn at(&self, span: Range<usize>) -> impl Fn(Failure) -> Failure {
        let line = self.text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1);
        let location = format!("`{}` line {line}", self.name);
        move |failure| failure.read_in(&location)
    }

    /// A number of seconds.
    ///
    /// # Errors
    /// If it is negative or not a number.
    pub fn seconds(&self, value: &Spanned<f64>) -> Result<Duration, Failure> {
        Duration::try_from_secs_f64(*value.get_ref()).map_err(|_| {
            let refused = Failure::new(format!("`{}` is not a number of seconds", value.get_ref()));
            self.at(value.span())(refused.help("give a positive number, like 6.5"))
        })
    }
}
