//! What the sentences say of a tie, a failure, a limit, one lane, nothing at all.

use super::*;

/// Cases that a sentence must be right for, by name.
fn cases() -> Vec<(&'static str, Vec<CellResult>)> {
    let tie = judged(vec![cell("timer", "tasks", 16, 11e6), cell("timer", "threads", 16, 12e6)], 2);
    let two = judged(vec![cell("blur", "rayon", 1, 11e6), cell("blur", "tasks", 1, 22e6)], 1);
    let alone = judged(vec![cell("tcp-hyper", "tasks", 10_000, 11e6)], 1);
    let few = vec![cell("primes", "rayon", 16, 16e6), cell("primes", "tasks", 16, 30e6)];
    let failed = without(cell("http", "tasks", 32, 1.0), Status::Failed, "no");
    let left_out = without(cell("http", "tasks", 32, 1.0), Status::NotApplicable, "no");
    let mut limited = cell("http", "threads", 32, 9e6);
    (limited.limited_by, limited.ties_with_fastest) = (Some("backlog".into()), Some(false));
    let all_limited = vec![limited.clone(), CellResult { executor: "rayon".into(), ..limited.clone() }];
    let mut some = judged(vec![cell("http", "rayon", 32, 11e6), cell("http", "processes", 32, 50e6)], 1);
    some.extend([failed.clone(), limited]);
    let sequential = judged(vec![cell("db", "sequential", 4, 1e6), cell("db", "tasks", 4, 9e6)], 1);
    // A workload that this program does not know has a family all the same.
    let mut unknown = judged(vec![cell("quantum", "fibres", 4, 1e6), cell("quantum", "tasks", 4, 9e6)], 1);
    (unknown[0].costs, unknown[0].memory) = (None, None);
    let many = (1..=6).map(|at: u32| cell("crawl", &format!("tasks-w{at}"), 16, f64::from(at) * 1e6));
    vec![
        ("a tie, no sequential cell", tie),
        ("a winner, one job", two),
        ("one executor alone", alone),
        ("too few lanes", few),
        ("a failed cell alone", vec![failed]),
        ("a left-out cell alone", vec![left_out]),
        ("all limited by the apparatus", all_limited),
        ("a winner among failed and limited cells", some),
        ("one after another is first", sequential),
        ("a workload that is not known", unknown),
        ("many slower", judged(many.collect(), 1)),
    ]
}

#[test]
fn each_case_has_its_sentence() {
    let sentences = cases()
        .into_iter()
        .map(|(name, cells)| format!("{name}\n  {}\n  {}\n", recommendation(cells.clone()), sentence(cells)));
    golden("sentences", &sentences.collect::<String>());
}

#[test]
fn one_sample_is_no_ranking() {
    let mut one = cell("primes", "rayon", 16, 16e6);
    (one.lanes, one.interval99_ns) = (vec![lane(16e6)], None);
    let cells = vec![one, cell("primes", "tasks", 16, 30e6)];
    assert_eq!(recommendation(cells.clone()), "too few undisturbed lanes to compare");
    assert_eq!(Page::of(&run(cells)).groups[0].table.rows[0].mark, Mark::Unranked);
}

#[test]
fn the_answer_is_first_most_often_and_not_everywhere() {
    let group = |workload, first, second| {
        judged(vec![cell(workload, first, 16, 11e6), cell(workload, second, 16, 22e6)], 1)
    };
    let cells = [
        group("http", "tasks", "threads"),
        group("tcp", "tasks", "threads"),
        group("db", "threads", "tasks"),
    ];
    let page = Page::of(&run(cells.concat()));
    assert_eq!(page.verdicts[0].recommendation, "async tasks");
    assert_eq!(page.verdicts[0].support, "First or tied in 2 of 3 tables: `tasks`.");
}

#[test]
fn old_records_without_ratios_give_times() {
    let mut cells = judged(vec![cell("http", "tasks", 32, 12e6), cell("http", "processes", 32, 50e6)], 1);
    cells.iter_mut().for_each(|cell| cell.ratio_to_fastest = None);
    let text = sentence(cells);
    assert!(text.contains("`processes` (50.0 ms, "), "{text}");
}

#[test]
fn an_answer_says_why_not_the_others() {
    let table = |workload, slow: f64| {
        let mut cells = vec![
            cell(workload, "tasks", 16, 10e6),
            cell(workload, "tasks-mt", 16, 10e6),
            cell(workload, "thread-pool", 16, 10e6),
            cell(workload, "threads", 16, slow * 10e6),
            cell(workload, "rayon", 16, 20e6),
        ];
        cells[1].costs.as_mut().expect("costs").cpu_ns.median *= 4.0;
        judged(cells, 3)
    };
    let page = Page::of(&run([table("http", 1.5), table("file", 12.0)].concat()));
    let expected = "First or tied in 2 of 2 tables: `tasks` and `thread-pool`, the least processor time first. \
                    As fast, with more processor time: `tasks-mt` (4.00x). \
                    Slower: `threads` (1.50..12.0x the time of the fastest) and `rayon` (2.00x).";
    assert_eq!(page.verdicts[0].support, expected);
    let mut old = table("http", 1.5);
    old.iter_mut().for_each(|cell| cell.ratio_to_fastest = None);
    let support = &Page::of(&run(old)).verdicts[0].support;
    assert!(support.ends_with(" Slower: `threads` and `rayon`."), "{support}");
}

#[test]
fn cautions_say_what_is_not_whole() {
    let mut run = whole();
    assert_eq!(Page::of(&run).cautions.len(), 1, "a cell failed");
    run.cells.clear();
    assert!(Page::of(&run).cautions.is_empty());
    (run.interrupted, run.selection) = (true, vec!["http".into()]);
    (run.environment.profile, run.apparatus.server) = ("dev".into(), "foreign".into());
    assert_eq!(Page::of(&run).cautions.len(), 4);
}
