//! What a reader must know of a run that several machines shared: which part a table is of, which machine that was, and what
//! is not compared. Must not know how anything is measured.

use super::words::{list, several};
use super::{Fact, Table, Warning, facts, group};
use crate::record::part::{Machine, Merged};
use crate::record::{CellResult, Environment, Group, Run};
use crate::report::column::Column;

/// Where a record is not of a whole run, or not of one machine.
pub(super) fn cautions(run: &Run) -> Vec<String> {
    match (&run.partition, &run.merged) {
        (Some(partition), _) => vec![format!(
            "This is part {} of {} of a run: `fairlane merge` makes one record of all parts.",
            partition.index, partition.of
        )],
        (None, Some(merged)) => missing(merged).chain([apart(merged, &run.machines())]).collect(),
        (None, None) => Vec::new(),
    }
}

fn missing(merged: &Merged) -> impl Iterator<Item = String> {
    merged.missing().into_iter().map(|part| {
        let names = list(&merged.names(part), "and");
        format!("Part {part} of {} is missing: there is no table of {names}.", merged.of)
    })
}

/// What is not compared, and why.
fn apart(merged: &Merged, machines: &[Machine<'_>]) -> String {
    let measured = format!("The run was measured in {}", several(merged.parts.len(), "part", "parts"));
    match machines {
        [one] => format!(
            "{measured}, on one machine at different times or on machines that are alike ({}). The cells of one table \
             were measured together, those of different tables may not have been.",
            described(one.environment)
        ),
        _ => {
            let each = machines
                .iter()
                .map(|machine| format!("{} on {}", named(&machine.parts), described(machine.environment)));
            format!(
                "{measured} on machines that differ: {}. Compare times within a table, not between tables. Verdicts and \
                 curves are of the machines that they name; nothing is ranked across machines.",
                each.collect::<Vec<_>>().join("; ")
            )
        }
    }
}

/// `2 cores of an AMD EPYC, kernel 6.18.0`.
fn described(here: &Environment) -> String {
    format!("{}, kernel {}", facts::processor(here), here.kernel)
}

/// `part 2`, `parts 1 and 3`.
pub(super) fn named(parts: &[usize]) -> String {
    let numbers: Vec<String> = parts.iter().map(ToString::to_string).collect();
    format!("{} {}", if parts.len() == 1 { "part" } else { "parts" }, list(&numbers, "and"))
}

/// The text with the parts behind it, where machines differ: `Waiting (part 2)`.
pub(super) fn labelled(text: &str, machine: &Machine<'_>) -> String {
    if machine.parts.is_empty() { text.into() } else { format!("{text} ({})", named(&machine.parts)) }
}

/// The table of a group; of a merged run with the part that it is from.
pub(super) fn table(run: &Run, of: &Group, cells: &[CellResult], columns: &[&Column]) -> Table {
    let mut table = group::table(of, cells, columns);
    table.remarks.extend(remark(run, of.part));
    table
}

/// The part that something is from; where machines differ, also the machine.
pub(super) fn remark(run: &Run, part: Option<usize>) -> Option<String> {
    let (merged, part) = (run.merged.as_ref()?, part?);
    let own = merged.parts.iter().find(|own| own.index == part).filter(|_| run.machines().len() > 1);
    let on = own.map_or_else(String::new, |own| format!(": {}", described(&own.environment)));
    Some(format!("part {part} of {}{on}", merged.of))
}

/// The warnings of a run; of a merged run with the parts that have them, unless all have.
pub(super) fn warnings(run: &Run) -> Vec<Warning> {
    let parts = || run.merged.iter().flat_map(|merged| &merged.parts);
    let warning = |warning: &Warning| {
        let with: Vec<usize> =
            parts().filter(|part| part.warnings.contains(warning)).map(|part| part.index).collect();
        if with.is_empty() || with.len() == parts().count() {
            return warning.clone();
        }
        Warning { text: format!("{}: {}", named(&with), warning.text), ..warning.clone() }
    };
    run.warnings.iter().map(warning).collect()
}

/// The facts of several parts: once where all parts have the same, else for each part.
pub(super) fn together(parts: impl Iterator<Item = (usize, Vec<Fact>)>) -> Vec<Fact> {
    let parts: Vec<(usize, Vec<Fact>)> = parts.collect();
    let mut names: Vec<&str> = Vec::new();
    for fact in parts.iter().flat_map(|(_, facts)| facts) {
        if !names.contains(&fact.name.as_str()) {
            names.push(&fact.name);
        }
    }
    let fact = |name: &str| {
        let of = |(part, facts): &(usize, Vec<Fact>)| {
            Some((*part, facts.iter().find(|fact| fact.name == name)?.value.clone()))
        };
        let values: Vec<(usize, String)> = parts.iter().filter_map(of).collect();
        let is_same = values.len() == parts.len() && values.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let each = || values.iter().map(|(part, value)| format!("{value} (part {part})"));
        let value = match values.first() {
            Some((_, value)) if is_same => value.clone(),
            _ => each().collect::<Vec<_>>().join("; "),
        };
        Fact { name: name.into(), value }
    };
    names.into_iter().map(fact).collect()
}
