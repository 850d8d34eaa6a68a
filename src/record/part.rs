//! A run that several machines share: what a record of one part knows of the others, and what a merged record keeps of each
//! part. [`super::merge`] makes merged records. Must not know how to show anything.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::{Apparatus, CellResult, Environment, Group, Run, Warning};

/// Which part of a whole run a record is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Partition {
    /// Which part, from 1.
    pub index: usize,
    /// How many parts there are.
    pub of: usize,
    /// A digest of all cells of the whole run and of their lanes: the same in all its parts.
    pub suite: String,
    /// Every group of the whole run, in its order, with its part.
    pub groups: Vec<Placed>,
}

/// A group of a whole run, and the part that it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// `http/32`.
    pub name: String,
    /// The id of its first cell: unlike a name, no other group has it.
    pub first_cell: String,
    /// The part, from 1.
    pub part: usize,
}

/// What a merged record is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// How many parts the whole run has.
    pub of: usize,
    /// As in a partition.
    pub suite: String,
    /// As in a partition.
    pub groups: Vec<Placed>,
    /// The parts that are here, in order. Those that have no group leave no record.
    pub parts: Vec<Part>,
}

/// One part of a merged record: everything that was not the same in all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Which part, from 1.
    pub index: usize,
    /// When it began, in UTC, RFC 3339.
    pub started: String,
    /// The command that made it.
    pub command: String,
    /// Whether it ended before all its cells were done.
    pub interrupted: bool,
    /// The seed of its order.
    pub seed: u64,
    /// Its machine and its build.
    pub environment: Environment,
    /// The program that started its lanes elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// What must not be its bottleneck.
    pub apparatus: Apparatus,
    /// What its machine may have done to its numbers.
    pub warnings: Vec<Warning>,
    /// What verdicts on its machine are worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

impl Merged {
    /// The parts that have groups and are not here.
    pub fn missing(&self) -> Vec<usize> {
        let is_here = |part: &usize| self.parts.iter().any(|here| here.index == *part);
        // Asked of the groups: a record can say that there are more parts than one could count.
        let with_groups: BTreeSet<usize> = self.groups.iter().map(|group| group.part).collect();
        with_groups.into_iter().filter(|part| !is_here(part)).collect()
    }

    /// The names of the groups of a part.
    pub fn names(&self, part: usize) -> Vec<&str> {
        self.groups.iter().filter(|group| group.part == part).map(|group| group.name.as_str()).collect()
    }
}

/// Parts that were measured on machines that are alike, or on one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine<'r> {
    /// The parts, from 1; none of a run that was not merged.
    pub parts: Vec<usize>,
    /// The machine, as the first of them describes it.
    pub environment: &'r Environment,
}

impl Machine<'_> {
    /// Whether a group was measured there.
    pub fn measured(&self, group: &Group) -> bool {
        self.parts.is_empty() || group.part.is_some_and(|part| self.parts.contains(&part))
    }
}

impl Environment {
    /// Whether both name the same processor, number of cores and kernel. They may still be two machines.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.cpu_model, self.cores, &self.kernel) == (&other.cpu_model, other.cores, &other.kernel)
    }
}

impl Run {
    /// Every machine of the run: its own, or one of each part.
    pub fn environments(&self) -> Vec<&Environment> {
        match &self.merged {
            Some(merged) => merged.parts.iter().map(|part| &part.environment).collect(),
            None => vec![&self.environment],
        }
    }

    /// The machines that differ, each with its parts. One, if they are all alike or the run was not merged.
    pub fn machines(&self) -> Vec<Machine<'_>> {
        let mut machines: Vec<Machine<'_>> = Vec::new();
        for Part { index, environment, .. } in self.merged.iter().flat_map(|merged| &merged.parts) {
            match machines.iter_mut().find(|machine| machine.environment.is_like(environment)) {
                Some(machine) => machine.parts.push(*index),
                None => machines.push(Machine { parts: vec![*index], environment }),
            }
        }
        match machines.as_slice() {
            [] | [_] => vec![Machine { parts: Vec::new(), environment: &self.environment }],
            _ => machines,
        }
    }

    /// The part of a merged record in which a cell was measured.
    pub fn part_of(&self, cell: &CellResult) -> Option<&Part> {
        let index = self.group_of(cell)?.part?;
        self.merged.as_ref()?.parts.iter().find(|part| part.index == index)
    }
}
