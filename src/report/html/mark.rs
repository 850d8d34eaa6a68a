//! How a rank is shown: by a symbol and a word, so that colour is never alone.

use maud::{Markup, html};

use crate::report::view::Mark;

/// All marks, each with its class, its sign, and what its word means: the ranks in the order of the legend, then those of
/// comparisons.
const SHOWN: [(Mark, &str, &str, &str); RANKS + 3] = [
    (Mark::First, "first", "\u{2605}", "faster than all others"),
    (Mark::Tied, "tied", "=", "as fast as the fastest: within 5 %, at 99 %"),
    (Mark::Open, "open", "?", "as fast as the fastest or slower: too close to rank"),
    (Mark::Slower, "slower", "", "slower than the fastest, beyond chance"),
    (Mark::Unranked, "unranked", "\u{b7}", "too few undisturbed lanes to rank"),
    (Mark::Limited, "limited", "~", "by the server or its backlog: the number says nothing of the model"),
    (Mark::Failed, "failed", "!", "no number: the table gives the reason"),
    (Mark::NotApplicable, "na", "\u{2013}", "makes no sense here: the table gives the reason"),
    (Mark::Worse, "worse", "\u{25b2}", "HEAD takes more"),
    (Mark::Better, "better", "\u{25bc}", "HEAD takes less"),
    (Mark::Plain, "plain", "", "nothing to point out"),
];

/// How many of them are ranks.
const RANKS: usize = 8;

/// The ranks that have a sign, each with it and with what its word means.
pub(super) fn signed() -> impl Iterator<Item = (Mark, &'static str, &'static str)> {
    SHOWN
        .into_iter()
        .take(RANKS)
        .filter(|(.., sign, _)| !sign.is_empty())
        .map(|(mark, _, sign, about)| (mark, sign, about))
}

/// The sign; empty for what is slower.
pub(super) fn symbol(mark: Mark) -> &'static str {
    SHOWN.iter().find(|(own, ..)| *own == mark).map_or("", |(.., sign, _)| sign)
}

/// The class of what is marked.
pub(super) fn class(mark: Mark) -> &'static str {
    SHOWN.iter().find(|(own, ..)| *own == mark).map_or("", |(_, class, ..)| class)
}

/// The sign, and the word for screen readers unless `text`, the text next to it, has it already.
pub(super) fn sign(mark: Mark, text: &str) -> Markup {
    html! {
        @if !symbol(mark).is_empty() {
            span.sign aria-hidden="true" { (symbol(mark)) }
            // The words of a comparison say it next to the sign.
            @if !matches!(mark, Mark::Worse | Mark::Better) && !text.contains(mark.word()) { span.unseen { (mark.word()) " " } }
        }
    }
}
