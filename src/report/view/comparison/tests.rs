//! The view of comparisons made by hand, and all of its renderings.
//!
//! `INSTA_UPDATE=always cargo test --lib comparison` writes the golden files anew.

use super::{Comparison, Outcome};
use crate::record::Warning;
use crate::record::comparison::{self, Compared, Metric, Overall, Source, Status, Verdict};
use crate::record::fixture::comparison::{
    all_same, disturbed, failed, identical, inconclusive, judgement, slower,
};
use crate::report::view::tests::golden;
use crate::report::{html, markdown, terminal};

/// Every rendering there is; none may panic. The text has no colours.
fn rendered(record: &comparison::Comparison) -> [String; 3] {
    let page = Comparison::of(record);
    let text = anstream::adapter::strip_str(&terminal::comparison(&page)).to_string();
    [text, markdown::comparison(&page), html::comparison(&page, None)]
}

/// The verdict in one line.
fn verdict(record: &comparison::Comparison) -> String {
    let verdict = Comparison::of(record).verdict;
    format!("{}: {} {}", verdict.word, verdict.sentences(), verdict.advice)
}

#[test]
fn comparisons_as_text_and_as_markdown() {
    for (name, record) in [
        ("slower", slower()),
        ("inconclusive", inconclusive()),
        ("disturbed", disturbed()),
        ("identical", identical()),
        ("failed", failed()),
        ("same", all_same()),
    ] {
        let [text, markdown, _] = rendered(&record);
        golden(&format!("comparison_{name}_text"), &text);
        golden(&format!("comparison_{name}_markdown"), &markdown);
    }
}

#[test]
fn a_line_on_the_terminal_has_at_most_100_characters() {
    for record in [slower(), inconclusive(), disturbed(), identical(), failed()] {
        let [text, ..] = rendered(&record);
        let longest = text.lines().max_by_key(|line| line.chars().count()).expect("a line");
        assert!(longest.chars().count() <= 100, "{longest}");
    }
}

#[test]
fn each_verdict_has_its_sentence() {
    let with = |overall, change: &dyn Fn(&mut comparison::Comparison)| {
        let mut record = all_same();
        record.overall = overall;
        change(&mut record);
        record
    };
    let memory = |verdict, ratio| {
        move |record: &mut comparison::Comparison| {
            record.cells[5].metrics[3] = judgement(Metric::Memory, verdict, ratio, 0.01, 1.3e6);
        }
    };
    let not_judged = |source, text: &str, advice: &str| {
        let warning = Warning { id: "not-comparable".into(), text: text.into(), advice: advice.into() };
        with(Overall::NotJudged, &|record| {
            (record.source, record.environment, record.warnings) = (source, None, vec![warning.clone()]);
        })
    };
    let left_out = |record: &mut comparison::Comparison| {
        let out = |cell: &Compared| Compared::without(cell.id.clone(), Status::LeftOut, "no time".into());
        record.cells = record.cells.iter().map(out).collect();
    };
    let grown = |record: &mut comparison::Comparison| {
        *record = comparison::Comparison { cells: slower().cells[7..8].into(), ..record.clone() };
    };
    let cases = [
        ("slower", slower()),
        ("more memory alone", with(Overall::Slower, &memory(Verdict::Slower, 1.3))),
        ("less memory alone", with(Overall::Faster, &memory(Verdict::Faster, 0.7))),
        ("the same", all_same()),
        ("identical", identical()),
        ("inconclusive", inconclusive()),
        ("inconclusive, with all pairs", with(Overall::Inconclusive, &grown)),
        ("disturbed", disturbed()),
        ("a side failed", failed()),
        ("no time", with(Overall::NotMeasured, &left_out)),
        (
            "other machines",
            not_judged(
                Source::Records,
                "the runs differ in the kernel: 6 and 7: nothing is judged",
                "compare runs of one kernel",
            ),
        ),
        (
            "criterion",
            not_judged(
                Source::Criterion,
                "no baselines of equal code are named: nothing is judged",
                "name some",
            ),
        ),
        ("too few lanes", with(Overall::NotJudged, &|record| record.source = Source::Records)),
    ];
    let lines = cases.map(|(name, record)| format!("{name}\n  {}\n", verdict(&record)));
    golden("comparison_sentences", &lines.concat());
}

#[test]
fn unpaired_sides_have_no_facts_and_columns_that_only_pairs_have() {
    let mut record = slower();
    (record.source, record.started, record.environment) = (Source::Criterion, String::new(), None);
    for judged in record.cells.iter_mut().flat_map(|cell| &mut cell.metrics) {
        judged.visible = None;
    }
    record.controls.clear();
    record.cells.iter_mut().for_each(|cell| cell.pairs.clear());
    let page = Comparison::of(&record);
    assert_eq!((page.title.as_str(), page.method.len(), page.controls.len()), ("", 0, 0));
    let heads: Vec<_> = page.open.head.iter().map(|head| head.text.as_str()).collect();
    assert_eq!(
        heads,
        ["cell", "difference", "ratio", "90 % interval", "threshold", "BASE", "HEAD", "values"]
    );
    for rendering in rendered(&record) {
        assert!(rendering.contains("not paired") && !rendering.contains("would show"), "{rendering}");
    }
}

#[test]
fn what_a_comparison_means_for_a_merge() {
    for (record, outcome) in [
        (slower(), Outcome::Bad),
        (inconclusive(), Outcome::Unclear),
        (disturbed(), Outcome::Unclear),
        (failed(), Outcome::Bad),
        (identical(), Outcome::Neutral),
        (all_same(), Outcome::Good),
    ] {
        assert_eq!(Comparison::of(&record).verdict.outcome, outcome, "{:?}", record.overall);
    }
}

