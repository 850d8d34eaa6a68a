//! Jobs in flight against cores at work: every cell is a point, and the corners have names.

use maud::{Markup, html};

use super::axis::{Axis, Unit};
use super::labels::Area;
use super::marker::{self, SHAPES, Shape};
use super::{WIDTH, n, picture, text};
use crate::report::html::model;
use crate::report::view::chart::{Plane, PlanePoint, Scale};

const LEFT: f64 = 58.0;
const RIGHT: f64 = WIDTH - 16.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 540.0;
/// Room above and below all points for the names of the corners.
const CORNER: f64 = 50.0;
/// At most this many points have a name in the picture; the others have tooltips, and the tables have all.
const NAMED: usize = 14;
/// The size of a name.
const SMALL: f64 = 12.0;
/// The kinds of work, in the order of shapes.
const FAMILIES: [(&str, &str); 4] =
    [("io", "waiting"), ("cpu", "computing"), ("mixed", "both in turn"), ("control", "control")];

/// The picture. `id` must be unique on the page.
pub(in crate::report::html) fn plane(plane: &Plane, id: &str) -> Markup {
    let overlaps = plane.points.iter().map(|point| point.overlap.value);
    let busy = plane.points.iter().map(|point| point.parallelism.value);
    // One job and one core are always shown: they divide the plane.
    let x = Axis::new(Scale::Log, Unit::Number, overlaps.chain([0.4, 10.0]), [LEFT, RIGHT]).padded(0.03);
    let y = Axis::new(
        Scale::Log,
        Unit::Number,
        busy.chain([0.1, 1.2 * plane.cores as f64]),
        [BOTTOM - CORNER, TOP + CORNER],
    );
    let y = y.padded(0.04);
    let at: Vec<[f64; 2]> = plane
        .points
        .iter()
        .map(|point| [x.position(point.overlap.value), y.position(point.parallelism.value)])
        .collect();
    let corners = corners();
    let inner = html! {
        (grid(&x, &y, plane.cores))
        @for corner in &corners { (corner.markup()) }
        @for (point, at) in plane.points.iter().zip(&at) { (dot(point, *at)) }
        @for (at, place) in names(plane, &at, &corners, lines(y.position(plane.cores as f64))) {
            text.label x=(n(place.x)) y=(n(place.y + 11.0)) { (shown(&plane.points[at])) }
        }
    };
    let about = format!("{} cells; their numbers are in the tables", plane.points.len());
    picture(id, BOTTOM + 52.0, "jobs in flight and cores at work", &about, &inner)
}

fn grid(x: &Axis, y: &Axis, cores: usize) -> Markup {
    let line = |value: f64| n(y.position(value));
    html! {
        @for tick in y.ticks(40.0) {
            path.grid d={ "M" (n(LEFT)) " " (line(tick.value)) "H" (n(RIGHT)) } {}
            text.tick.end x=(n(LEFT - 8.0)) y=(n(y.position(tick.value) + 4.0)) { (tick.text) }
        }
        path.frame d={ "M" (n(LEFT)) " " (n(TOP)) "H" (n(RIGHT)) "V" (n(BOTTOM)) "H" (n(LEFT)) "Z" } {}
        @for tick in x.ticks(70.0) {
            @let at = n(x.position(tick.value));
            path.grid d={ "M" (at) " " (n(TOP)) "V" (n(BOTTOM)) } {}
            text.tick.middle x=(at) y=(n(BOTTOM + 20.0)) { (tick.text) }
        }
        path.divide d={ "M" (n(x.position(1.0))) " " (n(TOP + CORNER)) "V" (n(BOTTOM - CORNER)) "M" (n(LEFT)) " " (line(1.0)) "H" (n(RIGHT)) } {}
        path.ideal d={ "M" (n(LEFT)) " " (line(cores as f64)) "H" (n(RIGHT)) } {}
        text.label.note x=(n(LEFT + 8.0)) y=(n(y.position(cores as f64) - 6.0)) { @if cores == 1 { "the one core" } @else { "all " (cores) " cores" } }
        text.note x="0" y="14" { "cores at work" }
        text.note.middle x=(n(f64::midpoint(LEFT, RIGHT))) y=(n(BOTTOM + 42.0)) { "jobs in flight" }
    }
}

/// A corner's name and its place.
struct Corner {
    name: &'static str,
    about: &'static str,
    area: Area,
    end: bool,
}

