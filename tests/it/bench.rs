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
        ("--sample-size 5", "cannot use `--sample-size 5`: the least is `10`", "-- --help"),
        (
            "--measurement-time nonsense",
            "cannot use `--measurement-time nonsense`: it is not a time",
            "like `90`",
        ),
        ("--warm-up-time 1", "cannot use `--warm-up-time 1`: every lane warms up", "leave it out"),
        (
            "--confidence-level 2",
            "cannot use `--confidence-level 2`: it must be more than 0 and less",
            "write `0.02`",
        ),
        (
            "--noise-threshold -1",
            "cannot use `--noise-threshold -1`: it must be a number that is more than 0",
            "-- --help",
        ),
        ("--nresamples 0", "cannot use `--nresamples 0`: the least is `1`", "-- --help"),
        ("--profile-time 0.5", "cannot use `--profile-time 0.5`: the least is `1`", "-- --help"),
        (
            "--save-baseline a --baseline b",
            "cannot use `--save-baseline`: it does not go with `--baseline`",
            "leave",
        ),
        ("--discard-baseline -s a", "cannot use `--discard-baseline`: it does not go with", "leave"),
        ("--profile-time 1 --test", "cannot use `--profile-time`: it does not go with `--test`", "leave"),
        (
            "--profile-time 1 -s a",
            "cannot use `--profile-time`: it does not go with `--save-baseline`",
            "leave",
        ),
        ("--quiet --verbose", "cannot use `--quiet`: it does not go with `--verbose`", "leave"),
        (
            "--load-baseline a",
            "cannot use `--load-baseline`: it needs `--baseline`, too",
            "`--baseline NAME`",
        ),
        ("--baseline new", "cannot use `--baseline new`: criterion has a folder of that name", "like `main`"),
        (
            "-s ../../up",
            "cannot use `--save-baseline ../../up`: it becomes the name of a folder",
            "like `main`",
        ),
        ("--exact", "cannot use `--exact`: no id is given", "`cargo bench -- --exact http/tasks/32`"),
        ("--format json", "cannot use `--format json`: there is no such value", "pretty, terse"),
        ("--format terse", "cannot use `--format`: it works only with `--list`", "add `--list`"),
        ("--color alwys", "cannot use `--color alwys`: there is no such value", "did you mean `always`?"),
        ("--color", "cannot use `--color`: its value is missing", "-- --help"),
        ("--quick=5", "cannot use `--quick`: it takes no value", "write `--quick`"),
        ("--quick --quick", "cannot use `--quick`: it is given twice", "give it once"),
        (
            "--plotting-backend plotters",
            "cannot use `--plotting-backend plotters`: this build",
            "--features plots",
        ),
        (
            "--sample-sise 10",
            "cannot use `--sample-sise`: there is no such option",
            "did you mean `--sample-size`?",
        ),
        ("noop timer", "cannot use `timer`: a filter is given already", "like `http|tcp`"),
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

/// What ours takes, criterion must take too: it ends the process over what it does not know.
#[test]
fn help_and_version_are_ours_and_criterion_knows_every_option_of_them() {
    let help = Invocation::suite("--help --bench").run().exits(0).stdout;
    assert!(
        help.contains(
            "[default: suite]:\n  control, languages, one-core, postgres, primitives, scaling, servers, suite\n"
        ),
        "{help}"
    );
    for name in ["FAIRLANE_SUITE", "FAIRLANE_RESULTS", "CRITERION_HOME", "NO_COLOR", "Fairlane"] {
        assert!(help.contains(name), "{name}: {help}");
    }
    let version = Invocation::suite("--version --bench").run().exits(0).stdout;
    assert!(version.starts_with("fairlane ") && version.contains("\ncriterion 0."), "{version}");
    assert_eq!(Invocation::suite("-V").run().exits(0).stdout, version);

    let (mut known, mut words) = (0, String::from("--list --bench"));
    for line in help.lines().map(str::trim_start).filter(|line| line.starts_with('-')) {
        let (_, line) = line.split_once("--").unwrap();
        let name = line.split_whitespace().next().unwrap();
        let value = line.split_once('<').map(|(_, rest)| rest.split('>').next().unwrap());
        let value = match (name, value) {
            (
                "help" | "version" | "list" | "test" | "profile-time" | "warm-up-time" | "plotting-backend",
                _,
            ) => continue,
            ("sample-size", _) => " 10",
            ("format", _) => " pretty",
            ("output-format", _) => " bencher",
            ("color", _) => " never",
            (_, Some("SHARE")) => " 0.5",
            (_, Some("SECONDS" | "N")) => " 2",
            (_, Some("NAME")) => " a",
            (_, Some(other)) => panic!("say here what {other} is"),
            (_, None) => "",
        };
        let baseline = if name == "load-baseline" { " --baseline b" } else { "" };
        own(&format!(
            "--{name}{value}{baseline}{} --list --bench",
            if name == "exact" { " noop/tasks/9" } else { "" }
        ))
        .run()
        .exits(0);
        known += 1;
        words.push_str(name);
    }
    assert!(known > 15, "{words}");
}

#[test]
fn sample_size_and_measurement_time_say_how_much_is_measured() {
    let bench = own("noop/tasks --sample-size 11 --measurement-time 30 --bench");
    let ended = bench.env("CRITERION_HOME", "kept").env("FAIRLANE_RESULTS", "results").run().exits(0);
    let record = ended.record();
    assert!(record.cells[0].lanes.len() >= 11, "{}", ended.stderr);
    assert!(ended.stderr.contains("\n30 s are enough"), "for one cell: {}", ended.stderr);
}

/// Before the first lane: what is measured would be lost for criterion.
#[test]
fn a_folder_that_criterion_cannot_write_is_refused() {
    let bench = |home: &str| {
        let bench = own("noop --quick --bench").env("CRITERION_HOME", home);
        bench.env("FAIRLANE_RESULTS", "results").run()
    };
    let ended = bench("/dev/null/kept").exits(1);
    assert!(
        ended.stderr.starts_with("error: cannot write to the folder `/dev/null/kept`"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("CRITERION_HOME"), "{}", ended.stderr);
    assert!(!ended.results().exists());
}

#[test]
fn a_mistyped_suite_is_told_from_a_filter() {
    let ended = Invocation::suite("contrl --bench").run().exits(2);
    assert!(ended.stderr.contains("help: did you mean the suite `control`?"), "{}", ended.stderr);
}

#[test]
fn ignored_cells_are_none_and_that_is_said() {
    let ended = own("--ignored --bench").run().exits(0);
    assert!(ended.stderr.starts_with("nothing runs: "), "{}", ended.stderr);
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
