//! `--partition I/N`: the groups, the time and the record of one part of a run that several machines share.
//!
//! Must not know how groups are measured.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Stop;
use super::report::locate;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::passes::cost::{Batch, Cost};
use crate::measure::passes::partition::{Part, digest, parts};
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::Plan;
use crate::record::part::{Partition, Placed};
use crate::record::{CellResult, Run, Status, store};

/// Which part of a run, and what its groups cost.
#[derive(Debug, Args)]
pub(super) struct Partitioning {
    /// Measure one of N parts, like `2/3`, of about the same cost: whole groups, and their share of the time; see `merge`
    #[arg(long, value_name = "I/N")]
    partition: Option<Part>,
    /// A record that says what each cell costs: the same file for all parts [default: an estimate from the suite]
    #[arg(long, value_name = "RUN", requires = "partition")]
    costs: Option<PathBuf>,
}

/// What is to be measured of a run.
#[derive(Debug)]
pub(super) struct Share {
    /// These groups; none if there are more parts than groups.
    pub(super) groups: Vec<Group>,
    /// In their share of the time.
    pub(super) plan: Plan,
    /// Which part that is, for the record; `None` of a whole run.
    pub(super) partition: Option<Partition>,
}

impl Partitioning {
    /// The share of this part in those groups.
    ///
    /// # Errors
    /// If the record that says the costs cannot be read, or has none of the cells.
    pub(super) fn share(&self, groups: Vec<Group>, plan: Plan) -> Result<Share, Stop> {
        let Some(part) = self.partition else { return Ok(Share { groups, plan, partition: None }) };
        let known = self.known(&ids(&groups))?;
        Ok(share(part, groups, plan, &known))
    }

    /// What a batch of each cell took in the record, if there is one.
    fn known(&self, ids: &[String]) -> Result<HashMap<String, Batch>, Stop> {
        let Some(given) = &self.costs else { return Ok(HashMap::new()) };
        let file = locate(given).map_err(Stop::Misuse)?;
        let known = batches(&store::read(&file)?);
        if ids.iter().any(|id| known.contains_key(id)) {
            return Ok(known);
        }
        let failure =
            Failure::new(format!("cannot use the costs of `{}`: it has none of the cells", given.display()));
        Err(Stop::Misuse(failure.help("leave out `--costs`, or name a run of the same suite")))
    }
}

fn ids(groups: &[Group]) -> Vec<String> {
    groups.iter().flat_map(|group| &group.cells).map(Cell::to_string).collect()
}

/// What a batch of each cell of a record took.
fn batches(run: &Run) -> HashMap<String, Batch> {
    let batch = |cell: &CellResult| match (cell.status, cell.median_ns) {
        (Status::Measured, Some(ns)) => Batch::Takes(Duration::from_nanos(ns as u64)),
        _ => Batch::NeverRuns,
    };
    run.cells.iter().map(|cell| (cell.id.clone(), batch(cell))).collect()
}

fn share(part: Part, mut groups: Vec<Group>, plan: Plan, known: &HashMap<String, Batch>) -> Share {
    groups.retain(|group| !group.cells.is_empty());
    let cost = |group: &Group| Cost::of(group, &plan, |cell| known.get(&cell.to_string()).copied());
    let costs: Vec<Cost> = groups.iter().map(cost).collect();
    let parts = parts(&costs.iter().map(Cost::all).collect::<Vec<_>>(), part.of);
    let placed = |(group, part): (&Group, &usize)| Placed {
        name: group.name(),
        first_cell: group.cells.first().map(Cell::to_string).unwrap_or_default(),
        part: *part,
    };
    let partition = Partition {
        index: part.index,
        of: part.of,
        suite: digest(&groups, &plan),
        groups: groups.iter().zip(&parts).map(placed).collect(),
    };
    let is_own = |of: &usize| *of == part.index;
    let own = costs.iter().zip(&parts).filter(|(_, of)| is_own(of)).map(|(cost, _)| cost.passes);
    let (own, all): (Duration, Duration) = (own.sum(), costs.iter().map(|cost| cost.passes).sum());
    // In its share of the time each cell gets as many lanes as in the whole run, about.
    let budget = plan.budget.mul_f64(own.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE));
    let groups = groups.into_iter().zip(&parts).filter(|(_, of)| is_own(of)).map(|(group, _)| group);
    Share { groups: groups.collect(), plan: Plan { budget, ..plan }, partition: Some(partition) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::passes::suite::Suite;
    use crate::record::fixture;

    fn suite() -> Suite {
        Suite::parse("benches/suite.toml", include_str!("../../benches/suite.toml")).expect("valid")
    }

    fn shares(of: usize, known: &HashMap<String, Batch>) -> Vec<Share> {
        let suite = suite();
        (1..=of).map(|index| share(Part { index, of }, suite.groups.clone(), suite.plan, known)).collect()
    }

    #[test]
    fn the_shares_of_all_parts_are_the_groups_and_the_time_of_the_whole_run() {
        let suite = suite();
        for of in 1..=8 {
            let shares = shares(of, &HashMap::new());
            let mut all: Vec<String> = shares.iter().flat_map(|share| ids(&share.groups)).collect();
            let mut whole = ids(&suite.groups);
            all.sort();
            whole.sort();
            assert_eq!(all, whole);
            let budget: Duration = shares.iter().map(|share| share.plan.budget).sum();
            assert!((budget.as_secs_f64() - suite.plan.budget.as_secs_f64()).abs() < 0.001, "{budget:?}");
            for (at, share) in shares.iter().enumerate() {
                let partition = share.partition.as_ref().expect("a part");
                let own = partition.groups.iter().filter(|group| group.part == at + 1);
                let names: Vec<_> = own.map(|group| group.name.clone()).collect();
                assert_eq!(names, share.groups.iter().map(Group::name).collect::<Vec<_>>());
                assert_eq!(partition.groups, shares[0].partition.as_ref().expect("a part").groups);
            }
        }
    }

    #[test]
    fn more_parts_than_groups_leave_some_empty() {
        let shares = shares(20, &HashMap::new());
        let empty = shares.iter().filter(|share| share.groups.is_empty());
        assert_eq!(empty.count(), 20 - suite().groups.len());
    }

    #[test]
    fn the_times_of_a_record_change_the_shares_and_cells_without_numbers_cost_nothing() {
        let known = batches(&fixture::whole());
        assert_eq!(known["http/tasks/32"], Batch::Takes(Duration::from_micros(12_700)));
        assert_eq!(known["http/threads/32"], Batch::NeverRuns, "it failed");
        let slow = Batch::Takes(Duration::from_secs(5));
        let known: HashMap<_, _> = ids(&suite().groups[..1]).into_iter().map(|id| (id, slow)).collect();
        let shares = shares(2, &known);
        let alone = shares.iter().find(|share| share.groups.len() == 1).expect("the slow one");
        assert_eq!(alone.groups[0].name(), "noop/100");
    }
}
