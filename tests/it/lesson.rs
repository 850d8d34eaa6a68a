//! `fairlane lesson` as a student meets it, without a terminal: nothing is asked, everything is shown.

use std::fs;

use serde_json::Value;

use crate::cli::{Invocation, project};

/// A lesson of two short cells.
const QUICK: &str = "main-thread";

fn told(words: &str) -> String {
    Invocation::new(words).run().exits(0).stdout
}

#[test]
fn all_lessons_are_listed_in_both_languages() {
    for (language, first) in [("en", "lesson main-thread"), ("zh", "fairlane lesson main-thread")] {
        let list = told(&format!("lesson --lang {language}"));
        let claims = list.lines().filter(|line| line.starts_with('C')).count();
        assert_eq!(claims, 17, "{list}");
        assert!(list.contains(first), "it names the next step: {list}");
    }
    assert!(told("lesson --lang zh_CN.UTF-8").contains("线程"));
}

#[test]
fn a_lesson_goes_from_its_question_to_what_to_try() {
    let text = told(&format!("lesson {QUICK} --quick --no-input"));
    let mut rest = text.as_str();
    for head in
        ["Question", "Predict", "A) ", "Watch", "░", "Numbers", "Verdict", "Why", "Words", "Try yourself"]
    {
        let at = rest.find(head).unwrap_or_else(|| panic!("`{head}` is not there, or too early: {text}"));
        rest = &rest[at + head.len()..];
    }
    assert!(!text.contains('{') && !text.contains("]("), "{text}");
    let verdict = text.lines().skip_while(|line| *line != "Verdict").nth(1).unwrap();
    let (verdict, claim) = verdict.split_once(": ").unwrap();
    assert!(["holds", "does not hold here", "inconclusive"].contains(&verdict), "{verdict}");
    assert_eq!(claim, "Without more threads, one thing happens at a time");
}

