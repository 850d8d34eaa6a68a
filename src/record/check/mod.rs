//! Whether the values of a record are possible: no negative time, no interval whose ends are swapped, no cell without jobs.
//! Names the first wrong field as one would write it for `jq`: `cells[17].median_ns`.
//!
//! Must not know files. The types already refuse a word in place of a number. `value` checks single values, `cell` one
//! cell, `calibration` counts of verdicts, `comparison` two sides, `table` whether cells and groups belong together, `part` what a record says of the parts of
//! a run.

mod calibration;
mod cell;
mod comparison;
mod part;
mod table;
mod value;

use self::value::{Checked, amount, at_most, count, date, each, interval, name, within, wrong};
use super::calibration::Calibration;
use super::comparison::Comparison;
use super::{Apparatus, Environment, Group, PerUnit, Published, Run, Slope};

/// Checks a whole run.
///
/// # Errors
/// The first wrong field and what is wrong with it, like "`cells[17].median_ns` is negative".
pub fn run(run: &Run) -> Result<(), String> {
    whole(run).map_err(|wrong| wrong.to_string())
}

/// Checks a whole comparison.
///
/// # Errors
/// As [`run`].
pub fn comparison(found: &Comparison) -> Result<(), String> {
    comparison::whole(found).map_err(|wrong| wrong.to_string())
}

/// A suite has at most 200 lanes of a cell, and a pass is taken three times at most. The figures of lessons take a time that
/// grows with the cube of this.
const MOST_PASSES: usize = 1_000;

fn whole(run: &Run) -> Checked {
    date("started", &run.started)?;
    environment(&run.environment).map_err(within("environment"))?;
    apparatus(&run.apparatus).map_err(within("apparatus"))?;
    each("groups", &run.groups, group)?;
    each("cells", &run.cells, cell::cell)?;
    each("slopes", &run.slopes, slope)?;
    calibration(run.calibration.as_ref())?;
    table::tables(run)?;
    part::parts(run)
}

/// Whether a calibration may be a part of a run.
pub(super) fn is_possible(found: &Calibration) -> bool {
    calibration::whole(found).is_ok()
}

fn calibration(found: Option<&Calibration>) -> Checked {
    found.map_or(Ok(()), |found| calibration::whole(found).map_err(within("calibration")))
}

fn environment(here: &Environment) -> Checked {
    count("cores", here.cores)?;
    for load in here.load_average.iter().flatten() {
        amount("load_average", *load)?;
    }
    amount("steal_share", here.steal_share)?;
    amount("limits.cgroup_cpus", here.limits.cgroup_cpus)
}

fn apparatus(able: &Apparatus) -> Checked {
    amount("ceiling_rps", able.ceiling_rps)?;
    amount("thin_ceiling_rps", able.thin_ceiling_rps)
}

fn group(group: &Group) -> Checked {
    name("name", &group.name)?;
    at_most("passes", group.passes.len(), MOST_PASSES)?;
    each("passes", &group.passes, |pass| amount("others", pass.others))?;
    if group.interrupted.is_some_and(|how| how.after >= how.of) {
        return wrong("interrupted", "is after the last pass");
    }
    amount("lane_spread", group.lane_spread)?;
    amount("visible_difference", group.visible_difference)
}

fn slope(slope: &Slope) -> Checked {
    name("workload", &slope.workload)?;
    name("executor", &slope.executor)?;
    each("published", &slope.published, published)?;
    let per_unit = |field: &str, found: &Option<PerUnit>| {
        // It may be negative: then nothing grows, and something else changes.
        found.as_ref().map_or(Ok(()), |found| interval("interval99", found.interval99).map_err(within(field)))
    };
    per_unit("memory", &slope.memory)?;
    per_unit("page_tables", &slope.page_tables)?;
    per_unit("kernel_stacks", &slope.kernel_stacks)
}

fn published(published: &Published) -> Checked {
    amount("value", published.value)?;
    if published.value == 0.0 { wrong("value", "is 0") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::whole;
    use crate::record::timeline::{MOST_KEPT, Ran};
    use crate::record::{Interrupted, Pass, Timeline};

    /// What the check says of a run in which something was changed.
    pub(super) fn error_of(change: impl FnOnce(&mut Run)) -> String {
        let mut changed = whole();
        change(&mut changed);
        run(&changed).expect_err("an impossible value")
    }

    #[test]
    fn a_possible_record_passes() {
        assert_eq!(run(&whole()), Ok(()));
        assert_eq!(run(&crate::record::fixture::run(Vec::new())), Ok(()));
    }

    #[test]
    fn lists_that_would_take_hours_are_refused() {
        let passes = |run: &mut Run| {
            let pass = Pass { others: None, counted: true };
            run.groups[0].passes = vec![pass; MOST_PASSES + 1];
        };
        assert_eq!(error_of(passes), "`groups[0].passes` has 1001 items, and at most 1000 are possible");
        let jobs = |run: &mut Run| {
            let jobs = vec![Ran::default(); MOST_KEPT + 1];
            run.cells[0].timeline = Some(Timeline { wall_ns: 9, jobs });
        };
        assert_eq!(error_of(jobs), "`cells[0].timeline.jobs` has 65 items, and at most 64 are possible");
    }

    #[test]
    fn impossible_values_of_run_and_groups_are_named_with_their_place() {
        assert_eq!(error_of(|run| run.started = "soon".into()), "`started` is `soon`, which is not a date");
        assert_eq!(error_of(|run| run.environment.cores = 0), "`environment.cores` is 0");
        assert_eq!(error_of(|run| run.groups[1].name.clear()), "`groups[1].name` is empty");
        assert_eq!(
            error_of(|run| run.groups[1].passes[2].others = Some(-1.0)),
            "`groups[1].passes[2].others` is negative"
        );
        let done = |run: &mut Run| run.groups[0].interrupted = Some(Interrupted { after: 9, of: 9 });
        assert_eq!(error_of(done), "`groups[0].interrupted` is after the last pass");
        assert_eq!(
            error_of(|run| run.apparatus.ceiling_rps = Some(f64::NAN)),
            "`apparatus.ceiling_rps` is not a finite number"
        );
    }
}
