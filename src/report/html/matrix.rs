//! The matrix of all medians: the nearer to the fastest, the stronger the shade.

use maud::{Markup, html};

use super::{legend, mark, model, prose, scroll};
use crate::report::view::{Executor, Mark, MatrixCell, Page};

/// The shades: up to how many times the time of the fastest, and the words for it.
const SHADES: [(f64, &str); 5] = [
    (1.0, "first or not shown to be slower"),
    (1.25, "up to 1.25x"),
    (2.0, "up to 2x"),
    (5.0, "up to 5x"),
    (20.0, "up to 20x"),
];

/// The matrix with its legend, and the controls, which need the script.
pub(super) fn matrix(page: &Page) -> Markup {
    let matrix = &page.matrix;
    if matrix.rows.is_empty() {
        return html! {};
    }
    let table = html! {
        table.matrix {
            caption { span { "The median time of one batch. A row is a workload at a number of jobs: " code { "http/32" } " is 32 of them." } }
            thead {
                tr {
                    th scope="col" { "workload" }
                    @for Executor { name, model, .. } in &matrix.executors {
                        th scope="col" title=(name) data-model=(model::class(model)) data-executor=(name) {
                            (model::swatch(model)) bdi { (name) }
                        }
                    }
                }
            }
            tbody {
                @for row in &matrix.rows {
                    tr {
                        th scope="row" { a href={ "#" (row.anchor) } { bdi { (row.group) } } }
                        @for (cell, executor) in row.cells.iter().zip(&matrix.executors) {
                            (field(cell.as_ref(), executor))
                        }
                    }
                }
            }
        }
    };
    html! {
        section #matrix {
            h2 { "Who won where" }
            (controls(page))
            (scroll("Who won where", &table))
            (shades())
            (legend::signs())
            (legend::models(legend::all_models(page)))
            details open {
                summary { "What the executors are" }
                dl.facts {
                    @for Executor { name, about, .. } in matrix.executors.iter().filter(|known| !known.about.is_empty()) {
                        dt { code { (name) } } dd { (prose(about)) }
                    }
                }
            }
        }
    }
}

fn field(cell: Option<&MatrixCell>, executor: &Executor) -> Markup {
    let (model, executor) = (model::class(&executor.model), &executor.name);
    html! {
        @if let Some(cell) = cell {
            td.(shade(cell)).(mark::class(cell.mark)) title=(cell.title) data-model=(model) data-executor=(executor) {
                (mark::sign(cell.mark, &cell.text)) bdi { (cell.text) }
                @if cell.mark == Mark::Limited && !cell.text.contains("limited") { small aria-hidden="true" { "limited" } }
            }
        } @else {
            td.none data-model=(model) data-executor=(executor) {}
        }
    }
}

/// A class for how much slower it is; a cell without a rank has no shade.
fn shade(cell: &MatrixCell) -> &'static str {
    let classes = ["d0", "d1", "d2", "d3", "d4"];
    match (cell.mark, cell.ratio) {
        (Mark::First | Mark::Tied, _) => "d0",
        (Mark::Slower | Mark::Open, Some(ratio)) => {
            // What is slower never has the shade of the first, however small the difference.
            let step = SHADES.iter().skip(1).position(|(most, _)| ratio <= *most);
            step.and_then(|step| classes.get(step + 1)).copied().unwrap_or("d5")
        }
        _ => "d5",
    }
}

fn shades() -> Markup {
    html! {
        ul.legend aria-label="Shades" {
            @for (at, (_, words)) in SHADES.iter().enumerate() {
                li { span.swatch.wide.{ "d" (at) } aria-hidden="true" {} (words) }
            }
            li { span.swatch.wide.d5 aria-hidden="true" {} "more" }
        }
    }
}

/// Hidden until the script shows them.
fn controls(page: &Page) -> Markup {
    html! {
        form #filter hidden {
            fieldset {
                legend { "Show on the whole page" }
                @for model in legend::all_models(page) {
                    label { input type="checkbox" value=(model::class(model)) checked; (model::swatch(model)) (model::name(model)) }
                }
                label.find { "executors with " input type="search" placeholder="pool" size="12"; }
            }
        }
    }
}
