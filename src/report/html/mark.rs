//! How a rank is shown: by a symbol and a word, so that colour is never alone.

use maud::{Markup, html};

use crate::report::view::Mark;

/// All ranks, in the order of the legend.
pub(super) const ALL: [Mark; 8] = [
    Mark::First,
    Mark::Tied,
    Mark::Open,
    Mark::Slower,
    Mark::Unranked,
    Mark::Limited,
    Mark::Failed,
    Mark::NotApplicable,
];

/// The sign; empty for what is slower.
pub(super) fn symbol(mark: Mark) -> &'static str {
    match mark {
        Mark::First => "\u{2605}",
        Mark::Tied => "=",
        Mark::Open => "?",
        Mark::Slower => "",
        Mark::Unranked => "\u{b7}",
        Mark::Limited => "~",
        Mark::Failed => "!",
        Mark::NotApplicable => "\u{2013}",
        Mark::Worse => "\u{25b2}",
        Mark::Better => "\u{25bc}",
        Mark::Plain => "",
    }
}

/// What the word means.
pub(super) fn meaning(mark: Mark) -> &'static str {
    match mark {
        Mark::First => "faster than all others",
        Mark::Tied => "as fast as the fastest: within 5 %, at 99 %",
        Mark::Open => "as fast as the fastest or slower: too close to rank",
        Mark::Slower => "slower than the fastest, beyond chance",
        Mark::Unranked => "too few undisturbed lanes to rank",
        Mark::Limited => "by the server or its backlog: the number says nothing of the model",
        Mark::Failed => "no number: the table gives the reason",
        Mark::NotApplicable => "makes no sense here: the table gives the reason",
        Mark::Worse => "HEAD takes more",
        Mark::Better => "HEAD takes less",
        Mark::Plain => "nothing to point out",
    }
}

/// The class of what is marked.
pub(super) fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::First => "first",
        Mark::Tied => "tied",
        Mark::Open => "open",
        Mark::Slower => "slower",
        Mark::Unranked => "unranked",
        Mark::Limited => "limited",
        Mark::Failed => "failed",
        Mark::NotApplicable => "na",
        Mark::Worse => "worse",
        Mark::Better => "better",
        Mark::Plain => "plain",
    }
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
