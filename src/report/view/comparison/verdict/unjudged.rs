//! Sentences where nothing is judged: why, and what to do about it.

use super::super::sort::Sorted;
use super::{longer, with_status};
use crate::record::Warning;
use crate::record::comparison::{Compared, Comparison, Status};
use crate::report::view::words::several;

pub(super) fn identical() -> [String; 3] {
    let advice = "If HEAD should differ, build it again and check that you compare the right files. If not, nothing speaks against a merge.";
    ["Both programs have the same bytes".into(), "nothing was measured".into(), advice.into()]
}

pub(super) fn disturbed(sorted: &Sorted<'_>) -> [String; 3] {
    let advice = "Run it again on a quieter machine. Until then it says nothing about HEAD.";
    let worst = sorted.changed.first().map_or_else(String::new, |one| format!(" in `{}`", one.cell.id));
    [
        format!("BASE differs from itself{worst}"),
        "the machine was disturbed, so nothing is judged".into(),
        advice.into(),
    ]
}

pub(super) fn not_measured(comparison: &Comparison) -> [String; 3] {
    let failed: Vec<&Compared> = with_status(comparison, Status::Failed);
    let Some(first) = failed.first() else {
        let time = with_status(comparison, Status::LeftOut).len();
        return match (comparison.interrupted, time) {
            (true, _) => {
                ["Nothing was measured", "it was interrupted before", "Run it again."].map(str::to_owned)
            }
            (false, 0) => [
                "Nothing was measured",
                "the sides have no cell in common",
                "Compare two sides of one suite.",
            ]
            .map(str::to_owned),
            (false, _) => [
                "Nothing was measured".into(),
                "there was no time for any cell".into(),
                format!("Repeat with `--budget {}`.", longer(comparison.budget_seconds)),
            ],
        };
    };
    let side = first.failed_side.as_deref().unwrap_or("One side");
    let is_one = failed.iter().all(|cell| cell.failed_side == first.failed_side);
    let of = several(comparison.cells.len(), "cell", "cells");
    let headline = format!("{} failed in {} of {of}", if is_one { side } else { "Both sides" }, failed.len());
    let reason = first.reason.as_deref().unwrap_or("it does not say why");
    let by = if is_one { String::new() } else { format!(" under {side}") };
    let evidence = format!("`{}`{by}: {reason}", first.id);
    let advice = match &first.help {
        Some(help) => format!("Help: {help}."),
        None => "Find out why before a merge: other cells say nothing about this one.".into(),
    };
    [headline, evidence, advice]
}

/// What keeps it from being judged stands among the warnings.
pub(super) fn not_judged(comparison: &Comparison) -> [String; 3] {
    let (cause, advice) = match comparison.warnings.first() {
        Some(Warning { text, advice, .. }) => {
            let cause = text.strip_suffix(": nothing is judged").unwrap_or(text);
            (cause.to_owned(), format!("To judge, {advice}."))
        }
        None => ("there are too few values".into(), "Measure more of both sides.".into()),
    };
    ["Nothing is judged".into(), cause, advice]
}
