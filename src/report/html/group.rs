//! The middle of the page: each workload with its pictures and its table, curves, the plane, unit costs.

use maud::{Markup, html};

use super::{legend, lessons, prose, scroll, svg, table};
use crate::lesson::Language;
use crate::report::format;
use crate::report::lesson::words;
use crate::report::view::chart::{Curves, Plane};
use crate::report::view::{Group, Table};

/// All groups.
pub(super) fn groups(groups: &[Group]) -> Markup {
    html! {
        @if !groups.is_empty() {
            section #groups {
                h2 { "Each workload" }
                @for group in groups { (one(group)) }
            }
        }
    }
}

fn one(group: &Group) -> Markup {
    let bars = svg::bars(&group.bars, &format!("{}-bars", group.anchor));
    html! {
        section.group id=(group.anchor) {
            h3 { a href={ "#" (group.anchor) } { bdi { (group.name) } } }
            @if !group.about.is_empty() { p.about { bdi { (prose(&group.about)) } } }
            @if !group.bars.bars.is_empty() { (figure(&group.bars.caption, &bars, &html! {})) }
            (table::table(&group.table))
            @if let Some(timelines) = &group.timelines {
                @let picture = svg::timelines(timelines, &format!("{}-lanes", group.anchor));
                details open {
                    summary { bdi { (timelines.caption) } }
                    figure { (scroll(&timelines.caption, &picture)) (svg::tones(timelines, words::of(Language::default()))) }
                }
            }
        }
    }
}

/// A picture with its caption above and its legend below.
fn figure(caption: &str, picture: &Markup, below: &Markup) -> Markup {
    html! { figure { figcaption { bdi { (caption) } } (scroll(caption, picture)) (below) } }
}

/// How figures grow, each picture with its numbers.
pub(super) fn curves(curves: &[Curves]) -> Markup {
    html! {
        @if !curves.is_empty() {
            section #curves {
                h2 { "How it scales" }
                p.about { "Both axes grow by powers of ten, so a straight line is a power law. The apparatus limited a hollow point. A line ends at \u{d7} if the next size has no number." }
                @for (at, chart) in curves.iter().enumerate() { (curve(chart, at)) }
            }
        }
    }
}

fn curve(chart: &Curves, at: usize) -> Markup {
    let picture = svg::curves(chart, &format!("curve-{at}"));
    let ended = chart.lines.iter().filter_map(|line| line.ended.as_ref().map(|ended| (line, ended)));
    let below = html! {
        (legend::models(chart.lines.iter().map(|line| line.model.as_str())))
        (table::remarks(ended.clone().count(), &html! {
            @for (line, ended) in ended {
                li { "\u{d7} " bdi { (line.label) } ", " (format::count(ended.x as u64)) " " (chart.x_label) ": " b { (ended.word) } ": " bdi { (ended.reason) } }
            }
        }))
    };
    html! {
        div.curve {
            (figure(&chart.caption, &picture, &below))
            details { summary { "The same as a table" } (table::table(&chart.table)) }
        }
    }
}

/// Concurrency against parallelism.
pub(super) fn plane(plane: Option<&Plane>) -> Markup {
    html! {
        @if let Some(plane) = plane {
            section #plane {
                h2 { "Concurrent or parallel" }
                p.about { "Concurrency is how many jobs are in flight at once. Parallelism is how many cores work at once. A model can have one without the other. The tables above have the numbers, as overlap and cores." }
                (figure("Jobs in flight and cores at work, on average over one more run of the batch", &svg::plane(plane, "plane-chart"), &html! {
                    (legend::models(plane.points.iter().map(|point| point.model.as_str())))
                    (svg::families(plane))
                }))
            }
        }
    }
}

/// What the models themselves cost.
pub(super) fn primitives(tables: &[Table], explained_by: &[&str]) -> Markup {
    html! {
        @if !tables.is_empty() {
            section #primitives {
                h2 { "What the models themselves cost" }
                (lessons::links(explained_by))
                @for one in tables { div.primitive { (table::table(one)) } }
            }
        }
    }
}
