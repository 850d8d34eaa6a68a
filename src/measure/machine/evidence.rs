//! What could be seen from outside while a lane's samples were taken: of its server, of its disk.
//!
//! Knows neither the times of the samples nor what follows from what was seen: `verdict::bottleneck` decides that.

use std::ops::AddAssign;

use crate::process::pressure::{self, Scheduled};

/// Sums over all samples of a lane. What the kernel does not show counts as zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The time of the samples.
    pub sampled_ns: u64,
    /// The server's threads on a processor.
    pub server_ran_ns: u64,
    /// The server's threads waiting for a processor.
    pub server_queued_ns: u64,
    /// Connections that were turned away.
    pub overflows: u64,
    /// The disk of the temporary folder had requests in flight.
    pub disk_busy_ns: u64,
}

/// The running totals of the kernel at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Counters {
    server: Option<Scheduled>,
    overflows: Option<u64>,
    disk_ns: Option<u64>,
}

impl Counters {
    /// Takes them now; `server` is the process of the lane's server, if we run one, `on_disk` is whether the lane waits
    /// for a disk.
    pub fn now(server: Option<u32>, on_disk: bool) -> Self {
        Self {
            server: server.and_then(pressure::scheduled),
            overflows: server.and_then(|_| pressure::backlog_overflows()),
            disk_ns: on_disk.then(|| pressure::disk_busy_ns(crate::scratch::root())).flatten(),
        }
    }

    /// What came since an earlier moment, in which samples took that long.
    pub fn since(self, earlier: Self, sampled_ns: u64) -> Evidence {
        let grown = |now: Option<u64>, then: Option<u64>| {
            now.zip(then).map_or(0, |(now, then)| now.saturating_sub(then))
        };
        let server = |part: fn(Scheduled) -> u64| grown(self.server.map(part), earlier.server.map(part));
        Evidence {
            sampled_ns,
            server_ran_ns: server(|server| server.ran_ns),
            server_queued_ns: server(|server| server.queued_ns),
            overflows: grown(self.overflows, earlier.overflows),
            disk_busy_ns: grown(self.disk_ns, earlier.disk_ns),
        }
    }
}

impl AddAssign for Evidence {
    fn add_assign(&mut self, other: Self) {
        self.sampled_ns += other.sampled_ns;
        self.server_ran_ns += other.server_ran_ns;
        self.server_queued_ns += other.server_queued_ns;
        self.overflows += other.overflows;
        self.disk_busy_ns += other.disk_busy_ns;
    }
}

impl Evidence {
    /// A part of the samples' time.
    pub fn share(&self, part_ns: u64) -> f64 {
        if self.sampled_ns == 0 { 0.0 } else { part_ns as f64 / self.sampled_ns as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_between_two_readings_counts() {
        let counters = |ran_ns, overflows| Counters {
            server: Some(Scheduled { ran_ns, queued_ns: 7 }),
            overflows: Some(overflows),
            disk_ns: None,
        };
        let mut sum = counters(300, 5).since(counters(100, 3), 1_000);
        assert_eq!((sum.server_ran_ns, sum.overflows, sum.server_queued_ns), (200, 2, 0));
        sum += counters(100, 5).since(counters(100, 5), 1_000);
        assert_eq!((sum.sampled_ns, sum.overflows, sum.share(sum.server_ran_ns)), (2_000, 2, 0.1));
        assert_eq!(Evidence::default().share(5), 0.0, "no samples, no share");
    }
}
