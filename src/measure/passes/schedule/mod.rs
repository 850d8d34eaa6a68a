//! Decides when each group has its next pass, and when to stop. In a pass every group that still needs lanes is visited once,
//! in a new random order, so that what changes during a run affects all groups and all their cells equally.
//!
//! A pass of a group in which other programs took too much of the processors is repeated while there is time. The decision
//! does not depend on the times that were measured. Must not know lanes, nor what a pass found.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::clock::Clock;

/// What is scheduled: groups of cells, or fakes in a test.
pub trait Groups {
    /// How many groups there are.
    fn count(&self) -> usize;
    /// The number of undisturbed lanes that each cell of that group needs.
    fn wanted(&self, group: usize) -> usize;
    /// One pass of one group: a fresh lane for each of its cells. `None` if nothing of it is left to measure.
    fn pass(&mut self, group: usize, order: &mut StdRng) -> Option<Passed>;
    /// Is called before each pass of a group; `false` ends the run.
    fn go_on(&mut self, next: Next) -> bool;
}

/// The result of a pass of a group.
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
    /// The expected number of passes, if the next ones take as long as the ones before.
    pub passes: usize,
    /// Visits of groups that are done.
    pub done: usize,
    /// The expected number of visits of groups.
    pub expected: usize,
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The time for all passes. A pass that is not expected to fit is not started, unless it is the first.
    pub budget: Duration,
    /// The expected time of the first pass over all groups: that of their rehearsal.
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

/// If the disturbance does not end, the schedule stops after this many times the wanted passes.
const TRIES: usize = 3;

impl Tally {
    fn is_due(&self, wanted: usize) -> bool {
        !self.gone && self.quiet < wanted && self.passes < wanted * TRIES
    }

    fn each(&self) -> Duration {
        self.took.checked_div(u32::try_from(self.passes).unwrap_or(u32::MAX)).unwrap_or_default()
    }
}

/// Runs passes over the groups until all have what they need, or the time is over.
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
mod tests;
