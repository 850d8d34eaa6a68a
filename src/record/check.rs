//! Whether a file that has the shape of a record can be one: no negative times, no interval upside down, no cell without
//! jobs. Names the place as one would write it for `jq`: `cells[17].median_ns`.
//!
//! Must not know files. What the types rule out already (a word for a number) never gets here.

use std::fmt::Display;

use super::{
    Apparatus, Cell, Costs, Environment, Figure, Group, Latency, Memory, PerUnit, Published, Run, Slope,
    Status, Timeline,
};

/// Where it is wrong, and how.
type Checked = Result<(), String>;

/// Checks a whole run.
///
/// # Errors
/// The first place that cannot be: `cells[17].median_ns: -5 is no time`.
pub fn run(run: &Run) -> Checked {
    if humantime::parse_rfc3339_weak(&run.started).is_err() {
        return wrong("started", format!("`{}` is no date", run.started));
    }
    environment(&run.environment).map_err(within("environment"))?;
    apparatus(&run.apparatus).map_err(within("apparatus"))?;
    each("groups", &run.groups, group)?;
    each("cells", &run.cells, cell)?;
    each("slopes", &run.slopes, slope)?;
    tables(run)
}

fn wrong(place: impl Display, what: impl Display) -> Checked {
    Err(format!("{place}: {what}"))
}

fn within(place: impl Display) -> impl FnOnce(String) -> String {
    move |inner| format!("{place}.{inner}")
}

fn each<T>(list: &str, items: &[T], check: fn(&T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(at, item)| check(item).map_err(within(format!("{list}[{at}]"))))
}

/// Not less than zero, and a number.
fn amount(place: &str, what: &str, value: impl Into<Option<f64>>) -> Checked {
    match value.into() {
        Some(value) if !(value.is_finite() && value >= 0.0) => wrong(place, format!("{value} is no {what}")),
        _ => Ok(()),
    }
}

/// Two ends, the lower one first.
fn interval(place: &str, ends: Option<[f64; 2]>) -> Checked {
    match ends {
        Some([low, high]) if !(low.is_finite() && high.is_finite() && low <= high) => {
            wrong(place, format!("{low} to {high} is no interval"))
        }
        _ => Ok(()),
    }
}

/// The same of what is never less than zero.
fn positive(place: &str, ends: Option<[f64; 2]>) -> Checked {
    interval(place, ends)?;
    match ends {
        Some([low, high]) if low < 0.0 => wrong(place, format!("{low} to {high} begins below zero")),
        _ => Ok(()),
    }
}

fn some(place: &str, what: &str, number: usize) -> Checked {
    if number == 0 { wrong(place, format!("0 {what} cannot be")) } else { Ok(()) }
}

fn named(place: &str, text: &str) -> Checked {
    if text.is_empty() { wrong(place, "it is empty") } else { Ok(()) }
}

fn environment(here: &Environment) -> Checked {
    some("cores", "cores", here.cores)?;
    for load in here.load_average.iter().flatten() {
        amount("load_average", "load", *load)?;
    }
    amount("steal_share", "share", here.steal_share)?;
    amount("limits.cgroup_cpus", "number of processors", here.limits.cgroup_cpus)
}

fn apparatus(able: &Apparatus) -> Checked {
    amount("ceiling_rps", "rate", able.ceiling_rps)?;
    amount("thin_ceiling_rps", "rate", able.thin_ceiling_rps)
}

fn group(group: &Group) -> Checked {
    named("name", &group.name)?;
    for (at, pass) in group.passes.iter().enumerate() {
        amount(&format!("passes[{at}].others"), "share", pass.others)?;
    }
    amount("lane_spread", "spread", group.lane_spread)?;
    amount("visible_difference", "share", group.visible_difference)
}

