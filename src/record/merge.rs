//! One record from the records of the parts of a run. Groups are whole and each is of one part, so every table, with its
//! verdict, is what it was; nothing is judged again, and nothing of one part is judged against another.
//!
//! Must not know where records are.

use super::part::{Merged, Part, Partition};
use super::{CellResult, Group, Run, SCHEMA, Slope, Warning};
use crate::failure::Failure;

/// A record with the name by which the user knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// As errors show it.
    pub name: String,
    /// The record.
    pub run: Run,
}

/// One record with all cells of these parts, in the order of the whole run. `command` is what makes it. Parts may be missing.
///
/// # Errors
/// If one of them is not a part, or two are not parts of the same run, or are the same part. Both are named.
pub fn merge(mut records: Vec<Named>, command: String) -> Result<Run, Failure> {
    for record in &records {
        partition(record)?;
    }
    records.sort_by_key(|record| record.run.partition.as_ref().map(|partition| partition.index));
    let Some(first) = records.first() else {
        return Err(Failure::new("cannot merge: there is no record").help(A_PART));
    };
    for (at, record) in records.iter().enumerate() {
        records[..at].iter().try_for_each(|before| fit(before, record))?;
    }
    let Partition { of, suite, groups: placed, .. } = partition(first)?.clone();
    let (groups, cells, slopes) = tables(&records, &placed);
    let runs = || records.iter().map(|record| &record.run);
    let merged = Run {
        schema: SCHEMA,
        started: runs().map(|run| run.started.clone()).min().unwrap_or_default(),
        command,
        interrupted: runs().any(|run| run.interrupted),
        warnings: distinct(runs().flat_map(|run| &run.warnings)),
        groups,
        cells,
        slopes,
        calibration: None,
        partition: None,
        merged: Some(Merged { of, suite, groups: placed, parts: runs().filter_map(part).collect() }),
        ..first.run.clone()
    };
    Ok(merged)
}

const A_PART: &str = "`fairlane run --partition 1/3` records the first of three parts";

fn partition(record: &Named) -> Result<&Partition, Failure> {
    let Named { name, run } = record;
    match (&run.partition, &run.merged) {
        (Some(partition), _) => Ok(partition),
        (None, Some(_)) => Err(Failure::new(format!("cannot merge `{name}`: it is merged already"))
            .help("name the records of all parts at once")),
        (None, None) => {
            Err(Failure::new(format!("cannot merge `{name}`: it is not a part of a run")).help(A_PART))
        }
    }
}

/// Whether both are parts of the same run, and different ones.
fn fit(one: &Named, other: &Named) -> Result<(), Failure> {
    let refused = |why: String, help: &str| {
        Err(Failure::new(format!("cannot merge `{}` with `{}`: {why}", other.name, one.name)).help(help))
    };
    let (a, b) = (partition(one)?, partition(other)?);
    let builds = [&one.run, &other.run].map(build);
    if builds[0] != builds[1] {
        let why = format!("one was measured by {}, the other by {}", builds[0], builds[1]);
        return refused(why, "measure all parts with the same build");
    }
    let same_cells = one.run.cells.iter().find(|cell| other.run.cells.iter().any(|has| has.id == cell.id));
    if a.of != b.of {
        let why = format!("one is a part of {}, the other a part of {}", a.of, b.of);
        return refused(why, "give all parts the same N in `--partition I/N`");
    }
    if a.suite != b.suite {
        let why =
            "they are parts of different runs: their cells, or the numbers of their lanes, differ".into();
        return refused(
            why,
            "measure all parts with the same suite, or the same workloads, executors and sizes",
        );
    }
    if a.index == b.index {
        let why = format!("both are part {} of {}", a.index, a.of);
        return refused(why, "name one record of each part");
    }
    if a.groups != b.groups || same_cells.is_some() {
        let why = same_cells.map_or_else(
            || "their groups were divided in different ways".into(),
            |cell| format!("both have `{}`", cell.id),
        );
        return refused(why, "measure all parts with the same `--costs`, or all without");
    }
    Ok(())
}

/// `Fairlane 0.1.0 (0123abc, release, rustc 1.95.0)`: numbers of different builds are not numbers of one run.
fn build(run: &Run) -> String {
    let commit = run.environment.commit.as_deref().unwrap_or("unknown commit");
    format!("Fairlane {} ({commit}, {}, {})", run.fairlane, run.environment.profile, run.environment.rustc)
}

/// Groups, cells and slopes in the order of the whole run, each with its part.
fn tables(records: &[Named], placed: &[super::part::Placed]) -> (Vec<Group>, Vec<CellResult>, Vec<Slope>) {
    let (mut groups, mut cells, mut slopes) = (Vec::new(), Vec::<CellResult>::new(), Vec::<Slope>::new());
    for place in placed {
        let own = |record: &&Named| {
            record.run.partition.as_ref().is_some_and(|partition| partition.index == place.part)
        };
        let Some(Named { run, .. }) = records.iter().find(own) else { continue }; // a part that is missing
        let found = run.groups().into_iter().find(|cells| cells[0].id == place.first_cell);
        let Some((group, own)) = found.and_then(|own| Some((run.group_of(own.first()?)?, own))) else {
            continue; // the part was interrupted before it was measured
        };
        cells.extend(own.iter().map(|cell| CellResult { group: groups.len(), ..cell.clone() }));
        groups.push(Group { part: Some(place.part), ..group.clone() });
        let is_new = |slope: &&Slope| {
            let same = |known: &Slope| {
                (known.part, &known.workload, &known.executor)
                    == (Some(place.part), &slope.workload, &slope.executor)
            };
            own.iter().any(|cell| cell.workload == slope.workload) && !slopes.iter().any(same)
        };
        let more: Vec<&Slope> = run.slopes.iter().filter(is_new).collect();
        slopes.extend(more.into_iter().map(|slope| Slope { part: Some(place.part), ..slope.clone() }));
    }
    (groups, cells, slopes)
}

fn part(run: &Run) -> Option<Part> {
    Some(Part {
        index: run.partition.as_ref()?.index,
        started: run.started.clone(),
        command: run.command.clone(),
        interrupted: run.interrupted,
        seed: run.seed,
        environment: run.environment.clone(),
        via: run.via.clone(),
        apparatus: run.apparatus.clone(),
        warnings: run.warnings.clone(),
        calibration: run.calibration.clone(),
    })
}

fn distinct<'a>(warnings: impl Iterator<Item = &'a Warning>) -> Vec<Warning> {
    let mut found: Vec<Warning> = Vec::new();
    for warning in warnings {
        if !found.contains(warning) {
            found.push(warning.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests;
