//! Several runs side by side: the runs, whether they are compared, and a table for each group.

use maud::html;

use super::{document, prose, svg, table, top};
use crate::report::view::SideBySide;

/// The page as one file.
pub fn side_by_side(page: &SideBySide) -> String {
    let body = html! {
        (svg::patterns())
        header {
            p.brand { "Fairlane" }
            h1 { (page.title) }
            p.when { bdi { (prose(&page.statement)) } }
            (top::cautions(&page.cautions))
        }
        main {
            section #runs {
                h2 { "The runs" }
                dl.facts { @for run in &page.runs { dt { (run.name) } dd { bdi { (prose(&run.value)) } } } }
                @if let Some(agreement) = &page.agreement { p.answer { (agreement) } }
            }
            section #groups {
                h2 { "Each workload" }
                @for group in &page.tables { section.group { (table::table(group)) } }
            }
        }
    };
    document(&page.title, &body)
}
