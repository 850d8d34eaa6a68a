//! When each job ran: a strip for each executor on one axis of time, a row in it for each worker or job.
//!
//! A strip is few paths, one for each tone, and not thousands of rectangles: a page holds a hundred of them.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::axis::{Axis, Unit};
use super::{WIDTH, n, picture, text};
use crate::report::html::model;
use crate::report::lesson::words::Words;
use crate::report::view::chart::{Scale, Strip, TimelineChart, Tone};

/// Where strips begin: room for names and remarks.
const LEFT: f64 = 200.0;
/// Where they end.
const RIGHT: f64 = WIDTH - 24.0;
/// Room at the right for what goes on after the end of the picture.
const ON: f64 = 84.0;
/// All rows of a picture share about this height.
const ROWS: f64 = 560.0;
/// Between two strips.
const GAP: f64 = 14.0;
/// Lines of a strip's text.
const LINE: f64 = 15.0;
/// The size of a remark.
const SMALL: f64 = 11.5;

/// A strip with its place.
struct Placed<'a> {
    strip: &'a Strip,
    remarks: Vec<String>,
    pitch: f64,
    top: f64,
    height: f64,
}

/// The picture. `id` must be unique on the page.
pub(in crate::report::html) fn timelines(chart: &TimelineChart, id: &str) -> Markup {
    let placed = placed(&chart.strips);
    let bottom = placed.last().map_or(20.0, |placed| placed.top + placed.height + 6.0);
    let right = if is_cut(chart) { RIGHT - ON } else { RIGHT };
    let axis = Axis::new(Scale::Linear, Unit::Time, [0.0, chart.until_ns], [LEFT, right]);
    let inner = html! {
        @for tick in axis.ticks(90.0) {
            @let x = n(axis.position(tick.value));
            path.grid d={ "M" (x) " 4V" (n(bottom + 4.0)) } {}
            text.tick.middle x=(x) y=(n(bottom + 20.0)) { (tick.text) }
        }
        @for placed in &placed { (one(placed, &axis, chart.until_ns)) }
    };
    let described: Vec<String> = chart
        .strips
        .iter()
        .map(|strip| format!("{}: {}, {}", strip.label, strip.wall.text, strip.remarks.join(", ")))
        .collect();
    picture(id, bottom + 30.0, &chart.caption, &described.join("; "), &inner)
}

/// Whether a batch goes on after the end of the picture.
fn is_cut(chart: &TimelineChart) -> bool {
    chart.strips.iter().any(|strip| strip.wall.value > chart.until_ns)
}

/// Many rows become thin, few stay readable.
fn placed(strips: &[Strip]) -> Vec<Placed<'_>> {
    let rows: usize = strips.iter().map(|strip| strip.rows.len()).sum();
    let shared = (ROWS / rows.max(1) as f64).clamp(1.25, 9.0);
    let mut top = 8.0;
    let mut placed = Vec::with_capacity(strips.len());
    for strip in strips {
        let rows = strip.rows.len();
        // Few rows are as high as the text next to them.
        let pitch = shared.max((44.0 / rows.max(1) as f64).min(9.0));
        let remarks: Vec<String> =
            strip.remarks.iter().flat_map(|remark| text::wrap(remark, SMALL, LEFT - 14.0)).collect();
        let height = (pitch * rows as f64).max(LINE * (1.0 + remarks.len() as f64));
        placed.push(Placed { strip, remarks, pitch, top, height });
        top += height + GAP;
    }
    placed
}

fn one(placed: &Placed, axis: &Axis, until: f64) -> Markup {
    let Placed { strip, top, pitch, .. } = placed;
    let model = model::class(&strip.model);
    let tones = [("way", Tone::OnItsWay), ("wait", Tone::Waiting), ("work", Tone::Computing)];
    let thick = if *pitch >= 4.0 { pitch - 1.5 } else { pitch * 0.75 };
    html! {
        g.(model) data-model=(model) data-executor=(strip.label) {
            text.name x="0" y=(n(top + 11.0)) { (text::name(&strip.label, LEFT - 20.0 - text::width(&strip.wall.text, text::SIZE))) }
            text.end.wall x=(n(LEFT - 12.0)) y=(n(top + 11.0)) { (strip.wall.text) }
            @for (at, line) in placed.remarks.iter().enumerate() {
                text.remark x="0" y=(n(top + 11.0 + LINE * (at as f64 + 1.0))) { (line) }
            }
            @for (class, tone) in tones {
                @let d = path(tone, placed, axis);
                @let width = if tone == Tone::OnItsWay { (thick / 4.0).clamp(0.5, 1.2) } else { thick };
                @if !d.is_empty() { path.(class) d=(d) stroke-width=(n(width)) {} }
            }
            (end(placed, axis, until))
            @if strip.rows.len() <= 16 { (titles(placed)) }
        }
    }
}