fn cell(cell: &Cell) -> Checked {
    for (place, text) in [("id", &cell.id), ("workload", &cell.workload), ("executor", &cell.executor)] {
        named(place, text)?;
    }
    let id = format!("{}/{}/{}", cell.workload, cell.executor, cell.jobs);
    if cell.id != id {
        return wrong("id", format!("it is `{}`, and its parts say `{id}`", cell.id));
    }
    some("jobs", "jobs", cell.jobs)?;
    some("concurrency", "at once", cell.concurrency)?;
    status(cell)?;
    times(cell)?;
    ratios(cell)?;
    each("published", &cell.published, published)?;
    if let Some(by_hand) = &cell.by_hand {
        amount("by_hand.ratio", "ratio", by_hand.ratio)?;
        positive("by_hand.ratio_interval99", by_hand.ratio_interval99)?;
    }
    cell.latency_ns.as_ref().map_or(Ok(()), |found| latency("latency_ns", found))?;
    cell.response_ns.as_ref().map_or(Ok(()), |found| latency("response_ns", found))?;
    cell.costs.as_ref().map_or(Ok(()), costs)?;
    cell.memory.as_ref().map_or(Ok(()), memory)?;
    cell.timeline.as_ref().map_or(Ok(()), timeline)?;
    amount("server.cpu_share", "share", cell.server.as_ref().map(|server| server.cpu_share))
}

fn status(cell: &Cell) -> Checked {
    match (cell.status, cell.median_ns, &cell.reason) {
        (Status::Measured, None, _) => wrong("median_ns", "a measured cell has one"),
        (Status::Failed | Status::NotApplicable, Some(_), _) => {
            wrong("median_ns", "only a measured cell has one")
        }
        (Status::Failed | Status::NotApplicable, _, None) => {
            wrong("reason", "a cell without numbers has one")
        }
        _ => Ok(()),
    }
}

/// The median and its interval lie among the samples, or they are not of these.
fn times(cell: &Cell) -> Checked {
    for (number, lane) in cell.lanes.iter().enumerate() {
        let place = format!("lanes[{number}]");
        for (at, sample) in lane.samples_ns.iter().enumerate() {
            amount(&format!("{place}.samples_ns[{at}]"), "time", *sample)?;
        }
        if lane.samples_ns.is_empty() {
            return wrong(format!("{place}.samples_ns"), "a lane has some");
        }
        amount(&format!("{place}.cpu_ns"), "time", lane.cpu_ns)?;
        amount(&format!("{place}.switches"), "number", lane.switches)?;
    }
    amount("median_ns", "time", cell.median_ns)?;
    positive("interval99_ns", cell.interval99_ns)?;
    amount("ideal_ns", "time", cell.ideal_ns)?;
    if cell.status == Status::Measured && cell.lanes.is_empty() {
        return wrong("lanes", "a measured cell has some");
    }
    let samples = || cell.lanes.iter().flat_map(|lane| lane.samples_ns.iter().copied());
    let (least, most) = (samples().fold(f64::INFINITY, f64::min), samples().fold(0.0, f64::max));
    // Medians of an even number are means, whose last digit is nobody's.
    let among = |value: f64| value >= least * (1.0 - 1e-9) && value <= most * (1.0 + 1e-9);
    if let Some(median) = cell.median_ns.filter(|median| !among(*median)) {
        return wrong("median_ns", format!("{median} is not among samples from {least} to {most}"));
    }
    match cell.interval99_ns {
        Some([low, high]) if !(among(low) && among(high)) => {
            wrong("interval99_ns", format!("{low} to {high} is not among samples from {least} to {most}"))
        }
        _ => Ok(()),
    }
}

fn ratios(cell: &Cell) -> Checked {
    for (place, what, value) in [
        ("throughput_per_s", "rate", cell.throughput_per_s),
        ("efficiency", "share", cell.efficiency),
        ("ratio_to_fastest", "ratio", cell.ratio_to_fastest),
        ("speedup_vs_sequential", "ratio", cell.speedup_vs_sequential),
        ("overlap_factor", "number of jobs", cell.overlap_factor),
        ("cpu_parallelism", "number of cores", cell.cpu_parallelism),
        ("probe_slowdown", "ratio", cell.probe_slowdown),
    ] {
        amount(place, what, value)?;
    }
    positive("ratio_to_fastest_interval99", cell.ratio_to_fastest_interval99)?;
    positive("speedup_interval99", cell.speedup_interval99)
}

fn published(published: &Published) -> Checked {
    amount("value", "figure", published.value)?;
    if published.value == 0.0 { wrong("value", "0 is nothing to stand beside") } else { Ok(()) }
}

fn latency(place: &str, latency: &Latency) -> Checked {
    let Latency { p50, p90, p99, max } = latency;
    if p50 <= p90 && p90 <= p99 && p99 <= max {
        return Ok(());
    }
    wrong(place, format!("{p50}, {p90}, {p99}, {max} do not grow"))
}

