//! The cells of one group: rehearsed once, visited in every pass, and the state of each so far.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::schedule::Passed;
use super::session::{Apparatus, Session};
use super::suite::Group;
use super::table::{Interrupted, Measured, Measurement, Outcome, Pass, QUIET};
use super::visit::{self, Samples, Visit};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::machine::pause::Pause;
use crate::process::interrupt;

/// The cells of one group and their states.
#[derive(Debug)]
pub(super) struct Table<'g> {
    pub(super) group: &'g Group,
    /// `None` of a cell that was not rehearsed yet.
    states: Vec<Option<Outcome>>,
    passes: Vec<Pass>,
    /// Passes in which every cell was visited: all, or none of one.
    whole: usize,
    /// The passes that it is expected to have, once that is known.
    pub(super) expected: usize,
    pub(super) apparatus: Apparatus,
    caveat: Option<String>,
}

impl<'g> Table<'g> {
    pub(super) fn new(group: &'g Group, session: &Session) -> Self {
        let limit = group.sample_limit.unwrap_or(Duration::MAX);
        let state = |cell: &Cell| {
            let least = cell.least_time(session.cores());
            let too_long = || (least > limit).then(|| too_long(least, limit, "waits for"));
            session.not_applicable(cell).or_else(too_long).map(Outcome::NotApplicable)
        };
        let states = group.cells.iter().map(state).collect();
        let caveat = group.cells.first().and_then(|cell| session.caveat(&cell.workload));
        let apparatus = Apparatus::default();
        Self { group, states, passes: Vec::new(), whole: 0, expected: 0, apparatus, caveat }
    }

    /// Visits every cell for the first time, in the order of the group. A cell that fails here is not visited again.
    pub(super) fn rehearse(&mut self, session: &mut Session, tell: &mut dyn FnMut(Pause)) {
        for (cell, state) in self.group.cells.iter().zip(&mut self.states) {
            if interrupt::came() {
                return;
            }
            if state.is_none() {
                let limit = self.group.sample_limit;
                let rehearsed = session.awake(tell, |session| visit::rehearse(session, cell, limit));
                *state = Some(match rehearsed.unwrap_or_else(|| Err(stopped())) {
                    Ok(Ok(rehearsed)) => {
                        Outcome::Measured(Box::new(Measurement { visits: Vec::new(), rehearsed }))
                    }
                    Ok(Err(took)) => {
                        Outcome::NotApplicable(too_long(took, limit.unwrap_or_default(), "took"))
                    }
                    Err(failure) => Outcome::Failed(failure),
                });
            }
        }
    }

    /// A fresh lane for each cell that can run, in random order; again, if something stood still meanwhile. `None` if no cell can, or
    /// if an interrupt came.
    pub(super) fn pass(
        &mut self,
        session: &mut Session,
        most: Samples,
        order: &mut StdRng,
        tell: &mut dyn FnMut(Pause),
    ) -> Option<Passed> {
        let ready = |at: &usize| matches!(self.states[*at], Some(Outcome::Measured(_)));
        let mut turns: Vec<usize> = (0..self.states.len()).filter(ready).collect();
        if turns.is_empty() {
            return None;
        }
        let visited = session.awake(tell, |session| {
            turns.shuffle(order);
            Visited::of(&turns, &self.group.cells, session, most)
        });
        match visited {
            None => Some(Passed::Disturbed), // nothing of it is kept
            Some(visited) => self.keep(visited),
        }
    }

    /// The cells of a partial pass were not all measured at about the same time. It is kept only if there is no other: one lane each
    /// gives no verdict.
    fn keep(&mut self, visited: Visited) -> Option<Passed> {
        let Visited { visits, others, is_whole } = visited;
        if !is_whole && (visits.is_empty() || !self.passes.is_empty()) {
            return None;
        }
        self.whole += usize::from(is_whole);
        for (at, visited) in visits {
            match (visited, &mut self.states[at]) {
                (Ok(visit), Some(Outcome::Measured(measurement))) => measurement.visits.push(visit),
                (Err(failure), state) => *state = Some(Outcome::Failed(failure)),
                (Ok(_), _) => {}
            }
        }
        self.passes.push(Pass { others });
        let is_disturbed = others.is_some_and(|others| others > QUIET);
        is_whole.then_some(if is_disturbed { Passed::Disturbed } else { Passed::Quiet })
    }

    pub(super) fn so_far(&self, cores: usize) -> Measured {
        let outcome = |state: &Option<Outcome>| match state {
            None => Outcome::Failed(Failure::new("interrupted")),
            Some(Outcome::Measured(measurement)) if measurement.visits.is_empty() => {
                Outcome::Failed(if interrupt::came() {
                    Failure::new("interrupted before its first lane")
                } else {
                    Failure::new("the budget ended before its first lane").help("give it more time")
                })
            }
            Some(outcome) => outcome.clone(),
        };
        let cells = self.group.cells.iter().cloned().zip(self.states.iter().map(outcome)).collect();
        let (apparatus, caveat) = (self.apparatus.clone(), self.caveat.clone());
        let (after, of) = (self.whole, self.expected);
        let interrupted = (after < of).then_some(Interrupted { after, of });
        Measured { cells, passes: self.passes.clone(), cores, apparatus, caveat, interrupted }
    }
}

/// The visits of one pass.
struct Visited {
    /// Each with the number of its cell.
    visits: Vec<(usize, Result<Visit, Failure>)>,
    /// The part of the processors' time that other programs took.
    others: Option<f64>,
    /// Whether every cell that can run was visited.
    is_whole: bool,
}

impl Visited {
    /// Visits those cells in turn, until an interrupt comes.
    fn of(turns: &[usize], cells: &[Cell], session: &mut Session, most: Samples) -> Self {
        let before = session.moment();
        let mut visits = Vec::with_capacity(turns.len());
        for at in turns {
            let visited = visit::visit(session, &cells[*at], most);
            if interrupt::came() {
                break;
            }
            visits.push((*at, visited));
        }
        let others = before.zip(session.moment()).and_then(|(before, now)| now.others_since(&before));
        let is_whole = visits.len() == turns.len();
        Self { visits, others, is_whole }
    }
}

fn stopped() -> Failure {
    Failure::new("cannot measure the cell: its lane, its server or the driver was stopped by a signal in every attempt")
        .help("stop no process of a run while it measures, and keep the machine awake")
}

fn too_long(batch: Duration, limit: Duration, what: &str) -> String {
    format!("a batch {what} {batch:.1?}, and this suite leaves out what takes more than {limit:?}")
}
