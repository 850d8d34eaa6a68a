//! The lanes of one table: opened as they are needed, sampled, raced, and closed with what became of each.

use std::time::Duration;

use mock_server::Stats;
use rand::rngs::StdRng;

use super::rounds::{self, Rules, Turns};
use super::session::{Apparatus, Connected, Memory, Session};
use super::suite::Group;
use crate::clock::Monotonic;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::protocol::{Probed, Sampled};
use crate::measure::machine::evidence::Evidence;
use crate::measure::statistics;
use crate::process::interrupt;

/// One cell and what has become of it so far.
#[derive(Debug)]
struct Member {
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
    Measured(Box<Measurement>),
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
    /// Nanoseconds for one batch, by round; every cell of a group has the same rounds.
    pub rounds: Vec<f64>,
    /// What the server saw of the last sample, and of how many requests.
    pub server: Option<Stats>,
    /// A close look at one more run, after all rounds.
    pub probed: Option<Probed>,
    /// What its processes held in another.
    pub memory: Option<Memory>,
    /// What was seen from outside during its samples.
    pub evidence: Evidence,
}

/// What became of a group.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its cells, in its order.
    pub cells: Vec<(Cell, Outcome)>,
    /// The available parallelism.
    pub cores: usize,
    /// By how much two lanes of the same cell may differ, as a share: differences below say nothing. `None` with too
    /// few rounds to say.
    pub noise_floor: Option<f64>,
    /// What the apparatus can do.
    pub apparatus: Apparatus,
}

impl Compared {
    /// These rounds after those of earlier passes, if there were any: what the machine did to one pass and not to another
    /// lies in the interval of all. A cell that failed in any has failed.
    #[must_use]
    pub fn after(self, earlier: Option<Self>) -> Self {
        let Some(earlier) = earlier else { return self };
        let cells = earlier.cells.into_iter().zip(self.cells);
        let cells = cells.map(|((_, earlier), (cell, later))| (cell, later.after(earlier))).collect();
        Self { cells, noise_floor: self.noise_floor.or(earlier.noise_floor), ..self }
    }
}

impl Outcome {
    fn after(self, earlier: Self) -> Self {
        match (earlier, self) {
            (Self::Measured(earlier), Self::Measured(mut later)) => {
                later.rounds.splice(..0, earlier.rounds);
                later.evidence += earlier.evidence;
                Self::Measured(later)
            }
            (Self::Measured(_), other) => other,
            (other, _) => other,
        }
    }
}

/// The lanes of one group, compared with each other.
#[derive(Debug)]
pub struct Comparison<'s> {
    session: &'s mut Session,
    members: Vec<Member>,
    /// A batch that takes longer makes its cell not applicable.
    sample_limit: Duration,
}

impl<'s> Comparison<'s> {
    /// The group's cells; no lane is open yet.
    pub fn new(session: &'s mut Session, group: &Group) -> Self {
        let cores = session.cores();
        let sample_limit = group.sample_limit.unwrap_or(Duration::MAX);
        let reason = |cell: &Cell| {
            let least = cell.least_time(cores);
            let too_long = || (least > sample_limit).then(|| too_long(least, sample_limit, "waits for"));
            cell.not_applicable(cores).or_else(too_long)
        };
        let member = |cell: &Cell| Member {
            cell: cell.clone(),
            state: reason(cell).map_or(State::Waiting, State::NotApplicable),
        };
        Self { members: group.cells.iter().map(member).collect(), session, sample_limit }
    }

    /// What is compared: a workload at a size.
    pub fn name(&self) -> String {
        self.members.first().map(|member| member.cell.group()).unwrap_or_default()
    }

    /// The available parallelism.
    pub fn cores(&self) -> usize {
        self.session.cores()
    }

