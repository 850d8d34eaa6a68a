//! The pictures, as inline SVG: places for known values.
//!
//! Lengths are in the units of the view box, which are pixels on a screen that is wide enough. Colours, fonts and dashes
//! come from the style sheet by class. [`axis`] turns values into places, [`text`] estimates the width of words,
//! [`marker`] draws points; a picture has a file of its own.

mod axis;
mod bars;
mod curves;
mod labels;
mod marker;
mod plane;
mod ratios;
mod text;
mod timelines;

use maud::{Markup, html};

pub(super) use bars::bars;
pub(super) use curves::curves;
pub(super) use plane::{families, plane};
pub(super) use ratios::ratios;
pub(super) use timelines::{timelines, tones};

/// How wide each picture is.
const WIDTH: f64 = 960.0;

/// A picture with a name and a description for screen readers. `id` must be unique on the page.
fn picture(id: &str, height: f64, title: &str, description: &str, inner: &Markup) -> Markup {
    let (name, about) = (format!("{id}-name"), format!("{id}-about"));
    html! {
        svg.chart role="img" aria-labelledby=(name) aria-describedby=(about) viewBox={ "0 0 " (n(WIDTH)) " " (n(height)) }
            width=(n(WIDTH)) height=(n(height.ceil())) {
            title id=(name) { (title) }
            desc id=(about) { (description) }
            (inner)
        }
    }
}

/// The same for a picture as wide as the page, whose words keep their size: its places across are in percent.
fn fluid(id: &str, height: f64, title: &str, description: &str, inner: &Markup) -> Markup {
    let (name, about) = (format!("{id}-name"), format!("{id}-about"));
    html! {
        svg.fluid role="img" aria-labelledby=(name) aria-describedby=(about) width="100%" height=(n(height.ceil())) {
            title id=(name) { (title) }
            desc id=(about) { (description) }
            (inner)
        }
    }
}

/// The hatching of limited bars, to which pictures refer.
pub(super) fn patterns() -> Markup {
    html! {
        svg.patterns width="0" height="0" aria-hidden="true" { (hatching()) }
    }
}

/// The same for a picture in a file of its own.
pub(super) fn hatching() -> Markup {
    html! {
        defs {
            pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect.gap width="3" height="6" {}
            }
        }
    }
}

/// A length with at most one decimal: more cannot be seen and makes the page larger.
fn n(length: f64) -> String {
    if !length.is_finite() {
        return "0".into();
    }
    let text = format!("{length:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::n;

    #[test]
    fn lengths_are_short_and_always_numbers() {
        let lengths = [12.34, 12.0, -0.04, 0.05, f64::NAN, f64::INFINITY];
        assert_eq!(lengths.map(n), ["12.3", "12", "0", "0.1", "0", "0"]);
    }
}
