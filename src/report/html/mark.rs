//! How a standing is shown: by a symbol and a word, so that colour is never alone.

use maud::{Markup, html};

use crate::report::view::Mark;

/// All of them, in the order of the legend.
pub(super) const ALL: [Mark; 8] = [
    Mark::First,
    Mark::Tied,
    Mark::Open,
    Mark::Behind,
    Mark::Unranked,
    Mark::Limited,
    Mark::Failed,
    Mark::NotApplicable,
];

/// The sign; empty for what is merely behind.
pub(super) fn symbol(mark: Mark) -> &'static str {
    match mark {
        Mark::First => "\u{2605}",
        Mark::Tied => "=",
        Mark::Open => "?",
        Mark::Behind => "",
        Mark::Unranked => "\u{b7}",
        Mark::Limited => "~",
        Mark::Failed => "!",
        Mark::NotApplicable => "\u{2013}",
    }
}

/// What the word means.
pub(super) fn meaning(mark: Mark) -> &'static str {
    match mark {
        Mark::First => "alone in the first place",
        Mark::Tied => "as fast as the fastest: within a twentieth, for certain",
        Mark::Open => "may be as fast as the fastest, or slower: the lanes do not tell",
        Mark::Behind => "slower than the fastest, and not by chance",
        Mark::Unranked => "too few quiet lanes to say how it stands",
        Mark::Limited => "by the server or its backlog: no number of the model",
        Mark::Failed => "no number; the table says why",
        Mark::NotApplicable => "makes no sense here; the table says why",
    }
}

/// The class of what is marked.
pub(super) fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::First => "first",
        Mark::Tied => "tied",
        Mark::Open => "open",
        Mark::Behind => "behind",
        Mark::Unranked => "unranked",
        Mark::Limited => "limited",
        Mark::Failed => "failed",
        Mark::NotApplicable => "na",
    }
}

/// The sign for eyes and the word for ears. `said` is what stands beside it: a word in it is not said twice.
pub(super) fn sign(mark: Mark, said: &str) -> Markup {
    html! {
        @if mark != Mark::Behind {
            span.sign aria-hidden="true" { (symbol(mark)) }
            @if !said.contains(mark.word()) { span.unseen { (mark.word()) " " } }
        }
    }
}
