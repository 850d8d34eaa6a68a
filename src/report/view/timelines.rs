//! When the jobs of each executor ran, one executor under another on one axis.

use std::collections::HashSet;

use super::bars::time;
use super::chart::{Figure, Lane, Span, Timelines, Tone};
use crate::record::timeline::Ran;
use crate::record::{Cell, Timeline};
use crate::report::format::{self, count};

/// The timelines of a group; nothing if none of its cells left one.
pub(super) fn of(sorted: &[&Cell]) -> Option<Timelines> {
    let lanes: Vec<Lane> =
        sorted.iter().filter_map(|cell| Some(lane(cell, cell.timeline.as_ref()?))).collect();
    let ends = lanes.iter().flat_map(|lane| {
        lane.rows.iter().filter_map(|row| row.last()).map(|last| last.to_ns).chain([lane.wall.value])
    });
    let until_ns = ends.fold(0.0, f64::max);
    let caption = "when each job ran, in one more run of the batch".into();
    (!lanes.is_empty()).then_some(Timelines { caption, until_ns, lanes })
}

fn lane(cell: &Cell, timeline: &Timeline) -> Lane {
    let rows = timeline.rows();
    let workers: HashSet<usize> = timeline.jobs.iter().map(|ran| ran.worker).collect();
    let row = match cell.model.as_str() {
        _ if rows.len() > workers.len() => "a row for each job in flight",
        "process" => "a row for each process",
        _ => "a row for each thread",
    };
    let shown = timeline.jobs.len();
    let part = if shown < cell.jobs {
        format!("{} of {} jobs, ", count(shown as u64), count(cell.jobs as u64))
    } else {
        String::new()
    };
    let wall = timeline.wall_ns as f64;
    Lane {
        label: cell.executor.clone(),
        model: cell.model.clone(),
        wall: time(wall).unwrap_or_else(|| Figure { value: 0.0, text: format::MISSING.into() }),
        remark: format!("{part}{row}"),
        rows: rows.iter().map(|row| spans(row)).collect(),
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
        found.lanes[0].rows.iter().map(|row| row.iter().map(span).collect()).collect()
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
    fn what_is_not_shown_is_said() {
        let mut cell = cell("timer", "thread-pool", 2_000, 9e6);
        cell.timeline = Some(Timeline { wall_ns: 90, jobs: vec![ran(0, 3, [0, 5, 20], &[])] });
        assert_eq!(of(&[&cell]).expect("one").lanes[0].remark, "1 of 2,000 jobs, a row for each thread");
    }
}
