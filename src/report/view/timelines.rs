//! When the jobs of each executor ran, one executor under another on one axis.

use std::collections::{BTreeSet, HashSet};

use super::bars::time;
use super::chart::{Amount, Span, Strip, TimelineChart, Tone};
use crate::record::timeline::Ran;
use crate::record::{CellResult, Timeline};
use crate::report::format::{self, count};

/// A picture ends at this many times the batch of the middle executor. Where one executor takes thirty times as long as most
/// others, a longer picture would squeeze theirs into a few pixels.
const MOST: f64 = 5.0;

/// A picture is not cut where that saves less than this factor.
const WORTH: f64 = 1.3;

/// The timelines of a group; nothing if none of its cells left one.
pub(super) fn of(sorted: &[&CellResult]) -> Option<TimelineChart> {
    let left: Vec<(&CellResult, &Timeline)> =
        sorted.iter().filter_map(|cell| Some((*cell, cell.timeline.as_ref()?))).collect();
    let until_ns = until(&left);
    let strips: Vec<Strip> = left.iter().map(|(cell, timeline)| strip(cell, timeline, until_ns)).collect();
    let caption = "when each job ran, in one more run of the batch".into();
    (!strips.is_empty()).then_some(TimelineChart { caption, until_ns, strips })
}

/// Where the picture ends: with the longest batch, or earlier, but not just before its end.
fn until(left: &[(&CellResult, &Timeline)]) -> f64 {
    let mut walls: Vec<f64> = left.iter().map(|(_, timeline)| timeline.wall_ns as f64).collect();
    walls.sort_by(f64::total_cmp);
    let ends = left.iter().flat_map(|(_, timeline)| timeline.jobs.iter().map(|ran| ran.end_ns as f64));
    let longest = ends.chain(walls.iter().copied()).fold(0.0, f64::max);
    let most = walls.get(walls.len() / 2).map_or(longest, |middle| middle * MOST);
    if most > 0.0 && most * WORTH < longest { most } else { longest }
}

fn strip(cell: &CellResult, timeline: &Timeline, until_ns: f64) -> Strip {
    let all = timeline.rows();
    let begins = |span: &Span| span.from_ns < until_ns;
    let rows: Vec<Vec<Span>> =
        all.iter().map(|row| spans(row).into_iter().filter(begins).collect()).collect();
    let rows: Vec<Vec<Span>> = rows.into_iter().filter(|row: &Vec<Span>| !row.is_empty()).collect();
    let wall = timeline.wall_ns as f64;
    Strip {
        label: cell.executor.clone(),
        model: cell.model.clone(),
        wall: time(wall).unwrap_or_else(|| Amount { value: 0.0, text: format::MISSING.into() }),
        remarks: [Some(what(cell, timeline, all.len())), later(all.len() - rows.len()), cores(timeline)]
            .into_iter()
            .flatten()
            .collect(),
        rows,
    }
}

/// Which jobs are kept, and what a row is.
fn what(cell: &CellResult, timeline: &Timeline, rows: usize) -> String {
    let workers: HashSet<usize> = timeline.jobs.iter().map(|ran| ran.worker).collect();
    let row = match cell.model.as_str() {
        _ if rows > workers.len() => "a row for each job in flight",
        "process" => "a row for each process",
        _ => "a row for each thread",
    };
    let kept = timeline.jobs.len();
    if kept < cell.jobs {
        format!("{} of {} jobs, {row}", count(kept as u64), count(cell.jobs as u64))
    } else {
        row.into()
    }
}

/// Rows whose jobs all begin after the end of the picture.
fn later(rows: usize) -> Option<String> {
    let words = if rows == 1 { "row begins" } else { "rows begin" };
    (rows > 0).then(|| format!("{} more {words} later", count(rows as u64)))
}

/// The cores on which the jobs began, where that is known.
fn cores(timeline: &Timeline) -> Option<String> {
    let cores: BTreeSet<usize> = timeline.jobs.iter().filter_map(|ran| ran.core).collect();
    let list: Vec<String> = cores.iter().map(usize::to_string).collect();
    match list.as_slice() {
        [] => None,
        [one] => Some(format!("all on core {one}")),
        _ => Some(format!("on cores {}", list.join(", "))),
    }
}

