//! Comparisons of simulated programs, on a clock that each block moves.

use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::block::{Block, Broken, Lane};
use super::judge::{ALPHA, LOOKS, SCREEN, Trial, Verdict, is_disturbed};
use super::metric::{Metric, Thresholds};
use super::programs::Side;
use super::trial::{Blocks, Ended, Step, Wanted, run};
use crate::clock::Fake;
use crate::failure::Failure;
use crate::measure::statistics::{draw, proportion};

/// Programs whose lanes scatter, with a factor for each cell.
struct Simulated<'a> {
    clock: &'a Fake,
    factors: Vec<f64>,
    spread: f64,
    /// Milliseconds.
    takes: u64,
    broken: Option<usize>,
    steps: usize,
    stop_after: usize,
    left_out: Vec<usize>,
}

impl Blocks for Simulated<'_> {
    fn block(&mut self, cell: usize, order: &mut StdRng) -> Result<Block, Broken> {
        self.clock.advance(Duration::from_millis(self.takes));
        if self.broken == Some(cell) {
            return Err(Broken { side: Side::Head, failure: Failure::new("it crashed") });
        }
        let drift = (self.steps as f64 / 40.0).sin() * 0.3;
        let mut lane = |factor: f64| {
            let odd = if draw::normal(order) > 2.0 { 0.26 } else { 0.0 };
            let time = 1e7 * (drift + factor.ln() + self.spread * draw::normal(order) + odd).exp();
            Lane::new([Some(time), Some(time / 3.0), Some(100.0), None])
        };
        Ok(Block { base: lane(1.0), head: lane(self.factors[cell]), head_first: false, others: None })
    }

    fn go_on(&mut self, _: Step) -> bool {
        self.steps += 1;
        self.steps <= self.stop_after
    }

    fn left_out(&mut self, cells: &[usize]) {
        self.left_out = cells.to_vec();
    }
}

fn simulated<'a>(clock: &'a Fake, factors: &[f64], spread: f64) -> Simulated<'a> {
    let factors = factors.to_vec();
    Simulated {
        clock,
        factors,
        spread,
        takes: 100,
        broken: None,
        steps: 0,
        stop_after: usize::MAX,
        left_out: Vec::new(),
    }
}

fn thresholds() -> Thresholds {
    Thresholds::default().with(Metric::Time, 0.05).with(Metric::Cpu, 0.1).with(Metric::Switches, 0.25)
}

fn go(blocks: &mut Simulated<'_>, seconds: u64, seed: u64) -> Vec<Ended> {
    let wanted = vec![Wanted { thresholds: thresholds(), is_control: false }; blocks.factors.len()];
    let (budget, mut order) = (Duration::from_secs(seconds), StdRng::seed_from_u64(seed));
    let clock = blocks.clock;
    run(blocks, &wanted, budget, clock, &mut order)
}

fn verdict(ended: &Ended, metric: Metric) -> Option<Verdict> {
    match ended {
        Ended::Tried(trial) => thresholds().of(metric).map(|share| trial.verdict(metric, share)),
        _ => None,
    }
}

/// How many runs to simulate: `FAIRLANE_SIMULATIONS` times as many as a test by default.
fn many(runs: u64) -> u64 {
    let times = std::env::var("FAIRLANE_SIMULATIONS").ok().and_then(|times| times.parse().ok());
    runs * times.unwrap_or(1)
}

#[test]
fn at_most_one_comparison_of_equal_programs_in_a_hundred_calls_something_slower() {
    let clock = Fake::default();
    for spread in [0.02, 0.1] {
        let runs = many(200);
        let is_red = |seed: &u64| {
            let ended = go(&mut simulated(&clock, &[1.0; 20], spread), 600, *seed);
            ended.iter().any(|cell| Metric::ALL.iter().any(|m| verdict(cell, *m) == Some(Verdict::Slower)))
        };
        let red = (0..runs).filter(is_red).count() as u64;
        anstream::eprintln!("spread {spread}: {red} of {runs} comparisons of equal programs are red");
        let [least, _] = proportion::interval(red, runs, 0.998);
        assert!(least <= ALPHA, "spread {spread}: {red} of {runs}");
    }
}

#[test]
fn ten_percent_are_found_in_the_cells_that_have_them_and_in_no_other() {
    let clock = Fake::default();
    let mut factors = [1.0; 20];
    factors[3] = 1.1;
    factors[11] = 1.1;
    for (spread, least) in [(0.01, 100), (0.05, 80)] {
        let runs = many(40);
        let is_exact = |seed: &u64| {
            let ended = go(&mut simulated(&clock, &factors, spread), 600, *seed);
            let slower: Vec<usize> =
                (0..20).filter(|at| verdict(&ended[*at], Metric::Time) == Some(Verdict::Slower)).collect();
            slower == [3, 11]
        };
        let exact = (0..runs).filter(is_exact).count() as u64;
        anstream::eprintln!("spread {spread}: {exact} of {runs} comparisons name exactly the slower cells");
        assert!(exact * 100 >= least * runs, "spread {spread}: {exact} of {runs}");
    }
}

