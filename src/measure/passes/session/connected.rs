//! An open lane with its server and its processors, and what its processes hold.

use std::path::Path;
use std::time::Duration;

use mock_server::{Kind, Stats};

use crate::failure::{Failure, OrFail};
use crate::lane::driver::InFlight;
use crate::lane::protocol::Opened;
use crate::lane::{Cell, Lane, rules};
use crate::measure::machine::evidence::Evidence;
use crate::process::affinity::Processors;
use crate::workload::Scratch;

/// A lane with the server it is connected to.
#[derive(Debug)]
pub struct Connected {
    pub(super) lane: Lane,
    pub(super) cell: Cell,
    /// The lane's own folder. Stands below the lane, so that it is removed after the lane has ended.
    pub(super) scratch: Option<Scratch>,
    pub(super) processors: Confined,
    pub(super) server: Option<(Kind, u32)>,
    /// What the server saw of the last sample that counted.
    pub seen: Option<Stats>,
    /// What was seen from outside during all samples.
    pub evidence: Evidence,
    /// Anonymous memory of the lane when it had been opened.
    pub(super) ready_bytes: Option<u64>,
}

/// The processors of a lane and of its server: different ones, if the lane does not have all and others are left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Confined {
    pub(super) lane: Processors,
    pub(super) server: Processors,
}

impl Confined {
    pub(super) fn to(processors: Option<usize>) -> Result<Self, Failure> {
        let operation = || "list the processors that this process may use";
        let all = Processors::all().or_fail(operation)?;
        let Some(first) = processors else { return Ok(Self { lane: all, server: all }) };
        let (lane, server) = all.split(first).or_fail(operation)?;
        Ok(Self { lane, server })
    }
}

/// What the processes of a lane hold, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// Anonymous memory of an idle lane, which is in both of the next: program, heap and the leash's thread.
    pub idle_bytes: u64,
    /// Anonymous memory when all that is warm was ready and no job had run yet.
    pub ready_bytes: u64,
    /// The lane with its jobs in flight.
    pub in_flight: InFlight,
}

impl Memory {
    /// Anonymous memory with the jobs in flight, beyond that of an idle lane.
    pub fn above_idle(&self) -> u64 {
        self.in_flight.tree.anonymous_bytes.saturating_sub(self.idle_bytes)
    }
}

impl Connected {
    /// What the lane says of itself.
    pub fn opened(&self) -> &Opened {
        self.lane.opened()
    }

    /// The lane's own folder, if its workload needs one.
    pub fn folder(&self) -> Option<&Path> {
        self.scratch.as_ref().map(Scratch::path)
    }

    /// Whether no sample may open a connection.
    pub(super) fn keeps_connections(&self) -> bool {
        rules::opened::keeps_connections(&self.cell, self.opened())
    }

    /// From now on the lane counts as hung if it is silent for longer than this.
    pub fn wait_at_most(&mut self, timeout: Duration) {
        self.lane.wait_at_most(timeout);
    }

    /// The lane's process id, for profilers.
    pub fn id(&self) -> u32 {
        self.lane.id()
    }

    /// Ends the lane, and waits until it has ended.
    ///
    /// # Errors
    /// If it left other processes.
    pub fn close(self) -> Result<(), Failure> {
        self.lane.close()
    }
}
