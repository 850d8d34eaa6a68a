//! The command line as a record may show it: without paths and addresses, which can name a user or a host.
//!
//! It is written anew from what the parser understood, so every spelling of an option (`-o x`, `-ox`, `--out=x`) reads the
//! same.

use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command, CommandFactory};

use super::Arguments;

/// The names in the help of values that are shown. All others are hidden, those of new options, too.
const SHOWN: [&str; 6] = ["I/N", "N", "NAMES", "SECONDS", "TIME", "WHEN"];

/// What stands in place of a hidden value.
const HIDDEN: &str = "...";

/// The command of this process.
pub(super) fn of_this_process() -> String {
    of(std::env::args_os())
}

/// `cargo bench` with these arguments. They are criterion's: flags, names and filters, no paths.
pub fn of_bench(arguments: &[String]) -> String {
    let words = ["cargo bench", "--"].into_iter().chain(arguments.iter().map(String::as_str));
    words.take(if arguments.is_empty() { 1 } else { usize::MAX }).collect::<Vec<_>>().join(" ")
}

fn of(words: impl IntoIterator<Item = OsString>) -> String {
    let mut parser = Arguments::command();
    parser.build(); // hands the options of all verbs down to each of them
    let Ok(found) = parser.try_get_matches_from_mut(words) else { return parser.get_name().to_owned() };
    let Some((verb, found)) = found.subcommand() else { return parser.get_name().to_owned() };
    let options = parser.find_subcommand(verb).into_iter().flat_map(Command::get_arguments);
    let options = options.filter(|option| is_given(option, found)).map(|option| shown(option, found));
    [parser.get_name().to_owned(), verb.to_owned()].into_iter().chain(options).collect::<Vec<_>>().join(" ")
}

fn is_given(option: &Arg, found: &ArgMatches) -> bool {
    let id = option.get_id().as_str();
    found.try_contains_id(id).is_ok()
        && found.value_source(id) == Some(clap::parser::ValueSource::CommandLine)
}

fn shown(option: &Arg, found: &ArgMatches) -> String {
    let name = option.get_long().map(|name| format!("--{name}"));
    if !option.get_action().takes_values() {
        return name.unwrap_or_default();
    }
    let is_shown = |name: &clap::builder::Str| SHOWN.contains(&name.as_str());
    let value = if option.get_value_names().is_some_and(|names| names.iter().all(is_shown)) {
        let values = found.get_raw(option.get_id().as_str()).into_iter().flatten();
        values.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(",")
    } else {
        HIDDEN.to_owned()
    };
    name.into_iter().chain([value]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn command(words: &str) -> String {
        of(words.split(' ').map(OsString::from))
    }

    #[test]
    fn a_command_reads_the_same_in_every_spelling() {
        let expected = "fairlane run --workload http,tcp --jobs 8 --seed 7 --json";
        for words in [
            "/home/alice/fairlane run -w http,tcp -j 8 --seed 7 --json",
            "fairlane run --json -whttp -w=tcp -j8 --seed=7",
        ] {
            assert_eq!(command(words), expected, "{words}");
        }
        assert_eq!(command("fairlane run --budget 2 --delay 5ms"), "fairlane run --delay 5ms --budget 2");
    }

    #[test]
    fn a_bench_is_recorded_as_it_is_typed() {
        assert_eq!(of_bench(&[]), "cargo bench");
        assert_eq!(of_bench(&["http".into(), "--quick".into()]), "cargo bench -- http --quick");
    }

    #[test]
    fn paths_and_addresses_are_hidden_in_every_spelling() {
        for private in [
            "run -o/home/alice",
            "run -o=/home/alice",
            "run -o /home/alice",
            "run -o alice",
            "run --out=/home/alice",
            "run --out /home/alice",
            "run --suite /home/alice/suite.toml",
            "run --suite=alice.toml",
            "run --server http://alice:80",
            "run --server=http://alice:80",
            "run --via alice",
            "run --via=alice --via-program=/home/alice/fairlane --listen 127.0.0.1",
            "run -w http -o/home/alice --json",
            "report /home/alice/run.json alice",
            "run --partition 1/2 --costs /home/alice",
            "report x --trace /home/alice/trace.json --splice=alice.md",
            "verify --suite alice.toml",
            "calibrate -oalice",
        ] {
            let shown = command(&format!("/home/alice/fairlane {private}"));
            assert!(!shown.contains("alice") && shown.contains(" ..."), "{private}: {shown}");
        }
    }

    #[test]
    fn a_path_that_is_not_utf_8_is_hidden_like_any_other() {
        let words = ["fairlane", "run", "--out"].map(OsString::from);
        let path = OsString::from_vec(b"/home/\xff".to_vec());
        assert_eq!(of(words.into_iter().chain([path])), "fairlane run --out ...");
    }

    /// A new option is hidden until its kind of value is listed.
    #[test]
    fn every_option_of_run_is_shown_or_hidden_on_purpose() {
        let mut parser = Arguments::command();
        parser.build();
        let run = parser.find_subcommand("run").expect("the verb");
        let is_private = |option: &&Arg| {
            let names = option.get_value_names().unwrap_or_default();
            option.get_action().takes_values() && !names.iter().all(|name| SHOWN.contains(&name.as_str()))
        };
        let hidden: Vec<_> =
            run.get_arguments().filter(is_private).map(|option| option.get_id().as_str()).collect();
        assert_eq!(hidden, ["suite", "costs", "server", "via", "via_program", "listen", "out"]);
    }
}
