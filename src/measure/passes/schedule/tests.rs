//! Schedules of groups whose passes take as long as the test says, on a clock that the test moves.

use rand::SeedableRng;

use super::*;
use crate::clock::Fake;

/// Groups whose passes take chosen times; some are disturbed.
struct Fakes<'a> {
    clock: &'a Fake,
    takes: Vec<u64>,
    wanted: usize,
    disturbed: fn(usize) -> bool,
    visited: Vec<usize>,
    notified: Vec<Next>,
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
        self.notified.push(next);
        self.visited.len() < self.stop_after
    }
}

fn fakes<'a>(clock: &'a Fake, takes: &[u64], wanted: usize) -> Fakes<'a> {
    let (takes, disturbed) = (takes.to_vec(), (|_| false) as fn(usize) -> bool);
    let (visited, notified) = (Vec::new(), Vec::new());
    Fakes { clock, takes, wanted, disturbed, visited, notified, stop_after: usize::MAX, empty: None }
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
fn only_the_first_pass_is_started_if_it_would_not_fit() {
    let clock = Fake::default();
    assert_eq!(go(&mut fakes(&clock, &[10, 20], 100), 100), [3, 3], "30 ms a pass");
    assert_eq!(go(&mut fakes(&clock, &[500], 100), 1), [1]);
}

#[test]
fn only_a_disturbed_pass_is_repeated() {
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
fn a_group_without_cells_to_measure_is_visited_once() {
    let clock = Fake::default();
    let mut fakes = fakes(&clock, &[10, 10], 8);
    fakes.empty = Some(0);
    assert_eq!(go(&mut fakes, 1_000_000), [0, 8]);
    assert_eq!(fakes.notified.iter().filter(|next| next.group == 0).count(), 1);
}

#[test]
fn the_expectation_is_reported_before_each_pass_and_the_run_can_be_ended() {
    let clock = Fake::default();
    let mut fakes = fakes(&clock, &[10, 10], 16);
    fakes.stop_after = 5;
    go(&mut fakes, 200);
    assert_eq!((fakes.visited.len(), fakes.notified.len()), (5, 6));
    assert_eq!((fakes.notified[0].passes, fakes.notified[0].expected), (10, 20), "20 ms a pass, 200 ms");
    assert_eq!((fakes.notified[5].pass, fakes.notified[5].done), (3, 5));
}
