//! When the jobs of a cell ran, as characters: a row for a job in flight, a thread or a process.

use super::words::Words;
use crate::record::CellResult;
use crate::record::timeline::Ran;
use crate::report::format;

const WAITS: char = '░';
const COMPUTES: char = '█';
const ON_ITS_WAY: char = '·';

/// A picture has at most this many rows; the rows that it leaves out are counted.
const MOST_ROWS: usize = 16;

/// A picture up to some moment of the batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// The columns of the terminal.
    pub width: usize,
    /// The rows that it may have.
    pub height: usize,
    /// The nanoseconds of the batch that fit into the width.
    pub until_ns: f64,
    /// What comes later is not drawn.
    pub now_ns: f64,
}

impl Frame {
    /// The whole of the longest of these batches.
    pub fn whole(cells: &[&CellResult], width: usize, height: usize) -> Self {
        let walls = cells.iter().filter_map(|cell| Some(cell.timeline.as_ref()?.wall_ns as f64));
        let until_ns = walls.fold(1.0, f64::max);
        Self { width, height, until_ns, now_ns: until_ns }
    }
}

/// The lines of a picture: a caption, then its rows. `None` if the lane left no timeline.
pub fn picture(cell: &CellResult, frame: Frame, words: &Words) -> Option<Vec<String>> {
    let timeline = cell.timeline.as_ref()?;
    let rows = timeline.rows();
    let shown = rows.len().min(MOST_ROWS).min(frame.height.saturating_sub(1).max(1));
    let in_flight = timeline.jobs.iter().filter(|job| {
        let (start, end) = (job.start_ns as f64, job.end_ns as f64);
        start <= frame.now_ns && frame.now_ns < end
    });
    let now = if frame.now_ns < frame.until_ns {
        format!(", {}: {}", words.in_flight, in_flight.count())
    } else {
        String::new()
    };
    let wall = format::time(timeline.wall_ns as f64);
    let more = match rows.len() - shown {
        0 => String::new(),
        more => format!(", {}: {more}", words.more_rows),
    };
    let mut lines = vec![format!("{}: {wall}{more}{now}", cell.id)];
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
            timeline: Some(Timeline { wall_ns: 100, jobs }),
            ..CellResult::default()
        }
    }

    #[test]
    fn a_row_shows_when_its_jobs_wait_and_compute() {
        let cell = cell();
        let frame = Frame::whole(&[&cell], 10, 10);
        let lines = picture(&cell, frame, english()).expect("a timeline");
        assert_eq!(lines[1..], ["░░░░░░░░██", "░░░░█"]);
        let half = picture(&cell, Frame { now_ns: 45.0, ..frame }, english()).expect("a timeline");
        assert_eq!(half[1..], ["░░░░░", "░░░░█"]);
        assert!(half[0].ends_with(", in flight: 2"), "{}", half[0]);
    }

    #[test]
    fn a_low_terminal_gets_fewer_rows_and_their_number() {
        let cell = cell();
        let lines = picture(&cell, Frame { height: 2, ..Frame::whole(&[&cell], 10, 2) }, english())
            .expect("a timeline");
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains("rows left out: 1"), "{}", lines[0]);
    }
}
