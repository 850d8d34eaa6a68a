//! The heads of the columns, with what they mean.

use crate::record::comparison::{Comparison, Source};
use crate::report::view::Head;

/// A head with its meaning.
pub(super) fn head(text: &str, comparison: &Comparison) -> Head {
    let is_paired = comparison.source == Source::Live;
    let title = match text {
        "cell" => "A workload under an executor with a number of jobs.",
        "difference" => "What HEAD does in comparison with BASE; with a question mark, what it may do.",
        "metric" => "What is compared.",
        "ratio" if is_paired => {
            "HEAD over BASE, estimated from pairs of lanes: it can differ from the ratio of the medians."
        }
        "ratio" => "HEAD over BASE.",
        "90 % interval" => "In 90 of 100 comparisons like this one it encloses the true ratio.",
        "BASE" => "The median over the lanes of BASE.",
        "HEAD" => "The median over the lanes of HEAD.",
        "again" => "The median over the lanes of the second copy of BASE.",
        "would show" => "The smallest difference that four of five comparisons like this one would find.",
        "threshold" => "A smaller difference is none.",
        "pairs" if is_paired => {
            "How many pairs the numbers rest on: a fresh lane of each side, one right after the other."
        }
        "pairs" => "How many values the numbers rest on, of the side that has fewer.",
        "time" => "Time of a batch.",
        "processor time" => "Processor time of a batch, in the lane and all its processes.",
        "context switches" => "Context switches of a batch.",
        "memory" => "Anonymous memory with the jobs in flight.",
        _ => "",
    };
    Head { text: if text == "pairs" && !is_paired { "values" } else { text }.into(), title: title.into() }
}
