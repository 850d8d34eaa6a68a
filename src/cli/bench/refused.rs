//! Why arguments of `cargo bench -- ` are refused: the finding of the parser as one error with one advice.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;

const HELP: &str = "`cargo bench -- --help` shows what can be used";

/// The error, in our words.
pub(super) fn failure(error: &Error) -> Failure {
    let text = |kind| error.get(kind).map(words);
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let given = text(ContextKind::InvalidValue).unwrap_or_default();
    let name = argument.split([' ', '=']).next().unwrap_or_default();
    let cannot = |object: &str, why: &str| Failure::new(format!("cannot use `{object}`: {why}"));
    match error.kind() {
        ErrorKind::UnknownArgument if name.starts_with('-') => {
            let near = text(ContextKind::SuggestedArg);
            let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            cannot(&argument, "there is no such option").help(format!("{near}{HELP}"))
        }
        ErrorKind::UnknownArgument => cannot(&argument, "a filter is given already")
            .help("write one filter: it is a regular expression on cell ids, like `http|tcp`"),
        ErrorKind::InvalidValue if given.is_empty() => cannot(name, "its value is missing").help(HELP),
        ErrorKind::InvalidValue => {
            let near = text(ContextKind::SuggestedValue);
            let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let all = text(ContextKind::ValidValue).unwrap_or_default();
            cannot(&format!("{name} {given}"), "there is no such value")
                .help(format!("{near}the values are {all}"))
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
            let (why, help) = why.split_once(": ").unwrap_or((&why, HELP));
            cannot(&format!("{name} {given}"), why).help(help)
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).unwrap_or_default();
            match other.split(' ').next().unwrap_or_default() {
                other if other == name => cannot(name, "it is given twice").help("give it once"),
                other => {
                    cannot(name, &format!("it does not go with `{other}`")).help("leave one of them out")
                }
            }
        }
        ErrorKind::TooManyValues => cannot(name, "it takes no value").help(format!("write `{name}`")),
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            Failure::new(format!("cannot read the arguments: {first}")).help(HELP)
        }
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        one => one.to_string(),
    }
}