    /// Why the cell makes no sense, if it makes none.
    pub fn not_applicable(&self, member: usize) -> Option<&str> {
        match &self.members[member].state {
            State::NotApplicable(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether any cell was used: a filter may have left out all of them.
    pub fn is_selected(&self) -> bool {
        self.members.iter().any(|member| matches!(member.state, State::Open(_) | State::Failed(_)))
    }

    /// Whether every cell that can run was used.
    fn is_whole(&self) -> bool {
        self.members.iter().all(|member| !matches!(member.state, State::Waiting))
    }

    /// The process id of an open lane.
    pub fn process(&self, member: usize) -> Option<u32> {
        match &self.members[member].state {
            State::Open(lane) => Some(lane.id()),
            _ => None,
        }
    }

    /// Opens the lane if it is not.
    ///
    /// # Errors
    /// Why there is none.
    pub fn open(&mut self, member: usize) -> Result<(), Failure> {
        let Member { cell, state } = &mut self.members[member];
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
    pub fn sample(&mut self, member: usize, times: u64) -> Result<Sampled, Failure> {
        self.open(member)?;
        let state = &mut self.members[member].state;
        let State::Open(lane) = state else { return Err(Failure::new("the lane is not open")) };
        let sampled = self.session.sample(lane, times);
        let sampled = sampled.inspect_err(|failure| *state = State::Failed(failure.clone()))?;
        let batch = Duration::from_nanos(sampled.total_ns / times.max(1));
        if batch > self.sample_limit {
            let reason = too_long(batch, self.sample_limit, "took");
            *state = State::NotApplicable(reason.clone());
            return Err(Failure::new(reason));
        }
        Ok(sampled)
    }

    /// Ends an open lane; the next use opens a new one.
    pub fn close(&mut self, member: usize) {
        let state = &mut self.members[member].state;
        if matches!(state, State::Open(_)) {
            *state = State::Waiting;
        }
    }

    /// A new lane in the place of an open one, warmed by one block. Where the loader and the allocator put things moves a
    /// unit cost of nanoseconds by a few percent, and stays as it is in one process: rounds of one lane would agree with
    /// each other and not with the next run.
    fn renew(&mut self, member: usize, times: u64) -> Result<(), Failure> {
        self.close(member);
        self.sample(member, times).map(drop)
    }

    /// Opens every lane that still waits.
    pub fn open_all(&mut self) {
        for member in 0..self.members.len() {
            if interrupt::came() {
                return;
            }
            let _ = self.open(member);
        }
    }

    /// Lets the open lanes take turns and tells what became of every cell. `watch` hears of rounds done and expected.
    pub fn run(mut self, rules: Rules, order: &mut StdRng, watch: &mut dyn FnMut(usize, usize)) -> Compared {
        let apparatus = match self.members.first() {
            Some(first) => self.session.apparatus(&first.cell.workload).clone(),
            None => Apparatus::default(),
        };
        let open = |(at, member): (usize, &Member)| matches!(member.state, State::Open(_)).then_some(at);
        let lanes: Vec<usize> = self.members.iter().enumerate().filter_map(open).collect();
        let mut turns = Open { comparison: &mut self, lanes: &lanes, twin: None, watch };
        let mut times = rounds::run(&mut turns, rules, &Monotonic, order);
        let sibling = turns.twin.take().and_then(|(sibling, _)| times.get(sibling));
        let noise_floor = sibling.zip(times.get(lanes.len())).and_then(|(one, other)| noise(one, other));
        times.truncate(lanes.len());
        let mut rounds: Vec<_> = self.members.iter().map(|_| Vec::new()).collect();
        for (lane, times) in lanes.into_iter().zip(times) {
            rounds[lane] = times;
        }
        for member in 0..self.members.len() {
            self.probe(member);
        }
        let cores = self.cores();
        Compared { cells: self.outcomes(rounds), cores, noise_floor, apparatus }
    }

    /// Two more runs of an open lane, after all rounds: one for times and counters, one for memory. A lane that fails
    /// even then has failed.
    fn probe(&mut self, member: usize) {
        let state = &mut self.members[member].state;
        if let (State::Open(lane), false) = (&mut *state, interrupt::came())
            && let Err(failure) = self.session.probe(lane).and_then(|()| self.session.look(lane))
        {
            *state = State::Failed(failure);
        }
    }

    fn outcomes(self, rounds: rounds::Times) -> Vec<(Cell, Outcome)> {
        // A filter that left out some was not about those that cannot run either.
        let whole = self.is_whole();
        let outcome = |(member, rounds): (Member, Vec<f64>)| {
            let outcome = match member.state {
                State::Open(lane) if !rounds.is_empty() => {
                    let Connected { seen: server, probed, memory, evidence, .. } = *lane;
                    Outcome::Measured(Box::new(Measurement { rounds, server, probed, memory, evidence }))
                }
                State::Open(_) => Outcome::Failed(Failure::new("there was no time for a round")),
                State::Failed(failure) => Outcome::Failed(failure),
                State::NotApplicable(reason) if whole => Outcome::NotApplicable(reason),
                State::NotApplicable(_) | State::Waiting => Outcome::NotSelected,
            };
            (member.cell, outcome)
        };
        self.members.into_iter().zip(rounds).map(outcome).collect()
    }
}

fn too_long(batch: Duration, limit: Duration, what: &str) -> String {
    format!("a batch {what} {batch:.1?}, and this suite leaves out what takes more than {limit:?}")
}

/// The farther end of the 99 % interval of what one lane takes against another of the same cell.
fn noise(one: &[f64], other: &[f64]) -> Option<f64> {
    let (low, high) = statistics::ratio(one, other)?.interval99?;
    Some((1.0 - low).max(high - 1.0))
}

/// A twin of more jobs at once than this would need as many connections again: too many for one server.
const MOST_TWINS: usize = 2_000;

/// The open lanes as the rounds see them.
struct Open<'r, 's> {
    comparison: &'r mut Comparison<'s>,
    lanes: &'r [usize],
    /// The second lane of one of them, with its place among them.
    twin: Option<(usize, Box<Connected>)>,
    watch: &'r mut dyn FnMut(usize, usize),
}

impl Turns for Open<'_, '_> {
    fn count(&self) -> usize {
        self.lanes.len()
    }

    fn sample(&mut self, which: usize, times: u64) -> Option<Duration> {
        if let Some(member) = self.lanes.get(which)
            && self.comparison.members[*member].cell.is_primitive()
        {
            self.comparison.renew(*member, times).ok()?;
        }
        let sampled = match (self.lanes.get(which), &mut self.twin) {
            (Some(member), _) => self.comparison.sample(*member, times),
            (None, Some((_, twin))) => self.comparison.session.sample(twin, times),
            (None, None) => return None,
        };
        Some(Duration::from_nanos(sampled.ok()?.total_ns))
    }

    fn twin(&mut self, fastest: usize) -> bool {
        let cell = &self.comparison.members[self.lanes[fastest]].cell;
        if cell.is_primitive() || cell.width(self.comparison.cores()) > MOST_TWINS {
            return false;
        }
        self.twin = self.comparison.session.open(cell).ok().map(|lane| (fastest, Box::new(lane)));
        self.twin.is_some()
    }

    fn go_on(&mut self, round: usize, expected: usize) -> bool {
        (self.watch)(round, expected);
        !interrupt::came()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(outcomes: Vec<Outcome>, noise_floor: Option<f64>) -> Compared {
        let cells = ["timer/tasks/2", "timer/threads/2"].iter().map(|id| id.parse().expect("a cell"));
        let cells = cells.zip(outcomes).collect();
        Compared { cells, cores: 2, noise_floor, apparatus: Apparatus::default() }
    }

    fn measured(rounds: &[f64]) -> Outcome {
        let (rounds, evidence) = (rounds.to_vec(), Evidence { sampled_ns: 5, ..Evidence::default() });
        Outcome::Measured(Box::new(Measurement {
            rounds,
            server: None,
            probed: None,
            memory: None,
            evidence,
        }))
    }

    #[test]
    fn the_noise_floor_is_how_far_two_lanes_of_one_cell_may_differ_and_rises_with_their_spread() {
        let lane = |spread: f64, phase: usize| -> Vec<f64> {
            (0..24).map(|round| 100.0 + spread * ((round * 7 + phase * 3) % 5) as f64).collect()
        };
        let floor = |spread: f64| noise(&lane(spread, 0), &lane(spread, 1)).expect("rounds enough");
        assert_eq!(floor(0.0), 0.0);
        assert!(0.0 < floor(1.0) && floor(1.0) < 0.05, "{}", floor(1.0));
        assert!(floor(10.0) > 4.0 * floor(1.0), "{}", floor(10.0));
        assert_eq!(noise(&[1.0; 7], &[1.0; 7]), None, "too few rounds to say");
    }

    #[test]
    fn passes_add_up_in_their_order_and_a_failure_in_any_stays_one() {
        let fails = || Outcome::Failed(Failure::new("no"));
        let first = compared(vec![measured(&[1.0, 2.0]), fails()], Some(0.1));
        let second = compared(vec![measured(&[3.0]), measured(&[4.0])], None);
        let third = compared(vec![measured(&[5.0]), measured(&[6.0])], None);
        let all = third.after(Some(second.after(Some(first.after(None)))));
        let [(_, Outcome::Measured(sum)), (_, Outcome::Failed(failure))] = all.cells.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((sum.rounds.as_slice(), sum.evidence.sampled_ns), (&[1.0, 2.0, 3.0, 5.0][..], 15));
        assert_eq!((failure.message.as_str(), all.noise_floor), ("no", Some(0.1)));
        let early = compared(vec![measured(&[1.0]), fails()], None);
        let late = compared(vec![fails(), fails()], None).after(Some(early));
        assert!(matches!(late.cells[0].1, Outcome::Failed(_)));
    }
}
