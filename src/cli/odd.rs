//! Tests only: every option of every verb with values that nobody should give, as the parser takes them. The options come from the
//! parser, so a new one is tried as soon as its kind of value is listed here.

use clap::error::ErrorKind;
use clap::{Arg, Command, CommandFactory};

use super::Arguments;

/// What no option with a number, a time or a name takes.
const NEVER: [&str; 6] = ["", " ", ",", "8,", ",8", "1\u{ff0c}2"];

/// Values, and whether a time, a number, a time with a unit and an address take them: `y` or `n`.
const ODD: [(&str, &str); 31] = [
    ("8", "yynn"),
    (" 8", "yynn"),
    ("1_0", "yynn"),
    ("\u{ff18}", "yynn"),
    ("4, 8", "nlnn"),
    ("1,000", "nnnn"),
    ("0", "nnnn"),
    ("-1", "nnnn"),
    ("-9999999999999999999999", "nnnn"),
    ("9999999999999999999999", "nnnn"),
    ("1..8", "nnnn"),
    ("1e3", "nnnn"),
    ("1e400", "nnnn"),
    ("1k", "nnnn"),
    ("1KiB", "nnnn"),
    ("10MB", "nnnn"),
    ("0x10", "nnnn"),
    ("+8", "nnnn"),
    ("8.0", "ynnn"),
    ("1.5ms", "ynyn"),
    ("0.5s", "ynyn"),
    ("5 m", "ynyn"),
    ("5m30s", "ynyn"),
    ("1:30", "nnnn"),
    ("25h", "nnnn"),
    ("\u{221e}", "nnnn"),
    ("NaN", "nnnn"),
    ("eight", "nnnn"),
    ("http://127.0.0.1", "nnnn"),
    ("localhost", "nnny"),
    ("[::1]:80", "nnnn"),
];

/// Which kind of value an option takes: the place in the words above. `None` of names and paths, which no parser can judge.
fn kind(option: &Arg) -> Option<usize> {
    let names = option.get_value_names().unwrap_or_default();
    match names.first().map(clap::builder::Str::as_str).unwrap_or_default() {
        "SECONDS" => Some(0),
        "N" => Some(1),
        "TIME" => Some(2),
        "ADDRESS" => Some(3),
        // Judged by what knows them: the columns, the lessons, the launchers, the server that is asked for, the system.
        "COMMAND" | "FILE" | "FILTER" | "FOLDER" | "GROUP" | "I/N" | "KIND" | "LANGUAGE" | "NAMES"
        | "PROGRAM" | "RUN" | "URL" | "VOTES" | "WHEN" => None,
        other => panic!("`--{}` takes a `{other}`: say here how it is tried", option.get_id()),
    }
}

/// The command line of a verb with that option, and what the verb requires besides.
fn words(verb: &Command, option: &Arg, value: &str) -> Vec<String> {
    let required = verb.get_positionals().filter(|one| one.is_required_set()).map(|_| "x".to_owned());
    let given = format!("--{}={value}", option.get_long().expect("a long name"));
    let needed: &[&str] = match option.get_id().as_str() {
        "via_program" | "listen" => &["--via=x"],
        "costs" => &["--partition=1/2"],
        "same" => &["--criterion=x"],
        "votes" => &["gil"],
        _ => &[],
    };
    let head = ["fairlane", verb.get_name(), &given].map(str::to_owned);
    head.into_iter().chain(needed.iter().map(|word| (*word).to_owned())).chain(required).collect()
}

/// Whether the parser takes the value; if it does not, it says one error about this option.
fn takes(verb: &Command, option: &Arg, value: &str) -> bool {
    let words = words(verb, option, value);
    let Err(error) = Arguments::command().try_get_matches_from(&words) else { return true };
    let text = error.to_string();
    let name = format!("--{}", option.get_long().expect("a long name"));
    assert!(
        matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue),
        "{words:?}: {text}"
    );
    assert_eq!(error.exit_code(), 2, "{words:?}");
    assert_eq!(text.matches("error:").count(), 1, "{words:?}: {text}");
    let first = text.lines().next().unwrap_or_default();
    assert!(first.contains(&name), "{words:?}: {text}");
    let causes = ["the least is", "the most is", "it ", "is not a unit", "a name", "a value is required"];
    assert!(causes.iter().any(|cause| text.contains(cause)), "{words:?}: {text}");
    assert!(!text.contains("invalid digit") && !text.contains("float literal"), "{words:?}: {text}");
    false
}

fn options() -> Vec<(Command, Arg)> {
    let mut parser = Arguments::command();
    parser.build();
    let of = |verb: &Command| {
        let options =
            verb.get_arguments().filter(|one| one.get_action().takes_values() && !one.is_positional());
        options.map(|option| (verb.clone(), option.clone())).collect::<Vec<_>>()
    };
    parser.get_subcommands().flat_map(of).collect()
}

#[test]
fn every_number_time_and_address_is_refused_or_understood() {
    let all = options();
    let judged: Vec<_> =
        all.iter().filter_map(|(verb, option)| Some((verb, option, kind(option)?))).collect();
    assert!(judged.len() > 15, "the search finds options: {}", judged.len());
    for (verb, option, kind) in judged {
        let name = format!("{} --{}", verb.get_name(), option.get_id());
        for value in NEVER {
            assert!(!takes(verb, option, value), "{name}={value}");
        }
        let (is_list, is_seed) = (option.get_value_delimiter().is_some(), option.get_id() == "seed");
        for (value, expected) in ODD {
            // Verdicts need more lanes than these.
            if option.get_id() == "lanes" && (value.contains(['8', '\u{ff18}']) || value == "1_0") {
                continue;
            }
            let expected = match expected.chars().nth(kind) {
                Some('l') => is_list,
                Some(mark) => mark == 'y' || (is_seed && value == "0"),
                None => false,
            };
            assert_eq!(takes(verb, option, value), expected, "{name}={value}");
        }
    }
}

#[test]
fn no_name_in_a_list_is_empty() {
    for (verb, option) in options().iter().filter(|(_, option)| option.get_value_delimiter().is_some()) {
        for value in NEVER {
            assert!(!takes(verb, option, value), "{} --{}={value}", verb.get_name(), option.get_id());
        }
    }
}