#[test]
fn the_same_lesson_in_chinese_has_chinese_heads_and_the_same_commands() {
    let text = told(&format!("lesson {QUICK} --quick --lang zh"));
    for part in ["问题", "预测", "观察", "结论", "为什么", "自己试一试", "fairlane run -w timer"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_votes_of_a_class_stand_beside_the_result() {
    let text = told(&format!("lesson {QUICK} --quick --votes A=12,B=7"));
    assert!(text.contains("A  12 votes ############"), "{text}");
    let ended = Invocation::new(&format!("lesson {QUICK} --votes A=twelve")).run().exits(2);
    assert!(
        ended
            .stderr
            .contains("cannot use `--votes A=twelve`: the count in `A=twelve`: it is not a whole number"),
        "{}",
        ended.stderr
    );
}

#[test]
fn what_is_not_known_is_refused_with_the_nearest() {
    for (words, error) in [
        ("lesson gill", "unknown lesson `gill`"),
        ("lesson gil --lang cn", "unknown language `cn`"),
        ("lesson gil --all", "cannot be used with"),
    ] {
        let ended = Invocation::new(words).run().exits(2);
        assert!(ended.stderr.contains(error), "{words}: {}", ended.stderr);
    }
}

#[test]
fn jobs_that_fail_are_shown_under_every_executor() {
    let shown: Value = serde_json::from_str(&told("lesson errors-are-harder --json")).unwrap();
    let fates = shown["fates"].as_array().unwrap();
    let of = |executor: &str, way: &str| {
        let found = fates.iter().find(|fate| fate["executor"] == executor && fate["way"] == way);
        found.unwrap_or_else(|| panic!("{executor}, {way}: {shown}"))
    };
    for executor in ["sequential", "threads", "process-pool", "tasks"] {
        assert_eq!(
            of(executor, "error")["learned"],
            "message",
            "a returned error reaches its caller: {shown}"
        );
    }
    assert_eq!(of("threads", "abort")["learned"], "all-died", "{shown}");
    assert_ne!(of("process-pool", "abort")["learned"], "all-died", "other processes survive: {shown}");
    assert_eq!(of("tasks", "computes for ever")["survivors"], 0, "the loop stands still: {shown}");
}

#[test]
fn the_lab_book_is_one_page_in_the_language_of_the_lessons() {
    let words = format!("lesson {QUICK} --quick --no-input --lang zh --html lab.html");
    let page = Invocation::new(&words).run().exits(0).text("lab.html");
    for part in ["<html lang=\"zh\">", "实验手册", "id=\"main-thread\"", "id=\"term-"] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_saved_session_is_shown_again_without_measuring() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anna.json");
    let saved = told(&format!("lesson {QUICK} --quick --votes A=12,B=7 --save {}", file.display()));
    let again = told(&format!("lesson --from {}", file.display()));
    let (first, rest) = again.split_once("Recorded, not measured here and now: ").unwrap();
    assert!(saved.starts_with(first), "{saved}");
    assert_eq!(saved[first.len()..].trim_start(), rest.split_once('\n').unwrap().1.trim_start());
    assert!(again.contains("A  12 votes ############"), "{again}");
    let other = Invocation::new(&format!("lesson gil --from {}", file.display())).run().exits(2);
    assert!(other.stderr.contains("cannot show the lesson `gil`"), "{}", other.stderr);
}

#[test]
fn the_sessions_of_a_class_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    told(&format!("lesson {QUICK} --recorded --save {}", path("anna.json").display()));
    told(&format!("lesson --all --recorded --save {}", path("bo.json").display()));
    fs::write(path("torn.json"), "{\"session_schema\":1").unwrap();
    fs::write(path("notes.txt"), "not a session").unwrap();
    let words = format!("lesson --gather {} --html class.html", folder.path().display());
    let ended = Invocation::new(&words).run().exits(1);
    assert!(ended.stderr.contains("torn.json`: it ends in the middle"), "{}", ended.stderr);
    for line in ["C1", "C17", "anna", "bo"] {
        assert!(ended.stdout.lines().any(|one| one.trim_start().starts_with(line)), "{}", ended.stdout);
    }
    let page = ended.text("class.html");
    assert!(page.contains("<bdi>anna</bdi>") && page.contains("<bdi>bo</bdi>"), "{page}");
    fs::remove_file(path("anna.json")).unwrap();
    fs::remove_file(path("bo.json")).unwrap();
    let empty = Invocation::new(&words).run().exits(2);
    assert!(empty.stderr.contains("has no session"), "{}", empty.stderr);
}

#[test]
fn what_was_recorded_is_marked_and_needs_no_machine() {
    let text = told("lesson gil --recorded --lang zh");
    assert!(text.contains("这是过去的记录") && text.contains("结论"), "{text}");
    let all = told("lesson --all --recorded");
    assert_eq!(all.lines().filter(|line| line.starts_with('C')).count(), 17, "{all}");
}

#[test]
fn the_next_variation_asks_of_other_sizes() {
    let text = told(&format!("lesson {QUICK} --quick --no-input --seed 1"));
    assert!(text.contains("calls one function 10 times"), "{text}");
    assert!(text.contains("timer/sequential/10"), "{text}");
    assert!(text.contains(&format!("fairlane lesson {QUICK} --seed 2")), "{text}");
}

/// Each command that a lesson recommends, with a small budget.
#[test]
fn each_command_to_try_runs() {
    let mut count = 0;
    for file in fs::read_dir(project().join("lessons")).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let plan: toml::Table = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        for command in plan["try"].as_array().unwrap() {
            let command = command.as_str().unwrap();
            let words = if command == "limits" {
                "limits --cap 300".to_owned() // as many as there can be take minutes
            } else if command.starts_with("run ") {
                format!("{command} --budget 1")
            } else {
                command.to_owned()
            };
            Invocation::new(&words).run().exits(0);
            count += 1;
        }
    }
    assert!(count >= 34, "two for each lesson, and one at least: {count}");
}
