//! One colour for each model, wherever it appears: the class that the style sheet colours, and the names for legends.

use maud::{Markup, html};

/// Models that have a colour of their own, and their classes.
const KNOWN: [(&str, &str); 5] = [
    ("main thread", "m-main"),
    ("OS thread", "m-thread"),
    ("process", "m-process"),
    ("async task", "m-task"),
    ("async task and OS thread", "m-mix"),
];

/// The class of a model; all that this program does not know share a neutral one.
pub(super) fn class(model: &str) -> &'static str {
    KNOWN.iter().find(|(name, _)| *name == model).map_or("m-other", |(_, class)| class)
}

/// The word for a legend; models without a colour of their own are `other`.
pub(super) fn name(model: &str) -> &str {
    if class(model) == "m-other" { "other" } else { model }
}

/// The models that differ in colour, in the order of `KNOWN`.
pub(super) fn distinct<'a>(models: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let rank = |model: &str| KNOWN.iter().position(|(name, _)| *name == model).unwrap_or(KNOWN.len());
    let mut found: Vec<&str> = models.into_iter().collect();
    found.sort_by_key(|model| rank(model));
    found.dedup_by_key(|model| rank(model));
    found
}

/// A patch of its colour, always next to a word.
pub(super) fn swatch(model: &str) -> Markup {
    html! { span.swatch.(class(model)) aria-hidden="true" {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_models_share_one_colour_and_stand_last() {
        let models = distinct(["fibre", "process", "OS thread", "process", "green thread"]);
        assert_eq!(
            models.iter().map(|model| name(model)).collect::<Vec<_>>(),
            ["OS thread", "process", "other"]
        );
    }
}
