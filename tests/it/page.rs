//! The page of a run as a browser shows it: complete, without errors or requests, valid, and with the record's numbers.
//!
//! The pictures of the last test run lie in `target/pages`: look at them after a change of the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fairlane::record::{CellResult, Run, Status, store};
use fairlane::report::format;
use tempfile::TempDir;

use crate::browser::{BLOCKED, PLAIN, Window, framed, scriptless};
use crate::cli::{Invocation, project};

/// A run with a failed cell, cells that a slow server limits, cells that make no sense, ties and winners.
fn run() -> (TempDir, Run) {
    let words = "run -w timer,tcp,http-reqwest-blocking,primes,crawl -j 8 \
                 -e sequential,threads,thread-pool,process-pool,tasks,tasks-rayon -b 3";
    let ended = Invocation::new(words)
        .lie("wrong-answer", Some("timer/threads/8"))
        .env("FAIRLANE_SLOW_SERVER", "serial")
        .run()
        .exits(1);
    let run = ended.record();
    assert!(ended.stderr.contains("report.html"), "{}", ended.stderr);
    let folder = tempfile::tempdir().unwrap();
    for file in ended.files() {
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    (folder, run)
}

/// The part of the page about one group.
fn section<'a>(dom: &'a str, anchor: &str) -> &'a str {
    let start = format!("id=\"{anchor}\"");
    let rest = dom.split_once(&start).unwrap_or_else(|| panic!("no section `{anchor}`")).1;
    rest.split_once("</section>").unwrap().0
}

fn groups(run: &Run) -> Vec<String> {
    let mut groups: Vec<String> =
        run.cells.iter().map(|cell| format!("{}/{}", cell.workload, cell.jobs)).collect();
    groups.dedup();
    groups
}

/// Every cell has a row. That of a measured cell has its median as `format` writes it; the others are marked.
fn assert_shows(dom: &str, run: &Run) {
    for group in groups(run) {
        let section = section(dom, &group);
        let cells: Vec<&CellResult> =
            run.cells.iter().filter(|cell| format!("{}/{}", cell.workload, cell.jobs) == group).collect();
        let table = section.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
        assert_eq!(table.matches("<tr").count(), cells.len(), "{group}");
        for cell in cells {
            let row = table.split("<tr").find(|row| row.contains(&format!("<bdi>{}</bdi>", cell.executor)));
            let row = row.unwrap_or_else(|| panic!("no row for {}", cell.id));
            let mark = match cell.status {
                Status::Failed => "failed",
                Status::NotApplicable => "not applicable",
                Status::Measured => {
                    let median = format::time(cell.median_ns.unwrap());
                    assert!(row.contains(&median), "{}: no {median} in {row}", cell.id);
                    if cell.limited_by.as_deref() == Some("server") { "limited" } else { continue }
                }
            };
            assert!(row.contains(mark), "{} is not marked {mark}: {row}", cell.id);
        }
    }
}

pub(crate) fn assert_valid(page: &Path) {
    let mut wrong = judged(page, &[]);
    wrong.retain(|line| !line.ends_with("<title> proprietary attribute \"id\"")); // a picture's, taken for the page's
    assert_eq!(wrong, [] as [String; 0]);
}

/// A link to a lesson unfolds it, and no other one.
fn assert_unfolds(page: &Path, anchor: &str) {
    let link = format!("{}#{anchor}", page.display());
    let dom = PLAIN.at(Path::new(&link)).dom;
    let heads =
        dom.split("<details class=\"lesson\" id=\"").skip(1).filter_map(|rest| rest.split('>').next());
    let open: Vec<&str> = heads.filter_map(|head| head.split_once("\" open")).map(|(id, _)| id).collect();
    assert_eq!(open, [anchor]);
}

/// The faults that HTML Tidy finds in a file.
#[expect(clippy::disallowed_methods, reason = "the subject is a page, and its judge no lane")]
fn judged(file: &Path, how: &[&str]) -> Vec<String> {
    let plain = ["-errors", "-quiet", "-utf8", "--drop-empty-elements", "no"];
    let output = Command::new("tidy").args(plain).args(how).arg(file).output().unwrap_or_else(|cause| {
        panic!("tidy: {cause} (the Debian packages that tests need stand in README.md)")
    });
    String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned).collect()
}

