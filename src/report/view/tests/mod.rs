//! The view of records made by hand.
//!
//! `INSTA_UPDATE=always cargo test --lib report::view` writes the golden files anew.

mod hostile;
mod parts;
mod sentences;

use std::path::Path;

use serde_json::Value;

use super::{Mark, Page, SideBySide, slopes, tables};
use crate::record::fixture::{cell, judged, lane, run, whole, without};
use crate::record::timeline::{Ran, Timeline};
use crate::record::{CellResult, PerUnit, Point, Published, Run, Slope, Status};
use crate::report::column::{DEFAULT, named};
use crate::report::{csv, html, markdown, terminal};

pub(super) fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Every rendering there is: none may panic, and the text has no colours.
fn rendered(run: &Run) -> String {
    let page = Page::of(run);
    let narrow = Page::with(run, &named(&DEFAULT));
    let text = anstream::adapter::strip_str(&terminal::page(&narrow, None)).to_string();
    let runs = [run.clone(), run.clone()];
    let several = SideBySide::of(&runs);
    for other in [
        html::page(&page, None),
        html::side_by_side(&several),
        markdown::page(&page),
        markdown::side_by_side(&several),
        terminal::side_by_side(&several, None),
    ] {
        assert!(!other.is_empty());
    }
    csv::cells(&runs).expect("CSV");
    assert_eq!(tables(run).len(), run.groups().len() + usize::from(!run.slopes.is_empty()));
    text
}

fn sentence(cells: Vec<CellResult>) -> String {
    let finding = Page::of(&run(cells)).verdicts.remove(0).findings.remove(0);
    std::iter::once(finding.headline).chain(finding.details).collect::<Vec<_>>().join(" ")
}

fn recommendation(cells: Vec<CellResult>) -> String {
    Page::of(&run(cells)).verdicts.remove(0).recommendation
}

fn slope(executor: &str, bytes: f64) -> Slope {
    let figure = |bytes: f64| Some(PerUnit { bytes, interval99: Some([bytes * 0.9, bytes * 1.1]) });
    let point = |units| Point { units, memory_bytes: 1, page_table_bytes: 1, kernel_stack_bytes: None };
    Slope {
        workload: "primitive-wait".into(),
        executor: executor.into(),
        model: "OS thread".into(),
        status: Status::Measured,
        reason: None,
        help: None,
        memory: figure(bytes),
        page_tables: figure(12.0),
        kernel_stacks: None,
        published: vec![Published {
            what: "a waiting thread".into(),
            value: 9_500.0,
            ours: bytes,
            source: "somebody".into(),
        }],
        points: vec![point(10), point(20)],
        part: None,
    }
}

#[test]
fn a_whole_run_as_text_and_as_markdown() {
    golden("whole_text", &rendered(&whole()));
    golden("whole_markdown", &markdown::page(&Page::of(&whole())));
}

#[test]
fn the_view_itself() {
    let page = Page::of(&whole());
    golden("whole_view", &format!("{:#?}\n{:#?}\n{:#?}", page.matrix, page.groups[0].bars, page.plane));
}

#[test]
fn two_runs_side_by_side_agree_or_not_and_other_machines_are_not_judged() {
    let mut later = whole();
    later.cells[0].interval99_ns = Some([20e6, 21e6]);
    later.cells.push(cell("blur", "rayon", 16, 20e6));
    let runs = [whole(), later.clone()];
    golden("side_by_side_markdown", &markdown::side_by_side(&SideBySide::of(&runs)));
    later.environment.kernel = "7.0".into();
    let elsewhere = SideBySide::of(&[whole(), later]);
    assert_eq!(elsewhere.statement, "different machines: shown side by side, not judged");
    assert_eq!(elsewhere.agreement, None);
    assert!(elsewhere.tables.iter().all(|table| table.head.iter().all(|head| head.text != "agree")));
}

