//! The lab book as a browser shows it, in each language: whole, without errors or requests, valid, on every screen and on paper.
//!
//! The pictures and the printed sheets of the last test run lie in `target/pages`: look at them after a change of the page.

use std::fs;

use crate::browser::{BLOCKED, PLAIN, Window, framed, scriptless, spelled};
use crate::cli::Invocation;
use crate::page::{assert_valid, pictures};

/// The narrowest screen that is still in use.
const NARROW: u32 = 320;
/// More sheets than this for one lesson would waste paper.
const MOST_SHEETS: usize = 4;

/// Checks the book of one short lesson, which has these words.
fn assert_whole(language: &str, words: &[&str]) {
    let lesson = format!("lesson main-thread --quick --no-input --lang {language} --html lab.html");
    let text = Invocation::new(&lesson).run().exits(0).text("lab.html");
    let folder = tempfile::tempdir().unwrap();
    let (page, frame) = (folder.path().join("lab.html"), folder.path().join("frame.html"));
    fs::write(&page, &text).unwrap();
    assert_valid(&page);
    assert!(text.contains(&format!("<html lang=\"{language}\">")), "a browser chooses fonts by that");
    for scripts in [true, false] {
        fs::write(&frame, scriptless(&text)).unwrap();
        let seen = PLAIN.at(if scripts { &page } else { &frame });
        let (blocked, console): (Vec<_>, Vec<_>) =
            seen.console.into_iter().partition(|line| line.contains(BLOCKED));
        assert_eq!((console, blocked.is_empty()), (Vec::new(), scripts));
        assert!(seen.requests.is_empty(), "{:?}", seen.requests);
        for word in
            words.iter().chain(&["id=\"main-thread\"", "id=\"term-blocking\"", "fairlane run -w timer"])
        {
            assert!(seen.dom.contains(word), "no `{word}`, scripts: {scripts}");
        }
        assert_eq!(seen.dom.matches("<figure>").count(), 1, "the picture of what was to be watched");
    }
    for dark in [false, true] {
        let theme = if dark { "dark" } else { "light" };
        let tall = Window { height: 2_600, dark, ..PLAIN };
        tall.picture(&page, &pictures().join(format!("lab-{language}-1280-{theme}.png")));
        fs::write(&frame, framed(&text, NARROW, 5_000)).unwrap();
        let narrow = Window { width: 500, height: 5_000, ..tall };
        let seen = narrow.at(&frame);
        assert_eq!(seen.console, [] as [String; 0]);
        assert!(seen.dom.contains("data-overflow=\"0\""), "the page is wider than {NARROW} px");
        narrow.picture(&frame, &pictures().join(format!("lab-{language}-{NARROW}-{theme}.png")));
    }
    let sheets = PLAIN.print(&page, &pictures().join(format!("lab-{language}.pdf")));
    assert!((1..=MOST_SHEETS).contains(&sheets), "{sheets} sheets");
}

#[test]
#[cfg_attr(not(all(chromium, tidy)), ignore = "needs Chromium and HTML Tidy: apt-get install chromium tidy")]
fn the_lab_book_is_whole_on_screens_and_on_paper() {
    assert_whole("en", &["Lab book", "Predict", "waits"]);
}

#[test]
#[cfg_attr(
    not(all(chromium, tidy, chinese_font)),
    ignore = "needs Chromium, HTML Tidy and a Chinese font: apt-get install chromium tidy fonts-wqy-microhei"
)]
fn the_chinese_lab_book_is_whole_on_screens_and_on_paper() {
    assert_whole("zh", &["实验手册", "预测", "主线程", "等待外面的东西"]);
}

#[test]
#[cfg_attr(
    not(all(chromium, chinese_font)),
    ignore = "needs Chromium and a Chinese font: apt-get install chromium fonts-wqy-microhei"
)]
fn chinese_signs_have_glyphs_and_signs_of_nobody_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let frame = folder.path().join("frame.html");
    let glyphs = |signs: &str| {
        let page =
            "<!DOCTYPE html><html lang=\"zh\"><title>x</title><body style=\"font-family:sans-serif\">x";
        fs::write(&frame, spelled(page, signs)).unwrap();
        let dom = PLAIN.at(&frame).dom;
        let found = dom.split_once("data-glyphs=\"").and_then(|(_, rest)| rest.split('"').next());
        found.unwrap_or_else(|| panic!("no answer: {dom}")).to_owned()
    };
    assert_eq!(glyphs("线程协进核"), "5", "each has a picture of its own");
    assert_eq!(glyphs("\u{10fff0}\u{10fff1}\u{10fff2}"), "1", "these have the box of a missing one");
}