fn spans(jobs: &[&Ran]) -> Vec<Span> {
    let mut spans = Vec::new();
    let before = [None].into_iter().chain(jobs.iter().copied().map(Some));
    for (before, ran) in before.zip(jobs) {
        let span = |tone| {
            move |[from, to]: [u64; 2]| Span { from_ns: from as f64, to_ns: to as f64, tone, core: ran.core }
        };
        spans.extend(ran.on_its_way_ns(before).map(span(Tone::OnItsWay)));
        let waits = ran.waits_ns.iter().copied().map(span(Tone::Waiting));
        let mut body: Vec<Span> =
            ran.computes_ns().into_iter().map(span(Tone::Computing)).chain(waits).collect();
        body.sort_by(|a, b| a.from_ns.total_cmp(&b.from_ns));
        spans.extend(body);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::cell;

    fn ran(job: usize, worker: usize, [handed_ns, start_ns, end_ns]: [u64; 3], waits: &[[u64; 2]]) -> Ran {
        Ran { job, worker, core: Some(1), handed_ns, start_ns, end_ns, waits_ns: waits.to_vec() }
    }

    fn shown(jobs: Vec<Ran>) -> Vec<Vec<(u64, u64, Tone)>> {
        let mut cell = cell("timer", "tasks", 4, 9e6);
        cell.timeline = Some(Timeline { wall_ns: 90, jobs });
        let found = of(&[&cell]).expect("a timeline");
        let span = |span: &Span| (span.from_ns as u64, span.to_ns as u64, span.tone);
        found.strips[0].rows.iter().map(|row| row.iter().map(span).collect()).collect()
    }

    #[test]
    fn a_worker_has_one_row_unless_its_jobs_overlap() {
        use Tone::{Computing, OnItsWay, Waiting};
        let one_by_one = shown(vec![ran(0, 0, [0, 5, 20], &[[10, 20]]), ran(1, 0, [0, 25, 40], &[[25, 30]])]);
        let expected = [
            (0, 5, OnItsWay),
            (5, 10, Computing),
            (10, 20, Waiting),
            (20, 25, OnItsWay),
            (25, 30, Waiting),
            (30, 40, Computing),
        ];
        assert_eq!(one_by_one, [expected]);
        let overlapping =
            shown(vec![ran(0, 0, [0, 5, 20], &[]), ran(1, 0, [0, 15, 40], &[]), ran(2, 0, [0, 20, 30], &[])]);
        assert_eq!(overlapping.len(), 2);
        assert_eq!(overlapping[0].last(), Some(&(20, 30, Computing)));
    }

    #[test]
    fn a_remark_counts_the_jobs_that_are_not_kept() {
        let mut cell = cell("timer", "thread-pool", 2_000, 9e6);
        cell.timeline = Some(Timeline { wall_ns: 90, jobs: vec![ran(0, 3, [0, 5, 20], &[])] });
        let remarks = &of(&[&cell]).expect("one").strips[0].remarks;
        assert_eq!(remarks[..], ["1 of 2,000 jobs, a row for each thread", "all on core 1"]);
    }

    #[test]
    fn rows_beyond_the_end_of_the_picture_are_counted_and_not_shown() {
        let with = |executor: &str, wall_ns, jobs| {
            let mut cell = cell("file", executor, 3, 9e6);
            cell.timeline = Some(Timeline { wall_ns, jobs });
            cell
        };
        let short = with("tasks", 100, vec![ran(0, 0, [0, 5, 90], &[])]);
        let jobs = vec![
            ran(0, 0, [0, 10, 2_000], &[]),
            ran(1, 1, [499, 600, 2_000], &[]),
            ran(2, 2, [500, 600, 2_000], &[]),
            ran(3, 3, [1_000, 1_500, 3_000], &[]),
        ];
        let long = with("processes", 3_000, jobs);
        let found = of(&[&short, &short, &long]).expect("timelines");
        assert_eq!(found.until_ns, 500.0, "five times the middle one");
        let strip = &found.strips[2];
        assert_eq!(strip.rows.len(), 2, "the second is on its way before the end");
        assert!(strip.rows.iter().flatten().all(|span| span.from_ns < 500.0));
        assert_eq!(strip.remarks[1], "2 more rows begin later");
        assert_eq!(of(&[&short, &long]).expect("two").until_ns, 3_000.0, "the middle one is the longest");
    }
}
