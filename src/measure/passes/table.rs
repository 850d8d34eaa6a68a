//! The tables of a run: the cells of each group, rehearsed once, then visited pass by pass, and what became of each.

use std::time::Duration;

use mock_server::Stats;
use rand::rngs::StdRng;

use super::cells::Table;
use super::schedule::{self, Groups, Next, Passed, Rules};
use super::session::{Apparatus, Session};
use super::suite::Group;
use super::visit::{Rehearsed, Samples, Visit};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::machine::evidence::Evidence;
use crate::measure::machine::pause::Pause;
use crate::process::interrupt;

/// The result of a cell.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It was measured; every answer was right.
    Measured(Box<Measurement>),
    /// It failed, and has no number.
    Failed(Failure),
    /// It is not applicable here, for that reason.
    NotApplicable(String),
}

/// What the lanes of one cell measured.
#[derive(Debug, Clone)]
pub struct Measurement {
    /// One for each pass of the group, in order.
    pub visits: Vec<Visit>,
    /// What its rehearsal showed, whose times do not count.
    pub rehearsed: Rehearsed,
}

impl Measurement {
    /// What was observed from outside during all samples.
    pub fn evidence(&self) -> Evidence {
        self.visits.iter().fold(Evidence::default(), |mut sum, visit| {
            sum += visit.evidence;
            sum
        })
    }

    /// The server's counts of the last sample.
    pub fn server(&self) -> Option<&Stats> {
        self.visits.last()?.server.as_ref()
    }
}

/// One pass of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pass {
    /// The part of the processors' time that other programs took; `None` if the kernel does not report it.
    pub others: Option<f64>,
}

/// A pass is undisturbed if other programs took at most this part of the processors' time: the kernel's own work and the
/// coarse ticks of its accounts take as much.
pub const QUIET: f64 = 0.05;

/// How far a group came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted {
    /// The passes in which every cell was visited.
    pub after: usize,
    /// The passes that it was expected to have.
    pub of: usize,
}

/// The result of a group.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Its cells, in its order.
    pub cells: Vec<(Cell, Outcome)>,
    /// Its passes, in order. Every measured cell has a visit in each.
    pub passes: Vec<Pass>,
    /// How far it came, if more was to come.
    pub interrupted: Option<Interrupted>,
    /// The available parallelism.
    pub cores: usize,
    /// What the apparatus can do.
    pub apparatus: Apparatus,
    /// What a reader of the numbers must know of the machine, if there is anything.
    pub caveat: Option<String>,
}

/// How long to measure, and how many lanes each cell is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The time for all groups, the rehearsal included.
    pub budget: Duration,
    /// The lanes that each cell is to have, where its group does not say.
    pub lanes: usize,
    /// The most samples of one lane.
    pub samples: Samples,
}

/// What is known when the rehearsal is over, before anything is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The lanes that each cell is to have.
    pub wanted: usize,
    /// The time for everything.
    pub budget: Duration,
    /// What the rehearsal took of it.
    pub rehearsal: Duration,
    /// What one pass over all groups is likely to take.
    pub pass: Duration,
}

impl Forecast {
    /// The lanes for each cell for which the budget is likely to suffice; at least one.
    pub fn lanes(&self) -> usize {
        let left = self.budget.saturating_sub(self.rehearsal).as_nanos();
        let fit = left / self.pass.as_nanos().max(1);
        usize::try_from(fit).unwrap_or(usize::MAX).clamp(1, self.wanted.max(1))
    }

    /// The budget that is likely to suffice for `lanes` lanes of each cell.
    pub fn budget_for(&self, lanes: usize) -> Duration {
        self.rehearsal + self.pass * u32::try_from(lanes).unwrap_or(u32::MAX)
    }
}

/// What is informed about the progress of a run.
pub trait Watch {
    /// A group is rehearsed: its number, from 0.
    fn rehearse(&mut self, group: usize);
    /// The rehearsal is over.
    fn forecast(&mut self, forecast: Forecast);
    /// A pass of a group begins.
    fn next(&mut self, next: Next);
    /// Something stood still while that group was rehearsed, or in that pass, which is repeated.
    fn paused(&mut self, group: usize, pass: Option<usize>, pause: Pause);
    /// A pass over all groups is over; `so_far` gives what is known by now.
    fn passed(&mut self, so_far: &dyn Fn() -> Vec<Measured>);
}

/// Measures all groups. An interrupt keeps the passes that were whole, and what there is of the first.
pub fn measure(
    session: &mut Session,
    groups: &[Group],
    plan: Plan,
    order: &mut StdRng,
    watch: &mut dyn Watch,
) -> Vec<Measured> {
    let clock = session.pauses();
    let begun = clock.now();
    let cores = session.cores();
    let mut tables: Vec<Table<'_>> = groups.iter().map(|group| Table::new(group, session)).collect();
    // A visit opens and warms up a lane as a rehearsal does, and its samples take about as long as a close look.
    let mut pass = Duration::ZERO;
    for (at, table) in tables.iter_mut().enumerate() {
        watch.rehearse(at);
        // Before the passes, so that none takes longer for it.
        if let Some(first) = table.group.cells.first() {
            table.apparatus = session.measure_apparatus(&first.workload).clone();
        }
        let begun = clock.now();
        table.rehearse(session, &mut |pause| watch.paused(at, None, pause));
        pass += clock.now().since(begun);
    }
    let (rehearsal, budget) = (clock.now().since(begun), plan.budget);
    if !interrupt::came() {
        watch.forecast(Forecast { wanted: plan.lanes, budget, rehearsal, pass });
        let rules = Rules { budget: budget.saturating_sub(rehearsal), first: pass };
        let mut run = Run { session, tables: &mut tables, plan, pass: 1, watch };
        schedule::run(&mut run, rules, &clock, order);
    }
    let ended = |table: &Table<'_>| {
        let measured = table.so_far(cores);
        Measured { interrupted: measured.interrupted.filter(|_| interrupt::came()), ..measured }
    };
    tables.iter().map(ended).collect()
}

struct Run<'r, 'g> {
    session: &'r mut Session,
    tables: &'r mut [Table<'g>],
    plan: Plan,
    pass: usize,
    watch: &'r mut dyn Watch,
}

impl Groups for Run<'_, '_> {
    fn count(&self) -> usize {
        self.tables.len()
    }

    fn wanted(&self, group: usize) -> usize {
        self.tables[group].group.lanes.unwrap_or(self.plan.lanes)
    }

    fn pass(&mut self, group: usize, order: &mut StdRng) -> Option<Passed> {
        let (number, watch) = (self.pass, &mut *self.watch);
        let mut tell = |pause| watch.paused(group, Some(number), pause);
        self.tables[group].pass(self.session, self.plan.samples, order, &mut tell)
    }

    fn go_on(&mut self, next: Next) -> bool {
        if next.pass > std::mem::replace(&mut self.pass, next.pass) {
            let cores = self.session.cores();
            self.watch.passed(&|| self.tables.iter().map(|table| table.so_far(cores)).collect());
        }
        self.tables[next.group].expected = next.passes.min(self.wanted(next.group).max(next.pass));
        self.watch.next(next);
        !interrupt::came()
    }
}
