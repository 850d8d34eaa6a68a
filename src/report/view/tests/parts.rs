//! Pages of parts and of merged runs: what is shown when machines are alike, and what is not when they differ.

use crate::record::divided::{merged, parts};
use crate::record::fixture::{self, cell, judged};
use crate::record::{Run, Warning};
use crate::report::view::{Page, tables};

/// The parts of a run with three sizes of one workload; the second part is of another machine if `differ`.
fn run(differ: bool) -> Run {
    let sizes = [1, 10, 100]
        .map(|jobs| judged(vec![cell("http", "tasks", jobs, 12e6), cell("http", "threads", jobs, 14e6)], 1));
    let primes = judged(vec![cell("primes", "rayon", 16, 16e6), cell("primes", "threads", 16, 19e6)], 1);
    let whole = fixture::run([sizes.concat(), primes].concat());
    let mut runs = parts(&whole, 2, &[1, 1, 2, 2]);
    if differ {
        runs[1].environment.cores = 64;
        runs[1].seed = 9;
        runs[1].warnings = vec![fixture::warning()];
    }
    merged(runs)
}

#[test]
fn a_part_points_to_the_others() {
    let part = parts(&fixture::whole(), 2, &[2, 1, 2]).remove(1);
    let first = "This is part 2 of 2 of a run: `fairlane merge` makes one record of all parts.";
    assert_eq!(Page::of(&part).cautions[0], first);
}

#[test]
fn where_machines_are_alike_everything_is_shown_with_a_note() {
    let page = Page::of(&run(false));
    assert_eq!(page.title, "2026-11-24, 2 cores of an AMD EPYC");
    assert!(
        page.cautions[0].starts_with("The run was measured in 2 parts, on one machine at different times or")
    );
    assert_eq!(
        page.verdicts.iter().map(|verdict| verdict.work.as_str()).collect::<Vec<_>>(),
        ["Waiting", "Computing"]
    );
    assert_eq!(page.curves.len(), 1);
    assert!(page.plane.is_some());
    assert_eq!(page.matrix.rows[0].group, "http/1");
    assert_eq!(page.groups[0].table.remarks.last().expect("a remark"), "part 1 of 2");
    assert!(page.environment.iter().any(|fact| fact.name == "cores" && fact.value == "2"));
}

#[test]
fn where_machines_differ_nothing_is_compared_across_them() {
    let run = run(true);
    let page = Page::of(&run);
    assert_eq!(page.title, "2026-11-24, 2 machines that differ");
    let each =
        "part 1 on 2 cores of an AMD EPYC, kernel 6.18.0; part 2 on 64 cores of an AMD EPYC, kernel 6.18.0";
    assert!(page.cautions[0].contains(each), "{}", page.cautions[0]);
    let works: Vec<_> = page.verdicts.iter().map(|verdict| verdict.work.as_str()).collect();
    assert_eq!(works, ["Waiting (part 1)", "Waiting (part 2)", "Computing (part 2)"]);
    assert!(page.curves.is_empty(), "two sizes on one machine and one on the other are not a curve");
    assert!(page.plane.is_none());
    let rows: Vec<_> = page.matrix.rows.iter().map(|row| row.group.as_str()).collect();
    assert_eq!(rows, ["http/1 (part 1)", "http/10 (part 1)", "http/100 (part 2)", "primes/16 (part 2)"]);
    let remark = "part 2 of 2: 64 cores of an AMD EPYC, kernel 6.18.0";
    assert_eq!(page.groups[3].table.remarks.last().expect("a remark"), remark);
    assert!(
        tables(&run).iter().all(|(_, table)| table.remarks.last().expect("a remark").starts_with("part "))
    );
    let fact = |name: &str| {
        let mut all = page.environment.iter().chain(&page.apparatus);
        all.find(|fact| fact.name == name).map(|fact| fact.value.as_str())
    };
    assert_eq!(fact("cores"), Some("2 (part 1); 64 (part 2)"));
    assert_eq!(fact("seed of the order of cells"), Some("1 (part 1); 9 (part 2)"));
    assert_eq!(fact("kernel"), Some("6.18.0"));
    let text = "part 2: it runs on a battery".to_owned();
    assert_eq!(page.warnings, [Warning { text, ..fixture::warning() }]);
}

#[test]
fn a_curve_is_of_the_machine_that_measured_all_its_sizes() {
    let sizes = [1, 10, 100].map(|jobs| judged(vec![cell("http", "tasks", jobs, 12e6)], 1));
    let whole = fixture::run([sizes.concat(), vec![cell("primes", "rayon", 16, 16e6)]].concat());
    let mut runs = parts(&whole, 2, &[2, 2, 2, 1]);
    runs[0].environment.cores = 64;
    let page = Page::of(&merged(runs));
    let captions: Vec<_> = page.curves.iter().map(|curves| curves.table.caption.as_str()).collect();
    assert_eq!(captions, ["http: jobs and the time of the batch (part 2)"]);
}

#[test]
fn a_missing_part_is_named_with_its_groups() {
    let run = merged(parts(&fixture::whole(), 3, &[2, 1, 3]).into_iter().skip(1).collect());
    let first = "Part 1 of 3 is missing: there is no table of primes/16.";
    assert_eq!(Page::of(&run).cautions[0], first);
}
