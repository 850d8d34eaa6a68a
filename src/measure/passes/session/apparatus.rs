//! What the apparatus can do: how late timers are, how many requests a server answers, what an idle lane holds. Each is
//! measured once, when it is first needed. Must not know which cells are compared.

use std::collections::HashMap;

use mock_server::Kind;

use super::Session;
use crate::lane::Cell;
use crate::measure::machine::timer::Lateness;
use crate::workload::Spec;

/// What the server's ceiling is measured with.
const CEILING_AT_ONCE: usize = 32;
const CEILING_JOBS: usize = 2_000;
/// A slower server shows its ceiling with few requests; more would take seconds.
const SLOW_RPS: f64 = 1_000.0;

/// What the apparatus can do; measured once, when it is first needed.
#[derive(Debug, Clone, Default)]
pub struct Apparatus {
    /// How late timers are.
    pub lateness: Option<Lateness>,
    /// The requests a second that each kind of server answered at most.
    pub ceilings: HashMap<Kind, f64>,
}

impl Session {
    /// What the apparatus can do, as far as this workload needs it.
    pub fn measure_apparatus(&mut self, workload: &Spec) -> &Apparatus {
        self.lateness();
        if let (Some(kind), None) = (workload.server(), self.given)
            && !self.apparatus.ceilings.contains_key(&kind)
            && let Some(ceiling) = self.ceiling(kind)
        {
            self.apparatus.ceilings.insert(kind, ceiling);
        }
        &self.apparatus
    }

    /// What is known of the apparatus by now.
    pub fn apparatus(&self) -> &Apparatus {
        &self.apparatus
    }

    /// How late timers are.
    pub fn lateness(&mut self) -> Lateness {
        *self.apparatus.lateness.get_or_insert_with(Lateness::here)
    }

    /// Requests a second of the cheapest client we have, over as many connections as keep the server busy: the best of
    /// a few batches, about 0.2 s in all. `None` if the server or the lane fails, which the cells will report.
    fn ceiling(&mut self, kind: Kind) -> Option<f64> {
        let few = self.requests_a_second(kind, CEILING_AT_ONCE)?;
        if few < SLOW_RPS { Some(few) } else { self.requests_a_second(kind, CEILING_JOBS) }
    }

    fn requests_a_second(&mut self, kind: Kind, jobs: usize) -> Option<f64> {
        let thin = if kind == Kind::Hyper { "-hyper" } else { "" };
        let cell: Cell = format!("tcp-0ns{thin}/tasks-w{CEILING_AT_ONCE}/{jobs}").parse().ok()?;
        let mut lane = self.open(&cell).ok()?;
        let times = (0..4).filter_map(|_| self.sample(&mut lane, 1).ok());
        let fastest = times.map(|sampled| sampled.total_ns).min()?;
        Some(jobs as f64 / fastest as f64 * 1e9)
    }

    /// Measured once: the lane of a cell that needs nothing ready and has not run.
    pub(super) fn idle_bytes(&mut self) -> Option<u64> {
        if self.idle_bytes.is_none() {
            let idle: Cell = "noop/sequential/1".parse().ok()?;
            let lane = self.open(&idle).ok()?;
            self.idle_bytes = lane.ready_bytes;
        }
        self.idle_bytes
    }
}
