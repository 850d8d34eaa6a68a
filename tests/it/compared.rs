//! What `fairlane compare` leaves: a record that fits the committed schema and that `fairlane report` shows again, and a page
//! that a browser shows whole.
//!
//! `UPDATE=1 cargo test --test it compared` writes the schema anew after its types have changed.

use std::path::{Path, PathBuf};
use std::{env, fs};

use fairlane::record::comparison::{Comparison, Overall, Verdict};
use fairlane::record::store;
use serde_json::Value;
use tempfile::TempDir;

use crate::browser::{BLOCKED, PLAIN, Window, framed, scriptless};
use crate::cli::{Ended, Invocation, project};
use crate::page::{assert_valid, pictures};

const GATE: &str = "seconds = 20\n[thresholds]\ntime = 10\ncpu = 20\nmemory = 20\n\
    [[group]]\nworkload = \"timer-1ms\"\njobs = [4]\nexecutors = [\"tasks\", \"threads\"]\n";

/// One comparison with a slower program: its cell `timer-1ms/tasks/4` is slower.
fn compared() -> Ended {
    let (base, head) = (env!("CARGO_BIN_EXE_fairlane"), env!("CARGO_BIN_EXE_slower-lane"));
    let words = format!("compare {base} {head} --suite gate.toml --seed 3 --markdown comment.md");
    Invocation::new(&words)
        .file("gate.toml", GATE)
        .env("PLANT", "0.6")
        .env("PLANT_IN", "tasks")
        .run()
        .exits(0)
}

fn record_file(ended: &Ended) -> PathBuf {
    ended.files().into_iter().find(|file| file.ends_with("comparison.json")).unwrap()
}

fn schema_path() -> PathBuf {
    project().join("results/comparison.schema.json")
}

fn report(words: &str) -> Ended {
    Invocation::new(&format!("report {words}")).run()
}

#[test]
fn the_committed_schema_of_a_comparison_is_the_one_of_the_types() {
    let derived = serde_json::to_string_pretty(&schemars::schema_for!(Comparison)).unwrap() + "\n";
    if env::var_os("UPDATE").is_some() {
        fs::write(schema_path(), &derived).unwrap();
    }
    let committed = fs::read_to_string(schema_path()).unwrap();
    assert_eq!(committed, derived, "write it anew: UPDATE=1 cargo test --test it compared");
}

#[test]
fn a_comparison_leaves_a_valid_record_that_report_shows_again() {
    let ended = compared();
    let file = record_file(&ended);
    let record: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let schema = serde_json::from_str(&fs::read_to_string(schema_path()).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&record).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");

    let folder = file.parent().unwrap().display().to_string();
    assert_eq!(report(&folder).exits(0).stdout, ended.stdout, "the same text");
    assert!(ended.stdout.contains("timer-1ms/tasks/4"), "{}", ended.stdout);
    let markdown = report(&format!("{folder} --markdown")).exits(0).stdout;
    assert_eq!(markdown, ended.text("comment.md"));
    assert!(markdown.starts_with("<!-- fairlane-compare -->\n**"), "{markdown}");
    let page = file.with_file_name("report.html");
    let written = fs::read_to_string(&page).unwrap();
    fs::remove_file(&page).unwrap();
    let said = report(&format!("{} --html", file.display())).exits(0).stdout;
    assert_eq!(said, format!("{}\n", page.display()));
    assert_eq!(fs::read_to_string(&page).unwrap(), written, "the same page");

    for option in ["--csv", "--trace trace.json", "--picture timer-1ms/4", "--splice page.md"] {
        let refused = report(&format!("{folder} {option}")).exits(2).stderr;
        let name = option.split(' ').next().unwrap();
        assert!(
            refused.contains(&format!("cannot use `{name}` with `")) && refused.contains("help: "),
            "{refused}"
        );
    }
    let both = report(&format!("{folder} {folder}")).exits(2).stderr;
    assert!(both.contains("only runs can stand side by side"), "{both}");
}

