//! `fairlane report`: what it writes and prints about recorded runs, and what it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use fairlane::record::{Run, store};
use fairlane::report::html;
use fairlane::report::view::Page;
use tempfile::TempDir;

use crate::cli::{Ended, Invocation, project};

/// A short run; its folder is removed when it is dropped.
fn recorded() -> Ended {
    Invocation::new("run -w timer-1ms,noop -e threads,tasks -j 4 --budget 1 --seed 7").run().exits(0)
}

fn report(words: &str) -> Invocation {
    Invocation::new(&format!("report {words}"))
}

/// A copy of a record in which one text is replaced.
fn changed(record: &Path, from: &str, to: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(record).unwrap();
    assert!(text.contains(from), "{from}");
    let file = folder.path().join("run.json");
    fs::write(&file, text.replacen(from, to, 1)).unwrap();
    (folder, file)
}

#[test]
fn one_run_is_a_page_beside_its_record_a_text_markdown_or_csv() {
    let ended = recorded();
    let record = ended.record_file();
    let (folder, page) = (record.parent().unwrap(), record.with_file_name("report.html"));
    assert!(fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));
    fs::remove_file(&page).unwrap();

    for words in ["--html", "--html --text"] {
        let output = report(&format!("{} {words}", folder.display())).run().exits(0);
        assert!(output.stdout.ends_with(&format!("{}\n", page.display())), "{}", output.stdout);
        assert_eq!(output.stdout.contains("Waiting: "), words.contains("--text"), "{}", output.stdout);
        fs::remove_file(&page).unwrap();
    }

    let text = report(&folder.display().to_string()).run().exits(0).stdout;
    assert!(text.contains("timer-1ms/4\n") && text.contains("Waiting: "), "{text}");
    assert_eq!(report(&format!("{} --text", record.display())).run().exits(0).stdout, text);
    let markdown = report(&format!("{} --markdown", record.display())).run().exits(0).stdout;
    assert!(markdown.contains("<details><summary>timer-1ms/4</summary>"), "{markdown}");
    let csv = report(&format!("{} --csv", record.display())).run().exits(0).stdout;
    assert_eq!(csv.lines().count(), 1 + ended.record().cells.len(), "{csv}");
    assert!(!page.exists(), "only `report` alone writes a page");

    let elsewhere =
        report(&format!("{} --html page.html --trace trace.json", record.display())).run().exits(0);
    assert_eq!(elsewhere.stdout, "trace.json\npage.html\n");
    assert!(elsewhere.text("page.html").starts_with("<!DOCTYPE html>"));
    assert!(serde_json::from_str::<serde_json::Value>(&elsewhere.text("trace.json")).is_ok());
}

#[test]
fn a_group_has_a_picture_and_an_unknown_group_is_an_error_with_the_nearest_name() {
    let ended = recorded();
    let record = ended.record_file();
    report(&format!("{} --picture timer-1ms/4", record.display())).run().exits(0);
    let picture = fs::read_to_string(record.with_file_name("timer-1ms-4.svg")).unwrap();
    assert!(picture.starts_with("<svg xmlns=") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("tasks") && picture.contains("prefers-color-scheme: dark"));
    let output = report(&format!("{} --picture timer-1ms/5", record.display())).run().exits(2).stderr;
    assert!(output.contains("cannot draw `timer-1ms/5`: ") && output.contains("`timer-1ms/4`"), "{output}");
}

