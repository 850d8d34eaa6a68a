//! Checks one cell: its parts fit its id and its status, its times lie among its samples, its costs are not negative.

use super::published;
use super::value::{Checked, amount, at_most, count, each, inside, name, range, within, wrong};
use crate::lane::rules::probed::body;
use crate::record::timeline::MOST_KEPT;
use crate::record::{CellResult, Costs, Figure, Lane, Latency, Memory, Status, Timeline};

pub(super) fn cell(cell: &CellResult) -> Checked {
    for (field, text) in [("id", &cell.id), ("workload", &cell.workload), ("executor", &cell.executor)] {
        name(field, text)?;
    }
    let id = format!("{}/{}/{}", cell.workload, cell.executor, cell.jobs);
    if cell.id != id {
        return wrong("id", format!("is `{}`, but workload, executor and jobs make `{id}`", cell.id));
    }
    count("jobs", cell.jobs)?;
    count("concurrency", cell.concurrency)?;
    if cell.concurrency > cell.jobs {
        return wrong("concurrency", format!("is {}, but there are {} jobs", cell.concurrency, cell.jobs));
    }
    status(cell)?;
    times(cell)?;
    ratios(cell)?;
    each("published", &cell.published, published)?;
    if let Some(by_hand) = &cell.by_hand {
        amount("by_hand.ratio", by_hand.ratio)?;
        range("by_hand.ratio_interval99", by_hand.ratio_interval99)?;
        inside("by_hand.ratio", Some(by_hand.ratio), by_hand.ratio_interval99)?;
    }
    cell.latency_ns.as_ref().map_or(Ok(()), |found| latency("latency_ns", found))?;
    cell.response_ns.as_ref().map_or(Ok(()), |found| latency("response_ns", found))?;
    cell.costs.as_ref().map_or(Ok(()), costs).map_err(within("costs"))?;
    cell.memory.as_ref().map_or(Ok(()), memory).map_err(within("memory"))?;
    let timeline = |found| timeline(found, cell.jobs);
    cell.timeline.as_ref().map_or(Ok(()), timeline).map_err(within("timeline"))?;
    amount("server.cpu_share", cell.server.as_ref().map(|server| server.cpu_share))
}

fn status(cell: &CellResult) -> Checked {
    let is_measured = cell.status == Status::Measured;
    match (&cell.median_ns, &cell.reason) {
        (None, _) if is_measured => wrong("median_ns", "is missing, but the cell is measured"),
        (Some(_), _) if !is_measured => wrong("median_ns", "is present, but the cell is not measured"),
        (_, None) if !is_measured => wrong("reason", "is missing, but the cell is not measured"),
        _ if is_measured && cell.lanes.is_empty() => wrong("lanes", "is empty, but the cell is measured"),
        _ => Ok(()),
    }
}

/// The median and its interval lie among the samples.
fn times(cell: &CellResult) -> Checked {
    each("lanes", &cell.lanes, lane)?;
    amount("median_ns", cell.median_ns)?;
    range("interval99_ns", cell.interval99_ns)?;
    amount("ideal_ns", cell.ideal_ns)?;
    let samples = || cell.lanes.iter().flat_map(|lane| lane.samples_ns.iter().copied());
    let (least, most) = (samples().fold(f64::INFINITY, f64::min), samples().fold(0.0, f64::max));
    // The median of an even number is a mean, whose last digit is rounded.
    let is_outside = |value: &f64| *value < least * (1.0 - 1e-9) || *value > most * (1.0 + 1e-9);
    let outside =
        |field, value: f64| wrong(field, format!("has {value}, but the samples go from {least} to {most}"));
    if let Some(median) = cell.median_ns.filter(is_outside) {
        return outside("median_ns", median);
    }
    cell.interval99_ns
        .and_then(|ends| ends.into_iter().find(is_outside))
        .map_or(Ok(()), |end| outside("interval99_ns", end))?;
    inside("median_ns", cell.median_ns, cell.interval99_ns)
}