/// All parts of one tone. A part that is too short to be seen is drawn one pixel long.
fn path(tone: Tone, placed: &Placed, axis: &Axis) -> String {
    let mut d = String::new();
    for (at, row) in placed.strip.rows.iter().enumerate() {
        let y = n(placed.top + placed.pitch * (at as f64 + 0.5));
        // Where the last part ended: parts that touch become one.
        let mut end = f64::NEG_INFINITY;
        for span in row.iter().filter(|span| span.tone == tone) {
            let (from, to) = (axis.position(span.from_ns), axis.position(span.to_ns));
            let to = to.max(from + if tone == Tone::OnItsWay { 0.0 } else { 0.8 });
            if to <= end + 0.05 {
                continue;
            }
            if end == f64::NEG_INFINITY || from > end + 0.4 {
                let _ = write!(d, "M{} {y}", n(from));
            } else if d.ends_with(&format!("H{}", n(end))) {
                d.truncate(d.len() - n(end).len() - 1);
            }
            let _ = write!(d, "H{}", n(to));
            end = to;
        }
    }
    d
}

/// The moment at which the batch was done, or that it goes on after the end of the picture.
fn end(Placed { strip, top, pitch, .. }: &Placed, axis: &Axis, until: f64) -> Markup {
    let x = axis.position(strip.wall.value);
    let high = pitch * strip.rows.len() as f64;
    html! {
        @if strip.wall.value > until {
            text.on x=(n(x + 8.0)) y=(n(top + high / 2.0 + 4.0)) { "\u{2192} " (strip.wall.text) }
        } @else {
            path.done d={ "M" (n(x)) " " (n(top - 2.0)) "v" (n(high + 4.0)) } {}
        }
    }
}

/// On which core each part of a row began, where rows are high enough to point at.
fn titles(placed: &Placed) -> Markup {
    html! {
        @for (at, row) in placed.strip.rows.iter().enumerate() {
            @let mut cores: Vec<usize> = row.iter().filter_map(|span| span.core).collect();
            @let () = cores.dedup();
            @if !cores.is_empty() {
                rect.touch x=(n(LEFT)) y=(n(placed.top + placed.pitch * at as f64)) width=(n(RIGHT - LEFT)) height=(n(placed.pitch)) {
                    title { "began on core " (cores.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")) }
                }
            }
        }
    }
}

/// What the tones mean: those that the picture has.
pub(in crate::report::html) fn tones(chart: &TimelineChart, words: &Words) -> Markup {
    let spans = || chart.strips.iter().flat_map(|strip| &strip.rows).flatten();
    let has = |tone| spans().any(|span| span.tone == tone);
    let tones = [
        ("wait", has(Tone::Waiting), words.waits),
        ("work", has(Tone::Computing), words.computes),
        ("way", has(Tone::OnItsWay), words.on_its_way),
        ("done", true, words.done),
        ("on", is_cut(chart), words.goes_on),
    ];
    html! {
        ul.legend aria-label="Tones" {
            @for (class, _, words) in tones.into_iter().filter(|(_, there, _)| *there) {
                li {
                    svg.sample.m-thread width="26" height="12" viewBox="0 0 26 12" aria-hidden="true" {
                        @match class {
                            "done" => path.done d="M13 0V12" {},
                            "on" => text.on x="7" y="10" { "\u{2192}" },
                            "way" => path.way d="M0 6H26" stroke-width="1.2" {},
                            _ => path.(class) d="M0 6H26" stroke-width="8" {},
                        }
                    }
                    (words)
                }
            }
        }
    }
}
