//! Several runs side by side: the runs, whether they are compared, and a table for each group.

use maud::html;

use super::{document, prose, svg, table};
use crate::report::view::Beside;

/// The page as one file.
pub fn beside(beside: &Beside) -> String {
    let body = html! {
        (svg::patterns())
        header {
            p.brand { "Fairlane" }
            h1 { (beside.title) }
            p.when { bdi { (prose(&beside.statement)) } }
            @if !beside.cautions.is_empty() {
                section.caution aria-label="Caution" {
                    ul { @for caution in &beside.cautions { li { b aria-hidden="true" { "! " } bdi { (prose(caution)) } } } }
                }
            }
        }
        main {
            section #runs {
                h2 { "The runs" }
                dl.facts { @for run in &beside.runs { dt { (run.name) } dd { bdi { (prose(&run.value)) } } } }
                @if let Some(agreement) = &beside.agreement { p.answer { (agreement) } }
            }
            section #groups {
                h2 { "Each workload" }
                @for group in &beside.tables { section.group { (table::table(group)) } }
            }
        }
    };
    document(&beside.title, &body)
}
