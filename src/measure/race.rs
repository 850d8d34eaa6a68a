//! The lanes of one table: opened as they are needed, sampled, raced, and closed with what became of each.

use std::time::Duration;

use mock_server::Stats;
use rand::rngs::StdRng;

use super::rounds::{self, Rules, Track};
use super::session::{Connected, Session};
use super::suite::Group;
use crate::clock::Monotonic;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::protocol::Sampled;
use crate::process::interrupt;

/// One cell and what has become of it so far.
#[derive(Debug)]
struct Entrant {
    cell: Cell,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting,
    Open(Box<Connected>),
    Failed(Failure),
    NotApplicable(String),
}

/// What became of a cell.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It was measured; every answer was right.
    Measured(Measurement),
    /// It failed, and has no number.
    Failed(Failure),
    /// It makes no sense here, for that reason.
    NotApplicable(String),
    /// Nobody asked for it.
    NotSelected,
}

/// The interleaved samples of one cell.
#[derive(Debug, Clone)]
pub struct Measurement {
    /// Nanoseconds for one batch, by round; every cell of a race has the same rounds.
    pub rounds: Vec<Option<f64>>,
    /// What the server saw of the last sample, and of how many requests.
    pub server: Option<Stats>,
}

/// The lanes of one group.
#[derive(Debug)]
pub struct Race<'s> {
    session: &'s mut Session,
    entrants: Vec<Entrant>,
}

impl<'s> Race<'s> {
    /// A race of the group's cells; none is open yet.
    pub fn new(session: &'s mut Session, group: &Group) -> Self {
        let cores = session.cores();
        let entrant = |cell: &Cell| Entrant {
            cell: cell.clone(),
            state: cell.not_applicable(cores).map_or(State::Waiting, State::NotApplicable),
        };
        Self { entrants: group.cells.iter().map(entrant).collect(), session }
    }

    /// Why the cell makes no sense, if it makes none.
    pub fn not_applicable(&self, entrant: usize) -> Option<&str> {
        match &self.entrants[entrant].state {
            State::NotApplicable(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether any cell was used: a filter may have left out all of them.
    pub fn is_selected(&self) -> bool {
        self.entrants.iter().any(|entrant| matches!(entrant.state, State::Open(_) | State::Failed(_)))
    }

    /// The process id of an open lane.
    pub fn process(&self, entrant: usize) -> Option<u32> {
        match &self.entrants[entrant].state {
            State::Open(lane) => Some(lane.id()),
            _ => None,
        }
    }

    /// Opens the lane if it is not.
    ///
    /// # Errors
    /// Why there is none.
    pub fn open(&mut self, entrant: usize) -> Result<(), Failure> {
        let Entrant { cell, state } = &mut self.entrants[entrant];
        if matches!(state, State::Waiting) {
            *state = match self.session.open(cell) {
                Ok(lane) => State::Open(Box::new(lane)),
                Err(failure) => State::Failed(failure),
            };
        }
        match state {
            State::Failed(failure) => Err(failure.clone()),
            State::NotApplicable(reason) => Err(Failure::new(reason.clone())),
            State::Waiting | State::Open(_) => Ok(()),
        }
    }

    /// Runs the batch so many times, opening the lane if need be. The first failure is the cell's for good.
    ///
    /// # Errors
    /// Why there is no time.
    pub fn sample(&mut self, entrant: usize, times: u64) -> Result<Sampled, Failure> {
        self.open(entrant)?;
        let state = &mut self.entrants[entrant].state;
        let State::Open(lane) = state else { return Err(Failure::new("the lane is not open")) };
        self.session.sample(lane, times).inspect_err(|failure| *state = State::Failed(failure.clone()))
    }

    /// Ends an open lane; the next use opens a new one.
    pub fn close(&mut self, entrant: usize) {
        let state = &mut self.entrants[entrant].state;
        if matches!(state, State::Open(_)) {
            *state = State::Waiting;
        }
    }

    /// Opens every lane that still waits.
    pub fn open_all(&mut self) {
        for entrant in 0..self.entrants.len() {
            if interrupt::came() {
                return;
            }
            let _ = self.open(entrant);
        }
    }

    /// Races the open lanes and tells what became of every cell. `watch` hears of rounds done and expected.
    pub fn run(
        mut self,
        rules: Rules,
        order: &mut StdRng,
        watch: &mut dyn FnMut(usize, usize),
    ) -> Vec<(Cell, Outcome)> {
        let open = |(at, entrant): (usize, &Entrant)| matches!(entrant.state, State::Open(_)).then_some(at);
        let lanes: Vec<usize> = self.entrants.iter().enumerate().filter_map(open).collect();
        let mut field = Field { race: &mut self, lanes: &lanes, watch };
        let times = rounds::run(&mut field, rules, &Monotonic, order);
        let mut rounds: Vec<_> = self.entrants.iter().map(|_| Vec::new()).collect();
        for (lane, times) in lanes.into_iter().zip(times) {
            rounds[lane] = times;
        }
        self.outcomes(rounds)
    }

    fn outcomes(self, rounds: Vec<Vec<Option<f64>>>) -> Vec<(Cell, Outcome)> {
        let outcome = |(entrant, rounds): (Entrant, Vec<Option<f64>>)| {
            let outcome = match entrant.state {
                State::Open(lane) if !rounds.is_empty() => {
                    Outcome::Measured(Measurement { rounds, server: lane.seen })
                }
                State::Open(_) => Outcome::Failed(Failure::new("no round was run")),
                State::Failed(failure) => Outcome::Failed(failure),
                State::NotApplicable(reason) => Outcome::NotApplicable(reason),
                State::Waiting => Outcome::NotSelected,
            };
            (entrant.cell, outcome)
        };
        self.entrants.into_iter().zip(rounds).map(outcome).collect()
    }
}

/// The open lanes as the rounds see them.
struct Field<'r, 's> {
    race: &'r mut Race<'s>,
    lanes: &'r [usize],
    watch: &'r mut dyn FnMut(usize, usize),
}

impl Track for Field<'_, '_> {
    fn entrants(&self) -> usize {
        self.lanes.len()
    }

    fn sample(&mut self, entrant: usize, times: u64) -> Option<Duration> {
        let sampled = self.race.sample(self.lanes[entrant], times).ok()?;
        Some(Duration::from_nanos(sampled.total_ns))
    }

    fn go_on(&mut self, round: usize, expected: usize) -> bool {
        (self.watch)(round, expected);
        !interrupt::came()
    }
}
