//! The options of criterion, as far as they must be told from filters.

use clap::{Arg, ArgAction, Command as Parser};

/// Criterion's options that take a value: the next word is not a filter.
pub const VALUED: [(&str, Option<char>); 16] = [
    ("color", Some('c')),
    ("save-baseline", Some('s')),
    ("baseline", Some('b')),
    ("baseline-lenient", None),
    ("format", None),
    ("profile-time", None),
    ("load-baseline", None),
    ("sample-size", None),
    ("warm-up-time", None),
    ("measurement-time", None),
    ("nresamples", None),
    ("noise-threshold", None),
    ("confidence-level", None),
    ("significance-level", None),
    ("plotting-backend", None),
    ("output-format", None),
];

/// Those that take none.
const FLAGS: [(&str, Option<char>); 15] = [
    ("bench", None),
    ("discard-baseline", None),
    ("exact", None),
    ("help", Some('h')),
    ("ignored", None),
    ("include-ignored", None),
    ("list", None),
    ("nocapture", None),
    ("noplot", Some('n')),
    ("quick", None),
    ("quiet", None),
    ("show-output", None),
    ("test", None),
    ("verbose", Some('v')),
    ("version", Some('V')),
];

/// The first argument that is not an option: a suite, a part of one, or a filter.
pub(super) const WHAT: &str = "what";

/// It is lenient: criterion says what is wrong.
pub(super) fn parser() -> Parser {
    let arg = |(name, short): &(&'static str, Option<char>)| Arg::new(*name).long(*name).short(*short);
    Parser::new("suite")
        .no_binary_name(true)
        .ignore_errors(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new(WHAT))
        .args(VALUED.iter().map(arg).map(|arg| arg.action(ArgAction::Set)))
        .args(FLAGS.iter().map(arg).map(|arg| arg.action(ArgAction::SetTrue)))
}