fn lane(lane: &Lane) -> Checked {
    if lane.samples_ns.is_empty() {
        return wrong("samples_ns", "is empty");
    }
    for (at, sample) in lane.samples_ns.iter().enumerate() {
        amount(&format!("samples_ns[{at}]"), *sample)?;
    }
    amount("cpu_ns", lane.cpu_ns)?;
    amount("switches", lane.switches)
}

fn ratios(cell: &CellResult) -> Checked {
    for (field, value) in [
        ("throughput_per_s", cell.throughput_per_s),
        ("efficiency", cell.efficiency),
        ("ratio_to_fastest", cell.ratio_to_fastest),
        ("speedup_vs_sequential", cell.speedup_vs_sequential),
        ("speedup_vs_rust", cell.speedup_vs_rust),
        ("overlap_factor", cell.overlap_factor),
        ("cpu_parallelism", cell.cpu_parallelism),
        ("probe_slowdown", cell.probe_slowdown),
    ] {
        amount(field, value)?;
    }
    range("ratio_to_fastest_interval99", cell.ratio_to_fastest_interval99)?;
    range("speedup_vs_rust_interval99", cell.speedup_vs_rust_interval99)?;
    range("speedup_interval99", cell.speedup_interval99)?;
    inside("ratio_to_fastest", cell.ratio_to_fastest, cell.ratio_to_fastest_interval99)?;
    inside("speedup_vs_rust", cell.speedup_vs_rust, cell.speedup_vs_rust_interval99)?;
    inside("speedup_vs_sequential", cell.speedup_vs_sequential, cell.speedup_interval99)
}

fn latency(field: &str, latency: &Latency) -> Checked {
    let Latency { p50, p90, p99, max } = latency;
    if p50 <= p90 && p90 <= p99 && p99 <= max {
        return Ok(());
    }
    wrong(field, format!("does not grow from p50 to max: {p50}, {p90}, {p99}, {max}"))
}

fn costs(used: &Costs) -> Checked {
    let Costs { cpu_ns, cpu_user_ns, cpu_sys_ns, switches, switches_forced, faults_minor, faults_major } =
        used;
    for (field, Figure { median, interval99 }) in [
        ("cpu_ns", cpu_ns),
        ("cpu_user_ns", cpu_user_ns),
        ("cpu_sys_ns", cpu_sys_ns),
        ("switches", switches),
        ("switches_forced", switches_forced),
        ("faults_minor", faults_minor),
        ("faults_major", faults_major),
    ] {
        amount("median", *median)
            .and_then(|()| range("interval99", *interval99))
            .and_then(|()| inside("median", Some(*median), *interval99))
            .map_err(within(field))?;
    }
    Ok(())
}

fn memory(held: &Memory) -> Checked {
    match (held.threads, held.processes) {
        (0, _) => wrong("threads", "is 0"),
        (_, 0) => wrong("processes", "is 0"),
        _ => Ok(()),
    }
}