#[test]
fn a_broken_comparison_is_an_error_with_its_field_and_gives_no_page() {
    let ended = compared();
    let text = fs::read_to_string(record_file(&ended)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("comparison.json");
    for (from, to, reason) in [
        ("\"comparison_schema\": 1", "\"comparison_schema\": 99", "has schema 99"),
        ("\"alpha\": 0.01", "\"alpha\": -1", "`alpha` is negative"),
        ("\"cells\": [", "\"cells\": 7, \"x\": [", "at line "),
        (text.as_str(), &text[..text.len() / 2], "it ends in the middle"),
    ] {
        assert!(text.contains(from), "{from}");
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        let refused = report(&format!("{} --html", folder.path().display())).exits(1).stderr;
        assert!(refused.contains(reason) && refused.contains("\nhelp: "), "{reason}: {refused}");
        assert!(refused.contains(&format!("cannot read `{}`", file.display())), "{refused}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a page, or a part of one");
    }
}

/// Writes the page of a comparison in which something was changed.
fn page(folder: &TempDir, record: &Comparison) -> PathBuf {
    let file = folder.path().join("comparison.json");
    fs::write(&file, serde_json::to_string(record).unwrap()).unwrap();
    report(&format!("{} --html", file.display())).exits(0);
    folder.path().join("report.html")
}

fn assert_whole(folder: &TempDir, page: &Path, name: &str, words: &[&str]) {
    assert_valid(page);
    let text = fs::read_to_string(page).unwrap();
    let frame = folder.path().join("frame.html");
    for scripts in [true, false] {
        fs::write(&frame, scriptless(&text)).unwrap();
        let seen = PLAIN.at(if scripts { page } else { &frame });
        let errors = seen.console.iter().filter(|line| !line.contains(BLOCKED)).count();
        assert_eq!((errors, seen.requests.len()), (0, 0), "{:?} {:?}", seen.console, seen.requests);
        for word in words {
            assert!(seen.dom.contains(word), "no `{word}`");
        }
    }
    for dark in [false, true] {
        let theme = if dark { "dark" } else { "light" };
        let tall = Window { height: 3_000, dark, ..PLAIN };
        tall.picture(page, &pictures().join(format!("compare-{name}-1280-{theme}.png")));
        fs::write(&frame, framed(&text.replace("<details>", "<details open>"), 360, 3_000)).unwrap();
        let narrow = Window { width: 500, ..tall };
        let seen = narrow.at(&frame);
        assert!(seen.dom.contains("data-overflow=\"0\""), "the page is wider than 360 px");
        narrow.picture(&frame, &pictures().join(format!("compare-{name}-360-{theme}.png")));
    }
}

#[test]
#[cfg_attr(not(all(chromium, tidy)), ignore = "needs Chromium and HTML Tidy: apt-get install chromium tidy")]
fn the_page_of_a_comparison_is_whole_on_every_screen_with_scripts_and_without() {
    let folder = tempfile::tempdir().unwrap();
    let ended = compared();
    let mut record = store::read_comparison(&record_file(&ended)).unwrap();
    // How quiet the machine was is not what this test is about.
    let slower = &mut record.cells[0].metrics[0];
    (slower.verdict, slower.ratio, slower.interval90) = (Some(Verdict::Slower), Some(1.6), Some([1.5, 1.7]));
    record.overall = Overall::Slower;
    let slower =
        ["HEAD is slower in ", "timer-1ms/tasks/4", "1.60x", "comparison.json.gz", "Was the machine quiet?"];
    assert_whole(&folder, &page(&folder, &record), "slower", &slower);

    let open = &mut record.cells[0].metrics[0];
    (open.verdict, open.ratio, open.interval90) = (Some(Verdict::Inconclusive), Some(1.0), Some([0.8, 1.2]));
    record.overall = Overall::Inconclusive;
    record.cells[0].id = "<script>document.title='ran'</script>/\u{202e}\u{5e9}/4".into();
    record.head.name = "\"><img src=x onerror=alert(1)>".into();
    record.command = record.head.name.repeat(20);
    let page = page(&folder, &record);
    assert_whole(&folder, &page, "inconclusive", &["No slowdown is shown", "&lt;script&gt;"]);
    let seen = PLAIN.at(&page);
    assert!(!seen.dom.contains("<title>ran</title>") && !seen.dom.contains("<img"), "something ran");
}
