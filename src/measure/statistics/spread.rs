//! How much the lanes of a table scatter, and how small a difference would still show. Must not know what the cells are.

use super::middle;
use super::ranking::{MATTERS, fastest, mean};

/// The standard deviation of the difference of two lanes in one pass, pooled over the table, so that one cell that scatters
/// does not decide: the root of the median of the cells' variances against the fastest. `None` below two cells or passes.
pub fn spread(values: &[&[f64]]) -> Option<f64> {
    let fastest = fastest(values)?;
    let variance = |own: &[f64]| {
        let differences: Vec<f64> = own.iter().zip(values[fastest]).map(|(own, other)| own - other).collect();
        let mean = mean(&differences);
        let squares = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>();
        (differences.len() > 1).then(|| squares / (differences.len() - 1) as f64)
    };
    let others = values.iter().enumerate().filter(|(at, _)| *at != fastest);
    let mut variances: Vec<f64> = others.filter_map(|(_, own)| variance(own)).collect();
    variances.sort_by(f64::total_cmp);
    middle(&variances).map(f64::sqrt)
}

/// The smallest difference that most tables would show, as a share: the margin, and above it 4.6 standard errors, which are
/// about 3.8 for the error rate that 45 pairs of ten cells share, and 0.8 to be found in four of five tables.
pub fn visible(spread: f64, passes: usize) -> f64 {
    (MATTERS.ln_1p() + 4.6 * spread / (passes.max(1) as f64).sqrt()).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_does_not_change_the_spread() {
        let drift: Vec<f64> = (0..16).map(|pass| f64::from(pass * pass)).collect();
        let other: Vec<f64> =
            drift.iter().enumerate().map(|(pass, value)| value + (pass % 2) as f64 * 0.02).collect();
        let found = spread(&[&drift, &other]).expect("two cells");
        assert!((found - 0.01).abs() < 0.001, "{found}");
        assert_eq!(spread(&[&drift]), None);
        assert!((visible(0.02, 16) - 0.0335).abs() < 0.001);
        assert!((visible(0.0, 16) - MATTERS).abs() < 1e-12);
    }
}
