//! The picture of a group: its medians as bars, its intervals, the ideal.

use super::Mark;
use super::chart::{Amount, Bar, Bars, Scale};
use super::group::mark;
use super::words::several;
use crate::record::{CellResult, Status};
use crate::report::format;

/// Where the longest bar is this many times as long as the shortest, a linear axis hides the differences of short ones.
const SQUEEZED: f64 = 20.0;

/// The bars of a group, in the order of its table.
pub(super) fn of(sorted: &[&CellResult]) -> Bars {
    let jobs = sorted.first().map_or(0, |cell| cell.jobs);
    let bars: Vec<Bar> = sorted.iter().map(|cell| bar(cell)).collect();
    let times: Vec<f64> =
        bars.iter().filter_map(|bar| bar.median.as_ref()).map(|median| median.value).collect();
    Bars {
        caption: format!("time of one batch of {}, shorter is better", several(jobs, "job", "jobs")),
        scale: scale(&times),
        ideal: sorted.iter().find_map(|cell| cell.ideal_ns).and_then(time),
        bars,
    }
}

fn scale(times: &[f64]) -> Scale {
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let most = times.iter().copied().fold(0.0, f64::max);
    // A logarithmic axis has no zero.
    if least > 0.0 && most / least > SQUEEZED { Scale::Log } else { Scale::Linear }
}

fn bar(cell: &CellResult) -> Bar {
    let mark = mark(cell);
    let median = cell.median_ns.filter(|_| cell.status == Status::Measured).and_then(time);
    let word = if median.is_some() { "" } else { mark.word() };
    let interval = cell.interval99_ns.filter(|ends| median.is_some() && ends.iter().all(|end| drawn(*end)));
    Bar {
        label: cell.executor.clone(),
        model: cell.model.clone(),
        mark,
        median,
        interval,
        word: if matches!(mark, Mark::Failed | Mark::NotApplicable) { word.into() } else { String::new() },
    }
}

/// Whether an axis can show it.
pub(super) fn drawn(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// A time that can be drawn.
pub(super) fn time(ns: f64) -> Option<Amount> {
    drawn(ns).then(|| Amount { value: ns, text: format::time(ns) })
}
