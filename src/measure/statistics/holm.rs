//! Many hypotheses, one error rate: S. Holm, "A simple sequentially rejective multiple test procedure", 1979. Must not know
//! what the hypotheses are about.

/// Which of these chances are small enough, so that a true hypothesis is among the rejected ones with a chance of at most
/// `alpha`, whatever depends on what. `of` is the number of hypotheses that were left before the first look; those that are
/// rejected already need no place any more, so `of` may be smaller than it was once.
pub fn rejected(chances: &[f64], of: usize, alpha: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let mut rejected = vec![false; chances.len()];
    for (done, at) in order.into_iter().enumerate() {
        let left = of.saturating_sub(done).max(1);
        if chances[at] > alpha / left as f64 {
            break;
        }
        rejected[at] = true;
    }
    rejected
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Four chances at 5 %: 0.005 <= 0.05/4, 0.01 <= 0.05/3, 0.03 > 0.05/2, and from there on none.
    #[test]
    fn a_worked_example() {
        assert_eq!(rejected(&[0.01, 0.04, 0.03, 0.005], 4, 0.05), [true, false, false, true]);
        assert_eq!(rejected(&[0.012, 0.02, 0.02, 0.03], 4, 0.05), [true, false, false, false]);
        assert_eq!(rejected(&[], 0, 0.05), Vec::<bool>::new());
    }

    #[test]
    fn hypotheses_without_data_yet_count_too() {
        assert_eq!(rejected(&[0.02], 1, 0.05), [true]);
        assert_eq!(rejected(&[0.02], 3, 0.05), [false]);
    }

    proptest! {
        #[test]
        fn never_more_than_without_correction_and_never_less_than_with_bonferronis(
            chances in prop::collection::vec(0.0..0.2, 1..12)
        ) {
            let found = rejected(&chances, chances.len(), 0.05);
            for (chance, found) in chances.iter().zip(found) {
                prop_assert!(!found || *chance <= 0.05);
                prop_assert!(found || *chance > 0.05 / chances.len() as f64);
            }
        }
    }
}