#[test]
fn several_runs_stand_side_by_side() {
    let ended = recorded();
    for option in ["--html", "--out"] {
        let both = format!("{0} {0} {option} both.html", ended.record_file().display());
        let page = report(&both).run().exits(0);
        assert_eq!(page.stdout, "both.html\n");
        assert!(page.text("both.html").contains("2 runs side by side"));
    }
    let record = ended.record_file();
    let text = report(&format!("{0} {0}", record.display())).run().exits(0).stdout;
    assert!(text.contains("2 runs side by side") && text.contains("drift is not excluded"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("agree in "), "{text}");
    let cores = format!("\"cores\": {}", ended.record().environment.cores);
    let (_folder, other) = changed(&record, &cores, "\"cores\": 999");
    let words = format!("{} {} --markdown", record.display(), other.display());
    let markdown = report(&words).run().exits(0).stdout;
    assert!(markdown.contains("different machines: shown side by side, not judged"), "{markdown}");
    assert!(!markdown.contains("agree in"), "{markdown}");
}

#[test]
fn tables_are_spliced_into_a_text_or_it_is_left_alone() {
    let ended = recorded();
    let record = ended.record_file();
    let words = format!("{} --splice page.md", record.display());
    let text = "# Mine\n<!-- fairlane:begin timer-1ms/4 -->\nold\n<!-- fairlane:end -->\nend\n";
    let spliced = report(&words).file("page.md", text).run().exits(0);
    let new = spliced.text("page.md");
    assert!(new.starts_with("# Mine\n") && new.ends_with("\nend\n"), "{new}");
    assert!(new.contains("| executor |") && !new.contains("old"), "{new}");

    let wrong = text.replace("timer-1ms/4", "timer/4");
    let refused = report(&words).file("page.md", &wrong).run().exits(2);
    assert_eq!(refused.text("page.md"), wrong);
    assert!(
        refused.stderr.contains("splice into `page.md`: line 2: the run has no `timer/4`"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("did you mean `timer-1ms/4`?"), "{}", refused.stderr);
    assert!(report(&words).file("page.md", "no marker\n").run().exits(2).stderr.contains("it has no marker"));
}

#[test]
fn a_broken_record_is_an_error_with_its_place_and_gives_no_page() {
    let ended = recorded();
    let record = ended.record_file();
    let median = ended.record().cells[0].median_ns.unwrap();
    let median = format!("\"median_ns\": {}", serde_json::to_string(&median).unwrap());
    for (from, to, says) in [
        (median.as_str(), "\"median_ns\": -5", ": `cells[0].median_ns` is negative"),
        (median.as_str(), "\"median_ns\": 1e999", "number out of range at line "),
        ("\"schema\": 2", "\"schema\": 99", "has schema 99"),
        ("\"schema\": 2,", "", "it is JSON, but not a record of a run"),
        ("\"cells\": [", "\"cells\": 7, \"x\": [", "at line "),
    ] {
        let (folder, file) = changed(&record, from, to);
        let refused = report(&folder.path().display().to_string()).run().exits(1);
        assert!(refused.stderr.contains(says), "{says}: {}", refused.stderr);
        assert!(refused.stderr.contains(&format!("`{}`", file.display())), "{}", refused.stderr);
        assert!(refused.stderr.contains("\nhelp: "), "{}", refused.stderr);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a page, or a part of one");
    }
}

#[test]
fn a_folder_of_runs_is_an_error_that_names_the_newest_run() {
    let ended = recorded();
    let output = report(&ended.results().display().to_string()).run().exits(2).stderr;
    let newest = ended.record_file();
    assert!(output.contains("the folder has no `run.json`"), "{output}");
    assert!(
        output.contains(&format!("the newest run in it is `{}`", newest.parent().unwrap().display())),
        "{output}"
    );
}

#[test]
fn a_page_that_cannot_be_written_loses_no_record() {
    let ended = recorded();
    let record = ended.record_file();
    let page = record.with_file_name("report.html");
    fs::remove_file(&page).unwrap();
    fs::create_dir(&page).unwrap();
    let output = report(&format!("{} --html", record.display())).run().exits(1).stderr;
    assert!(
        output.contains("report.html") && output.contains("help: `--html FILE` writes the page elsewhere"),
        "{output}"
    );
    let _: Run = ended.record();
    assert_eq!(ended.files().len(), 2, "no temporary file");
}

/// Committed records must stay readable, and their pages small enough to send by mail.
#[test]
fn recorded_runs_can_be_read_and_their_pages_are_at_most_two_megabytes() {
    let results = project().join("results");
    let folders = fs::read_dir(results).unwrap().map(|entry| entry.unwrap().path());
    let recorded: Vec<_> = folders.filter(|folder| folder.join("run.json").exists()).collect();
    assert!(recorded.iter().any(|folder| folder.ends_with("2026-11-26-2-core-epyc")), "{recorded:?}");
    for folder in recorded {
        let run = store::read(&folder.join("run.json")).unwrap();
        assert!(!run.cells.is_empty(), "{}", folder.display());
        let page = html::page(
            &Page::of(&run),
            Some(&html::packed(&fs::read(folder.join("run.json")).unwrap()).unwrap()),
        );
        assert!(page.len() <= 2 << 20, "{}: {} bytes", folder.display(), page.len());
    }
}
