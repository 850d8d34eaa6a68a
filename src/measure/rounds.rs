//! Interleaved rounds: in every round each entrant runs once, in random order, so that drift of the machine meets
//! all of them alike and every round gives pairs.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::clock::{Clock, nanos};

/// What takes part: lanes in a race, or fakes in a test.
pub trait Track {
    /// How many entrants there are.
    fn entrants(&self) -> usize;
    /// Runs the batch of one entrant so many times and gives the time of all; `None` takes it out of the race.
    fn sample(&mut self, entrant: usize, times: u64) -> Option<Duration>;
    /// Hears of every finished round and how many are expected; `false` ends the race.
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
    /// Below this, single batches are too short to time one by one: a sample is a run of several.
    const BLOCK: Duration = Duration::from_millis(2);
    const MOST_TIMES: u64 = 100_000;
}

/// The times of the entrants in nanoseconds for one batch, round by round; `None` from where one fell out.
pub type Times = Vec<Vec<Option<f64>>>;

/// Lets all entrants take turns. Two unrecorded samples each come first: one to warm up, one to choose how many
/// batches a sample needs.
pub fn run(track: &mut impl Track, rules: Rules, clock: &impl Clock, order: &mut StdRng) -> Times {
    let start = clock.now();
    let mut racing: Vec<usize> = (0..track.entrants()).collect();
    let mut blocks = vec![1; track.entrants()];
    racing.retain(|&entrant| {
        let warmed = track.sample(entrant, 1).and_then(|_| track.sample(entrant, 1));
        warmed.is_some_and(|took| {
            blocks[entrant] = block(took);
            true
        })
    });

    let mut times: Times = vec![Vec::new(); track.entrants()];
    let mut round = 0;
    let first = clock.now();
    while round < rules.most && !racing.is_empty() {
        let done = u32::try_from(round).unwrap_or(u32::MAX).max(1);
        let one = clock.now().since(first) / done;
        let left = rules.budget.saturating_sub(clock.now().since(start));
        if round >= rules.least && one > left {
            break;
        }
        let fits = usize::try_from(left.as_nanos() / one.as_nanos().max(1)).unwrap_or(usize::MAX);
        let expected = round.saturating_add(fits).clamp(rules.least, rules.most);
        if !track.go_on(round, if round == 0 { rules.least } else { expected }) {
            break;
        }
        racing.shuffle(order);
        racing.retain(|&entrant| {
            let sample = track.sample(entrant, blocks[entrant]);
            times[entrant].push(sample.map(|took| nanos(took) as f64 / blocks[entrant] as f64));
            sample.is_some()
        });
        round += 1;
    }
    times
}

fn block(took: Duration) -> u64 {
    let one = took.as_nanos().max(1);
    u64::try_from(Rules::BLOCK.as_nanos().div_ceil(one)).unwrap_or(u64::MAX).clamp(1, Rules::MOST_TIMES)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::clock::Fake;

    /// Entrants whose batches take as long as told; one may fail at its n-th sample.
    struct Fakes<'a> {
        clock: &'a Fake,
        takes: Vec<Duration>,
        fails: Option<(usize, usize)>,
        asked: Vec<(usize, u64)>,
        rounds: usize,
        stop_after: usize,
    }

    impl<'a> Fakes<'a> {
        fn new(clock: &'a Fake, millis: &[u64]) -> Self {
            let takes = millis.iter().map(|millis| Duration::from_millis(*millis)).collect();
            Self { clock, takes, fails: None, asked: Vec::new(), rounds: 0, stop_after: usize::MAX }
        }
    }

    impl Track for Fakes<'_> {
        fn entrants(&self) -> usize {
            self.takes.len()
        }

        fn sample(&mut self, entrant: usize, times: u64) -> Option<Duration> {
            self.asked.push((entrant, times));
            let before = self.asked.iter().filter(|(other, _)| *other == entrant).count();
            if self.fails == Some((entrant, before)) {
                return None;
            }
            let took = self.takes[entrant] * u32::try_from(times).expect("few");
            self.clock.advance(took);
            Some(took)
        }

        fn go_on(&mut self, round: usize, _: usize) -> bool {
            self.rounds = round;
            round < self.stop_after
        }
    }

    fn rules(budget: u64, least: usize, most: usize) -> Rules {
        Rules { budget: Duration::from_millis(budget), least, most }
    }

    fn race(fakes: &mut Fakes<'_>, rules: Rules) -> Times {
        let clock = fakes.clock;
        run(fakes, rules, clock, &mut StdRng::seed_from_u64(1))
    }

    #[test]
    fn every_round_has_every_entrant_once() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 20, 30]);
        let times = race(&mut fakes, rules(100_000, 1, 5));
        assert_eq!(times.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5]);
        assert_eq!(times[2], vec![Some(30e6); 5]);
        for round in fakes.asked[6..].chunks(3) {
            let mut who: Vec<_> = round.iter().map(|(entrant, _)| *entrant).collect();
            who.sort_unstable();
            assert_eq!(who, [0, 1, 2]);
        }
    }

    #[test]
    fn the_order_changes_from_round_to_round() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10, 10, 10]);
        race(&mut fakes, rules(100_000, 1, 10));
        let firsts: std::collections::HashSet<_> =
            fakes.asked[8..].chunks(4).map(|round| round[0].0).collect();
        assert!(firsts.len() > 1, "the same entrant is always first");
    }

    #[test]
    fn no_round_is_begun_that_would_exceed_the_budget() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10]);
        let times = race(&mut fakes, rules(200, 1, 100));
        assert_eq!(times[0].len(), 8, "200 ms less 40 ms of warm-up, 20 ms a round");
    }

    #[test]
    fn the_least_rounds_are_run_whatever_they_take() {
        let clock = Fake::default();
        let times = race(&mut Fakes::new(&clock, &[500]), rules(1, 3, 100));
        assert_eq!(times[0].len(), 3);
    }

    #[test]
    fn who_fails_is_out_and_the_others_go_on() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10]);
        fakes.fails = Some((0, 4));
        let times = race(&mut fakes, rules(100_000, 1, 5));
        assert_eq!(times[0], [Some(10e6), None]);
        assert_eq!(times[1].len(), 5);
    }

    #[test]
    fn who_fails_in_the_warm_up_never_runs_a_round() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10, 10]);
        fakes.fails = Some((1, 1));
        let times = race(&mut fakes, rules(100_000, 1, 2));
        assert!(times[1].is_empty());
        assert_eq!(times[0].len(), 2);
    }

    #[test]
    fn short_batches_are_timed_in_blocks_and_reported_for_one() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[0]);
        fakes.takes[0] = Duration::from_micros(1);
        let times = race(&mut fakes, rules(10, 1, 2));
        assert_eq!(fakes.asked.last(), Some(&(0, 2_000)));
        assert_eq!(times[0][0], Some(1_000.0));
    }

    #[test]
    fn the_watcher_can_end_the_race() {
        let clock = Fake::default();
        let mut fakes = Fakes::new(&clock, &[10]);
        fakes.stop_after = 2;
        assert_eq!(race(&mut fakes, rules(100_000, 1, 50))[0].len(), 2);
    }
}
