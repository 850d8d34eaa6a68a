//! Files of settings: the suite, the cells of a gate, the lanes in other languages. What they name is asked what a run would ask it.

use std::path::Path;

use super::engine::Tried;
use crate::files;
use crate::lane::{Cell, foreign};
use crate::measure::gate::plan::Plan;
use crate::measure::passes::cost::Cost;
use crate::measure::passes::partition;
use crate::measure::passes::suite::Suite;

/// A suite file.
pub(super) fn suite(path: &Path) -> Tried {
    let suite = match Suite::read(path) {
        Ok(suite) => suite,
        Err(failure) => return Ok(Err(failure)),
    };
    for group in &suite.groups {
        let _ = group.name();
        group.cells.iter().chain(&group.slopes).try_for_each(is_sound)?;
    }
    for plan in [suite.plan, suite.quick] {
        let costs: Vec<_> = suite.groups.iter().map(|group| Cost::of(group, &plan, |_| None).all()).collect();
        partition::parts(&costs, 3);
        partition::digest(&suite.groups, &plan);
    }
    Ok(Ok(()))
}

/// The cells of a gate.
pub(super) fn gate(path: &Path) -> Tried {
    match Plan::read(path) {
        Ok(plan) => plan.cells.iter().try_for_each(|judged| is_sound(&judged.cell)).map(Ok),
        Err(failure) => Ok(Err(failure)),
    }
}

/// A lanes file.
pub(super) fn lanes(path: &Path) -> Tried {
    let text = files::settings(path);
    let read = text.and_then(|text| foreign::read("lanes.toml", &text, Path::new("/here")));
    let executors = match read {
        Ok(executors) => executors,
        Err(failure) => return Ok(Err(failure)),
    };
    for executor in executors {
        let executor: &'static _ = Box::leak(Box::new(executor));
        for jobs in [1, 1_000_000] {
            let workload = "timer".parse().map_err(|_| "there is no timer")?;
            let cell = Cell { workload, executor, cold: false, workers: None, processors: None, jobs };
            asked(&cell);
        }
    }
    Ok(Ok(()))
}

/// Whether a cell has a name by which it is found again, and answers what a run asks it.
fn is_sound(cell: &Cell) -> Result<(), String> {
    let name = cell.to_string();
    match name.parse::<Cell>() {
        Ok(again) if again.to_string() == name => {}
        Ok(again) => return Err(format!("`{name}` is read as `{again}`")),
        Err(failure) => return Err(format!("`{name}` is not read again: {failure}")),
    }
    asked(cell);
    Ok(())
}

fn asked(cell: &Cell) {
    for cores in [1, 2, 8_192] {
        let _ = (cell.impossible(cores), cell.least_time(cores), cell.threads(cores));
    }
    let _ = (cell.notes(), cell.group());
}
