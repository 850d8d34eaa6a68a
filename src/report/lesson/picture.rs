//! When the jobs of a cell ran, as characters: a row for a job in flight, a thread or a process. Must not know how often it is
//! drawn, or where.

use super::caption::{Moment, caption};
use super::words::Words;
use super::{BOLD, fitted};
use crate::record::CellResult;
use crate::record::timeline::Ran;

const WAITS: char = '░';
const COMPUTES: char = '█';
const ON_ITS_WAY: char = '·';
/// Of a job that is wide enough: where jobs follow each other without a gap, one could not tell them apart.
const BEGINS: char = '|';
const WIDE_ENOUGH: f64 = 2.0;

/// A picture has at most this many rows; the rows that it leaves out are counted.
const MOST_ROWS: usize = 16;

/// A picture up to some moment of the batch.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    /// The columns of the terminal.
    width: usize,
    /// The rows of jobs that it may have.
    rows: usize,
    /// The nanoseconds of the batch that fit into the width.
    until_ns: f64,
    /// What comes later is not drawn.
    now_ns: f64,
    /// Whether it is one of many, so that its caption counts what is in flight.
    moves: bool,
}

impl Frame {
    /// The whole of the longest of these batches.
    fn whole(cells: &[&CellResult], width: usize) -> Self {
        let walls = cells.iter().filter_map(|cell| Some(cell.timeline.as_ref()?.wall_ns as f64));
        let until_ns = walls.fold(1.0, f64::max);
        Self { width, rows: MOST_ROWS, until_ns, now_ns: until_ns, moves: false }
    }
}

/// The pictures of these cells, one under another: the whole ones, or up to a part of the time of the longest. They have as
/// many rows as fit into that height; where it is too low for one row each, they are higher.
pub fn pictures(
    cells: &[&CellResult],
    words: &Words,
    width: usize,
    height: usize,
    part: Option<f64>,
) -> Vec<String> {
    let whole = Frame::whole(cells, width.max(1));
    let with = |rows| {
        let now_ns = whole.until_ns * part.unwrap_or(1.0);
        let frame = Frame { rows, now_ns, moves: part.is_some(), ..whole };
        cells.iter().filter_map(|cell| picture(cell, frame, words)).flatten().collect::<Vec<_>>()
    };
    (2..=MOST_ROWS).rev().map(with).find(|lines| lines.len() <= height).unwrap_or_else(|| with(1))
}

/// The lines of a picture: a caption, then its rows. `None` if the lane left no timeline.
fn picture(cell: &CellResult, frame: Frame, words: &Words) -> Option<Vec<String>> {
    let timeline = cell.timeline.as_ref()?;
    let rows = timeline.rows();
    let shown = rows.len().min(frame.rows);
    let now_ns = frame.moves.then_some(frame.now_ns);
    let moment = Moment { now_ns, rows_left_out: rows.len() - shown };
    let mut lines = fitted(&caption(cell, timeline, moment, words), ", ", frame.width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(&cell.id, &format!("{BOLD}{}{BOLD:#}", cell.id), 1);
    }
    lines.extend(rows.iter().take(shown).map(|row| line(row, frame)));
    Some(lines)
}

fn line(row: &[&Ran], frame: Frame) -> String {
    let mut line = vec![' '; frame.width];
    let column = |ns: u64| ns as f64 / frame.until_ns * frame.width as f64;
    let end = frame.now_ns / frame.until_ns * frame.width as f64;
    let mut paint = |[from, to]: [u64; 2], sign: char| {
        let (from, to) = (column(from), column(to).min(end));
        if from >= to {
            return;
        }
        // What is shorter than a column has one all the same, unless something longer is there.
        let first = (from as usize).min(frame.width - 1);
        let last = (to.ceil() as usize).clamp(first + 1, frame.width);
        for place in &mut line[first..last] {
            if *place == ' ' || to - from >= 1.0 {
                *place = sign;
            }
        }
    };
    let mut before = None;
    for ran in row {
        if let Some(way) = ran.on_its_way_ns(before) {
            paint(way, ON_ITS_WAY);
        }
        ran.waits_ns.iter().for_each(|wait| paint(*wait, WAITS));
        ran.computes_ns().into_iter().for_each(|part| paint(part, COMPUTES));
        before = Some(*ran);
    }
    for ran in row.iter().filter(|ran| column(ran.end_ns) - column(ran.start_ns) >= WIDE_ENOUGH) {
        let first = column(ran.start_ns);
        if let Some(place) = line.get_mut(first as usize).filter(|_| first < end) {
            *place = BEGINS;
        }
    }
    line.into_iter().collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Language;
    use crate::record::Timeline;
    use crate::report::lesson::words;

    fn english() -> &'static Words {
        words::of(Language::En)
    }

    fn ran(job: usize, worker: usize, start_ns: u64, wait: [u64; 2], end_ns: u64) -> Ran {
        Ran { job, worker, core: None, handed_ns: start_ns, start_ns, end_ns, waits_ns: vec![wait] }
    }

    fn cell() -> CellResult {
        let jobs = vec![ran(0, 0, 0, [0, 80], 100), ran(1, 1, 0, [0, 40], 50)];
        CellResult {
            id: "timer/threads/2".into(),
            jobs: 2,
            timeline: Some(Timeline { wall_ns: 100, jobs }),
            ..CellResult::default()
        }
    }

    fn plain(lines: &[String]) -> Vec<String> {
        lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
    }

    fn drawn(cell: &CellResult, width: usize, height: usize, part: Option<f64>) -> Vec<String> {
        plain(&pictures(&[cell], english(), width, height, part))
    }

    #[test]
    fn a_row_shows_when_its_jobs_wait_and_compute() {
        let cell = cell();
        let whole = Frame::whole(&[&cell], 10);
        let rows = |now_ns: f64| {
            let lines = picture(&cell, Frame { now_ns, ..whole }, english()).expect("a timeline");
            lines[lines.len() - 2..].to_vec()
        };
        assert_eq!(rows(100.0), ["|░░░░░░░██", "|░░░█"]);
        assert_eq!(rows(45.0), ["|░░░░", "|░░░█"]);
    }

    #[test]
    fn jobs_that_follow_each_other_are_told_apart_where_there_is_room() {
        let jobs = (0..5).map(|job| ran(job, 0, job as u64 * 20, [job as u64 * 20; 2], 20 + job as u64 * 20));
        let timeline = Timeline { wall_ns: 100, jobs: jobs.collect() };
        let cell = CellResult { timeline: Some(timeline), ..cell() };
        assert_eq!(drawn(&cell, 15, 10, None).last().expect("a row"), "|██|██|██|██|██");
        assert_eq!(drawn(&cell, 5, 10, None).last().expect("a row"), "█████");
    }

    #[test]
    fn a_low_terminal_gets_fewer_rows_and_their_number() {
        assert_eq!(drawn(&cell(), 80, 3, None).len(), 3);
        let low = drawn(&cell(), 80, 2, None);
        assert_eq!(low.len(), 2);
        assert!(low[0].contains("rows left out: 1"), "{}", low[0]);
    }

    #[test]
    fn a_narrow_terminal_gets_a_caption_in_lines_that_fit() {
        let narrow = drawn(&cell(), 30, 10, Some(0.45));
        assert_eq!(narrow[..2], ["timer/threads/2: 100 ns,", "in flight: 2/2, threads: 2"]);
    }
}
