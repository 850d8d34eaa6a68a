//! When each job ran: a strip for each executor on one axis of time, a row in it for each worker or job.
//!
//! A strip is few paths, one for each tone, and not thousands of boxes: a page holds a hundred of them.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::axis::{Axis, Unit};
use super::{WIDTH, n, picture, text};
use crate::report::html::model;
use crate::report::view::chart::{Figure, Lane, Scale, Span, Timelines, Tone};

/// Where strips begin: room for names and remarks.
const LEFT: f64 = 200.0;
/// Where they end.
const RIGHT: f64 = WIDTH - 24.0;
/// Room at the right of lanes that go on beyond the picture.
const ON: f64 = 84.0;
/// A picture ends at so many times the batch of the middle lane: where one lane takes thirty times as long as most others,
/// the shapes of those would be lost. What goes on says how long.
const MOST: f64 = 5.0;
/// All rows of a picture share about this height.
const ROWS: f64 = 560.0;
/// Between two strips.
const GAP: f64 = 14.0;
/// Lines of a lane's text.
const LINE: f64 = 15.0;
/// The size of a remark.
const SMALL: f64 = 11.5;

/// A lane with its place.
struct Strip<'a> {
    lane: &'a Lane,
    remarks: Vec<String>,
    pitch: f64,
    top: f64,
    height: f64,
}

/// The picture. `id` must be unique on the page.
pub(in crate::report::html) fn timelines(chart: &Timelines, id: &str) -> Markup {
    let strips = strips(&chart.lanes);
    let bottom = strips.last().map_or(20.0, |strip| strip.top + strip.height + 6.0);
    let until = until(chart);
    let right = if until < chart.until_ns { RIGHT - ON } else { RIGHT };
    let axis = Axis::new(Scale::Linear, Unit::Time, [0.0, until], [LEFT, right]);
    let inner = html! {
        @for tick in axis.ticks(90.0) {
            @let x = n(axis.place(tick.value));
            path.grid d={ "M" (x) " 4V" (n(bottom + 4.0)) } {}
            text.tick.middle x=(x) y=(n(bottom + 20.0)) { (tick.text) }
        }
        @for strip in &strips { (one(strip, &axis, until)) }
    };
    let said: Vec<String> = chart
        .lanes
        .iter()
        .map(|lane| format!("{}: {}, {}", lane.label, lane.wall.text, lane.remark))
        .collect();
    picture(id, bottom + 30.0, &chart.caption, &said.join("; "), &inner)
}

/// Where the picture ends: not just before the last lane does.
fn until(chart: &Timelines) -> f64 {
    let mut walls: Vec<f64> = chart.lanes.iter().map(|lane| lane.wall.value).collect();
    walls.sort_by(f64::total_cmp);
    let most = walls.get(walls.len() / 2).map_or(f64::INFINITY, |middle| middle * MOST);
    if most > 0.0 && most * 1.3 < chart.until_ns { most } else { chart.until_ns }
}

/// Many rows become thin, few stay readable.
fn strips(lanes: &[Lane]) -> Vec<Strip<'_>> {
    let rows: usize = lanes.iter().map(|lane| lane.rows.len()).sum();
    let shared = (ROWS / rows.max(1) as f64).clamp(1.25, 9.0);
    let mut top = 8.0;
    let mut strips = Vec::with_capacity(lanes.len());
    for lane in lanes {
        let Lane { rows, remark, .. } = lane;
        // A lane of few rows has room beside its own name.
        let pitch = shared.max((44.0 / rows.len().max(1) as f64).min(9.0));
        let mut remarks = text::wrap(remark, SMALL, LEFT - 14.0);
        remarks.extend(text::wrap(&cores(lane), SMALL, LEFT - 14.0));
        let words = LINE * (1.0 + remarks.len() as f64);
        let height = (pitch * rows.len() as f64).max(words);
        strips.push(Strip { lane, remarks, pitch, top, height });
        top += height + GAP;
    }
    strips
}

