//! Lets many jobs wait at once under one model, proves that they did, and measures what one of them costs.
//!
//! Must not know which size comes next, nor when to stop.

use std::time::Duration;

use crate::failure::Failure;
use crate::lane::Cell;
use crate::measure::passes::session::{Memory, Session};

/// The least wait of a job; longer if starting all jobs takes longer.
const WAIT: Duration = Duration::from_millis(100);

/// How many waits are tried, each longer than the one before, until the last job starts before the first one ends and all
/// are seen at a standstill.
const TRIES: u32 = 4;

/// What is tried, and what one of it takes.
#[derive(Debug)]
pub struct Model {
    /// Its executor.
    pub executor: &'static str,
    /// The size that is tried first.
    pub first: usize,
    /// Threads that the kernel counts for each.
    pub threads_each: u64,
    /// Memory that the kernel keeps for each (stacks, page tables) and charges to no process: an upper estimate.
    pub kernel_bytes: u64,
    /// An upper estimate of the memory of each, until the first size has been measured.
    pub guessed_bytes: u64,
}

/// The models with a thread, a process or a task for each job.
pub static MODELS: [Model; 3] = [
    Model {
        executor: "threads",
        first: 1_000,
        threads_each: 1,
        kernel_bytes: 32 << 10,
        guessed_bytes: 64 << 10,
    },
    Model {
        executor: "processes",
        first: 256,
        threads_each: 1,
        kernel_bytes: 256 << 10,
        guessed_bytes: 2 << 20,
    },
    Model { executor: "tasks", first: 1_000, threads_each: 0, kernel_bytes: 0, guessed_bytes: 16 << 10 },
];

/// A size of which all jobs waited at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waited {
    /// How many.
    pub size: usize,
    /// How long each waited.
    pub delay: Duration,
    /// What the batch took.
    pub batch: Duration,
    /// Anonymous memory of the lane with all of them in flight, above an idle one; unknown if the system does not
    /// report it.
    pub bytes: Option<u64>,
}

impl Waited {
    /// What starting, resuming and ending all of them took: the batch without the wait.
    pub fn overhead(&self) -> Duration {
        self.batch.saturating_sub(self.delay)
    }

    /// Anonymous memory of one.
    pub fn bytes_each(&self) -> Option<u64> {
        Some(self.bytes? / self.size.max(1) as u64)
    }
}

/// Lets `jobs` jobs wait at once, long enough that the last one has begun before the first one ends.
///
/// # Errors
/// What the machine refused, or that they did not overlap.
pub fn attempt(
    session: &mut Session,
    executor: &str,
    size: usize,
    before: Option<Waited>,
) -> Result<Waited, Failure> {
    let expected = before.map(|before| before.overhead().mul_f64(size as f64 / before.size.max(1) as f64));
    let mut delay = long_enough(expected.unwrap_or_default());
    let mut overlapped = None;
    for _ in 0..TRIES {
        let workload = format!("timer-{}ms", delay.as_millis());
        let mut lane = session.open(&Cell::new(workload.parse()?, executor, size)?)?;
        let batch = Duration::from_nanos(session.sample(&mut lane, 1)?.total_ns);
        // The last wait began at least `delay` before the end of the batch, the first one ended at least `delay` after
        // its beginning: only if the rest is shorter than that they must have overlapped.
        let rest = batch.saturating_sub(delay);
        if rest >= delay {
            delay = long_enough(rest);
            continue;
        }
        let memory = session.inspect(&mut lane, None)?;
        let waited = Waited { size, delay, batch, bytes: memory.as_ref().map(Memory::above_idle) };
        if memory.is_none_or(|memory| memory.in_flight.jobs == size) {
            return Ok(waited);
        }
        // A standstill takes longer than waiting. It is given as long as a batch takes: so the next batch is longer.
        overlapped = overlapped.or(Some(Waited { bytes: None, ..waited }));
        delay *= 3;
    }
    overlapped.ok_or_else(|| {
        Failure::new(format!(
            "cannot make {size} jobs wait at once: starting them took longer than each of them waited"
        ))
    })
}

/// A wait that is longer than the rest of the batch, even if that takes somewhat longer than expected; whole milliseconds.
fn long_enough(rest: Duration) -> Duration {
    let millis = rest.max(WAIT).mul_f64(1.5).as_millis();
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}
