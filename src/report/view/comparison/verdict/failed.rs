//! Sentences where a side failed: which, in which cells, why, and what to do about it.

use super::{of_cells, with_status};
use crate::record::comparison::{Compared, Comparison, Status};
use crate::report::view::words::several;

/// The cells of which a side failed, by that side.
pub(super) struct Failed<'r> {
    all: Vec<&'r Compared>,
    head: usize,
    base: usize,
}

impl<'r> Failed<'r> {
    pub(super) fn of(comparison: &'r Comparison) -> Self {
        let all = with_status(comparison, Status::Failed);
        let of = |side: &str| all.iter().filter(|cell| cell.failed_side.as_deref() == Some(side)).count();
        let [head, base] = ["HEAD", "BASE"].map(of);
        Self { all, head, base }
    }

    /// The word for it; `None` if no side failed.
    pub(super) fn word(&self) -> Option<&'static str> {
        match (self.head, self.base) {
            _ if self.all.is_empty() => None,
            (_, 0) if self.head > 0 => Some("HEAD failed"),
            (0, _) if self.base > 0 => Some("BASE failed"),
            _ => Some("failed"),
        }
    }

    /// Beginning, end and advice; `None` if no side failed.
    pub(super) fn sentences(&self, comparison: &Comparison) -> Option<[String; 3]> {
        let by_head = |cell: &&&Compared| cell.failed_side.as_deref() == Some("HEAD");
        let first = self.all.iter().find(by_head).or(self.all.first())?;
        let of = of_cells(comparison);
        let headline = match (self.head, self.base) {
            (head, 0) if head > 0 => format!("HEAD failed in {head} of {of}"),
            (0, base) if base > 0 => format!("BASE failed in {base} of {of}"),
            (head, base) if head > 0 => format!("HEAD failed in {head} of {of}, and BASE in {base}"),
            _ => format!("One side failed in {} of {of}", self.all.len()),
        };
        let reason = first.reason.as_deref().unwrap_or("it does not say why");
        // A lane of HEAD may come first in a pair: then the cell ends before BASE runs it.
        let meaning = match self.head {
            0 => "Nothing can be said of these cells: BASE failed.".to_owned(),
            _ => format!(
                "Do not merge before this is understood: HEAD failed in {} in which BASE was not seen to fail.",
                if self.head == 1 { "a cell".into() } else { several(self.head, "cell", "cells") }
            ),
        };
        let help = first.help.as_ref().map_or_else(String::new, |help| format!(" Help: {help}."));
        Some([headline, format!("`{}`: {reason}", first.id), format!("{meaning}{help}")])
    }
}
