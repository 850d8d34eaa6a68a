//! Which group has its next pass when, and when to stop. In a pass every group that still wants lanes is visited once, in
//! a new random order, so that what changes over a run meets all groups and all their cells alike.
//!
//! A pass of a group in which other programs took too much of the processors is taken again while there is time, whatever
//! its times were: it is not looked at them. Must not know lanes, nor what a pass found.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::clock::Clock;

/// What is scheduled: groups of lanes, or fakes in a test.
pub trait Groups {
    /// How many groups there are.
    fn count(&self) -> usize;
    /// How many undisturbed lanes a cell of that group is to have.
    fn wanted(&self, group: usize) -> usize;
    /// One pass of one group: a fresh lane for each of its cells. `None` if nothing of it is left to measure.
    fn pass(&mut self, group: usize, order: &mut StdRng) -> Option<Passed>;
    /// Hears what is next; `false` ends all.
    fn go_on(&mut self, next: Next) -> bool;
}

/// What became of a pass of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// Nothing disturbed it.
    Quiet,
    /// Other programs took too much of the processors.
    Disturbed,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The group.
    pub group: usize,
    /// The pass, from 1.
    pub pass: usize,
    /// How many passes there will be, if all goes on as it did.
    pub passes: usize,
    /// Visits of groups done by now.
    pub done: usize,
    /// How many there will be.
    pub expected: usize,
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The time for all passes. One that is not expected to fit is not begun, unless it is the first.
    pub budget: Duration,
    /// What a first pass over all groups is expected to take: what their rehearsal took.
    pub first: Duration,
}

/// One group as the schedule sees it.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    quiet: usize,
    passes: usize,
    took: Duration,
    gone: bool,
}

/// Where the disturbance does not end, so many times the passes are enough of trying.
const TRIES: usize = 3;

impl Tally {
    fn is_due(&self, wanted: usize) -> bool {
        !self.gone && self.quiet < wanted && self.passes < wanted * TRIES
    }

    fn each(&self) -> Duration {
        self.took.checked_div(u32::try_from(self.passes).unwrap_or(u32::MAX)).unwrap_or_default()
    }
}

