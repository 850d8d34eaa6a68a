//! Medians as bars with their intervals as whiskers, and the ideal as a dashed line.
//!
//! A logarithmic axis has no zero at which a bar could begin, so its length would mean nothing: there it is a point.

use maud::{Markup, html};

use super::axis::{Axis, Unit};
use super::{WIDTH, n, picture, text};
use crate::report::html::{mark, model};
use crate::report::view::Mark;
use crate::report::view::chart::{Amount, Bar, Bars, Scale};

/// From one bar to the next.
const PITCH: f64 = 27.0;
/// The thickness of a bar.
const THICK: f64 = 15.0;
/// Room for names.
const NAMES: f64 = 190.0;
/// The note on a logarithmic axis.
const LOG: &str = "axis by powers of ten";
/// The radius of a point.
const DOT: f64 = 5.0;

struct Layout {
    axis: Axis,
    scale: Scale,
    left: f64,
    right: f64,
    top: f64,
}

/// The picture. `id` must be unique on the page.
pub(in crate::report::html) fn bars(chart: &Bars, id: &str) -> Markup {
    let layout = layout(chart);
    let bottom = layout.top + PITCH * chart.bars.len() as f64;
    let inner = html! {
        (grid(&layout, bottom))
        @for (at, bar) in chart.bars.iter().enumerate() {
            (one(bar, &layout, layout.top + PITCH * (at as f64 + 0.5)))
        }
        // Over the bars and under the words.
        @if let Some(ideal) = &chart.ideal { (line(ideal, &layout, bottom)) }
        @for (at, bar) in chart.bars.iter().enumerate() {
            (end(bar, &layout, layout.top + PITCH * (at as f64 + 0.5)))
        }
    };
    let described: Vec<String> = chart.bars.iter().map(described).collect();
    let ideal = chart.ideal.as_ref().map(|ideal| format!("; ideal {}", ideal.text)).unwrap_or_default();
    picture(id, bottom + 30.0, &chart.caption, &format!("{}{ideal}", described.join("; ")), &inner)
}

fn layout(chart: &Bars) -> Layout {
    let names = chart.bars.iter().map(|bar| text::width(&bar.label, text::SIZE)).fold(0.0, f64::max);
    let left = names.min(NAMES) + 14.0;
    let ends = chart.bars.iter().map(|bar| text::width(&value(bar), text::SIZE)).fold(0.0, f64::max);
    let right = WIDTH - ends.min(WIDTH / 2.0) - 16.0;
    let medians = chart.bars.iter().filter_map(|bar| bar.median.as_ref());
    let values = medians.clone().map(|figure| figure.value);
    let values = values
        .chain(chart.bars.iter().filter(|bar| bar.median.is_some()).filter_map(|bar| bar.interval).flatten());
    let values = values.chain(chart.ideal.as_ref().map(|ideal| ideal.value));
    let axis = Axis::new(chart.scale, Unit::Time, values, [left, right]);
    let axis = if chart.scale == Scale::Log { axis.padded(0.03) } else { axis };
    Layout {
        axis,
        scale: chart.scale,
        left,
        right,
        top: if chart.ideal.is_some() || chart.scale == Scale::Log { 24.0 } else { 6.0 },
    }
}

fn grid(layout: &Layout, bottom: f64) -> Markup {
    let ticks = layout.axis.ticks(90.0);
    html! {
        @for tick in &ticks {
            @let x = n(layout.axis.position(tick.value));
            path.grid d={ "M" (x) " " (n(layout.top)) "V" (n(bottom + 4.0)) } {}
            text.tick.middle x=(x) y=(n(bottom + 20.0)) { (tick.text) }
        }
        @if layout.scale == Scale::Linear {
            path.zero d={ "M" (n(layout.left)) " " (n(layout.top)) "V" (n(bottom)) } {}
        } @else {
            text.note.end x=(n(WIDTH)) y="13" { (LOG) }
        }
    }
}

fn one(bar: &Bar, layout: &Layout, y: f64) -> Markup {
    let model = model::class(&bar.model);
    html! {
        g.(model).(mark::class(bar.mark)) data-model=(model) data-executor=(bar.label) {
            text.end.name x=(n(layout.left - 10.0)) y=(n(y + 4.5)) { (text::name(&bar.label, NAMES)) }
            @if let Some(median) = &bar.median {
                (shape(bar, median, layout, y))
            }
        }
    }
}

