//! Records that no run would write, and none or many cells: all renderers lay them out.

use super::*;

#[test]
fn names_of_others_are_laid_out() {
    let names = [
        "<script>alert(1)</script>",
        "\"quoted\" & 'so'",
        "\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        "a\nb|c",
        "",
    ];
    let long = "x".repeat(200);
    let cells = names.into_iter().chain([long.as_str()]).map(|name| cell(name, name, 4, 1e6)).collect();
    let run = run(cells);
    rendered(&run);
    let (page, text) = (html::page(&Page::of(&run), None), markdown::page(&Page::of(&run)));
    assert!(!page.contains("<script>alert") && !text.contains("<script>"));
    let anchors = Page::of(&run).groups.into_iter().map(|group| group.anchor);
    assert!(anchors.into_iter().all(|anchor| !anchor.contains([' ', '<', '"'])));
}

#[test]
fn no_cells_and_five_hundred_are_pages() {
    assert!(rendered(&run(Vec::new())).contains("2 cores of an AMD EPYC"));
    let many = (0..500)
        .map(|at| cell(&format!("http-{}ms", at / 10 + 1), &format!("tasks-w{}", at % 10 + 1), 32, 1e6));
    let page = Page::of(&run(many.clone().collect()));
    assert_eq!((page.groups.len(), page.matrix.executors.len()), (50, 10));
    rendered(&run(many.collect()));
}

#[test]
fn numbers_that_cannot_be_are_laid_out() {
    for absurd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 0.0, f64::MAX, f64::MIN_POSITIVE] {
        let mut one = cell("http", "tasks", 0, absurd);
        (one.ideal_ns, one.efficiency, one.overlap_factor) = (Some(absurd), Some(absurd), Some(absurd));
        (one.cpu_parallelism, one.ratio_to_fastest) = (Some(absurd), Some(absurd));
        one.interval99_ns = Some([absurd, -absurd]);
        let ran = Ran {
            job: usize::MAX,
            worker: 7,
            core: None,
            handed_ns: u64::MAX,
            start_ns: 9,
            end_ns: 0,
            waits_ns: vec![[u64::MAX, 0]],
        };
        one.timeline = Some(Timeline { wall_ns: u64::MAX, jobs: vec![ran] });
        let firsts = judged(vec![one.clone(), cell("http", "rayon", 0, absurd)], 2);
        let sizes = [1, 2, 3].map(|jobs| CellResult { jobs, ..one.clone() });
        let mut run = run([firsts, sizes.to_vec()].concat());
        run.environment.cores = 0;
        run.slopes = vec![slope("tasks", absurd)];
        rendered(&run);
    }
}