impl Corner {
    fn markup(&self) -> Markup {
        let Area { x, y, width, .. } = self.area;
        let x = n(if self.end { x + width } else { x });
        html! {
            text.corner.end[self.end] x=(x) y=(n(y + 13.0)) { (self.name) }
            text.remark.end[self.end] x=(x) y=(n(y + 29.0)) { (self.about) }
        }
    }
}

/// The names lie in the corners, clear of the line of all cores.
fn corners() -> [Corner; 4] {
    let corner = |name: &'static str, about: &'static str, right: bool, top: f64| {
        let width = text::width(name, text::SIZE).max(text::width(about, 11.5));
        let left = if right { RIGHT - 8.0 - width } else { LEFT + 8.0 };
        Corner { name, about, area: Area { x: left, y: top, width, height: 34.0 }, end: right }
    };
    let (above, below) = (TOP + 6.0, BOTTOM - 40.0);
    [
        corner("parallel only", "one job at a time, several cores", false, above),
        corner("concurrent and parallel", "many jobs, several cores", true, above),
        corner("idle", "one job at a time, mostly waiting", false, below),
        corner("concurrent, not parallel", "many jobs wait, one core or less works", true, below),
    ]
}

/// The line of all cores and the words on it.
fn lines(y: f64) -> [Area; 2] {
    let line = Area { x: LEFT, y: y - 1.0, width: RIGHT - LEFT, height: 2.0 };
    [line, Area { x: LEFT, y: y - 20.0, width: 110.0, height: 20.0 }]
}

fn dot(point: &PlanePoint, at: [f64; 2]) -> Markup {
    let model = model::class(&point.model);
    let executor = point.label.split('/').nth(1).unwrap_or(&point.label);
    html! {
        g.(model) data-model=(model) data-executor=(executor) {
            path.point d=(marker::path(shape(&point.family), at, 5.0)) {
                title { (point.label) ": " (point.overlap.text) " in flight, " (point.parallelism.text) " cores" }
            }
        }
    }
}

fn shape(family: &str) -> Shape {
    let at = FAMILIES.iter().position(|(id, _)| *id == family);
    SHAPES[at.unwrap_or(FAMILIES.len())]
}

fn shown(point: &PlanePoint) -> String {
    text::fit(&point.label, SMALL, 220.0).into_owned()
}

/// Which points have a name, and where: the most isolated first, as long as there is room.
fn names(plane: &Plane, at: &[[f64; 2]], corners: &[Corner], lines: [Area; 2]) -> Vec<(usize, Area)> {
    let plot = Area { x: LEFT, y: TOP, width: RIGHT - LEFT, height: BOTTOM - TOP };
    let mut taken: Vec<Area> = corners.iter().map(|corner| corner.area).collect();
    taken.extend(lines);
    taken.extend(at.iter().map(|[x, y]| Area { x: x - 5.0, y: y - 5.0, width: 10.0, height: 10.0 }));
    // The distance to the nearest other point: an isolated point's name cannot be mistaken.
    let alone = |i: usize| {
        let others = at.iter().enumerate().filter(|(j, _)| *j != i);
        others.map(|(_, [x, y])| (x - at[i][0]).hypot(y - at[i][1])).fold(f64::INFINITY, f64::min)
    };
    let mut order: Vec<usize> = (0..at.len()).collect();
    order.sort_by(|a, b| alone(*b).total_cmp(&alone(*a)));
    let mut found = Vec::new();
    for i in order {
        if found.len() == NAMED {
            break;
        }
        let ([x, y], width) = (at[i], text::width(&shown(&plane.points[i]), SMALL));
        let sides = [
            (x + 9.0, y - 7.0),
            (x - 9.0 - width, y - 7.0),
            (x - width / 2.0, y - 22.0),
            (x - width / 2.0, y + 8.0),
        ];
        let areas = sides.map(|(x, y)| Area { x, y, width, height: 14.0 });
        let free = |area: &Area| area.within(&plot) && taken.iter().all(|other| !area.meets(other));
        if let Some(area) = areas.into_iter().find(free) {
            taken.push(area);
            found.push((i, area));
        }
    }
    found
}

/// What the shapes mean: those kinds of work that are on the plane.
pub(in crate::report::html) fn families(plane: &Plane) -> Markup {
    html! {
        ul.legend aria-label="Shapes" {
            @for (id, words) in FAMILIES {
                @if plane.points.iter().any(|point| point.family == id) { li { (marker::sample(shape(id))) (words) } }
            }
            @if plane.points.iter().any(|point| FAMILIES.iter().all(|(id, _)| *id != point.family)) {
                li { (marker::sample(shape(""))) "other" }
            }
        }
    }
}
