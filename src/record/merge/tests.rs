//! Merged records: what they keep of their parts, and what is refused.

use super::*;
use crate::record::divided::{merged, named, parts};
use crate::record::{check, fixture};

fn two() -> Vec<Run> {
    parts(&fixture::whole(), 2, &[2, 1, 2])
}

#[test]
fn parts_in_any_order_make_the_cells_and_groups_of_the_whole_run() {
    let whole = fixture::whole();
    let mut runs = two();
    let once = merged(runs.clone());
    runs.reverse();
    assert_eq!(merged(runs), once);
    assert_eq!(once.cells, whole.cells);
    let parts: Vec<_> = once.groups.iter().map(|group| group.part).collect();
    assert_eq!(parts, [Some(2), Some(1), Some(2)]);
    let groups: Vec<Group> = once.groups.iter().map(|group| Group { part: None, ..group.clone() }).collect();
    assert_eq!(groups, whole.groups);
    assert_eq!(check::run(&once), Ok(()));
}

#[test]
fn every_part_keeps_its_machine_its_warnings_and_its_seed() {
    let mut runs = two();
    runs[1].environment.cores = 64;
    runs[1].started = "2026-11-23T00:00:00Z".into();
    runs[1].interrupted = true;
    runs[1].warnings.push(Warning { id: "load".into(), ..fixture::warning() });
    let merged = merged(runs.clone());
    assert_eq!((merged.started.as_str(), merged.interrupted), ("2026-11-23T00:00:00Z", true));
    assert_eq!(merged.warnings.len(), 2, "each once");
    let kept = &merged.merged.as_ref().expect("merged").parts;
    for (part, run) in kept.iter().zip(&runs) {
        assert_eq!(
            (part.seed, &part.environment, &part.warnings),
            (run.seed, &run.environment, &run.warnings)
        );
    }
    let machines = merged.machines();
    assert_eq!(machines.iter().map(|machine| machine.parts.clone()).collect::<Vec<_>>(), [[1], [2]]);
    assert_eq!(merged.part_of(&merged.cells[0]).map(|part| part.index), Some(2));
}

#[test]
fn machines_that_read_the_same_are_one() {
    let once = merged(two());
    assert_eq!(once.machines().len(), 1);
    assert!(once.groups.iter().all(|group| once.machines()[0].measured(group)));
}

#[test]
fn a_missing_part_is_known_with_its_groups_and_an_empty_one_is_not_missing() {
    let run = merged(parts(&fixture::whole(), 4, &[2, 1, 4]).into_iter().take(2).collect());
    let merged = run.merged.as_ref().expect("merged");
    assert_eq!(merged.missing(), [4], "no group is in part 3");
    assert_eq!(merged.names(4), ["crawl/16"]);
    assert_eq!(run.groups.len(), 2);
    assert_eq!(check::run(&run), Ok(()));
}

#[test]
fn slopes_stay_with_the_group_of_their_workload() {
    let slope = |workload: &str| Slope {
        workload: workload.into(),
        executor: "tasks".into(),
        model: "async task".into(),
        status: crate::record::Status::Failed,
        reason: Some("no memory".into()),
        help: None,
        memory: None,
        page_tables: None,
        kernel_stacks: None,
        published: Vec::new(),
        points: Vec::new(),
        part: None,
    };
    let mut runs = two();
    runs[0].slopes = vec![slope("primes")];
    runs[1].slopes = vec![slope("http"), slope("crawl")];
    let found: Vec<_> = merged(runs).slopes.into_iter().map(|slope| (slope.workload, slope.part)).collect();
    let expected = [("http", 2), ("primes", 1), ("crawl", 2)];
    assert_eq!(found, expected.map(|(workload, part)| (workload.to_owned(), Some(part))));
}

#[test]
fn what_are_not_parts_of_one_run_is_refused_with_both_names() {
    type Change = fn(&mut Vec<Run>);
    let said = |change: Change| {
        let mut runs = two();
        change(&mut runs);
        merge(named(runs), String::new()).expect_err("not parts of one run")
    };
    let table: [(Change, &str); 10] = [
        (|runs| runs[1].partition = None, "cannot merge `b`: it is not a part of a run"),
        (|runs| runs[1] = merged(runs.clone()), "cannot merge `b`: it is merged already"),
        (|runs| runs[1] = runs[0].clone(), "cannot merge `b` with `a`: both are part 1 of 2"),
        (
            |runs| runs[1].fairlane = "0.2.0".into(),
            "cannot merge `b` with `a`: one was measured by Fairlane 0.1.0 (0123abc, release, 1.95.0), the other by \
             Fairlane 0.2.0 (0123abc, release, 1.95.0)",
        ),
        (|runs| runs[1].environment.profile = "dev".into(), "(0123abc, dev, 1.95.0)"),
        (|runs| runs[1].environment.commit = None, "(unknown commit, release, 1.95.0)"),
        (
            |runs| runs[1] = parts(&fixture::whole(), 3, &[2, 1, 2]).remove(1),
            "one is a part of 2, the other a part of 3",
        ),
        (
            |runs| runs[1].partition.as_mut().expect("a part").suite = "4567".into(),
            "they are parts of different runs",
        ),
        (|runs| runs[1] = parts(&fixture::whole(), 2, &[2, 2, 1]).remove(1), "both have `primes/rayon/16`"),
        (
            |runs| {
                runs[1] = parts(&fixture::whole(), 2, &[1, 1, 2]).remove(1);
            },
            "their groups were divided in different ways",
        ),
    ];
    for (change, says) in table {
        let failure = said(change);
        assert!(failure.message.contains(says) && failure.help.is_some(), "{says}: {failure:?}");
    }
    assert!(merge(Vec::new(), String::new()).is_err());
}
