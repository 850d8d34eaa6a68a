//! A file of settings as text: parses it, and says file and line of what is wrong in it. Must not know what it sets.

use std::ops::Range;
use std::time::Duration;

use serde::de::DeserializeOwned;
use toml::{Spanned, Value};

use super::kind;
use crate::failure::Failure;
use crate::quantity;

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

    /// The value of a key that says how long: a number of seconds, or a text like `"5m"`.
    ///
    /// # Errors
    /// If it is neither, or no time that anything may take.
    pub fn seconds(&self, key: &str, value: &Spanned<Value>) -> Result<Duration, Failure> {
        let read = match value.get_ref() {
            Value::Integer(number) => quantity::seconds(*number as f64),
            Value::Float(number) => quantity::seconds(*number),
            Value::String(text) => quantity::time(text),
            _ => Err("it is not a time".into()),
        };
        read.map_err(|why| {
            self.refuse(
                value.span(),
                &given(key, value.get_ref()),
                &why,
                "write seconds like 6.5, or a text like \"5m\"",
            )
        })
    }

    /// The value of a key that counts something, in its range.
    ///
    /// # Errors
    /// If it is out of the range.
    pub fn count(
        &self,
        key: &str,
        value: &Spanned<i64>,
        least: usize,
        most: usize,
    ) -> Result<usize, Failure> {
        let help = format!("write a number from {least} to {most}");
        let number = u64::try_from(*value.get_ref()).unwrap_or(0);
        let read = quantity::within(number, least as u64, most as u64);
        read.map(|number| usize::try_from(number).unwrap_or(most)).map_err(|why| {
            self.refuse(value.span(), &given(key, &Value::Integer(*value.get_ref())), &why, &help)
        })
    }

    fn refuse(&self, span: Range<usize>, given: &str, why: &str, help: &str) -> Failure {
        self.at(span)(Failure::new(format!("`{given}`: {why}")).help(help))
    }
}

/// A key with its value, as in the file; of a list or a table the key alone.
fn given(key: &str, value: &Value) -> String {
    match value {
        Value::Integer(number) => format!("{key} = {number}"),
        Value::Float(number) => format!("{key} = {number}"),
        Value::String(text) => format!("{key} = \"{text}\""),
        _ => key.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn read(line: &str) -> Result<Duration, Failure> {
        let source = Source { name: "a.toml", text: line, example: "b.toml" };
        let file: BTreeMap<String, Spanned<Value>> = source.parse()?;
        source.seconds("seconds", &file["seconds"])
    }

    #[test]
    fn a_time_is_a_number_of_seconds_or_a_text_as_on_the_command_line() {
        for (line, millis) in
            [("seconds = 6", 6_000), ("seconds = 6.5", 6_500), ("seconds = \"5m30s\"", 330_000)]
        {
            assert_eq!(read(line), Ok(Duration::from_millis(millis)), "{line}");
        }
        for (line, message) in [
            ("seconds = 0", "`seconds = 0`: a time must be more than 0 s"),
            ("seconds = -1", "`seconds = -1`: a time must be more than 0 s"),
            ("seconds = nan", "`seconds = NaN`: a time must be more than 0 s"),
            ("seconds = 1e300", "the most is 86400 s, which is a day"),
            ("seconds = \"1:30\"", "`seconds = \"1:30\"`: it is not a time: write `1m30s`"),
            ("seconds = true", "`seconds`: it is not a time"),
        ] {
            let failure = read(line).expect_err(line);
            assert!(failure.message.starts_with("cannot read `a.toml` line 1: "), "{failure}");
            assert!(failure.message.contains(message) && failure.help.is_some(), "{failure}");
        }
    }

    #[test]
    fn a_count_is_in_its_range() {
        let source = Source { name: "a.toml", text: "n = 1", example: "b.toml" };
        let count = |number| source.count("n", &Spanned::new(0..1, number), 1, 200);
        assert_eq!(count(200), Ok(200));
        for (number, why) in [(0, "the least is `1`"), (-1, "the least is `1`"), (201, "the most is `200`")] {
            assert_eq!(
                count(number).expect_err(why).message,
                format!("cannot read `a.toml` line 1: `n = {number}`: {why}")
            );
        }
    }
}
