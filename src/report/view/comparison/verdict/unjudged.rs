//! Sentences where nothing is judged: why, and what to do about it.

use super::super::sort::Sorted;
use super::super::words;
use super::{budget, sentence, with_status};
use crate::record::Warning;
use crate::record::comparison::{Comparison, Source, Status};

pub(super) fn identical() -> [String; 3] {
    let headline = "Both programs have the same bytes: nothing was measured";
    let advice = "If you changed code, the wrong files were compared: build again.";
    [headline, "", advice].map(str::to_owned)
}

pub(super) fn disturbed(sorted: &Sorted<'_>) -> [String; 3] {
    let worst = sorted.changed.first().map_or_else(String::new, |one| {
        format!(" in `{}` ({} the {})", one.cell.id, words::ratio(one.judged), words::noun(one.judged.metric))
    });
    [
        "The machine was too noisy to judge".into(),
        format!("BASE, measured against itself, differs{worst}"),
        "This report says nothing about HEAD: run it again on a quieter machine.".into(),
    ]
}

/// Nothing has numbers, though no side failed.
pub(super) fn not_measured(comparison: &Comparison) -> [String; 3] {
    let time = with_status(comparison, Status::LeftOut).len();
    let (evidence, advice) = match (comparison.interrupted, time) {
        (true, _) => ("It was interrupted before", "Run it again.".into()),
        (false, 0) => ("The sides have no cell in common", "Compare two sides of one suite.".into()),
        (false, _) => ("There was no time for any cell", format!("Repeat with {}.", budget(comparison))),
    };
    ["Nothing was measured".into(), evidence.into(), advice]
}

/// What keeps it from being judged stands among the warnings.
pub(super) fn not_judged(comparison: &Comparison) -> [String; 3] {
    if comparison.interrupted && comparison.source == Source::Live {
        let cause = "It was interrupted before every cell had its pairs";
        return ["Nothing is judged", cause, "Run it again."].map(str::to_owned);
    }
    let (cause, advice) = match comparison.warnings.first() {
        Some(Warning { text, advice, .. }) => {
            let cause = text.strip_suffix(": nothing is judged").unwrap_or(text);
            (sentence(cause), format!("To judge, {advice}."))
        }
        None => ("There are too few values".into(), "Measure more of both sides.".into()),
    };
    ["Nothing is judged".into(), cause, advice]
}
