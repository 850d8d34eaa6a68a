//! Which cell gets the next block: every cell in the screen, then what was routed, all in random order, within the time.
//!
//! The order never depends on what fresh blocks showed before their look. Must not know programs, lanes or sessions.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::block::{Block, Broken};
use super::judge::{self, LOOKS, SCREEN, Trial};
use super::metric::Thresholds;
use crate::clock::{Clock, Stamp};

/// What is measured: two programs, or a simulation in a test.
pub trait Blocks {
    /// One more block of that cell.
    ///
    /// # Errors
    /// Which side failed: the cell gets no more blocks.
    fn block(&mut self, cell: usize, order: &mut StdRng) -> Result<Block, Broken>;
    /// Is called before each block; `false` ends the comparison.
    fn go_on(&mut self, step: Step) -> bool;
    /// These cells do not fit into the time, and are left out.
    fn left_out(&mut self, cells: &[usize]);
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The cell.
    pub cell: usize,
    /// Whether it is screened or confirmed.
    pub phase: Phase,
    /// Blocks of this phase that are done.
    pub done: usize,
    /// Blocks of this phase in all, as far as it is known.
    pub of: usize,
}

/// The parts of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Every cell.
    Screen,
    /// What differed in the screen.
    Confirm,
    /// What neither differed nor is known to be the same.
    Narrow,
}

impl Phase {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Confirm => "confirmation",
            Self::Narrow => "narrowing",
        }
    }
}

/// What is wanted of a cell.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// What is judged.
    pub thresholds: Thresholds,
    /// Whether it is a null control: BASE against itself.
    pub is_control: bool,
}

/// How a cell ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// With blocks.
    Tried(Trial),
    /// One side failed.
    Broken(Broken),
    /// There was no time.
    LeftOut,
}

/// The share of the time after the first blocks that the screen may take; the rest is for what it routes.
const SCREENING: f64 = 0.6;
/// How many blocks are added at once to what is not known to be the same, and how many it may have in all.
pub const NARROWING: [usize; 2] = [SCREEN * 2, SCREEN * 3];

struct Run<'r, B, C> {
    blocks: &'r mut B,
    clock: &'r C,
    end: Stamp,
    wanted: &'r [Wanted],
    states: Vec<State>,
}

#[derive(Default)]
struct State {
    trial: Trial,
    broken: Option<Broken>,
    is_left_out: bool,
    took: Duration,
}

impl State {
    fn is_alive(&self) -> bool {
        self.broken.is_none() && !self.is_left_out
    }

    fn each(&self) -> Duration {
        let count = self.trial.screen.len() + self.trial.fresh.len();
        self.took.checked_div(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or_default()
    }
}

/// Runs blocks until everything is judged, or the time is over. Gives how each cell ended.
pub fn run<B: Blocks, C: Clock>(
    blocks: &mut B,
    wanted: &[Wanted],
    budget: Duration,
    clock: &C,
    order: &mut StdRng,
) -> Vec<Ended> {
    let states = wanted.iter().map(|_| State::default()).collect();
    let mut run = Run { blocks, clock, end: clock.now().after(budget), wanted, states };
    run.all(order);
    let ended = |state: State| match (state.broken, state.is_left_out) {
        (Some(broken), _) => Ended::Broken(broken),
        (None, true) => Ended::LeftOut,
        (None, false) if state.trial.screen.is_empty() => Ended::LeftOut,
        (None, false) => Ended::Tried(state.trial),
    };
    run.states.into_iter().map(ended).collect()
}

impl<B: Blocks, C: Clock> Run<'_, B, C> {
    fn all(&mut self, order: &mut StdRng) {
        let everything: Vec<usize> = (0..self.wanted.len()).collect();
        if !self.first(order) || !self.round_to(Phase::Screen, &everything, SCREEN, order) {
            return;
        }
        for (state, wanted) in self.states.iter_mut().zip(self.wanted) {
            if !wanted.is_control && state.trial.screen.len() >= SCREEN {
                state.trial.route(&wanted.thresholds);
            }
        }
        for (look, count) in LOOKS.into_iter().enumerate() {
            let open = self.open(look);
            let fits = self.fitting(open, |state| count.saturating_sub(state.trial.fresh.len()));
            let goes_on = self.round_to(Phase::Confirm, &fits, count, order);
            self.look(look);
            if !goes_on {
                return;
            }
        }
        for count in NARROWING {
            let unknown = self.unknown();
            let fits = self.fitting(unknown, |state| count.saturating_sub(state.trial.screen.len()));
            if !self.round_to(Phase::Narrow, &fits, count, order) {
                return;
            }
        }
    }