pub(crate) fn pictures() -> PathBuf {
    let folder = project().join("target/pages");
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
#[cfg_attr(not(all(chromium, tidy)), ignore = "needs Chromium and HTML Tidy: apt-get install chromium tidy")]
fn the_page_of_a_run_is_complete_and_valid_with_scripts_and_without() {
    let (folder, run) = run();
    let statuses = |status| run.cells.iter().filter(|cell| cell.status == status).count();
    let limited = run.cells.iter().filter(|cell| cell.limited_by.as_deref() == Some("server")).count();
    assert!(statuses(Status::Failed) == 1 && statuses(Status::NotApplicable) >= 2, "all kinds are there");
    assert!(limited > 0, "the slow server limits no cell");
    let page = folder.path().join("report.html");
    let text = fs::read_to_string(&page).unwrap();
    let frame = folder.path().join("frame.html");
    for scripts in [true, false] {
        let seen = if scripts {
            PLAIN.at(&page)
        } else {
            fs::write(&frame, scriptless(&text)).unwrap();
            PLAIN.at(&frame)
        };
        let (blocked, console): (Vec<_>, Vec<_>) =
            seen.console.into_iter().partition(|line| line.contains(BLOCKED));
        assert_eq!((console, blocked.is_empty()), (Vec::new(), scripts));
        assert!(seen.requests.is_empty(), "{:?}", seen.requests);
        assert_shows(&seen.dom, &run);
        for heading in ["Who won where", "Each workload", "The machine", "run.json.gz"] {
            assert!(seen.dom.contains(heading), "no `{heading}`");
        }
    }
    assert_unfolds(&page, "lesson-processes-for-cpu");
    assert_valid(&page);
    Invocation::new(&format!("report {} --picture timer/8", folder.path().display())).run().exits(0);
    assert_eq!(judged(&folder.path().join("timer-8.svg"), &["-xml"]), [] as [String; 0], "a picture is XML");

    for dark in [false, true] {
        let theme = if dark { "dark" } else { "light" };
        let tall = Window { height: 6_000, dark, ..PLAIN };
        tall.picture(&page, &pictures().join(format!("1280-{theme}.png")));
        fs::write(&frame, framed(&text, 390, 6_000)).unwrap();
        let narrow = Window { width: 500, ..tall };
        let seen = narrow.at(&frame);
        assert_eq!(seen.console, [] as [String; 0]);
        assert!(seen.dom.contains("data-overflow=\"0\""), "the page is wider than 390 px");
        narrow.picture(&frame, &pictures().join(format!("390-{theme}.png")));
    }
}

/// A page with an element that is not closed.
fn wide_open(folder: &TempDir) -> PathBuf {
    let page = folder.path().join("open.html");
    fs::write(&page, "<!DOCTYPE html><html lang=\"en\"><title>open</title><div><p>x").unwrap();
    page
}

#[test]
#[cfg_attr(not(all(chromium, tidy)), ignore = "needs Chromium and HTML Tidy: apt-get install chromium tidy")]
fn browser_and_tidy_find_the_faults_of_bad_pages() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("bad.html");
    let image = "<img alt=\"x\" src=\"http://127.0.0.1:9/x.png\"><script>document.title = nowhere</script>";
    fs::write(&page, format!("<!DOCTYPE html><title>bad</title><p>{image}")).unwrap();
    let seen = PLAIN.at(&page);
    assert!(seen.console.iter().any(|line| line.contains("nowhere is not defined")), "{:?}", seen.console);
    assert!(seen.requests.iter().any(|url| url == "http://127.0.0.1:9/x.png"), "{:?}", seen.requests);
    let wide = folder.path().join("wide.html");
    let torn = folder.path().join("torn.svg");
    fs::write(&torn, "<svg><g></svg>").unwrap();
    assert!(!judged(&torn, &["-xml"]).is_empty() && !judged(&wide_open(&folder), &[]).is_empty());
    fs::write(&wide, framed("<!DOCTYPE html><title>wide</title><p style=\"width:500px\">x", 390, 600))
        .unwrap();
    assert!(PLAIN.at(&wide).dom.contains("data-overflow=\"1"), "118 px too wide");
}

#[test]
#[cfg_attr(not(all(chromium, tidy)), ignore = "needs Chromium and HTML Tidy: apt-get install chromium tidy")]
fn names_from_a_record_are_text_and_nothing_else() {
    let ended = Invocation::new("run -w timer-1ms -j 2 -e sequential,threads,tasks -b 1").run().exits(0);
    let mut run = ended.record();
    let names = [
        "<script>document.title='ran'</script>",
        "\"><img src=x onerror=alert(1)>",
        "\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    ];
    for (cell, name) in run.cells.iter_mut().zip(names) {
        cell.executor = name.into();
        cell.id = format!("{}/{name}/{}", cell.workload, cell.jobs);
        cell.notes = vec![name.repeat(10)];
        cell.tied_with.clear();
    }
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("run.json");
    fs::write(&record, serde_json::to_string(&run).unwrap()).unwrap();
    assert_eq!(store::read(&record).unwrap().cells.len(), 3);
    Invocation::new(&format!("report {} --html", record.display())).run().exits(0);
    let page = folder.path().join("report.html");
    let seen = PLAIN.at(&page);
    assert_eq!(seen.console, [] as [String; 0]);
    assert!(!seen.dom.contains("<title>ran</title>") && !seen.dom.contains("<img src"), "something ran");
    assert!(seen.dom.contains("&lt;script&gt;document.title='ran'&lt;/script&gt;"));
    assert_valid(&page);
}
