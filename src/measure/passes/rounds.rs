//! Interleaved rounds: in every round each lane runs once, in random order, so that drift of the machine meets all of
//! them alike and every round gives pairs.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::clock::{Clock, nanos};

/// What takes turns: open lanes, or fakes in a test.
pub trait Turns {
    /// How many there are.
    fn count(&self) -> usize;
    /// Runs the batch of one of them so many times and gives the time of all; `None` if it failed and is out.
    fn sample(&mut self, which: usize, times: u64) -> Option<Duration>;
    /// Opens a second lane of the one that was fastest in the warm-up; it is called by the number after the last. What
    /// the two differ by is noise. `false` if there is none.
    fn twin(&mut self, _fastest: usize) -> bool {
        false
    }
    /// Hears of every finished round and how many are expected; `false` ends it.
    fn go_on(&mut self, round: usize, expected: usize) -> bool;
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The time for all rounds; a round that would not fit is not begun.
    pub budget: Duration,
    /// So many rounds are run whatever they take.
    pub least: usize,
    /// More than that teach nothing.
    pub most: usize,
}

impl Rules {
    /// Below this, single batches are too short to time one by one: a sample is a block of several.
    const BLOCK: Duration = Duration::from_millis(2);
    const MOST_TIMES: u64 = 100_000;
}

/// Nanoseconds for one batch, for each lane round by round; shorter than the others where a lane failed. The twin comes
/// last, if there is one.
pub type Times = Vec<Vec<f64>>;

/// Lets all take turns.
pub fn run(turns: &mut impl Turns, rules: Rules, clock: &impl Clock, order: &mut StdRng) -> Times {
    let start = clock.now();
    let count = turns.count();
    let warm: Vec<_> = (0..count).filter_map(|which| Some((which, warm_up(turns, which)?))).collect();
    let mut left: Vec<(usize, u64)> = warm.iter().map(|(which, warm)| (*which, warm.block)).collect();
    let mut times: Times = vec![Vec::new(); count];
    if let Some((fastest, Warm { block, .. })) = warm.into_iter().min_by_key(|(_, warm)| warm.one)
        && turns.twin(fastest)
    {
        times.push(Vec::new());
        left.extend(turns.sample(count, block).map(|_| (count, block)));
    }
    let first = clock.now();
    let mut round = 0;
    while round < rules.most && !left.is_empty() {
        let rest = rules.budget.saturating_sub(clock.now().since(start));
        let done = u32::try_from(round).unwrap_or(u32::MAX);
        let one = clock.now().since(first).checked_div(done);
        if round >= rules.least && one.is_some_and(|one| one > rest) {
            break;
        }
        let fits = one.map_or(0, |one| rest.as_nanos() / one.as_nanos().max(1));
        let expected = round.saturating_add(usize::try_from(fits).unwrap_or(rules.most));
        if !turns.go_on(round, expected.clamp(rules.least, rules.most)) {
            break;
        }
        left.shuffle(order);
        left.retain(|&(which, block)| {
            let took = turns.sample(which, block);
            times[which].extend(took.map(|took| nanos(took) as f64 / block as f64));
            took.is_some()
        });
        round += 1;
    }
    times
}

/// What the warm-up found.
struct Warm {
    /// How many batches are timed together.
    block: u64,
    /// What one of them took.
    one: Duration,
}

