//! Labels that must not overlap.

/// Places for labels near the wanted heights, at least `gap` apart and within `[top, bottom]`, in the given order. Without
/// room for all, the gaps are smaller.
pub(super) fn apart(wanted: &[f64], gap: f64, [top, bottom]: [f64; 2]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let gap = gap.min((bottom - top) / wanted.len().saturating_sub(1).max(1) as f64);
    let mut places: Vec<f64> = order.iter().map(|at| wanted[*at].clamp(top, bottom)).collect();
    for at in 1..places.len() {
        places[at] = places[at].max(places[at - 1] + gap);
    }
    // A label beyond the edge moves back, and so do those before it.
    let mut limit = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - gap;
    }
    let mut found = vec![0.0; wanted.len()];
    for (place, at) in places.into_iter().zip(order) {
        found[at] = place;
    }
    found
}

/// A rectangle of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    /// Whether two rectangles overlap.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    /// Whether it lies within another.
    pub(super) fn within(&self, other: &Self) -> bool {
        self.x >= other.x
            && self.y >= other.y
            && self.x + self.width <= other.x + other.width
            && self.y + self.height <= other.y + other.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_at_one_height_are_moved_apart_and_stay_inside() {
        assert_eq!(apart(&[50.0, 50.0, 10.0], 15.0, [0.0, 100.0]), [50.0, 65.0, 10.0]);
        assert_eq!(apart(&[99.0, 98.0], 15.0, [0.0, 100.0]), [100.0, 85.0]);
        assert_eq!(apart(&[5.0; 5], 50.0, [0.0, 100.0]), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(apart(&[], 15.0, [0.0, 100.0]), [] as [f64; 0]);
    }
}
