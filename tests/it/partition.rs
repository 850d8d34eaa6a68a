//! A run that several machines share: `run --partition` and `merge`, seen from outside.

use std::path::PathBuf;

use fairlane::record::{Run, store};
use serde_json::Value;

use crate::cli::{Ended, Invocation, suite};
use crate::record::assert_valid;

const GROUPS: [(&str, usize); 4] = [("noop", 4), ("timer-1ms", 4), ("tcp-1ms", 4), ("timer-1ms", 8)];

/// The suite under `fairlane run` with those options.
fn run(options: &str) -> Ended {
    let words = format!("run --suite a.toml --seed 7 {options}");
    Invocation::new(&words).file("a.toml", &suite(2, "sequential,tasks,rayon", &GROUPS)).run()
}

fn parts() -> Vec<Ended> {
    (1..=3).map(|part| run(&format!("--partition {part}/3")).exits(0)).collect()
}

/// `fairlane merge` of those files.
fn merge(files: &[PathBuf]) -> Invocation {
    files.iter().fold(Invocation::new("merge"), |merge, file| merge.arg(file.as_os_str()))
}

/// What does not depend on times or on the machine.
fn lasting(run: &Run) -> Vec<Value> {
    const LASTING: [&str; 12] = [
        "id",
        "workload",
        "family",
        "executor",
        "model",
        "jobs",
        "concurrency",
        "group",
        "status",
        "reason",
        "help",
        "notes",
    ];
    let cell = |cell: &fairlane::record::CellResult| {
        let value = serde_json::to_value(cell).unwrap();
        LASTING.iter().map(|key| value[key].clone()).collect::<Value>()
    };
    let groups = run.groups.iter().map(|group| Value::from(group.name.clone()));
    run.cells.iter().map(cell).chain(groups).collect()
}

#[test]
fn three_parts_merge_into_the_run_that_was_not_divided() {
    let whole = run("").exits(0).record();
    let parts = parts();
    let files: Vec<PathBuf> = parts.iter().rev().map(Ended::record_file).collect();
    let ended = merge(&files).run().exits(0);
    let merged = ended.record();
    assert_eq!(lasting(&merged), lasting(&whole));
    assert_eq!((&merged.fairlane, merged.interrupted), (&whole.fairlane, false));
    assert!(merged.partition.is_none());
    assert_valid(&serde_json::to_value(&merged).unwrap());
    let kept = merged.merged.as_ref().unwrap();
    assert_eq!(kept.missing(), [] as [usize; 0]);
    for (part, ended) in kept.parts.iter().zip(&parts) {
        let run = ended.record();
        assert_valid(&serde_json::to_value(&run).unwrap());
        assert_eq!((&part.environment, &part.warnings), (&run.environment, &run.warnings));
        assert_eq!(part.command, format!("fairlane run --suite ... --partition {}/3 --seed 7", part.index));
        for group in &run.groups {
            let found =
                merged.groups.iter().find(|found| found.part == Some(part.index) && found.name == group.name);
            assert_eq!(found.unwrap().passes, group.passes);
        }
    }
    assert!(ended.files().iter().any(|file| file.ends_with("report.html")), "{:?}", ended.files());

    let text = merge(&files).run().exits(0);
    let shown = Invocation::new("report").arg(text.record_file().as_os_str()).run().exits(0).stdout;
    assert!(shown.contains("The run was measured in 3 parts") && shown.contains("part 3 of 3\n"), "{shown}");
}

#[test]
fn a_part_says_what_it_measures_and_all_machines_divide_alike() {
    let parts = parts();
    let divisions: Vec<_> = parts.iter().map(|ended| ended.record().partition.unwrap()).collect();
    for (at, (division, ended)) in divisions.iter().zip(&parts).enumerate() {
        assert_eq!((division.index, division.of), (at + 1, 3));
        assert_eq!((&division.groups, &division.suite), (&divisions[0].groups, &divisions[0].suite));
        let record = ended.record();
        let names: Vec<&str> = record.groups.iter().map(|group| group.name.as_str()).collect();
        let line = format!("part {} of 3: {} in ", at + 1, names.join(", "));
        assert!(ended.stderr.contains(&line), "{line}: {}", ended.stderr);
    }
    let costs = parts[0].record_file();
    let again = run(&format!("--partition 2/3 --costs {}", costs.display())).exits(0).record();
    assert_eq!(again.partition.unwrap().groups.len(), GROUPS.len());
    assert!(again.command.contains(" --partition 2/3 --costs ... "), "{}", again.command);
}

#[test]
fn a_part_without_a_group_records_nothing() {
    let ended = run("--partition 5/5").exits(0);
    let says = "part 5 of 5 has nothing to do: a group is never divided, and there are 4 groups\n";
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
    assert!(!ended.results().exists());
}

#[test]
fn a_missing_part_is_named_and_nothing_is_overwritten() {
    let parts = parts();
    let files: Vec<PathBuf> = parts.iter().take(2).map(Ended::record_file).collect();
    let ended = merge(&files).run().exits(0);
    let missing =
        parts[2].record().groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>().join(", ");
    let says = format!("warning: part 3 of 3 is missing: {missing}\n");
    assert!(ended.stderr.contains(&says), "{says}: {}", ended.stderr);
    let once = ended.record_file();
    let record = store::read(&once).unwrap();
    assert_eq!(record.merged.unwrap().missing(), [3]);

    let out = ended.results();
    merge(&files).arg("--out".as_ref()).arg(out.as_os_str()).run().exits(0);
    let records = ended.files().into_iter().filter(|file| file.ends_with("run.json"));
    assert_eq!(records.count(), 2);
}

#[test]
fn what_cannot_be_merged_is_named_and_leaves_no_file() {
    let (part, whole) = (run("--partition 1/3").exits(0), run("").exits(0)); // their files live as long as they do
    let other = Invocation::new("run -w noop -e tasks -j 4,8,9 --budget 0.2 --partition 2/3").run().exits(0);
    for (files, says) in [
        (vec![whole.record_file()], "it is not a part of a run"),
        (vec![part.record_file(), part.record_file()], "both are part 1 of 3"),
        (vec![part.record_file(), other.record_file()], "they are parts of different runs"),
    ] {
        let ended = merge(&files).run().exits(2);
        assert!(
            ended.stderr.starts_with("error: cannot merge `") && ended.stderr.contains(says),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains("\nhelp: ") && !ended.results().exists(), "{}", ended.stderr);
    }
}
