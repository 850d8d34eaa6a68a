//! How a figure grows: a line for each executor on two logarithmic axes, named at its end.

use maud::{Markup, html};

use super::axis::{self, Axis, Tick, Unit};
use super::labels::apart;
use super::marker::{self, SHAPES, Shape};
use super::{WIDTH, n, picture, text};
use crate::report::format;
use crate::report::html::model;
use crate::report::view::chart::{Curves, Line, Scale};

/// Where the plot begins.
const TOP: f64 = 34.0;
/// Where it ends.
const BOTTOM: f64 = 424.0;
/// Room for names.
const NAMES: f64 = 180.0;

struct Plot {
    x: Axis,
    y: Axis,
    left: f64,
    right: f64,
}

/// The picture. `id` must be unique on the page.
pub(in crate::report::html) fn curves(chart: &Curves, id: &str) -> Markup {
    let plot = plot(chart);
    let ends: Vec<[f64; 2]> = chart.lines.iter().map(|line| end(line, &plot)).collect();
    let heights: Vec<f64> = ends.iter().map(|[_, y]| *y).collect();
    let places = apart(&heights, 16.0, [TOP + 4.0, BOTTOM - 2.0]);
    let inner = html! {
        (grid(chart, &plot))
        @for (at, line) in chart.lines.iter().enumerate() {
            @let shape = SHAPES[at % SHAPES.len()];
            @let model = model::class(&line.model);
            g.(model) data-model=(model) data-executor=(line.label) {
                (one(line, shape, dash(&chart.lines[..at], line), &plot))
                (label(line, shape, ends[at], places[at], &plot))
            }
        }
    };
    let described: Vec<String> = chart.lines.iter().map(described).collect();
    picture(id, BOTTOM + 52.0, &chart.caption, &described.join("; "), &inner)
}

fn plot(chart: &Curves) -> Plot {
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    let names = chart.lines.iter().map(|line| text::width(&line.label, text::SIZE)).fold(0.0, f64::max);
    let right = WIDTH - names.min(NAMES) - 52.0;
    let values = points().flat_map(|point| point.interval.into_iter().flatten().chain([point.y.value]));
    let y = Axis::new(Scale::Log, Unit::Time, values, [BOTTOM, TOP]).padded(0.04);
    let left = axis::widest(&y.ticks(36.0), 12.0) + 12.0;
    let ended = chart.lines.iter().filter_map(|line| line.ended.as_ref()).map(|ended| ended.x);
    let sizes = points().map(|point| point.x).chain(ended).chain(chart.cores.map(|cores| cores as f64));
    let x = Axis::new(Scale::Log, Unit::Number, sizes, [left, right]).padded(0.02);
    Plot { x, y, left, right }
}

fn grid(chart: &Curves, plot: &Plot) -> Markup {
    html! {
        @for tick in plot.y.ticks(36.0) {
            @let y = plot.y.position(tick.value);
            path.grid d={ "M" (n(plot.left)) " " (n(y)) "H" (n(plot.right)) } {}
            text.tick.end x=(n(plot.left - 8.0)) y=(n(y + 4.0)) { (tick.text) }
        }
        @for tick in sizes(chart, plot) {
            @let x = plot.x.position(tick.value);
            path.grid d={ "M" (n(x)) " " (n(TOP)) "V" (n(BOTTOM + 4.0)) } {}
            text.tick.middle x=(n(x)) y=(n(BOTTOM + 20.0)) { (tick.text) }
        }
        text.note x="0" y="14" { (chart.y_label) }
        text.note.middle x=(n(f64::midpoint(plot.left, plot.right))) y=(n(BOTTOM + 42.0)) { (chart.x_label) }
        @if let Some(cores) = chart.cores {
            @let x = plot.x.position(cores as f64);
            path.ideal d={ "M" (n(x)) " " (n(TOP - 6.0)) "V" (n(BOTTOM)) } {}
            text.note.middle x=(n(x)) y=(n(TOP - 10.0)) { (cores) @if cores == 1 { " core" } @else { " cores" } }
        }
    }
}

