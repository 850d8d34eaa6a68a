//! The exact interval of a share that was estimated from trials (C. Clopper and E. Pearson, "The use of confidence
//! or fiducial limits illustrated in the case of the binomial", 1934). Must not know what was tried.

/// The interval that encloses the true share with at least that confidence, having found `found` of `of`.
pub fn interval(found: u64, of: u64, confidence: f64) -> [f64; 2] {
    let miss = (1.0 - confidence) / 2.0;
    // At the lower end `found` or more have that chance, at the upper end `found` or fewer.
    let low = if found == 0 { 0.0 } else { root(|share| 1.0 - at_most(found - 1, of, share) - miss) };
    let high = if found >= of { 1.0 } else { root(|share| miss - at_most(found, of, share)) };
    [low, high]
}

/// The chance of at most `most` successes.
fn at_most(most: u64, of: u64, share: f64) -> f64 {
    let mut log_choose = 0.0;
    let mut sum = 0.0;
    for count in 0..=most.min(of) {
        let (hits, misses) = (count as f64, (of - count) as f64);
        sum += (log_choose + hits * share.ln() + misses * (-share).ln_1p()).exp();
        log_choose += ((of - count) as f64 / (count + 1) as f64).ln();
    }
    sum
}

/// Where a function that grows from 0 to 1 is zero.
fn root(grows: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if grows(middle) < 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_those_of_the_tables() {
        for (found, of, confidence, expected) in [
            (8, 10, 0.95, [0.4439, 0.9748]),
            (0, 10, 0.95, [0.0, 0.3085]),
            (10, 10, 0.95, [0.6915, 1.0]),
            (0, 299, 0.90, [0.0, 0.00997]), // one-sided 95 %: 0 of 299 proves less than 1 %
            (1, 20, 0.99, [0.00025, 0.3171]),
        ] {
            let [low, high] = interval(found, of, confidence);
            assert!((low - expected[0]).abs() < 5e-4 && (high - expected[1]).abs() < 5e-4, "{low}..{high}");
        }
        assert_eq!(interval(0, 0, 0.95), [0.0, 1.0], "no trials");
    }
}
