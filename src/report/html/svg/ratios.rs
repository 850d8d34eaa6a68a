//! Ratios as points with their intervals, all on one axis, and the range that is no difference as a band.
//!
//! A name stands above its interval, so that the picture needs no width for names and can be read on a phone.

use maud::{Markup, html};

use super::axis::Axis;
use super::{fluid, n, text};
use crate::report::html::mark;
use crate::report::view::Mark;
use crate::report::view::comparison::chart::{RatioGroup, RatioRow, Ratios};

/// The height of the numbers above the rows, of a title, of a row, and of what is below the rows.
const TOP: f64 = 22.0;
const TITLE: f64 = 30.0;
const ROW: f64 = 44.0;
const FOOT: f64 = 46.0;
/// From the top of a row to the bottom of its words, and to its point.
const WORDS: f64 = 15.0;
const POINT: f64 = 30.0;
/// Half of the height of a band, and of the end of an interval.
const BAND: f64 = 10.0;
const END: f64 = 5.0;
/// Room for a name, on the narrowest screen.
const NAMES: f64 = 180.0;
/// Where the axis begins and ends, in percent of the width: its outermost numbers have room on a narrow screen, too.
const PLACES: [f64; 2] = [6.0, 94.0];
/// Room for a tick, in percent of the width.
const TICK: f64 = 15.0;

/// The picture. `id` must be unique on the page.
pub(in crate::report::html) fn ratios(chart: &Ratios, id: &str) -> Markup {
    let rows = || chart.groups.iter().flat_map(|group| &group.rows);
    let ends = |row: &RatioRow| row.interval.into_iter().flatten().chain(row.band).chain([row.ratio.value]);
    let axis = Axis::of_ratios(rows().flat_map(ends), PLACES);
    let height = |group: &RatioGroup| TITLE + ROW * group.rows.len() as f64;
    let bottom = TOP + chart.groups.iter().map(height).sum::<f64>();
    let tops = chart.groups.iter().scan(TOP, |top, group| {
        *top += height(group);
        Some(*top - height(group))
    });
    let inner = html! {
        (grid(&axis, bottom))
        @for (group, top) in chart.groups.iter().zip(tops) {
            g.(mark::class(group.mark)) {
                text.title x="0" y=(n(top + 20.0)) { (title(group)) }
                @for (at, row) in group.rows.iter().enumerate() { (one(row, &axis, top + TITLE + ROW * at as f64)) }
            }
        }
        text.note x="0" y=(n(bottom + 38.0)) { "\u{2190} " (chart.ends[0]) }
        text.note.end x="100%" y=(n(bottom + 38.0)) { (chart.ends[1]) " \u{2192}" }
    };
    let described: Vec<String> = rows().map(|row| format!("{}: {}", row.label, row.ratio.text)).collect();
    fluid(id, bottom + FOOT, &chart.caption, &described.join("; "), &inner)
}

/// What may be has a question mark already.
fn title(group: &RatioGroup) -> String {
    match group.mark {
        Mark::Worse | Mark::Better => format!("{} {}", mark::symbol(group.mark), group.title),
        _ => group.title.clone(),
    }
}

fn grid(axis: &Axis, bottom: f64) -> Markup {
    html! {
        @for tick in axis.ticks(TICK) {
            @let x = percent(axis.position(tick.value));
            line.grid x1=(x) x2=(x) y1=(n(TOP - 4.0)) y2=(n(bottom + 4.0)) {}
            @for y in [TOP - 10.0, bottom + 20.0] { text.tick.middle x=(x) y=(n(y)) { (tick.text) } }
        }
        @let one = percent(axis.position(1.0));
        line.zero x1=(one) x2=(one) y1=(n(TOP - 4.0)) y2=(n(bottom + 4.0)) {}
    }
}

fn one(row: &RatioRow, axis: &Axis, top: f64) -> Markup {
    let y = top + POINT;
    let [low, high] = row.band.map(|end| axis.position(end));
    html! {
        rect.band x=(percent(low)) y=(n(y - BAND)) width=(percent(high - low)) height=(n(2.0 * BAND)) {}
        @if let Some(ends) = row.interval {
            @let [low, high] = ends.map(|end| percent(axis.position(end)));
            line.span x1=(low) x2=(high) y1=(n(y)) y2=(n(y)) {}
            @for end in [low, high] { line.span x1=(end) x2=(end) y1=(n(y - END)) y2=(n(y + END)) {} }
        }
        circle.mean cx=(percent(axis.position(row.ratio.value))) cy=(n(y)) r="5" {}
        text.name x="0" y=(n(top + WORDS)) { (text::name(&row.label, NAMES)) }
        text.value.end x="100%" y=(n(top + WORDS)) { (row.ratio.text) }
    }
}

fn percent(share: f64) -> String {
    format!("{share:.2}%")
}
