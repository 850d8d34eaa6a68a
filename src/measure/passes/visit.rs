//! One visit: a fresh lane of a cell is opened, warmed up, sampled and closed. Its times are one piece of evidence.
//!
//! A lane decides for itself how many batches it times together and how many samples it takes, by what they cost in it
//! and never by what they show. So two lanes of the same program are alike in everything but luck. Must not know which
//! lane comes next.

use std::time::Duration;

use mock_server::Stats;

use super::session::{Connected, Memory, Session};
use crate::clock::{self, nanos};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::protocol::{Opened, Probed, Sampled};
use crate::measure::machine::evidence::Evidence;
use crate::process::usage::Usage;

/// What came of one lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Nanoseconds for one batch, sample by sample.
    pub samples_ns: Vec<f64>,
    /// What one batch used in the lane and all its processes, on average over the samples; `None` of a lane that cannot say.
    pub used: Option<Usage<f64>>,
    /// What was seen from outside during the samples.
    pub evidence: Evidence,
    /// What the server saw of the last sample.
    pub server: Option<Stats>,
}

/// A first visit, of which no time counts: whether the cell can run, and what is seen of it in single runs.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// What the lane said of itself.
    pub opened: Opened,
    /// One run of the batch with stamps on its jobs.
    pub probed: Probed,
    /// What its processes held in another; `None` if the system does not show it.
    pub memory: Option<Memory>,
}

/// Below this, single batches are too short to time one by one: a sample is a block of several.
pub(super) const BLOCK: Duration = Duration::from_millis(2);
const LARGEST_BLOCK: u64 = 100_000;

/// No lane may ask for more than this before its first sample.
pub const LONGEST_WARM_UP: Duration = Duration::from_secs(10);

/// Opens a fresh lane and warms it up, for as long as it asks for. Gives the lane, how many batches a sample of it has, and what
/// the last one took.
///
/// # Errors
/// Why the cell fails.
pub fn warm(session: &mut Session, cell: &Cell) -> Result<(Connected, u64, Duration), Failure> {
    let mut lane = session.open(cell)?;
    let warm = Duration::from_millis(lane.opened().warm_up_ms).min(LONGEST_WARM_UP);
    let warm = clock::now().after(warm);
    let mut block = 1;
    loop {
        let took = Duration::from_nanos(session.sample(&mut lane, block)?.total_ns);
        let is_long = took >= BLOCK || block >= LARGEST_BLOCK;
        if is_long && clock::now() >= warm {
            lane.evidence = Evidence::default(); // that was before the samples
            return Ok((lane, block, took));
        }
        block = if is_long { block } else { block * 2 };
    }
}

/// Visits the cell.
///
/// # Errors
/// Why the cell fails.
pub fn visit(session: &mut Session, cell: &Cell, most: Samples) -> Result<Visit, Failure> {
    visit_and(session, cell, most, |_, _| Ok(())).map(|(visit, ())| visit)
}

/// The same, and `then` does something with the lane before it ends.
///
/// # Errors
/// Why the cell fails.
pub fn visit_and<T>(
    session: &mut Session,
    cell: &Cell,
    most: Samples,
    then: impl Fn(&mut Session, &mut Connected) -> Result<T, Failure>,
) -> Result<(Visit, T), Failure> {
    with_a_fresh_try(session, |session| {
        let begun = clock::now();
        let (mut lane, block, took) = warm(session, cell)?;
        let count = samples(clock::now().since(begun), took, most);
        session.usage(&mut lane)?; // of living workers, in the warm-up
        let mut samples_ns = Vec::with_capacity(count);
        let mut used = Some(Usage::default());
        for _ in 0..count {
            let Sampled { total_ns, usage, .. } = session.sample(&mut lane, block)?;
            samples_ns.push(total_ns as f64 / block as f64);
            used = used.zip(usage).map(|(sum, usage)| sum + usage);
        }
        let of_workers = session.usage(&mut lane)?;
        let used = used.zip(of_workers).map(|(own, others)| (own + others).each(block * count as u64));
        let (evidence, server) = (lane.evidence, lane.seen.take());
        let then = then(session, &mut lane)?;
        lane.close()?;
        Ok((Visit { samples_ns, used, evidence, server }, then))
    })
}

/// A server that goes deaf fails the lane that it serves, which need not be the cause. That lane gets one fresh try, with
/// a new server; no time of the first try was looked at.
fn with_a_fresh_try<T>(
    session: &mut Session,
    attempt: impl Fn(&mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    session.went_deaf(); // what was before this lane does not count
    match attempt(session) {
        Err(_) if session.went_deaf() => attempt(session),
        ended => ended,
    }
}

/// Visits the cell for the first time. Gives the time of a batch instead where that is longer than `limit`.
///
/// # Errors
/// Why the cell fails.
pub fn rehearse(
    session: &mut Session,
    cell: &Cell,
    limit: Option<Duration>,
) -> Result<Result<Rehearsed, Duration>, Failure> {
    with_a_fresh_try(session, |session| {
        let (mut lane, block, took) = warm(session, cell)?;
        let batch = took / u32::try_from(block).unwrap_or(u32::MAX);
        if limit.is_some_and(|limit| batch > limit) {
            return Ok(Err(batch));
        }
        let (opened, probed) = (lane.opened().clone(), session.probe(&mut lane)?);
        let memory = session.inspect(&mut lane, None)?;
        lane.close()?;
        Ok(Ok(Rehearsed { opened, probed, memory }))
    })
}

/// The most samples of one lane: more would only make one process's luck surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// Nine.
    Usual,
    /// Three: where time is short, lanes count more.
    Few,
}

/// How many times the variance between lanes that within a lane was, about, where it was looked at: 5 to 30 on this kind
/// of machine (`timer` 13, `http` 5, `noop` 32).
const WITHIN_TO_BETWEEN: f64 = 6.0;

/// How many samples a lane takes, when opening it and one sample take so long: the number that makes the mean of many
/// lanes surest in a given time (T. Kalibera and R. Jones, "Rigorous benchmarking in reasonable time", 2013, section 6).
/// It is odd, so that a median is one of them.
pub(super) fn samples(opening: Duration, sample: Duration, most: Samples) -> usize {
    let ratio = nanos(opening) as f64 / nanos(sample).max(1) as f64;
    let most = match most {
        Samples::Usual => 9.0,
        Samples::Few => 3.0,
    };
    let best = (ratio * WITHIN_TO_BETWEEN).sqrt().clamp(1.0, most);
    (best as usize - 1) / 2 * 2 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slow_are_sampled_less() {
        let some = |opening, sample, most| {
            samples(Duration::from_millis(opening), Duration::from_millis(sample), most)
        };
        let of = |opening, sample| some(opening, sample, Samples::Usual);
        assert_eq!(some(1_000, 0, Samples::Few), 3);
        assert_eq!(of(30, 2), 9);
        assert_eq!(of(45, 13), 3);
        assert_eq!(of(400, 360), 1, "opening includes the warm-up");
        assert_eq!(of(0, 0), 1);
        assert_eq!(of(1_000, 0), 9);
    }
}
