//! Shapes of points, so that lines and kinds of work differ without colour.

use maud::{Markup, html};

use super::n;

/// Shapes in the order of use; the last one is for everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Circle,
    Square,
    Triangle,
    Diamond,
    Tip,
    Plus,
    Star,
    Hexagon,
    Bar,
    Bow,
}

/// All of them.
pub(super) const SHAPES: [Shape; 10] = [
    Shape::Circle,
    Shape::Square,
    Shape::Triangle,
    Shape::Diamond,
    Shape::Tip,
    Shape::Plus,
    Shape::Star,
    Shape::Hexagon,
    Shape::Bar,
    Shape::Bow,
];

/// The path of a shape around a point; all shapes have about the same area.
pub(super) fn path(shape: Shape, [x, y]: [f64; 2], r: f64) -> String {
    let around = |points: &[(f64, f64)]| {
        let places: Vec<String> =
            points.iter().map(|(right, down)| format!("{} {}", n(x + right * r), n(y + down * r))).collect();
        format!("M{}Z", places.join("L"))
    };
    let ring = |corners: u8, inner: f64| {
        let corner = |at: u8| {
            let angle = std::f64::consts::TAU * f64::from(at) / f64::from(corners);
            let reach = if at.is_multiple_of(2) { 1.25 } else { inner };
            (angle.sin() * reach, -angle.cos() * reach)
        };
        around(&(0..corners).map(corner).collect::<Vec<_>>())
    };
    match shape {
        Shape::Circle => {
            let (r, d) = (n(r), n(2.0 * r));
            format!("M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0Z", n(x - r.parse().unwrap_or(0.0)), n(y))
        }
        Shape::Square => around(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        Shape::Triangle => around(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
        Shape::Diamond => around(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        Shape::Tip => around(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]),
        Shape::Plus => around(&[
            (-0.4, -1.2),
            (0.4, -1.2),
            (0.4, -0.4),
            (1.2, -0.4),
            (1.2, 0.4),
            (0.4, 0.4),
            (0.4, 1.2),
            (-0.4, 1.2),
            (-0.4, 0.4),
            (-1.2, 0.4),
            (-1.2, -0.4),
            (-0.4, -0.4),
        ]),
        Shape::Star => ring(10, 0.55),
        Shape::Hexagon => ring(6, 1.25),
        Shape::Bar => around(&[(-1.3, -0.5), (1.3, -0.5), (1.3, 0.5), (-1.3, 0.5)]),
        Shape::Bow => around(&[(-1.2, -1.0), (1.2, 1.0), (1.2, -1.0), (-1.2, 1.0)]),
    }
}

/// A point.
pub(super) fn point(shape: Shape, at: [f64; 2], r: f64, hollow: bool) -> Markup {
    html! { path.point.hollow[hollow] d=(path(shape, at, r)) {} }
}

/// A shape for a legend in text.
pub(super) fn sample(shape: Shape) -> Markup {
    html! {
        svg.sample.shape width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" { path d=(path(shape, [6.0, 6.0], 4.2)) {} }
    }
}
