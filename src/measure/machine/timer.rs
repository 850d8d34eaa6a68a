//! How much later than asked a wait ends on this machine: times of workloads that wait are no finer than that.
//!
//! Must not know any workload or lane; it runs in the driver, before the first lane.

use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime;

use crate::clock::{self, nanos};

const WAIT: Duration = Duration::from_millis(1);

/// Enough for a median that one late wake-up does not move; both forms together take 40 ms.
const WAITS: usize = 11;

/// The median lateness of a wait of 1 ms, in nanoseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Lateness {
    /// `std::thread::sleep`.
    pub blocking_ns: u64,
    /// tokio's timer, which counts in whole milliseconds; unknown if no runtime could be made.
    pub tokio_ns: Option<u64>,
}

impl Lateness {
    /// Measures both.
    pub fn here() -> Self {
        let blocking_ns = median((0..WAITS).map(|_| {
            let asked = clock::now();
            thread::sleep(WAIT);
            late(asked)
        }));
        Self { blocking_ns, tokio_ns: tokio() }
    }
}

fn tokio() -> Option<u64> {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().ok()?;
    Some(median((0..WAITS).map(|_| {
        runtime.block_on(async {
            let asked = clock::now();
            tokio::time::sleep(WAIT).await;
            late(asked)
        })
    })))
}

fn late(asked: clock::Stamp) -> u64 {
    nanos(clock::now().since(asked).saturating_sub(WAIT))
}

/// The middle one of an odd number.
fn median(late: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = late.collect();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_late_wait_does_not_move_the_median() {
        assert_eq!(median([60, 55, 9_000_000].into_iter()), 60);
    }
}