/// Goes through the groups, pass by pass.
pub fn run(groups: &mut impl Groups, rules: Rules, clock: &impl Clock, order: &mut StdRng) {
    let end = clock.now().after(rules.budget);
    let mut tallies = vec![Tally::default(); groups.count()];
    let mut done = 0;
    for pass in 1.. {
        let mut due: Vec<usize> =
            (0..tallies.len()).filter(|group| tallies[*group].is_due(groups.wanted(*group))).collect();
        let one = |due: &[usize]| due.iter().map(|group| tallies[*group].each()).sum::<Duration>();
        let cost = if pass == 1 { rules.first } else { one(&due) };
        let left = end.since(clock.now());
        if due.is_empty() || (pass > 1 && cost > left) {
            return;
        }
        let most = due.iter().map(|group| groups.wanted(*group) - tallies[*group].quiet).max().unwrap_or(1);
        let fit = left.as_nanos() / cost.as_nanos().max(1);
        let more = usize::try_from(fit).unwrap_or(usize::MAX).clamp(1, most);
        let (passes, expected) = (pass - 1 + more, done + more * due.len());
        due.shuffle(order);
        for group in due {
            if !groups.go_on(Next { group, pass, passes, done, expected: expected.max(done + 1) }) {
                return;
            }
            let begun = clock.now();
            let tally = &mut tallies[group];
            match groups.pass(group, order) {
                None => tally.gone = true,
                Some(passed) => {
                    tally.passes += 1;
                    tally.quiet += usize::from(passed == Passed::Quiet);
                }
            }
            tally.took += clock.now().since(begun);
            done += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::clock::Fake;

    /// Groups whose passes take as long as told; some are disturbed.
    struct Fakes<'a> {
        clock: &'a Fake,
        takes: Vec<u64>,
        wanted: usize,
        disturbed: fn(usize) -> bool,
        visited: Vec<usize>,
        heard: Vec<Next>,
        stop_after: usize,
        empty: Option<usize>,
    }

    impl Groups for Fakes<'_> {
        fn count(&self) -> usize {
            self.takes.len()
        }
        fn wanted(&self, _: usize) -> usize {
            self.wanted
        }
        fn pass(&mut self, group: usize, _: &mut StdRng) -> Option<Passed> {
            if self.empty == Some(group) {
                return None;
            }
            let number = self.visited.len();
            self.visited.push(group);
            self.clock.advance(Duration::from_millis(self.takes[group]));
            Some(if (self.disturbed)(number) { Passed::Disturbed } else { Passed::Quiet })
        }
        fn go_on(&mut self, next: Next) -> bool {
            self.heard.push(next);
            self.visited.len() < self.stop_after
        }
    }

    fn fakes<'a>(clock: &'a Fake, takes: &[u64], wanted: usize) -> Fakes<'a> {
        let (takes, disturbed) = (takes.to_vec(), (|_| false) as fn(usize) -> bool);
        let (visited, heard) = (Vec::new(), Vec::new());
        Fakes { clock, takes, wanted, disturbed, visited, heard, stop_after: usize::MAX, empty: None }
    }

    fn go(fakes: &mut Fakes<'_>, budget: u64) -> Vec<usize> {
        let first = Duration::from_millis(fakes.takes.iter().sum());
        let rules = Rules { budget: Duration::from_millis(budget), first };
        let clock = fakes.clock;
        run(fakes, rules, clock, &mut StdRng::seed_from_u64(1));
        let count = |group| fakes.visited.iter().filter(|visited| **visited == group).count();
        (0..fakes.takes.len()).map(count).collect()
    }

    #[test]
    fn every_group_has_as_many_passes_as_are_wanted_in_changing_order() {
        let clock = Fake::default();
        let mut fakes = fakes(&clock, &[10, 20, 30, 5], 12);
        assert_eq!(go(&mut fakes, 1_000_000), [12; 4]);
        for pass in fakes.visited.chunks(4) {
            let mut sorted = pass.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3], "each once a pass");
        }
        let firsts: std::collections::HashSet<_> = fakes.visited.chunks(4).map(|pass| pass[0]).collect();
        assert!(firsts.len() > 1, "the same group is always first");
    }

    #[test]
    fn no_pass_is_begun_that_would_not_fit_but_the_first() {
        let clock = Fake::default();
        assert_eq!(go(&mut fakes(&clock, &[10, 20], 100), 100), [3, 3], "30 ms a pass");
        assert_eq!(go(&mut fakes(&clock, &[500], 100), 1), [1]);
    }

    #[test]
    fn a_disturbed_pass_is_taken_again_and_the_others_are_not() {
        let clock = Fake::default();
        let mut fakes = fakes(&clock, &[10, 10], 8);
        fakes.disturbed = |number| number < 3; // both of the first pass, one of the second
        let passes = go(&mut fakes, 1_000_000);
        assert_eq!(passes.iter().sum::<usize>(), 2 * 8 + 3, "{passes:?}");
    }

    #[test]
    fn repeats_end_with_the_budget() {
        let clock = Fake::default();
        let mut fakes = fakes(&clock, &[10], 8);
        fakes.disturbed = |_| true;
        assert_eq!(go(&mut fakes, 200), [20]);
        assert_eq!(go(&mut fakes, 1_000_000)[0] - 20, 8 * TRIES, "or when it has been tried often enough");
    }

    #[test]
    fn a_group_of_which_nothing_is_left_is_not_asked_again() {
        let clock = Fake::default();
        let mut fakes = fakes(&clock, &[10, 10], 8);
        fakes.empty = Some(0);
        assert_eq!(go(&mut fakes, 1_000_000), [0, 8]);
        assert_eq!(fakes.heard.iter().filter(|next| next.group == 0).count(), 1);
    }

    #[test]
    fn the_watcher_hears_what_is_expected_and_can_end_it() {
        let clock = Fake::default();
        let mut fakes = fakes(&clock, &[10, 10], 16);
        fakes.stop_after = 5;
        go(&mut fakes, 200);
        assert_eq!((fakes.visited.len(), fakes.heard.len()), (5, 6));
        assert_eq!((fakes.heard[0].passes, fakes.heard[0].expected), (10, 20), "20 ms a pass, 200 ms");
        assert_eq!((fakes.heard[5].pass, fakes.heard[5].done), (3, 5));
    }
}