fn costs(used: &Costs) -> Checked {
    let Costs { cpu_ns, cpu_user_ns, cpu_sys_ns, switches, switches_forced, faults_minor, faults_major } =
        used;
    for (place, Figure { median, interval99 }) in [
        ("cpu_ns", cpu_ns),
        ("cpu_user_ns", cpu_user_ns),
        ("cpu_sys_ns", cpu_sys_ns),
        ("switches", switches),
        ("switches_forced", switches_forced),
        ("faults_minor", faults_minor),
        ("faults_major", faults_major),
    ] {
        amount(&format!("costs.{place}.median"), "amount", *median)?;
        positive(&format!("costs.{place}.interval99"), *interval99)?;
    }
    Ok(())
}

fn memory(held: &Memory) -> Checked {
    match (held.threads, held.processes) {
        (0, _) => wrong("memory.threads", "0 threads cannot be"),
        (_, 0) => wrong("memory.processes", "0 processes cannot be"),
        _ => Ok(()),
    }
}

fn timeline(timeline: &Timeline) -> Checked {
    for (at, ran) in timeline.jobs.iter().enumerate() {
        let place = format!("timeline.jobs[{at}]");
        if ran.start_ns > ran.end_ns {
            return wrong(place, format!("it ends at {} and begins at {}", ran.end_ns, ran.start_ns));
        }
        let mut after = ran.start_ns;
        for [from, to] in &ran.waits_ns {
            if !(after <= *from && from <= to && *to <= ran.end_ns) {
                let what = format!("{from} to {to} is no wait between {after} and {}", ran.end_ns);
                return wrong(format!("{place}.waits_ns"), what);
            }
            after = *to;
        }
    }
    Ok(())
}

fn slope(slope: &Slope) -> Checked {
    named("workload", &slope.workload)?;
    named("executor", &slope.executor)?;
    each("published", &slope.published, published)?;
    let unit = |place: &str, found: &Option<PerUnit>| {
        // Less than zero may be: nothing grows, and something else changes.
        found.as_ref().map_or(Ok(()), |found| interval(&format!("{place}.interval99"), found.interval99))
    };
    unit("memory", &slope.memory)?;
    unit("page_tables", &slope.page_tables)?;
    unit("kernel_stacks", &slope.kernel_stacks)
}

