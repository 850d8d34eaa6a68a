//! What the command prints and where: quiet, colours, version, columns, completions, and streams that take nothing.

use serde_json::Value;

use crate::cli::Invocation;

const RUN: &str = "run -w noop -e tasks -j 4 --budget 0.2";

#[test]
fn what_a_stream_does_not_take_is_an_error_and_no_panic() {
    for words in ["list", "list --json", "list --columns", "completions bash"] {
        let ended = Invocation::under("exec >/dev/full", words).run().exits(1);
        assert!(
            ended.stderr.starts_with("error: cannot write to standard output: No space left"),
            "{}",
            ended.stderr
        );
    }
    let tables = Invocation::under("exec 2>/dev/full", &format!("{RUN} --json")).run().exits(1);
    let record: Value = serde_json::from_str(&tables.stdout).unwrap();
    assert_eq!(record["cells"][0]["id"], "noop/tasks/4");
    assert_eq!(tables.record().cells.len(), 1, "the record is saved all the same");
    Invocation::under("exec 2>/dev/full", "run -w htpp").run().exits(2);
    Invocation::under("exec >/dev/full", "--version").run().exits(1);
    Invocation::under("exec 2>/dev/full", "list").env("FAIRLANE_ROLE", "fairlane-lane").run().exits(2);

    let report = format!("report {}", tables.record_file().display());
    Invocation::under("exec >/dev/full", &report).run().exits(1);
}

#[test]
fn quiet_leaves_out_progress_and_tables_but_neither_results_nor_errors() {
    let loud = Invocation::new(RUN).run().exits(0).stderr;
    for text in ["rehearsal", "are enough for about", "noop/4\n", "record: ", "report: "] {
        assert!(loud.contains(text), "{text}: {loud}");
    }
    let quiet = Invocation::new(&format!("{RUN} --quiet")).run().exits(0);
    let unwarned = |line: &&str| !line.starts_with("warning: ") && !line.starts_with("help: ");
    assert_eq!(quiet.stderr.lines().filter(unwarned).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(quiet.record().cells.len(), 1);
    let verified = Invocation::new("-q verify noop/tasks/").run().exits(0);
    assert_eq!((verified.stdout.lines().count(), verified.stderr.as_str()), (1, ""));
    assert!(Invocation::new("-q run -w htpp").run().exits(2).stderr.contains("unknown workload"));
}

#[test]
fn colours_are_as_asked_and_none_in_a_file() {
    let colours = |invocation: Invocation| invocation.run().exits(0).stdout.contains("\u{1b}[");
    let verify = |words: &str| Invocation::new(&format!("verify noop/sequential/ {words}"));
    assert!(colours(verify("--color always")));
    assert!(!colours(verify("--color never").env("CLICOLOR_FORCE", "1")));
    assert!(!colours(verify("")) && !colours(verify("--color auto").env("NO_COLOR", "1")));
}

#[test]
fn the_version_names_commit_and_profile() {
    let text = Invocation::new("--version").run().exits(0).stdout;
    let build = text.strip_prefix(concat!("fairlane ", env!("CARGO_PKG_VERSION"), " (")).unwrap();
    let (commit, profile) = build.trim_end().strip_suffix(')').unwrap().split_once(", ").unwrap();
    assert!(commit.len() >= 12 && ["debug", "release"].contains(&profile), "{text}");
}

#[test]
fn every_column_is_listed_and_can_be_chosen() {
    let text = Invocation::new("list --columns").run().exits(0).stdout;
    let json: Value =
        serde_json::from_str(&Invocation::new("list --columns --json").run().exits(0).stdout).unwrap();
    let ids: Vec<&str> =
        json.as_array().unwrap().iter().map(|column| column["id"].as_str().unwrap()).collect();
    let listed: Vec<&str> = text.lines().skip(1).map(|line| line[2..].split(' ').next().unwrap()).collect();
    assert_eq!(listed, ids);
    assert!(text.contains("* median ") && text.contains("  p99 "), "{text}");
    Invocation::new(&format!("{RUN} --columns {}", ids.join(","))).run().exits(0);
}

#[test]
fn completions_know_the_verbs_of_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Invocation::new(&format!("completions {shell}")).run().exits(0).stdout;
        assert!(script.contains("calibrate") && script.contains("timeout"), "{shell}: {script}");
    }
}

#[test]
fn a_suite_keeps_its_seconds_unless_a_budget_is_given() {
    let suite = "lanes = 2\nseconds = 7\nquick_lanes = 2\nquick_seconds = 1\nexecutors = [\"tasks\"]\n\
        [[group]]\nworkload = \"noop\"\njobs = [4]\n";
    for (words, says) in [("", "7 s are enough for about "), ("--budget 3", "3 s are enough for about ")] {
        let run = Invocation::new(&format!("run --suite suite.toml {words}")).file("suite.toml", suite);
        let text = run.run().exits(0).stderr;
        assert!(text.contains(says), "{words}: {text}");
    }
}

#[test]
fn the_old_name_of_the_timeout_is_still_taken() {
    for option in ["--timeout", "--limit"] {
        Invocation::new(&format!("verify noop/tasks/ {option} 20")).run().exits(0);
    }
    assert!(!Invocation::new("verify --help").run().exits(0).stdout.contains("--limit"));
}
