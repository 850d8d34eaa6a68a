//! What stands above a picture: the cell, the jobs in flight at a moment, and what the record measured of the cell. Must not know
//! the picture.

use std::collections::BTreeSet;

use super::words::Words;
use crate::record::CellResult;
use crate::record::timeline::Timeline;
use crate::report::clean::clean;
use crate::report::column::read;
use crate::report::format;

/// What a caption cannot read in the record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The nanosecond of the batch up to which the picture is drawn; none of a picture that does not move.
    pub(super) now_ns: Option<f64>,
    /// The rows that do not fit.
    pub(super) rows_left_out: usize,
}

/// The items of a caption. What is missing is left out.
pub(super) fn caption(cell: &CellResult, timeline: &Timeline, moment: Moment, words: &Words) -> Vec<String> {
    let drawn = timeline.jobs.len();
    let mut items = vec![format!("{}: {}", clean(&cell.id), format::time(timeline.wall_ns as f64))];
    let mut add = |word: &str, value: &str| items.push(format!("{word}: {value}"));
    if let Some(now_ns) = moment.now_ns {
        let in_flight = timeline.jobs.iter().filter(|job| {
            let (start, end) = (job.start_ns as f64, job.end_ns as f64);
            start <= now_ns && now_ns < end
        });
        // Of constant width, or all that follows would jump.
        let digits = drawn.to_string().len();
        add(words.in_flight, &format!("{:>digits$}/{drawn}", in_flight.count()));
    }
    if drawn < cell.jobs {
        add(words.drawn, &format!("{drawn}/{}", cell.jobs));
    }
    if moment.rows_left_out > 0 {
        add(words.more_rows, &moment.rows_left_out.to_string());
    }
    if let Some((word, workers)) = workers(cell, timeline, words) {
        add(word, &workers);
    }
    if let Some(bytes) = read::held(cell, |memory| memory.bytes) {
        // Above a process that does nothing: hence the sign.
        add(words.memory, &format!("+{}", format::memory(bytes)));
    }
    if let Some(switches) = read::cost(cell, |costs| costs.switches).filter(|_| cell.jobs > 0) {
        add(words.switches, &format::plain(switches / cell.jobs as f64));
    }
    items
}

/// The threads or processes that began the jobs, with a plus where some jobs are not drawn. `None` where jobs begin on one
/// thread and compute on others.
fn workers<'w>(cell: &CellResult, timeline: &Timeline, words: &'w Words) -> Option<(&'w str, String)> {
    let word = match cell.model.as_str() {
        "async task and OS thread" => return None,
        "process" => words.processes,
        _ => words.threads,
    };
    let count = timeline.jobs.iter().map(|job| job.worker).collect::<BTreeSet<_>>().len();
    let more = if timeline.jobs.len() < cell.jobs { "+" } else { "" };
    Some((word, format!("{count}{more}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Language;
    use crate::record::fixture;
    use crate::record::timeline::Ran;
    use crate::report::lesson::words;

    fn timeline() -> Timeline {
        let ran = |job: usize, end_ns| Ran {
            job,
            worker: job,
            core: None,
            handed_ns: 0,
            start_ns: 0,
            end_ns,
            waits_ns: Vec::new(),
        };
        Timeline { wall_ns: 100, jobs: vec![ran(0, 100), ran(1, 50)] }
    }

    fn text(cell: &CellResult, now_ns: Option<f64>) -> String {
        let moment = Moment { now_ns, rows_left_out: 0 };
        caption(cell, &timeline(), moment, words::of(Language::En)).join(", ")
    }

    #[test]
    fn it_counts_the_jobs_in_flight_at_that_moment() {
        let cell = CellResult { id: "timer/threads/2".into(), jobs: 2, ..CellResult::default() };
        let with = |count| format!("timer/threads/2: 100 ns, in flight: {count}/2, threads: 2");
        assert_eq!([45.0, 55.0, 100.0].map(|now| text(&cell, Some(now))), [2, 1, 0].map(with));
        assert_eq!(text(&cell, None), "timer/threads/2: 100 ns, threads: 2", "it has no such moment");
    }

    #[test]
    fn it_has_what_was_measured_and_says_how_many_jobs_are_drawn() {
        let cell = fixture::cell("tcp", "process-pool", 100, 1e6);
        let bytes = read::held(&cell, |memory| memory.bytes).map(format::memory).expect("the fixture has it");
        let switches = read::cost(&cell, |costs| costs.switches).expect("the fixture has it") / 100.0;
        let expected = format!(
            "tcp/process-pool/100: 100 ns, jobs drawn: 2/100, processes: 2+, memory: +{bytes}, switches/job: {}",
            format::plain(switches)
        );
        assert_eq!(text(&cell, None), expected);
    }

    #[test]
    fn threads_that_only_begin_jobs_are_not_counted() {
        let cell = fixture::cell("primes", "tasks-rayon", 2, 1e6);
        assert!(!text(&cell, None).contains("threads"), "{}", text(&cell, None));
    }
}