#[test]
fn controls_and_primitives_have_no_verdict_and_primitives_a_table_with_published_numbers() {
    let mut switch = judged(vec![cell("primitive-switch", "tasks", 100, 40e3)], 1);
    switch[0].published = vec![Published {
        what: "a switch between tasks".into(),
        value: 200.0,
        ours: 640.0,
        source: "somebody".into(),
    }];
    let mut run = run([switch, vec![cell("noop", "tasks", 100, 9e3)]].concat());
    run.slopes = vec![slope("threads", 9_600.0), slope("tasks", -3.5)];
    let page = Page::of(&run);
    assert!(page.verdicts.is_empty());
    assert_eq!(page.groups.len(), 1);
    golden("primitives_text", &rendered(&run));
    let far = "tasks: ours is 3.20x the published; ";
    assert!(page.primitives[0].remarks.iter().any(|remark| remark.starts_with(far)), "{page:#?}");
    assert_eq!(slopes("x", &run.slopes).rows[0].fields[0].text, "-4.00 B");
}

#[test]
fn three_sizes_are_a_curve_and_a_size_that_failed_ends_its_line() {
    let mut cells: Vec<CellResult> =
        [1, 10, 100].into_iter().map(|jobs| cell("timer", "threads", jobs, jobs as f64 * 1e6)).collect();
    cells.push(without(cell("timer", "threads", 1_000, 1.0), Status::Failed, "no room"));
    cells.extend([1, 2, 4].map(|workers| cell("primes", &format!("rayon-w{workers}"), 64, 9e6)));
    let curves = Page::of(&run(cells)).curves;
    let captions: Vec<_> = curves.iter().map(|curves| curves.caption.as_str()).collect();
    assert_eq!(
        captions,
        ["timer: jobs and the time of the batch", "primes/64: workers and the time of the batch"]
    );
    let ended = curves[0].lines[0].ended.as_ref().expect("an end");
    assert_eq!((ended.x, ended.word.as_str(), ended.reason.as_str()), (1_000.0, "failed", "no room"));
    assert_eq!(curves[0].table.rows.last().expect("a row").fields[0].text, "failed");
    assert_eq!((curves[1].cores, curves[1].lines[0].points.len()), (Some(2), 3));
    assert_eq!(curves[1].lines[0].label, "rayon");
}

#[test]
fn groups_of_one_name_have_anchors_of_their_own() {
    let alone = |executor: &str| judged(vec![cell("tcp-hyper", executor, 10_000, 9e6)], 1);
    let other = alone("tasks-mt").into_iter().map(|cell| CellResult { group: 1, ..cell });
    let page = Page::of(&run(alone("tasks").into_iter().chain(other).collect()));
    let anchors: Vec<_> = page.matrix.rows.iter().map(|row| row.anchor.as_str()).collect();
    assert_eq!(anchors, ["tcp-hyper/10000", "tcp-hyper/10000-2"]);
}

/// Every number of a JSON value, however deep.
fn numbers(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Number(number) => found.extend(number.as_f64()),
        Value::Array(list) => list.iter().for_each(|value| numbers(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| numbers(value, found)),
        _ => {}
    }
}

#[test]
fn every_number_on_the_page_is_one_of_the_record() {
    let run = whole();
    let page = Page::of(&run);
    let mut seen = 0;
    for group in &page.groups {
        for row in &group.table.rows {
            let id = |cell: &&CellResult| cell.group() == group.name && cell.executor == row.name;
            let cell = run.cells.iter().find(id).expect("a cell of the record");
            let mut known = Vec::new();
            numbers(&serde_json::to_value(cell).expect("JSON"), &mut known);
            let bar = group.bars.bars.iter().find(|bar| bar.label == row.name).expect("a bar");
            assert_eq!(bar.median.as_ref().map(|median| median.value), cell.median_ns);
            let drawn =
                bar.interval.into_iter().flatten().chain(group.bars.ideal.iter().map(|ideal| ideal.value));
            for value in row.fields.iter().filter_map(|field| field.value).chain(drawn) {
                assert!(known.contains(&value) || cell.median_ns.is_none(), "{value} of {}", cell.id);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
    for row in &page.matrix.rows {
        let groups = run.groups();
        let group = groups.iter().find(|group| group[0].group() == row.group).expect("a group of the record");
        let mut ratios: Vec<_> = row.cells.iter().flatten().filter_map(|cell| cell.ratio).collect();
        let mut recorded: Vec<_> = group.iter().filter_map(|cell| cell.ratio_to_fastest).collect();
        ratios.sort_by(f64::total_cmp);
        recorded.sort_by(f64::total_cmp);
        assert_eq!(ratios, recorded);
    }
}
