//! Several runs side by side, cell by cell, and whether their intervals agree. Must not know how to show them.

use std::collections::HashMap;

use super::{CellResult, Environment, Run, Status};

/// The groups of one name in all runs.
#[derive(Debug)]
pub struct Group<'a> {
    /// The name, like `http/32`.
    pub name: String,
    /// One row for each executor, in the order of the first run that has it.
    pub rows: Vec<Row<'a>>,
}

/// The cells of one executor in all runs.
#[derive(Debug)]
pub struct Row<'a> {
    /// The name of the executor.
    pub executor: &'a str,
    /// One for each run; `None` if the run has no such cell.
    pub cells: Vec<Option<&'a CellResult>>,
    /// Whether the 99 % intervals of all runs that have the cell overlap in one point; `None` if fewer than two runs have the
    /// cell, or one of them has no interval for it.
    pub agrees: Option<bool>,
}

/// All groups of all runs.
pub fn groups(runs: &[Run]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: HashMap<(&str, usize), usize> = HashMap::new();
    for (number, run) in runs.iter().enumerate() {
        for cell in &run.cells {
            let at = *places.entry((&cell.workload, cell.jobs)).or_insert_with(|| {
                groups.push(Group { name: cell.group(), rows: Vec::new() });
                groups.len() - 1
            });
            let rows = &mut groups[at].rows;
            let row = rows.iter().position(|row| row.executor == cell.executor).unwrap_or_else(|| {
                rows.push(Row { executor: &cell.executor, cells: vec![None; runs.len()], agrees: None });
                rows.len() - 1
            });
            rows[row].cells[number].get_or_insert(cell);
        }
    }
    for row in groups.iter_mut().flat_map(|group| &mut group.rows) {
        row.agrees = agree(&row.cells);
    }
    groups
}

/// Whether all runs name the same processor, number of cores and kernel.
pub fn one_machine(runs: &[Run]) -> bool {
    let all: Vec<&Environment> = runs.iter().flat_map(Run::environments).collect();
    all.windows(2).all(|pair| pair[0].is_like(pair[1]))
}

/// A run without the cell is left out. A run with the cell but without its interval makes the answer `None`.
fn agree(cells: &[Option<&CellResult>]) -> Option<bool> {
    let had: Vec<&CellResult> = cells.iter().copied().flatten().collect();
    if had.len() < 2 {
        return None;
    }
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for cell in had {
        let [from, to] = cell.interval99_ns.filter(|_| cell.status == Status::Measured)?;
        (low, high) = (low.max(from), high.min(to));
    }
    Some(low <= high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, run};

    fn with(interval: Option<[f64; 2]>) -> Run {
        let mut one = cell("http", "tasks", 32, 12e6);
        one.interval99_ns = interval;
        run(vec![one])
    }

    #[test]
    fn runs_agree_where_all_intervals_have_a_point_in_common() {
        let agrees = |runs: &[Run]| groups(runs)[0].rows[0].agrees;
        assert_eq!(agrees(&[with(Some([1.0, 2.0])), with(Some([2.0, 3.0]))]), Some(true));
        let pairwise = [with(Some([1.0, 2.0])), with(Some([2.0, 3.0])), with(Some([3.0, 4.0]))];
        assert_eq!(agrees(&pairwise), Some(false));
        assert_eq!(agrees(&[with(Some([1.0, 2.0])), with(None)]), None);
        let lacking = [with(Some([1.0, 2.0])), run(Vec::new()), with(Some([2.0, 3.0]))];
        assert_eq!(agrees(&lacking), Some(true));
        assert_eq!(agrees(&lacking[..2]), None);
    }

    #[test]
    fn what_one_run_lacks_is_a_gap_and_another_kernel_another_machine() {
        let (mut one, mut other) = (with(None), run(vec![cell("blur", "rayon", 16, 9e6)]));
        let all = [one.clone(), other.clone()];
        let found = groups(&all);
        let names: Vec<_> = found.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["http/32", "blur/16"]);
        assert!(found[1].rows[0].cells[0].is_none() && found[1].rows[0].cells[1].is_some());
        assert!(one_machine(&all));
        other.environment.kernel = "7.0".into();
        one.interrupted = true;
        assert!(!one_machine(&[one, other]));
    }
}