/// Cells of one table stand together, each has a lane for each of its passes, and those that tie are in it.
fn tables(run: &Run) -> Checked {
    let mut before = 0;
    for (at, cell) in run.cells.iter().enumerate() {
        let place = |field: &str| format!("cells[{at}].{field}");
        let Some(group) = run.groups.get(cell.group).filter(|_| cell.group >= before) else {
            return wrong(place("group"), format!("{} is not one of the groups, in their order", cell.group));
        };
        before = cell.group;
        if cell.group() != group.name {
            return wrong(
                place("group"),
                format!("the cell is of `{}`, and that group `{}`", cell.group(), group.name),
            );
        }
        let (lanes, passes) = (cell.lanes.len(), group.passes.len());
        if cell.status == Status::Measured && lanes != passes {
            return wrong(place("lanes"), format!("there are {lanes}, and its group has {passes} passes"));
        }
        for name in &cell.tied_with {
            let ties = |other: &Cell| other.group == cell.group && other.executor == *name;
            if !run.cells.iter().any(ties) {
                return wrong(place("tied_with"), format!("no `{name}` in `{}`", group.name));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, lane, whole};
    use crate::record::timeline::Ran;

    /// What the check says of a run in which something was changed.
    fn said(change: impl FnOnce(&mut Run)) -> String {
        let mut changed = whole();
        change(&mut changed);
        run(&changed).expect_err("what cannot be")
    }

    #[test]
    fn a_record_that_can_be_is_left_alone() {
        assert_eq!(run(&whole()), Ok(()));
        assert_eq!(run(&crate::record::fixture::run(Vec::new())), Ok(()));
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        let of = |change: fn(&mut Cell)| said(|run| change(&mut run.cells[2]));
        assert_eq!(of(|cell| cell.median_ns = Some(-5.0)), "cells[2].median_ns: -5 is no time");
        assert_eq!(
            of(|cell| cell.lanes[1].samples_ns[0] = -1.0),
            "cells[2].lanes[1].samples_ns[0]: -1 is no time"
        );
        assert_eq!(
            of(|cell| cell.interval99_ns = Some([5.0, 3.0])),
            "cells[2].interval99_ns: 5 to 3 is no interval"
        );
        assert_eq!(of(|cell| cell.median_ns = None), "cells[2].median_ns: a measured cell has one");
        assert_eq!(of(|cell| cell.lanes.clear()), "cells[2].lanes: a measured cell has some");
        assert_eq!(
            of(|cell| cell.lanes[0].samples_ns.clear()),
            "cells[2].lanes[0].samples_ns: a lane has some"
        );
        assert!(
            of(|cell| cell.lanes = vec![lane(1.0)]).starts_with("cells[2].median_ns: 53200000 is not among")
        );
        let cpu = of(|cell| cell.costs.as_mut().expect("costs").cpu_ns.median = f64::NAN);
        assert_eq!(cpu, "cells[2].costs.cpu_ns.median: NaN is no amount");
        assert_eq!(
            said(|run| run.groups[1].passes[2].others = Some(-1.0)),
            "groups[1].passes[2].others: -1 is no share"
        );
        assert_eq!(of(|cell| cell.id.clear()), "cells[2].id: it is empty");
        assert!(of(|cell| cell.jobs = 0).contains("its parts say `http/processes/0`"));
        assert_eq!(of(|cell| cell.concurrency = 0), "cells[2].concurrency: 0 at once cannot be");
        assert_eq!(of(|cell| cell.efficiency = Some(f64::NAN)), "cells[2].efficiency: NaN is no share");
        let latency = of(|cell| cell.latency_ns = Some(Latency { p50: 2, p90: 1, p99: 3, max: 4 }));
        assert_eq!(latency, "cells[2].latency_ns: 2, 1, 3, 4 do not grow");
        assert_eq!(said(|run| run.environment.cores = 0), "environment.cores: 0 cores cannot be");
        assert_eq!(said(|run| run.started = "soon".into()), "started: `soon` is no date");
        assert!(
            said(|run| run.cells.push(Cell { id: "a/b/0".into(), ..cell("a", "b", 0, 1.0) }))
                .ends_with("0 jobs cannot be")
        );
    }

    #[test]
    fn cells_of_a_group_stand_together_and_have_a_lane_for_each_pass() {
        let more = said(|run| run.cells[0].lanes.push(lane(12.7e6)));
        assert_eq!(more, "cells[0].lanes: there are 9, and its group has 8 passes");
        let stranger = said(|run| run.cells[0].tied_with = vec!["fibres".into()]);
        assert_eq!(stranger, "cells[0].tied_with: no `fibres` in `http/32`");
        assert_eq!(
            said(|run| run.cells[0].group = 9),
            "cells[0].group: 9 is not one of the groups, in their order"
        );
        assert_eq!(
            said(|run| run.cells.last_mut().expect("a cell").group = 0),
            "cells[13].group: 0 is not one of the groups, in their order"
        );
        assert!(
            said(|run| run.groups[0].name = "tcp/1".into())
                .starts_with("cells[0].group: the cell is of `http/32`")
        );
    }

    #[test]
    fn a_job_does_not_end_before_it_began_and_waits_within_its_body() {
        let ran = |start_ns, end_ns, waits_ns| Timeline {
            wall_ns: 9,
            jobs: vec![Ran { job: 0, worker: 0, core: None, handed_ns: 0, start_ns, end_ns, waits_ns }],
        };
        let of = |timeline: Timeline| said(|run| run.cells[0].timeline = Some(timeline));
        assert_eq!(of(ran(5, 3, Vec::new())), "cells[0].timeline.jobs[0]: it ends at 3 and begins at 5");
        assert_eq!(
            of(ran(1, 8, vec![[4, 2]])),
            "cells[0].timeline.jobs[0].waits_ns: 4 to 2 is no wait between 1 and 8"
        );
        assert!(of(ran(1, 8, vec![[2, 4], [3, 5]])).ends_with("3 to 5 is no wait between 4 and 8"));
        assert!(of(ran(1, 8, vec![[2, 9]])).ends_with("2 to 9 is no wait between 1 and 8"));
    }
}
