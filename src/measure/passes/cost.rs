//! What a group costs: the time of its lanes, from times that are known, or else from the suite alone.
//!
//! The cost decides which machine measures a group, and never how it is measured. All machines must compute the same: so
//! nothing here looks at the machine. Must not know where known times come from.

use std::time::Duration;

use super::suite::Group;
use super::table::Plan;
use super::visit::{BLOCK, Samples, samples};
use crate::executor::Model;
use crate::lane::Cell;
use crate::workload::{Family, Needs};

/// What a batch of a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// That time.
    Takes(Duration),
    /// None: the cell has no lanes, because it failed or makes no sense.
    NeverRuns,
}

/// What a group costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// The rehearsal and all passes: what the budget is for.
    pub passes: Duration,
    /// What comes after the passes, in addition to the budget: the memory of one more unit.
    pub slopes: Duration,
}

impl Cost {
    /// What the group costs when the plan is carried out. `known` gives what a batch takes, where that is known.
    pub fn of(group: &Group, plan: &Plan, known: impl Fn(&Cell) -> Option<Batch>) -> Self {
        let batch = |cell: &Cell| known(cell).unwrap_or_else(|| estimate(cell, group.sample_limit));
        let pass: Duration = group.cells.iter().map(|cell| lane(batch(cell), plan.samples)).sum();
        // The rehearsal opens and warms up every cell, as a pass does.
        let lanes = group.lanes.unwrap_or(plan.lanes) + 1;
        let slopes = SLOPE * u32::try_from(group.slopes.len()).unwrap_or(u32::MAX);
        Self { passes: times(pass, lanes).max(LEAST), slopes }
    }

    /// All of it.
    pub fn all(&self) -> Duration {
        self.passes + self.slopes
    }
}

/// No group is free: a group whose cells make no sense is visited, too.
const LEAST: Duration = Duration::from_millis(1);

/// How long a lane takes to start, and to end: 8 ms each, on two cores of an EPYC.
const START: Duration = Duration::from_millis(8);
const END: Duration = Duration::from_millis(8);

/// The number of cores for which is estimated. Not that of this machine: other machines estimate, too.
const CORES: usize = 2;

/// How long a job computes: between `primes` (2.1 ms) and `blur` (2.8 ms).
const COMPUTING: Duration = Duration::from_micros(2_500);

/// How long it takes to make a process for a job, and a thread.
const PROCESS: Duration = Duration::from_millis(1);
const THREAD: Duration = Duration::from_micros(100);

/// What one slope takes: 24 sizes, each in a lane of its own.
const SLOPE: Duration = Duration::from_secs(5);

/// What one lane of a cell takes, from its start to its end: [`super::visit`] decides the same when it runs.
fn lane(batch: Batch, most: Samples) -> Duration {
    let Batch::Takes(batch) = batch else { return Duration::ZERO };
    let opening = START + batch.max(2 * BLOCK); // a short batch is repeated until it is long enough
    let sample = batch.max(BLOCK);
    opening + times(sample, samples(opening, sample, most)) + END
}

/// What a batch is likely to take: its waits in waves, its computing on the cores, and what is made for each job. Workloads
/// that do neither (`noop`, `file`, databases, the primitives) are shorter than the start of their lane.
fn estimate(cell: &Cell, limit: Option<Duration>) -> Batch {
    let waits = cell.least_time(CORES);
    if limit.is_some_and(|limit| waits > limit) || cell.impossible(CORES).is_some() {
        return Batch::NeverRuns;
    }
    let executor = cell.executor;
    let at_once = if executor.parallel { cell.width(CORES).clamp(1, cell.cores(CORES)) } else { 1 };
    let computes = match cell.workload.kind().family {
        _ if cell.workload.kind().needs == Needs::Scratch => Duration::ZERO, // a transaction is short
        Family::Cpu | Family::Mixed => times(COMPUTING, cell.jobs.div_ceil(at_once)),
        Family::Control | Family::Io | Family::Primitive => Duration::ZERO,
    };
    let made = match (executor.model, executor.made_ahead) {
        _ if cell.is_primitive() => Duration::ZERO,
        (Model::Process, None) => times(PROCESS, cell.jobs),
        (Model::OsThread, None) => times(THREAD, cell.jobs),
        _ => Duration::ZERO,
    };
    Batch::Takes(waits + computes + made)
}