fn timeline(timeline: &Timeline, jobs: usize) -> Checked {
    at_most("jobs", timeline.jobs.len(), MOST_KEPT)?;
    each("jobs", &timeline.jobs, |ran| body(ran).or_else(|(field, why)| wrong(field, why)))?;
    for (at, ran) in timeline.jobs.iter().enumerate() {
        if ran.end_ns > timeline.wall_ns {
            let why = format!("is {}, after the end of the batch at {}", ran.end_ns, timeline.wall_ns);
            return wrong(format!("jobs[{at}].end_ns"), why);
        }
        if ran.job >= jobs {
            return wrong(format!("jobs[{at}].job"), format!("is {}, but there are {jobs} jobs", ran.job));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::check::tests::error_of;
    use crate::record::fixture::{self, lane};
    use crate::record::timeline::Ran;

    #[test]
    fn impossible_values_of_a_cell_are_named_with_their_place() {
        type Change = fn(&mut CellResult);
        let of = |change: Change| error_of(|run| change(&mut run.cells[2]));
        let table: [(Change, &str); 18] = [
            (|cell| cell.median_ns = Some(-5.0), "`cells[2].median_ns` is negative"),
            (|cell| cell.median_ns = None, "`cells[2].median_ns` is missing, but the cell is measured"),
            (|cell| cell.lanes[1].samples_ns[0] = -1.0, "`cells[2].lanes[1].samples_ns[0]` is negative"),
            (
                |cell| cell.interval99_ns = Some([5.0, 3.0]),
                "`cells[2].interval99_ns` starts at 5 and ends at 3",
            ),
            (|cell| cell.interval99_ns = Some([-5.0, 3.0]), "`cells[2].interval99_ns` is negative"),
            (|cell| cell.lanes.clear(), "`cells[2].lanes` is empty, but the cell is measured"),
            (|cell| cell.lanes[0].samples_ns.clear(), "`cells[2].lanes[0].samples_ns` is empty"),
            (|cell| cell.id.clear(), "`cells[2].id` is empty"),
            (|cell| cell.concurrency = 0, "`cells[2].concurrency` is 0"),
            (|cell| cell.concurrency = 33, "`cells[2].concurrency` is 33, but there are 32 jobs"),
            (
                |cell| cell.interval99_ns = Some([54e6, 55e6]),
                "`cells[2].median_ns` is 53200000, outside its interval from 54000000 to 55000000",
            ),
            (
                |cell| {
                    (cell.ratio_to_fastest, cell.ratio_to_fastest_interval99) = (Some(3.0), Some([1.0, 2.0]));
                },
                "`cells[2].ratio_to_fastest` is 3, outside its interval from 1 to 2",
            ),
            (
                |cell| cell.costs.as_mut().expect("costs").switches.interval99 = Some([1.0, 2.0]),
                "`cells[2].costs.switches.median` is 22, outside its interval from 1 to 2",
            ),
            (
                |cell| {
                    let jobs = vec![Ran { job: 32, ..Ran::default() }];
                    cell.timeline = Some(Timeline { wall_ns: 9, jobs });
                },
                "`cells[2].timeline.jobs[0].job` is 32, but there are 32 jobs",
            ),
            (|cell| cell.efficiency = Some(f64::NAN), "`cells[2].efficiency` is not a finite number"),
            (
                |cell| cell.lanes = vec![lane(1.0)],
                "`cells[2].median_ns` has 53200000, but the samples go from 1 to 1",
            ),
            (
                |cell| cell.costs.as_mut().expect("costs").cpu_ns.median = -1.0,
                "`cells[2].costs.cpu_ns.median` is negative",
            ),
            (
                |cell| cell.latency_ns = Some(Latency { p50: 2, p90: 1, p99: 3, max: 4 }),
                "`cells[2].latency_ns` does not grow from p50 to max: 2, 1, 3, 4",
            ),
        ];
        for (change, says) in table {
            assert_eq!(of(change), says);
        }
        assert!(of(|cell| cell.jobs = 0).ends_with("workload, executor and jobs make `http/processes/0`"));
        let empty = CellResult { id: "a/b/0".into(), ..fixture::cell("a", "b", 0, 1.0) };
        assert!(error_of(|run| run.cells.push(empty)).ends_with(".jobs` is 0"));
    }

    #[test]
    fn a_job_ends_after_its_start_and_waits_in_between() {
        let of = |start_ns, end_ns, waits_ns: &[[u64; 2]]| {
            let waits_ns = waits_ns.to_vec();
            let job = Ran { job: 0, worker: 0, core: None, handed_ns: 0, start_ns, end_ns, waits_ns };
            error_of(|run| run.cells[0].timeline = Some(Timeline { wall_ns: 9, jobs: vec![job] }))
        };
        assert_eq!(of(5, 3, &[]), "`cells[0].timeline.jobs[0].end_ns` is 3, before the start at 5");
        assert_eq!(
            of(1, 8, &[[4, 2]]),
            "`cells[0].timeline.jobs[0].waits_ns` has a wait from 4 to 2, not between 1 and 8"
        );
        assert_eq!(
            of(1, 10, &[]),
            "`cells[0].timeline.jobs[0].end_ns` is 10, after the end of the batch at 9"
        );
        assert!(of(1, 8, &[[2, 4], [3, 5]]).ends_with("from 3 to 5, not between 4 and 8"));
        assert!(of(1, 8, &[[2, 9]]).ends_with("from 2 to 9, not between 1 and 8"));
    }
}