#[test]
fn a_disturbed_comparison_says_nothing_of_head() {
    let [text, markdown, html] = rendered(&disturbed());
    for rendering in [&text, &markdown, &html] {
        assert!(!rendering.contains("slower 1.") && !rendering.contains("HEAD is"), "{rendering}");
        assert!(rendering.contains("http/tasks/32") && rendering.contains("1.12x"), "{rendering}");
    }
}

/// What an interrupted comparison has not shown by then could still have come.
#[test]
fn an_interrupted_comparison_has_no_good_verdict() {
    let mut record = all_same();
    record.cells[19] = Compared::without(record.cells[19].id.clone(), Status::LeftOut, "no time".into());
    (record.interrupted, record.overall) = (true, record.overall.interrupted());
    let page = Comparison::of(&record);
    assert_eq!(
        (page.verdict.outcome, page.verdict.headline.as_str()),
        (Outcome::Unclear, "Nothing is judged")
    );
    assert!(page.verdict.evidence.contains("interrupted"), "{:?}", page.verdict);
    assert!(page.left_out.ends_with("the comparison was interrupted before."), "{}", page.left_out);
    assert_eq!(Overall::Slower.interrupted(), Overall::Slower, "that was shown");
}

#[test]
fn cautions_say_what_is_missing_and_what_spoils_the_verdict() {
    let mut record = slower();
    let page = Comparison::of(&record);
    assert!(page.cautions.is_empty(), "what was left out spoils nothing: {:?}", page.cautions);
    assert_eq!(
        page.left_out,
        "Not measured: 1 of 20 cells (`tcp/gil-threads/32`): the time was too short; `--budget 300` (seconds) gives more."
    );
    (record.interrupted, record.source) = (true, Source::Records);
    record.head.build = Some("0.1.0 (unknown commit, debug)".into());
    for cell in &mut record.cells[..7] {
        *cell = Compared::without(cell.id.clone(), Status::Missing, "HEAD has no such cell".into());
    }
    let cautions = Comparison::of(&record).cautions;
    assert!(cautions[0].starts_with("The comparison was interrupted"), "{cautions:?}");
    assert!(cautions[1].contains("not paired"), "{cautions:?}");
    assert!(cautions[2].starts_with("BASE is a `release` build and HEAD a `debug` build"), "{cautions:?}");
    assert!(
        cautions[3].starts_with("On one side only: 7 of 20 cells (") && cautions[3].contains("and 3 more"),
        "{cautions:?}"
    );
    record.base.build.clone_from(&record.head.build);
    assert!(Comparison::of(&record).cautions[2].starts_with("Both sides are `debug` builds"));
}

#[test]
fn names_and_numbers_that_cannot_be_are_laid_out() {
    let names = ["<script>alert(1)</script>", "a`b|c\n*d*", "\u{202e}\u{5e9}\u{5dc}\u{1b}[2J", ""];
    let long = "x".repeat(200);
    for (at, absurd) in
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 0.0, f64::MAX].into_iter().enumerate()
    {
        let mut record = slower();
        for (cell, name) in record.cells.iter_mut().zip(names.into_iter().chain([long.as_str()]).cycle()) {
            cell.id = name.into();
        }
        let judged = &mut record.cells[8].metrics[0];
        (judged.ratio, judged.interval90, judged.visible) =
            (Some(absurd), Some([absurd, -absurd]), Some(absurd));
        (judged.threshold, record.alpha, record.seconds, record.budget_seconds) =
            (absurd, absurd, absurd, absurd);
        record.head.name = names[at % names.len()].into();
        record.command = names[0].into();
        for overall in [Overall::Slower, Overall::Disturbed, Overall::NotMeasured, Overall::NotJudged] {
            record.overall = overall;
            let [text, markdown, html] = rendered(&record);
            assert!(!text.contains(['\u{1b}', '\u{202e}']) && !markdown.contains("<script>"));
            assert!(!html.contains("<script>alert") && !html.contains("=\"NaN") && !html.contains("=\"inf"));
        }
    }
}

#[test]
fn a_program_finds_its_comment_by_the_first_line_and_long_lists_end() {
    let mut record = slower();
    for cell in &mut record.cells[..18] {
        cell.metrics[0] = judgement(Metric::Time, Verdict::Slower, 1.2, 0.01, 1e7);
    }
    let [_, markdown, _] = rendered(&record);
    assert!(
        markdown.starts_with("<!-- fairlane-compare -->\n**HEAD is slower in 18 of 20 cells"),
        "{markdown}"
    );
    assert!(markdown.contains("\n- and 10 more\n"), "{markdown}");
}

/// `cargo test --lib comparison::tests::the_pages_for_eyes -- --ignored` and open what it names.
#[test]
#[ignore = "for eyes"]
fn the_pages_for_eyes() {
    let all = [
        ("slower", slower()),
        ("inconclusive", inconclusive()),
        ("disturbed", disturbed()),
        ("same", all_same()),
        ("failed", failed()),
        ("identical", identical()),
    ];
    for (name, record) in all {
        let path = std::env::temp_dir().join(format!("fairlane-{name}.html"));
        let json = serde_json::to_vec_pretty(&record).expect("JSON");
        let packed = html::packed(&json).expect("compressed");
        std::fs::write(&path, html::comparison(&Comparison::of(&record), Some(&packed))).expect("written");
        eprintln!("{}", path.display());
    }
}