fn shape(bar: &Bar, median: &Amount, layout: &Layout, y: f64) -> Markup {
    let x = layout.axis.position(median.value);
    let (left, top) = (n(layout.left), n(y - THICK / 2.0));
    html! {
        @if layout.scale == Scale::Log {
            path.stem d={ "M" (left) " " (n(y)) "H" (n(x)) } {}
            (whisker(bar, layout, y))
            circle.fill.hollow[bar.mark == Mark::Limited] cx=(n(x)) cy=(n(y)) r=(n(DOT)) {}
        } @else {
            // A bar is visible, however short.
            @let wide = n((x - layout.left).max(1.0));
            rect.fill x=(left) y=(top) width=(wide) height=(n(THICK)) {}
            @if bar.mark == Mark::Limited { rect.hatched x=(left) y=(top) width=(wide) height=(n(THICK)) {} }
            (whisker(bar, layout, y))
        }
    }
}

/// The interval, unless it is too narrow to be seen.
fn whisker(bar: &Bar, layout: &Layout, y: f64) -> Markup {
    let Some([low, high]) = bar.interval.map(|ends| ends.map(|end| layout.axis.position(end))) else {
        return html! {};
    };
    let least = if layout.scale == Scale::Log { 2.0 * DOT + 2.0 } else { 1.0 };
    let d = format!("M{0} {1}V{2}M{0} {3}H{4}M{4} {1}V{2}", n(low), n(y - 4.0), n(y + 4.0), n(y), n(high));
    html! { @if high - low >= least { path.whisker-back d=(d) {} path.whisker d=(d) {} } }
}

/// The words at the end of a bar, after its whisker, or in place of a bar.
fn end(bar: &Bar, layout: &Layout, y: f64) -> Markup {
    let model = model::class(&bar.model);
    let ends = bar.median.iter().map(|median| median.value).chain(bar.interval.into_iter().flatten());
    let dot = if layout.scale == Scale::Log { DOT } else { 0.0 };
    let reach = ends.map(|end| layout.axis.position(end)).fold(layout.left, f64::max) + dot;
    html! {
        g.(mark::class(bar.mark)) data-model=(model) data-executor=(bar.label) {
            @if bar.median.is_some() {
                text.value x=(n(reach + 8.0)) y=(n(y + 4.5)) { (value(bar)) }
            } @else {
                text.word x=(n(layout.left + 8.0)) y=(n(y + 4.5)) { (mark::symbol(bar.mark)) " " (instead(bar)) }
            }
        }
    }
}

/// The text at the end of a bar: its sign, its value, and a word where the value alone would mislead.
fn value(bar: &Bar) -> String {
    let Some(median) = &bar.median else { return String::new() };
    let sign = mark::symbol(bar.mark);
    let space = if sign.is_empty() { "" } else { " " };
    let word = if bar.mark == Mark::Limited { " limited" } else { "" };
    format!("{sign}{space}{}{word}", median.text)
}

fn instead(bar: &Bar) -> &str {
    if bar.word.is_empty() { bar.mark.word() } else { &bar.word }
}

/// The same for screen readers.
fn described(bar: &Bar) -> String {
    let median = bar.median.as_ref().map_or_else(|| instead(bar).to_owned(), |median| median.text.clone());
    format!("{}: {median}", bar.label)
}

fn line(ideal: &Amount, layout: &Layout, bottom: f64) -> Markup {
    let x = layout.axis.position(ideal.value);
    let words = format!("ideal {}", ideal.text);
    let half = text::width(&words, text::SIZE) / 2.0;
    let note = if layout.scale == Scale::Log { text::width(LOG, text::SIZE) + 10.0 } else { 0.0 };
    let middle = x.clamp(layout.left, layout.right.max(layout.left)).max(half).min(WIDTH - half - note);
    html! {
        path.ideal d={ "M" (n(x)) " " (n(layout.top - 4.0)) "V" (n(bottom)) } {}
        text.middle.note x=(n(middle)) y="13" { (words) }
    }
}