#[test]
fn what_is_faster_is_called_faster_and_swapped_sides_swap_the_verdict() {
    let clock = Fake::default();
    let times = |factor: f64| {
        let ended = go(&mut simulated(&clock, &[factor, 1.0, 1.0], 0.01), 600, 5);
        [verdict(&ended[0], Metric::Time), verdict(&ended[1], Metric::Time)]
    };
    assert_eq!(times(1.2), [Some(Verdict::Slower), Some(Verdict::Same)]);
    assert_eq!(times(1.0 / 1.2), [Some(Verdict::Faster), Some(Verdict::Same)]);
    assert_eq!(times(1.0), [Some(Verdict::Same), Some(Verdict::Same)]);
}

#[test]
fn less_than_the_threshold_is_no_verdict() {
    let clock = Fake::default();
    let ended = go(&mut simulated(&clock, &[1.04], 0.002), 600, 5);
    assert_eq!(
        verdict(&ended[0], Metric::Time),
        Some(Verdict::Same),
        "within 5 %, however surely it is there"
    );
    let Ended::Tried(trial) = &ended[0] else { panic!("measured") };
    assert_eq!(trial.routed, [Metric::Time], "but it was looked at twice");
}

#[test]
fn verdicts_need_fresh_blocks() {
    let clock = Fake::default();
    let mut blocks = simulated(&clock, &[2.0], 0.01);
    blocks.stop_after = SCREEN + LOOKS[0] - 1;
    let ended = go(&mut blocks, 600, 1);
    assert_eq!(verdict(&ended[0], Metric::Time), Some(Verdict::Inconclusive));
    let mut blocks = simulated(&clock, &[2.0], 0.01);
    blocks.stop_after = SCREEN + LOOKS[0];
    let ended = go(&mut blocks, 600, 1);
    assert_eq!(verdict(&ended[0], Metric::Time), Some(Verdict::Slower), "an interrupt keeps what is known");
}

#[test]
fn cells_that_do_not_fit_are_left_out_from_the_end() {
    let clock = Fake::default();
    let mut blocks = simulated(&clock, &[1.0; 10], 0.01);
    // Five more blocks of seven cells would take 3.5 s, more than 60 % of what is left of 6 s after their first ones.
    let ended = go(&mut blocks, 6, 1);
    assert_eq!(blocks.left_out, [6, 7, 8, 9]);
    assert!(ended[6..].iter().all(|ended| *ended == Ended::LeftOut));
    assert!(ended[..6].iter().all(|ended| verdict(ended, Metric::Time).is_some()));
    assert!(clock_is_near(&clock, 6), "the time is kept");
}

fn clock_is_near(clock: &Fake, seconds: u64) -> bool {
    use crate::clock::Clock;
    clock.now().nanos() <= (seconds * 1_000 + 200) * 1_000_000
}

#[test]
fn a_side_that_fails_ends_its_cell_and_no_other() {
    let clock = Fake::default();
    let mut blocks = simulated(&clock, &[1.0; 3], 0.01);
    blocks.broken = Some(1);
    let ended = go(&mut blocks, 600, 1);
    assert!(matches!(&ended[1], Ended::Broken(broken) if broken.side == Side::Head));
    assert_eq!(verdict(&ended[2], Metric::Time), Some(Verdict::Same));
}

#[test]
fn without_time_nothing_is_judged() {
    let clock = Fake::default();
    let ended = go(&mut simulated(&clock, &[2.0; 3], 0.01), 0, 1);
    assert!(ended.iter().all(|ended| *ended == Ended::LeftOut));
}

#[test]
fn a_control_that_differs_from_itself_is_a_disturbance() {
    let block = |ratio: f64| {
        let lane = |time: f64| Lane::new([Some(time), None, None, None]);
        Block { base: lane(1e7), head: lane(1e7 * ratio), head_first: true, others: None }
    };
    let control = |ratio: f64, count: usize| Trial {
        screen: vec![block(ratio); SCREEN],
        fresh: vec![block(ratio); count],
        ..Trial::default()
    };
    assert!(is_disturbed(&control(1.1, 12), &thresholds()));
    assert!(is_disturbed(&control(1.0 / 1.1, 12), &thresholds()), "to either side");
    assert!(
        !is_disturbed(&control(1.1, 4), &thresholds()),
        "10 pairs are too few for 0.1 % of three metrics"
    );
    assert!(!is_disturbed(&control(1.04, 12), &thresholds()), "too small to matter");
}

#[test]
fn counts_near_zero_are_no_factors() {
    let differs = |base, head| Metric::Switches.difference(Some(base), Some(head)).map(f64::exp);
    assert!(differs(0.0, 1.0).is_some_and(|ratio| ratio < 1.13));
    assert_eq!(Metric::Time.difference(Some(2.0), Some(4.0)).map(f64::exp), Some(2.0));
    assert_eq!(Metric::Time.difference(Some(0.0), Some(4.0)), None);
    assert_eq!(Metric::Memory.difference(None, Some(4.0)), None);
}