fn one(strip: &Strip, axis: &Axis, until: f64) -> Markup {
    let Strip { lane, top, pitch, .. } = strip;
    let model = model::class(&lane.model);
    let path = |tone| path(&lane.rows, tone, strip, axis, until);
    let tones = [("way", Tone::OnItsWay), ("wait", Tone::Waiting), ("work", Tone::Computing)];
    let thick = if *pitch >= 4.0 { pitch - 1.5 } else { pitch * 0.75 };
    html! {
        g.(model) data-model=(model) data-executor=(lane.label) {
            text.name x="0" y=(n(top + 11.0)) { (text::name(&lane.label, LEFT - 20.0 - text::width(&lane.wall.text, text::SIZE))) }
            text.end.wall x=(n(LEFT - 12.0)) y=(n(top + 11.0)) { (lane.wall.text) }
            @for (at, line) in strip.remarks.iter().enumerate() {
                text.remark x="0" y=(n(top + 11.0 + LINE * (at as f64 + 1.0))) { (line) }
            }
            @for (class, tone) in tones {
                @let d = path(tone);
                @let width = if tone == Tone::OnItsWay { (thick / 4.0).clamp(0.5, 1.2) } else { thick };
                @if !d.is_empty() { path.(class) d=(d) stroke-width=(n(width)) {} }
            }
            (end(&lane.wall, strip, axis, until))
            @if lane.rows.len() <= 16 { (titles(strip)) }
        }
    }
}

/// All parts of one tone. A part that is too short to be seen is drawn one pixel long.
fn path(rows: &[Vec<Span>], tone: Tone, strip: &Strip, axis: &Axis, until: f64) -> String {
    let mut d = String::new();
    for (at, row) in rows.iter().enumerate() {
        let y = n(strip.top + strip.pitch * (at as f64 + 0.5));
        // Where the last part ended: parts that touch become one.
        let mut end = f64::NEG_INFINITY;
        for span in row.iter().filter(|span| span.tone == tone && span.from_ns < until) {
            let (from, to) = (axis.place(span.from_ns), axis.place(span.to_ns));
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

/// The moment at which the batch was done, or that it goes on beyond the picture.
fn end(wall: &Figure, strip: &Strip, axis: &Axis, until: f64) -> Markup {
    let x = axis.place(wall.value);
    let high = strip.pitch * strip.lane.rows.len() as f64;
    html! {
        @if wall.value > until {
            text.on x=(n(x + 8.0)) y=(n(strip.top + high / 2.0 + 4.0)) { "\u{2192} " (wall.text) }
        } @else {
            path.done d={ "M" (n(x)) " " (n(strip.top - 2.0)) "v" (n(high + 4.0)) } {}
        }
    }
}

/// The cores on which the jobs of a lane began.
fn cores(lane: &Lane) -> String {
    let list = listed(lane.rows.iter().flatten());
    match list.len() {
        0 => String::new(),
        1 => format!("all on core {}", list[0]),
        _ => format!("on cores {}", list.join(", ")),
    }
}

fn listed<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<String> {
    let mut cores: Vec<usize> = spans.filter_map(|span| span.core).collect();
    cores.sort_unstable();
    cores.dedup();
    cores.iter().map(usize::to_string).collect()
}

/// On which core each part of a row began, where rows are high enough to point at.
fn titles(strip: &Strip) -> Markup {
    html! {
        @for (at, row) in strip.lane.rows.iter().enumerate() {
            @let mut cores: Vec<usize> = row.iter().filter_map(|span| span.core).collect();
            @let () = cores.dedup();
            @if !cores.is_empty() {
                rect.touch x=(n(LEFT)) y=(n(strip.top + strip.pitch * at as f64)) width=(n(RIGHT - LEFT)) height=(n(strip.pitch)) {
                    title { "began on core " (cores.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")) }
                }
            }
        }
    }
}

/// What the tones mean: those that the picture has.
pub(in crate::report::html) fn tones(chart: &Timelines) -> Markup {
    let spans = || chart.lanes.iter().flat_map(|lane| &lane.rows).flatten();
    let has = |tone| spans().any(|span| span.tone == tone);
    let cut = until(chart) < chart.until_ns;
    let tones = [
        ("wait", has(Tone::Waiting), "waits for something outside"),
        ("work", has(Tone::Computing), "computes, or is ready to and has no core"),
        ("way", has(Tone::OnItsWay), "on its way: its unit is made, or it is handed over"),
        ("done", true, "the batch is done"),
        ("on", cut, "goes on beyond the picture, to there"),
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