/// Doubles the block until it is long enough to time. What it took is not recorded; `None` if the lane failed.
fn warm_up(turns: &mut impl Turns, which: usize) -> Option<Warm> {
    let mut block = 1;
    loop {
        let took = turns.sample(which, block)?;
        if took >= Rules::BLOCK || block >= Rules::MOST_TIMES {
            return Some(Warm { block, one: took / u32::try_from(block).unwrap_or(u32::MAX) });
        }
        block *= 2;
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::clock::Fake;

    /// Lanes whose batches take as long as told; one may fail at its n-th sample.
    struct Fakes<'a> {
        clock: &'a Fake,
        takes: Vec<Duration>,
        fails: Option<(usize, usize)>,
        asked: Vec<(usize, u64)>,
        rounds: usize,
        stop_after: usize,
        twin: Option<usize>,
    }

    impl<'a> Fakes<'a> {
        fn new(clock: &'a Fake, millis: &[u64]) -> Self {
            let takes = millis.iter().map(|millis| Duration::from_millis(*millis)).collect();
            Self {
                clock,
                takes,
                fails: None,
                asked: Vec::new(),
                rounds: 0,
                stop_after: usize::MAX,
                twin: None,
            }
        }
    }

    impl Turns for Fakes<'_> {
        fn count(&self) -> usize {
            self.takes.len()
        }

        fn sample(&mut self, which: usize, times: u64) -> Option<Duration> {
            self.asked.push((which, times));
            let before = self.asked.iter().filter(|(other, _)| *other == which).count();
            if self.fails == Some((which, before)) {
                return None;
            }
            let took = self.takes[which] * u32::try_from(times).expect("few");
            self.clock.advance(took);
            Some(took)
        }

        fn twin(&mut self, fastest: usize) -> bool {
            if self.twin == Some(usize::MAX) {
                self.twin = Some(fastest);
                self.takes.push(self.takes[fastest]);
            }
            self.twin.is_some()
        }

        fn go_on(&mut self, round: usize, _: usize) -> bool {
            self.rounds = round;
            round < self.stop_after
        }
    }

    fn rules(budget: u64, least: usize, most: usize) -> Rules {
        Rules { budget: Duration::from_millis(budget), least, most }
    }

    fn take_turns(fakes: &mut Fakes<'_>, rules: Rules) -> Times {
        let clock = fakes.clock;
        run(fakes, rules, clock, &mut StdRng::seed_from_u64(1))
    }

    #[test]
    fn every_round_has_every_lane_once() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 20, 30]);
        let times = take_turns(&mut fakes, rules(100_000, 1, 5));
        assert_eq!(times.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5]);
        assert_eq!(times[2], vec![30e6; 5]);
        for round in fakes.asked[3..].chunks(3) {
            let mut who: Vec<_> = round.iter().map(|(which, _)| *which).collect();
            who.sort_unstable();
            assert_eq!(who, [0, 1, 2]);
        }
    }

    #[test]
    fn the_order_changes_from_round_to_round() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10, 10, 10]);
        take_turns(&mut fakes, rules(100_000, 1, 10));
        let firsts: std::collections::HashSet<_> =
            fakes.asked[4..].chunks(4).map(|round| round[0].0).collect();
        assert!(firsts.len() > 1, "the same lane is always first");
    }

    #[test]
    fn no_round_is_begun_that_would_exceed_the_budget() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10]);
        let times = take_turns(&mut fakes, rules(200, 1, 100));
        assert_eq!(times[0].len(), 9, "200 ms less 20 ms of warm-up, 20 ms a round");
    }

    #[test]
    fn the_least_rounds_are_run_whatever_they_take() {
        let clock = Fake::default();
        let times = take_turns(&mut Fakes::new(&clock, &[500]), rules(1, 3, 100));
        assert_eq!(times[0].len(), 3);
    }

    #[test]
    fn who_fails_is_out_and_the_others_go_on() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10]);
        fakes.fails = Some((0, 3));
        let times = take_turns(&mut fakes, rules(100_000, 1, 5));
        assert_eq!(times[0], [10e6]);
        assert_eq!(times[1].len(), 5);
    }

    #[test]
    fn who_fails_in_the_warm_up_never_runs_a_round() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10]);
        fakes.fails = Some((1, 1));
        let times = take_turns(&mut fakes, rules(100_000, 1, 2));
        assert!(times[1].is_empty());
        assert_eq!(times[0].len(), 2);
    }

    #[test]
    fn short_batches_are_timed_in_blocks_and_reported_for_one() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[0]);
        fakes.takes[0] = Duration::from_micros(1);
        let times = take_turns(&mut fakes, rules(10, 1, 2));
        assert_eq!(fakes.asked.last(), Some(&(0, 2_048)), "doubled until it takes 2 ms");
        assert_eq!(times[0][0], 1_000.0);
    }

    #[test]
    fn the_fastest_has_a_twin_that_runs_in_the_same_rounds() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[30, 10, 20]);
        fakes.twin = Some(usize::MAX); // wanted
        let times = take_turns(&mut fakes, rules(100_000, 1, 5));
        assert_eq!((times.len(), fakes.twin), (4, Some(1)));
        assert_eq!((&times[1], &times[3]), (&vec![10e6; 5], &vec![10e6; 5]));
    }

    #[test]
    fn the_watcher_can_end_it() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10]);
        fakes.stop_after = 2;
        assert_eq!(take_turns(&mut fakes, rules(100_000, 1, 50))[0].len(), 2);
    }
}
