//! What a server saw of its clients: counted where that is possible, computed where it is not.
//!
//! Answers for: the meaning of each number. Must not know: HTTP, or which server keeps the counts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// What a server saw since its last reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Requests for a known route; a 404 or 501 is none.
    pub requests: u64,
    /// Connections accepted since the start of the server, resets included; wiremock does not show them.
    pub connections: Option<u64>,
    /// Requests being answered at this moment; wiremock does not show them.
    pub in_flight: Option<u64>,
    /// The most requests in flight at once. Without a delay it is 1: one thread answers one after another.
    pub peak_in_flight: u64,
    /// Whether the peak is computed from arrival + delay instead of being counted.
    pub peak_is_nominal: bool,
}

/// True counts. A request is in flight from its parsed head until its answer is handed over for writing,
/// so a client that holds all its answers finds nothing in flight.
///
/// Relaxed suffices: one thread writes, and a reader holds an answer that was sent after the writes.
#[derive(Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    connections: AtomicU64,
    in_flight: AtomicU64,
    peak: AtomicU64,
}

impl Counters {
    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Relaxed);
    }

    /// Counts a request in, and out again when the guard is dropped, also because the client closed the connection.
    pub(crate) fn enter(&self) -> InFlight<'_> {
        self.requests.fetch_add(1, Relaxed);
        let in_flight = self.in_flight.fetch_add(1, Relaxed) + 1;
        self.peak.fetch_max(in_flight, Relaxed);
        InFlight(self)
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            requests: self.requests.load(Relaxed),
            connections: Some(self.connections.load(Relaxed)),
            in_flight: Some(self.in_flight.load(Relaxed)),
            peak_in_flight: self.peak.load(Relaxed),
            peak_is_nominal: false,
        }
    }

    pub(crate) fn reset(&self) {
        self.requests.store(0, Relaxed);
        self.peak.store(self.in_flight.load(Relaxed), Relaxed);
    }
}

/// One request in flight.
pub(crate) struct InFlight<'a>(&'a Counters);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

/// Counts for a server that shows arrivals only: a request is taken to end at arrival + delay.
///
/// Its peak is too low when answers leave late, as they do under load.
#[derive(Default)]
pub(crate) struct Nominal(Mutex<Arrivals>);

#[derive(Default)]
struct Arrivals {
    requests: u64,
    ends: BinaryHeap<Reverse<Instant>>,
    peak: u64,
}

impl Nominal {
    pub(crate) fn arrive(&self, now: Instant, delay: Duration) {
        let mut seen = self.lock();
        while seen.ends.peek().is_some_and(|Reverse(end)| *end <= now) {
            seen.ends.pop();
        }
        seen.ends.push(Reverse(now + delay));
        seen.requests += 1;
        seen.peak = seen.peak.max(seen.ends.len() as u64);
    }

    pub(crate) fn stats(&self) -> Stats {
        let seen = self.lock();
        Stats {
            requests: seen.requests,
            connections: None,
            in_flight: None,
            peak_in_flight: seen.peak,
            peak_is_nominal: true,
        }
    }

    pub(crate) fn reset(&self) {
        *self.lock() = Arrivals::default();
    }

    /// A panic between two of these plain updates is impossible, so a poisoned lock changes nothing.
    fn lock(&self) -> MutexGuard<'_, Arrivals> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_nominal_peak_counts_overlapping_delays_only() {
        let nominal = Nominal::default();
        let start = Instant::now();
        for (arrival, delay) in [(0, 10), (5, 10), (10, 2), (15, 10), (30, 0)] {
            nominal.arrive(start + arrival * MS, delay * MS);
        }
        let stats = nominal.stats();
        assert_eq!((stats.requests, stats.peak_in_flight), (5, 2));
    }

    #[test]
    fn a_true_peak_outlives_its_requests_and_ends_with_a_reset() {
        let counters = Counters::default();
        drop((counters.enter(), counters.enter()));
        let stats = counters.stats();
        assert_eq!((stats.requests, stats.in_flight, stats.peak_in_flight), (2, Some(0), 2));

        let _still_there = counters.enter();
        counters.reset();
        let stats = counters.stats();
        assert_eq!((stats.requests, stats.in_flight, stats.peak_in_flight), (0, Some(1), 1));
    }
}
