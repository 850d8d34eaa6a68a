//! `cargo bench` and what it starts, as far as nothing is measured: suites and filters in its arguments, lists for test
//! runners, and what is refused.

use crate::cli::{Ended, Invocation};

const SUITE: &str = "lanes = 2\nseconds = 1\nquick_lanes = 2\nquick_seconds = 1\nexecutors = [\"sequential\", \"tasks\"]\n\
    [[group]]\nworkload = \"timer-1ms\"\njobs = [2]\n[[group]]\nworkload = \"noop\"\njobs = [9]\n";

fn own(words: &str) -> Invocation {
    Invocation::suite(words).file("suite.toml", SUITE).env("FAIRLANE_SUITE", "suite.toml")
}

/// The ids of a list.
fn listed(ended: &Ended) -> Vec<&str> {
    ended
        .stdout
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.strip_suffix(": benchmark").unwrap())
        .collect()
}

#[test]
fn a_suite_is_found_wherever_its_name_stands_and_a_value_of_an_option_is_none() {
    let list = |words: &str| Invocation::suite(words).run().exits(0);
    let control = list("control --list --bench");
    assert!(listed(&control).contains(&"noop/hand-loop/100"), "{}", control.stdout);
    for words in ["--list control --bench", "--sample-size 10 --list --save-baseline scaling control --bench"]
    {
        assert_eq!(list(words).stdout, control.stdout, "{words}");
    }
    let part = list("--list control/noop/hand --bench");
    assert!(listed(&part).len() > 2 && listed(&part).iter().all(|id| id.starts_with("noop/hand-")));
    let usual = list("--save-baseline control --list --bench");
    assert!(listed(&usual).contains(&"http/tasks/32"), "{}", usual.stdout);
}

#[test]
fn a_filter_holds_for_a_suite_file_of_the_user_too() {
    for (words, ids) in [
        ("noop", vec!["noop/sequential/9", "noop/tasks/9"]),
        ("tasks/(2|3)", vec!["timer-1ms/tasks/2"]),
        ("--exact noop/tasks/9", vec!["noop/tasks/9"]),
    ] {
        assert_eq!(listed(&own(&format!("--list {words} --bench")).run().exits(0)), ids, "{words}");
        let tested = own(&format!("--test {words} --bench")).run().exits(0).stdout;
        assert_eq!(tested.matches("Testing ").count(), ids.len(), "{tested}");
        assert!(ids.iter().all(|id| tested.contains(&format!("Testing {id}\n"))), "{tested}");
    }
}

#[test]
fn a_wrong_argument_is_one_error_before_anything_is_measured() {
    for (words, error, help) in [
        (
            "noop/(tasks",
            "cannot read the filter `noop/(tasks`: unclosed group",
            "regular expression on cell ids",
        ),
        ("nothing-like-this", "cannot select `nothing-like-this`: no cell matches the filter", "-- --list"),
        ("control", "cannot select `control`: no cell matches the filter", "-- --list"),
        ("--sample-size 5", "cannot go on with criterion: assertion failed", "-- --help"),
        (
            "--baseline never",
            "cannot use `--baseline never`: there is no such baseline",
            "--save-baseline never",
        ),
        ("-b never noop", "cannot use `--baseline never`: there is no such baseline", "no baseline yet"),
    ] {
        let ended = own(&format!("{words} --bench")).env("CRITERION_HOME", "kept").run().exits(2);
        let lines: Vec<_> = ended.stderr.lines().collect();
        let [first, second] = lines.as_slice() else { panic!("{words}: {lines:?}") };
        assert!(first.starts_with(&format!("error: {error}")), "{words}: {first}");
        assert!(second.starts_with("help: ") && second.contains(help), "{words}: {second}");
        assert_eq!(ended.stdout, "", "{words}");
    }
    let unknown = own("--sample-sise 10 --bench").run().exits(2).stderr;
    assert!(unknown.contains("unexpected argument '--sample-sise'"), "{unknown}");
    let lenient = own("--baseline-lenient never --test --bench").run();
    assert_eq!(lenient.code, Some(0), "{}", lenient.stderr);
}

/// As `cargo test --all-targets NAME` and nextest call every target.
#[test]
fn test_runners_get_a_list_that_they_can_read_and_a_success_where_no_name_matches() {
    let all = ["timer-1ms/sequential/2", "timer-1ms/tasks/2", "noop/sequential/9", "noop/tasks/9"];
    let list = own("--list --format terse").run().exits(0);
    assert_eq!(list.stdout, all.map(|id| format!("{id}: benchmark\n")).concat());
    assert_eq!(own("--list --format terse --ignored").run().exits(0).stdout, "");
    assert_eq!(own("--list --format terse nothing-like-this").run().exits(0).stdout, "");
    for words in ["nothing-like-this", "nothing-like-this --exact --nocapture"] {
        let none = own(words).run().exits(0);
        assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", ""), "{words}");
    }
    let one = own("noop/tasks/9 --exact --nocapture").run().exits(0).stdout;
    assert_eq!(one.matches("Testing ").count(), 1, "{one}");
}

#[test]
fn help_has_suites_variables_and_criterions_options_of_which_ours_knows_those_with_a_value() {
    let help = Invocation::suite("--help --bench").run().exits(0).stdout;
    assert!(
        help.contains(
            "[default: suite]: control, languages, one-core, postgres, primitives, scaling, servers, suite\n"
        ),
        "{help}"
    );
    for name in ["FAIRLANE_SUITE", "FAIRLANE_RESULTS", "CRITERION_HOME", "NO_COLOR"] {
        assert!(help.contains(name), "{name}: {help}");
    }
    let mut theirs: Vec<_> = help
        .lines()
        .filter_map(|line| line.trim_start().split_once("--")?.1.split_once(" <"))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' '))
        .collect();
    let mut ours: Vec<_> = fairlane::cli::bench::VALUED.iter().map(|(name, _)| *name).collect();
    theirs.sort_unstable();
    ours.sort_unstable();
    assert_eq!(theirs, ours);
}

#[test]
fn a_folder_for_results_that_cannot_be_written_is_refused_before_the_first_lane() {
    let bench = own("noop --bench").env("FAIRLANE_RESULTS", "/dev/null/results");
    let ended = bench.env("CRITERION_HOME", "kept").run().exits(1);
    let first = ended.stderr.lines().next().unwrap();
    assert!(first.starts_with("error: cannot ") && first.contains("/dev/null/results"), "{first}");
}

#[test]
fn tables_that_cannot_be_written_fail_without_a_panic() {
    let full = |redirection, words: &str| {
        let suite = Invocation::suite_under(redirection, words).file("suite.toml", SUITE);
        suite
            .env("FAIRLANE_SUITE", "suite.toml")
            .env("CRITERION_HOME", "kept")
            .env("FAIRLANE_RESULTS", "results")
    };
    let ended = full("exec >/dev/full", "--list --bench").run().exits(1);
    assert!(ended.stderr.contains("cannot write to standard output: No space left"), "{}", ended.stderr);
    let ended = full("exec 2>/dev/full", "--quick noop --bench").run().exits(1);
    assert_eq!(ended.record().cells.len(), 2, "the record is saved all the same");
}