    /// What can still be decided: the controls at the first look, and what was routed and is open.
    fn open(&self, look: usize) -> Vec<usize> {
        let is_open = |at: &usize| {
            let (state, wanted) = (&self.states[*at], &self.wanted[*at]);
            let own = if wanted.is_control { look == 0 } else { state.trial.is_open(&wanted.thresholds) };
            state.is_alive() && state.trial.screen.len() >= SCREEN && own
        };
        (0..self.states.len()).filter(is_open).collect()
    }

    /// What was not routed and is not known to be the same.
    fn unknown(&self) -> Vec<usize> {
        let is_unknown = |at: &usize| {
            let (state, wanted) = (&self.states[*at], &self.wanted[*at]);
            let mut metrics = wanted.thresholds.metrics();
            let same = |(metric, share)| state.trial.verdict(metric, share) == judge::Verdict::Same;
            state.is_alive() && !wanted.is_control && state.trial.fresh.is_empty() && !metrics.all(same)
        };
        (0..self.states.len()).filter(is_unknown).collect()
    }

    /// The first of these cells for which the time suffices.
    fn fitting(&self, cells: Vec<usize>, blocks: impl Fn(&State) -> usize) -> Vec<usize> {
        let mut left = self.end.since(self.clock.now());
        let fits = |at: &usize| {
            let state = &self.states[*at];
            let cost = state.each() * u32::try_from(blocks(state)).unwrap_or(u32::MAX);
            let fits = cost <= left;
            left = left.saturating_sub(cost);
            fits
        };
        cells.into_iter().take_while(fits).collect()
    }

    /// The first block of each cell, in the order of the file, which shows what the others will take. The first cell for
    /// whose screen the time is too short is left out, with all after it.
    fn first(&mut self, order: &mut StdRng) -> bool {
        let rounds = u32::try_from(SCREEN - 1).unwrap_or(u32::MAX);
        let mut cost = Duration::ZERO;
        for cell in 0..self.states.len() {
            let goes_on = self.blocks_of(Phase::Screen, vec![cell], order);
            let is_over = self.clock.now() >= self.end;
            if !goes_on && !is_over {
                return false; // it was ended
            }
            cost += self.states[cell].each() * rounds;
            if is_over || cost > self.end.since(self.clock.now()).mul_f64(SCREENING) {
                let out: Vec<usize> =
                    (cell..self.states.len()).filter(|at| self.states[*at].is_alive()).collect();
                out.iter().for_each(|at| self.states[*at].is_left_out = true);
                self.blocks.left_out(&out);
                return true;
            }
        }
        true
    }

    /// More blocks for these cells, until each has `count` of the phase, all in random order. `false` if the comparison was
    /// ended.
    fn round_to(&mut self, phase: Phase, cells: &[usize], count: usize, order: &mut StdRng) -> bool {
        let alive = cells.iter().filter(|at| self.states[**at].is_alive());
        let missing = |at: &usize| {
            let trial = &self.states[*at].trial;
            let has = if phase == Phase::Confirm { trial.fresh.len() } else { trial.screen.len() };
            std::iter::repeat_n(*at, count.saturating_sub(has))
        };
        self.blocks_of(phase, alive.flat_map(missing).collect(), order)
    }

    fn blocks_of(&mut self, phase: Phase, mut turns: Vec<usize>, order: &mut StdRng) -> bool {
        turns.shuffle(order);
        let of = turns.len();
        for (done, cell) in turns.into_iter().enumerate() {
            if !self.states[cell].is_alive() {
                continue;
            }
            let begun = self.clock.now();
            if begun >= self.end || !self.blocks.go_on(Step { cell, phase, done, of }) {
                return false;
            }
            let block = self.blocks.block(cell, order);
            let state = &mut self.states[cell];
            state.took += self.clock.now().since(begun);
            match block {
                Ok(block) if phase == Phase::Confirm => state.trial.fresh.push(block),
                Ok(block) => state.trial.screen.push(block),
                // An interrupt ends the lane, too.
                Err(_) if !self.blocks.go_on(Step { cell, phase, done, of }) => return false,
                Err(broken) => state.broken = Some(broken),
            }
        }
        true
    }

    fn look(&mut self, look: usize) {
        let judged = self.states.iter_mut().zip(self.wanted).filter(|(_, wanted)| !wanted.is_control);
        let mut trials: Vec<_> =
            judged.map(|(state, wanted)| (&mut state.trial, &wanted.thresholds)).collect();
        judge::look(&mut trials, look);
    }
}
