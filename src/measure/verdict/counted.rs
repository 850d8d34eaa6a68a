//! Which passes of a group count: those in which other programs used little of the processors. The times that were measured
//! never decide it.

use crate::measure::passes::table::{Pass, QUIET};
use crate::measure::statistics::ranking::LEAST;

/// With more than this, other programs decide which executor wins: half a core of two.
const BEARABLE: f64 = 0.25;

/// The passes that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Their numbers, from 0.
    pub passes: Vec<usize>,
    /// Whether there are enough of them, undisturbed enough, for a verdict.
    pub judged: bool,
}

/// The undisturbed passes if they are enough for a verdict; otherwise also those with a bearable disturbance, if these are
/// enough; otherwise all, without a verdict.
pub fn counted(passes: &[Pass]) -> Counted {
    let below = |most: f64| -> Vec<usize> {
        let numbered = passes.iter().enumerate();
        numbered
            .filter(|(_, pass)| pass.others.is_none_or(|others| others <= most))
            .map(|(at, _)| at)
            .collect()
    };
    let enough = |passes: &Vec<usize>| passes.len() >= LEAST;
    match [QUIET, BEARABLE].map(below).into_iter().find(enough) {
        Some(passes) => Counted { passes, judged: true },
        None => Counted { passes: (0..passes.len()).collect(), judged: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(others: &[f64]) -> Counted {
        let passes: Vec<Pass> = others.iter().map(|others| Pass { others: Some(*others) }).collect();
        counted(&passes)
    }

    #[test]
    fn enough_quiet_passes_count_alone() {
        let mut others = vec![0.01; 9];
        others.insert(3, 0.5);
        assert_eq!(of(&others), Counted { passes: vec![0, 1, 2, 4, 5, 6, 7, 8, 9], judged: true });
    }

    #[test]
    fn passes_with_a_bearable_disturbance_count_if_there_are_too_few_quiet_ones() {
        let mut others = vec![0.01; 5];
        others.extend([0.1, 0.2, 0.2, 0.9]);
        assert_eq!(of(&others), Counted { passes: (0..8).collect(), judged: true });
    }

    #[test]
    fn with_too_few_bearable_passes_there_is_no_verdict() {
        assert_eq!(of(&[0.9; 16]), Counted { passes: (0..16).collect(), judged: false });
        assert_eq!(of(&[0.0; 7]), Counted { passes: (0..7).collect(), judged: false });
        assert_eq!(counted(&[]), Counted { passes: Vec::new(), judged: false });
        assert!(
            counted(&[Pass { others: None }; 8]).judged,
            "without a report of the kernel no pass counts as disturbed"
        );
    }
}