/// The measured sizes if they have room, otherwise powers of ten.
fn sizes(chart: &Curves, plot: &Plot) -> Vec<Tick> {
    let mut sizes: Vec<f64> = chart.lines.iter().flat_map(|line| &line.points).map(|point| point.x).collect();
    sizes.extend(chart.lines.iter().filter_map(|line| line.ended.as_ref()).map(|ended| ended.x));
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let roomy = sizes.windows(2).all(|two| plot.x.position(two[1]) - plot.x.position(two[0]) >= 52.0);
    if sizes.is_empty() || !roomy {
        return plot.x.ticks(60.0);
    }
    sizes.into_iter().map(|value| Tick { value, text: format::count(value as u64) }).collect()
}

/// Lines of one colour differ in their dashes, too.
fn dash(before: &[Line], line: &Line) -> &'static str {
    let same = before.iter().filter(|other| model::class(&other.model) == model::class(&line.model)).count();
    ["", "7 4", "2 3", "10 3 2 3"][same % 4]
}

fn one(line: &Line, shape: Shape, dash: &str, plot: &Plot) -> Markup {
    let position = |x: f64, y: f64| [plot.x.position(x), plot.y.position(y)];
    let points: Vec<[f64; 2]> = line.points.iter().map(|point| position(point.x, point.y.value)).collect();
    let path: Vec<String> = points.iter().map(|[x, y]| format!("{} {}", n(*x), n(*y))).collect();
    html! {
        @if points.len() > 1 { path.line d={ "M" (path.join("L")) } stroke-dasharray=[(!dash.is_empty()).then_some(dash)] {} }
        @for (point, at) in line.points.iter().zip(&points) {
            @if let Some([low, high]) = point.interval.map(|ends| ends.map(|end| plot.y.position(end)))
                && low - high >= 2.0 {
                path.whisker d={ "M" (n(at[0])) " " (n(low)) "V" (n(high)) } {}
            }
            (marker::point(shape, *at, 4.2, point.limited))
        }
        @if let Some(ended) = &line.ended {
            @let [x, y] = position(ended.x, line.points.last().map_or(0.0, |point| point.y.value));
            @if let Some([from, _]) = points.last() { path.lost d={ "M" (n(*from)) " " (n(y)) "H" (n(x)) } {} }
            path.ended d={ "M" (n(x - 4.5)) " " (n(y - 4.5)) "l9 9m0 -9l-9 9" } { title { (ended.word) ": " (ended.reason) } }
        }
    }
}

/// Where a line ends, its cross included.
fn end(line: &Line, plot: &Plot) -> [f64; 2] {
    let last = line.points.last();
    let x = line.ended.as_ref().map(|ended| ended.x).or(last.map(|point| point.x));
    [plot.x.position(x.unwrap_or(0.0)), plot.y.position(last.map_or(0.0, |point| point.y.value))]
}

fn label(line: &Line, shape: Shape, [x, y]: [f64; 2], height: f64, plot: &Plot) -> Markup {
    let start = plot.right + 26.0;
    html! {
        path.leader d={ "M" (n(x + 8.0)) " " (n(y)) "L" (n((plot.right + 4.0).max(x + 8.0))) " " (n(y)) "L" (n(start - 4.0)) " " (n(height)) } {}
        (marker::point(shape, [start + 4.0, height], 4.2, false))
        text.name x=(n(start + 14.0)) y=(n(height + 4.5)) { (text::name(&line.label, NAMES)) }
    }
}

/// The same for screen readers.
fn described(line: &Line) -> String {
    let ends = match line.points.as_slice() {
        [] => String::new(),
        [only] => format!("{} at {}", only.y.text, only.x),
        [first, .., last] => format!("{} at {}, {} at {}", first.y.text, first.x, last.y.text, last.x),
    };
    let ended =
        line.ended.as_ref().map(|ended| format!(", {} at {}", ended.word, ended.x)).unwrap_or_default();
    format!("{}: {ends}{ended}", line.label)
}
