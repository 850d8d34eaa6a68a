//! Records of parts of a run, made by hand, for tests.

use super::merge::{Named, merge};
use super::part::{Partition, Placed};
use super::{CellResult, Run};

/// The parts of a run: for each of its groups the number of its part, from 1.
pub(crate) fn parts(run: &Run, of: usize, parts: &[usize]) -> Vec<Run> {
    let placed: Vec<Placed> = run
        .groups()
        .iter()
        .zip(parts)
        .map(|(cells, part)| Placed { name: cells[0].group(), first_cell: cells[0].id.clone(), part: *part })
        .collect();
    let part = |index: usize| {
        let own = |group: &usize| parts[*group] == index;
        let groups: Vec<usize> = (0..run.groups.len()).filter(own).collect();
        let cells = run.cells.iter().filter_map(|cell| {
            let group = groups.iter().position(|group| *group == cell.group)?;
            Some(CellResult { group, ..cell.clone() })
        });
        Run {
            seed: index as u64,
            groups: groups.iter().map(|group| run.groups[*group].clone()).collect(),
            cells: cells.collect(),
            partition: Some(Partition { index, of, suite: "0123".into(), groups: placed.clone() }),
            ..run.clone()
        }
    };
    (1..=of).map(part).filter(|run| !run.cells.is_empty()).collect()
}

/// The same runs with names: `a`, `b`, and so on.
pub(crate) fn named(runs: Vec<Run>) -> Vec<Named> {
    runs.into_iter().zip('a'..).map(|(run, name)| Named { name: name.to_string(), run }).collect()
}

/// The merged record of those parts.
pub(crate) fn merged(runs: Vec<Run>) -> Run {
    merge(named(runs), "fairlane merge ...".into()).expect("parts of one run")
}
