//! The method in a few sentences, for a reader who has only this page.

use crate::record::comparison::{Comparison, Source};
use crate::report::format;
use crate::report::view::Fact;

/// How two programs are compared; nothing of sides that were recorded before.
pub(super) fn of(comparison: &Comparison) -> Vec<Fact> {
    if comparison.source != Source::Live || comparison.identical {
        return Vec::new();
    }
    let alpha = format::given_percent(comparison.alpha);
    let parts = [
        (
            "Pairs",
            "A lane is a fresh process that prepares one cell and runs its batch a few times. A pair is a lane of BASE and a lane of HEAD, one right after the other, in random order. The ratio is estimated from the pairs: what slows the machine down slows both lanes of a pair.".to_owned(),
        ),
        (
            "Two looks",
            "A few pairs of every cell show which cells may differ. New pairs, of which the first look knows nothing, confirm it or do not. `slower` and `faster` come from new pairs alone.".to_owned(),
        ),
        (
            "Verdicts",
            format!("A cell is slower if the difference is beyond chance (signed ranks, with Holm's correction over all cells, {alpha} for the whole comparison) and at least as large as the threshold of the cell. It is the same if the whole 90 % interval lies within the threshold. All else is inconclusive."),
        ),
        (
            "The control",
            "Some cells are also measured with BASE on both sides. If BASE differs from itself, something else than the programs decides, and nothing is judged.".to_owned(),
        ),
    ];
    parts.into_iter().map(|(name, value)| Fact { name: name.into(), value }).collect()
}
