//! The cells of one group: rehearsed once, visited in every pass, and the state of each so far.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::session::{Apparatus, Session};
use super::suite::Group;
use super::table::{Measured, Measurement, Outcome, Pass};
use super::visit::{self, Samples};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::process::interrupt;

/// The cells of one group and their states.
#[derive(Debug)]
pub(super) struct Table<'g> {
    pub(super) group: &'g Group,
    /// `None` of a cell that was not rehearsed yet.
    states: Vec<Option<Outcome>>,
    passes: Vec<Pass>,
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
        Self { group, states, passes: Vec::new(), apparatus: Apparatus::default(), caveat }
    }

    /// Visits every cell for the first time, in the order of the group. A cell that fails here is not visited again.
    pub(super) fn rehearse(&mut self, session: &mut Session) {
        for (cell, state) in self.group.cells.iter().zip(&mut self.states) {
            if interrupt::came() {
                return;
            }
            if state.is_none() {
                let limit = self.group.sample_limit;
                *state = Some(match visit::rehearse(session, cell, limit) {
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

    /// A fresh lane for each cell that can run, in random order. `None` if no cell can, or if an interrupt came.
    pub(super) fn pass(&mut self, session: &mut Session, most: Samples, order: &mut StdRng) -> Option<Pass> {
        let ready = |at: &usize| matches!(self.states[*at], Some(Outcome::Measured(_)));
        let mut turns: Vec<usize> = (0..self.states.len()).filter(ready).collect();
        if turns.is_empty() {
            return None;
        }
        turns.shuffle(order);
        let before = session.moment();
        let mut visits = Vec::with_capacity(turns.len());
        for at in turns {
            let visited = visit::visit(session, &self.group.cells[at], most);
            if interrupt::came() {
                return None; // the cells of a partial pass were not all measured at about the same time
            }
            visits.push((at, visited));
        }
        let others = before.zip(session.moment()).and_then(|(before, now)| now.others_since(&before));
        for (at, visited) in visits {
            match (visited, &mut self.states[at]) {
                (Ok(visit), Some(Outcome::Measured(measurement))) => measurement.visits.push(visit),
                (Err(failure), state) => *state = Some(Outcome::Failed(failure)),
                (Ok(_), _) => {}
            }
        }
        let pass = Pass { others };
        self.passes.push(pass);
        Some(pass)
    }

    pub(super) fn so_far(&self, cores: usize) -> Measured {
        let outcome = |state: &Option<Outcome>| match state {
            None => Outcome::Failed(Failure::new("interrupted")),
            Some(Outcome::Measured(measurement)) if measurement.visits.is_empty() => {
                Outcome::Failed(Failure::new("there was no time for a lane"))
            }
            Some(outcome) => outcome.clone(),
        };
        let cells = self.group.cells.iter().cloned().zip(self.states.iter().map(outcome)).collect();
        let (apparatus, caveat) = (self.apparatus.clone(), self.caveat.clone());
        Measured { cells, passes: self.passes.clone(), cores, apparatus, caveat }
    }
}

fn too_long(batch: Duration, limit: Duration, what: &str) -> String {
    format!("a batch {what} {batch:.1?}, and this suite leaves out what takes more than {limit:?}")
}