fn times(span: Duration, number: usize) -> Duration {
    span.saturating_mul(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::passes::suite::Suite;

    fn batch(id: &str) -> Duration {
        match estimate(&id.parse().expect(id), Some(Duration::from_secs(2))) {
            Batch::Takes(time) => time,
            Batch::NeverRuns => Duration::MAX,
        }
    }

    #[test]
    fn waits_come_in_waves_and_computing_is_shared_by_the_cores() {
        for (id, ms) in [
            ("timer/sequential/32", 320),
            ("timer/tasks/32", 10),
            ("timer/threads/100", 20),
            ("timer/processes/100", 110),
            ("timer/process-pool/100", 10),
            ("primes/sequential/16", 40),
            ("primes/tasks/16", 40),
            ("primes/rayon/16", 20),
            ("primes/gil-threads/16", 40),
            ("noop/tasks/100", 0),
            ("primitive-spawn/processes/50", 0),
        ] {
            assert_eq!(batch(id), Duration::from_millis(ms), "{id}");
        }
    }

    #[test]
    fn what_is_left_out_on_every_machine_costs_nothing() {
        for id in ["timer/sequential/1000", "hold/sequential/32", "http-reqwest-blocking/tasks/8"] {
            assert_eq!(batch(id), Duration::MAX, "{id}");
        }
        // Whether there is a database differs between machines.
        assert!(batch("db-postgres/tasks/8") < Duration::MAX);
    }

    #[test]
    fn known_times_and_lanes_of_its_own_change_what_a_group_costs() {
        let workload = ["timer".parse().expect("known")];
        let mut group =
            Group::all(&workload, &[16], &["tasks".into()]).expect("valid").pop().expect("a group");
        let plan = Plan { budget: Duration::from_secs(9), lanes: 9, samples: Samples::Usual };
        let cost = |group: &Group, known| Cost::of(group, &plan, |_| known).passes;
        let estimated = cost(&group, None);
        assert_eq!(cost(&group, Some(Batch::Takes(Duration::from_millis(10)))), estimated);
        assert!(cost(&group, Some(Batch::Takes(Duration::from_millis(50)))) > estimated);
        assert_eq!(cost(&group, Some(Batch::NeverRuns)), LEAST);
        group.lanes = Some(19);
        assert_eq!(cost(&group, None), estimated * 2);
    }

    /// Seconds for 16 passes and the rehearsal, from the times and the numbers of samples in a record of two cores of an EPYC.
    const MEASURED: [(&str, f64); 13] = [
        ("noop/100", 6.8),
        ("timer/16", 14.6),
        ("tcp/32", 27.6),
        ("http/32", 28.3),
        ("http-reqwest-blocking/32", 2.3),
        ("hold/32", 4.8),
        ("file/16", 5.1),
        ("db/16", 5.5),
        ("db-backoff/4", 3.9),
        ("db-read/20", 5.7),
        ("primes/16", 10.5),
        ("blur/16", 11.8),
        ("crawl/16", 19.3),
    ];

    #[test]
    fn what_is_estimated_is_near_what_was_measured() {
        let suite = Suite::parse("suite.toml", include_str!("../../../benches/suite.toml")).expect("valid");
        for group in &suite.groups {
            // A suite may be edited.
            let Some((name, measured)) = MEASURED.iter().find(|(name, _)| *name == group.name()) else {
                continue;
            };
            let estimated = Cost::of(group, &suite.plan, |_| None).passes.as_secs_f64();
            let ratio = estimated / measured;
            assert!((0.6..1.7).contains(&ratio), "{name}: {estimated:.1} s for {measured} s");
        }
    }
}
