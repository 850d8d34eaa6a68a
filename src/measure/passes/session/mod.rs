//! Opens lanes with the apparatus they need, and rejects a sample that the apparatus contradicts. Must not know which cell
//! comes next.

mod apparatus;
mod awake;
mod connected;
mod servers;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use mock_server::Kind;

use super::elsewhere::Elsewhere;
use super::fairness;
use super::server::Listen;
use crate::failure::{Failure, OrFail};
use crate::lane::driver::{Conditions, KnownAnswers};
use crate::lane::protocol::{Probed, Sampled};
use crate::lane::{Cell, Lane, foreign};
use crate::measure::machine::disturbance::Moment;
use crate::measure::machine::evidence::{Counters, Evidence};
use crate::measure::machine::pause::Pauses;
use crate::process::program::Program;
use crate::process::usage::Usage;
use crate::workload::{self, Digest, Spec};

pub use apparatus::Apparatus;
use connected::Confined;
pub use connected::{Connected, Memory};
use servers::Running;

/// How long a lane may be silent before it counts as hung, unless the user sets another timeout.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// The help where a lane elsewhere cannot be opened.
const REACH: &str =
    "see that lanes there reach the mock server: docs/MACHINES.md, `--listen` or `--server-port`";

/// One invocation's lanes and servers. Only one lane runs at any moment.
#[derive(Debug)]
pub struct Session {
    program: Program,
    lane: Program,
    cores: usize,
    timeout: Duration,
    /// A server that the user runs: it is neither reset nor restarted, and has no statistics.
    given: Option<SocketAddr>,
    /// Where the session's own servers listen.
    listen: Listen,
    /// Where lanes run, if a launcher starts them.
    elsewhere: Option<Elsewhere>,
    servers: HashMap<Kind, Running>,
    known: HashMap<(String, Digest), KnownAnswers>,
    /// Anonymous memory of a lane that has nothing to do: what every lane's is more than.
    idle_bytes: Option<u64>,
    apparatus: Apparatus,
    /// Whether a lane failed because its server went deaf.
    went_deaf: bool,
    pauses: Pauses,
    paused: awake::Paused,
}

impl Session {
    /// A session whose lanes are re-executions of this binary, or of the program that the user named. Removes
    /// what the cells of killed drivers left.
    ///
    /// # Errors
    /// If `main` did not begin with `fairlane::intercept()`.
    pub fn new(timeout: Duration, given: Option<SocketAddr>) -> Result<Self, Failure> {
        workload::sweep();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (servers, known) = (HashMap::new(), HashMap::new());
        let (program, lane, apparatus) = (Program::myself()?, Program::lane()?, Apparatus::default());
        Ok(Self {
            program,
            lane,
            cores,
            timeout,
            given,
            listen: Listen::default(),
            elsewhere: None,
            servers,
            known,
            idle_bytes: None,
            apparatus,
            went_deaf: false,
            pauses: Pauses::watch()?,
            paused: awake::Paused::default(),
        })
    }

    /// The same, with lanes that a launcher starts, if there is one, and servers that listen there.
    #[must_use]
    pub fn placed(self, elsewhere: Option<Elsewhere>, listen: Listen) -> Self {
        let Some(elsewhere) = elsewhere else { return Self { listen, ..self } };
        let (lane, cores) = (elsewhere.program.clone(), elsewhere.about.machine.cores);
        let apparatus = Apparatus { lateness: Some(elsewhere.about.lateness), ..self.apparatus };
        Self { lane, cores, apparatus, listen, elsewhere: Some(elsewhere), ..self }
    }

    /// Where lanes run, if a launcher starts them.
    pub fn elsewhere(&self) -> Option<&Elsewhere> {
        self.elsewhere.as_ref()
    }

    /// Why a cell makes no sense where lanes run, if it makes none.
    pub fn not_applicable(&self, cell: &Cell) -> Option<String> {
        match &self.elsewhere {
            None => cell.not_applicable(self.cores),
            Some(elsewhere) => cell.impossible(self.cores).or_else(|| elsewhere.not_applicable(cell)),
        }
    }

    /// What a reader of a workload's numbers must know of the machine where lanes run, if there is anything.
    pub fn caveat(&self, workload: &Spec) -> Option<String> {
        let kind = workload.kind();
        match &self.elsewhere {
            None => kind.caveat(),
            Some(elsewhere) => elsewhere.about.caveats.get(kind.id).cloned(),
        }
    }

    /// Lanes that are opened from now on are processes of this program.
    pub fn start_lanes_of(&mut self, program: Program) {
        self.lane = program;
    }

    /// The available parallelism at start.
    pub fn cores(&self) -> usize {
        self.cores
    }

    /// Opens the cell's lane, and starts its server if none runs.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn open(&mut self, cell: &Cell) -> Result<Connected, Failure> {
        let (server, addr) = match (cell.workload.server(), self.given) {
            (None, _) => (None, None),
            (Some(_), Some(given)) => (None, Some(given.into())),
            (Some(kind), None) => {
                let running = self.serve(kind)?;
                (Some((kind, running.generation)), Some(running.server.for_clients()))
            }
        };
        let kept = &mut self.known;
        let known = |digest| {
            let of = || KnownAnswers::of(&cell.workload, cell.jobs, digest);
            kept.entry((cell.group(), digest)).or_insert_with(of).clone()
        };
        let program = match foreign::of(cell.executor) {
            Some(lane) => &lane.found()?.program,
            None => &self.lane,
        };
        let is_here = self.elsewhere.is_none();
        // A folder of this machine is none of another one: a lane there makes its own.
        let scratch = if is_here { cell.workload.scratch()? } else { None };
        let folder = scratch.as_ref().map(|scratch| scratch.path().to_owned());
        let cores = cell.cores(self.cores);
        let (timeout, is_elsewhere) = (self.timeout, !is_here);
        let on = Conditions { server: addr, scratch: folder, cores, timeout, is_elsewhere };
        let processors = Confined::to(cell.processors)?;
        let lane = processors
            .lane
            .during(|| Lane::open(program, cell, on, known))
            .or_fail(|| "confine a lane to its processors")?
            .map_err(|failure| self.blame(server, failure))
            .map_err(|failure| match failure.help {
                None if !is_here && addr.is_some() => failure.help(REACH),
                _ => failure,
            })?;
        // What is seen of a launcher is nothing of the lane.
        let ready_bytes = if is_here { lane.tree().map(|tree| tree.anonymous_bytes) } else { None };
        Ok(Connected {
            lane,
            cell: cell.clone(),
            processors,
            ready_bytes,
            scratch,
            server,
            seen: None,
            evidence: Evidence::default(),
        })
    }

    /// Whether a lane has failed, since this was last asked, because its server went deaf.
    pub fn went_deaf(&mut self) -> bool {
        std::mem::take(&mut self.went_deaf)
    }

    /// Runs the batch `times` times; every answer and the server's count were right, or there is no time.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn sample(&mut self, on: &mut Connected, times: u64) -> Result<Sampled, Failure> {
        let (before, server) = match on.server {
            Some((kind, generation)) => {
                let running = self.current(kind, generation)?;
                let confined = running.server.confine(on.processors.server);
                let ready = confined.and_then(|()| Ok(running.health()?)); // which resets the counters
                let (id, stats) = (running.server.id(), ready.and_then(|()| running.server.stats()));
                (stats.map_err(|failure| self.blame(on.server, failure))?.connections, Some(id))
            }
            None => (None, None),
        };
        let on_disk = on.cell.workload.kind().on_disk && self.elsewhere.is_none();
        let earlier = Counters::now(server, on_disk);
        let sampled = on.lane.sample(times);
        self.look_for_stopped(on.id(), server);
        let sampled = sampled.map_err(|failure| self.blame(on.server, failure))?;
        on.evidence += Counters::now(server, on_disk).since(earlier, sampled.total_ns);
        // The server waits by its clock.
        let has_other_clock = self.elsewhere.is_some() && on.cell.workload.server().is_some();
        fairness::waits(&on.cell, self.cores, has_other_clock, &sampled)?;
        if let Some((kind, generation)) = on.server {
            let stats = self.current(kind, generation)?.server.stats();
            let stats = stats.map_err(|failure| self.blame(on.server, failure))?;
            fairness::requests(&on.cell, times, &stats)?;
            if on.keeps_connections() {
                fairness::connections(before, &stats)?;
            }
            on.seen = Some(stats);
        }
        Ok(sampled)
    }

    /// Looks closely at one more run of the batch.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn probe(&mut self, on: &mut Connected) -> Result<Probed, Failure> {
        let probed = on.lane.probe().map_err(|failure| self.blame(on.server, failure))?;
        fairness::tasks(&on.cell, &probed)?;
        Ok(probed)
    }

    /// What the lane's living workers used since this was last asked.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn usage(&mut self, on: &mut Connected) -> Result<Option<Usage>, Failure> {
        on.lane.usage().map_err(|failure| self.blame(on.server, failure))
    }

    /// Looks at the lane's processes with their jobs in flight, in one more run of the batch. `None` if the system does
    /// not show them, or a launcher starts them.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn inspect(&mut self, on: &mut Connected, width: Option<usize>) -> Result<Option<Memory>, Failure> {
        if self.elsewhere.is_some() {
            return Ok(None);
        }
        let width = width.unwrap_or_else(|| on.cell.width(self.cores));
        let in_flight = on.lane.inspect(width).map_err(|failure| self.blame(on.server, failure))?;
        if let Some(in_flight) = &in_flight {
            fairness::threads(&on.cell, self.cores, on.opened().threads, in_flight)?;
        }
        Ok(match (self.idle_bytes(), on.ready_bytes, in_flight) {
            (Some(idle_bytes), Some(ready_bytes), Some(in_flight)) => {
                Some(Memory { idle_bytes, ready_bytes, in_flight })
            }
            _ => None,
        })
    }

    /// The processors' time from now on, of which others may take some. `None` where a launcher starts the lanes: the processors
    /// of this machine are not those of the lanes.
    pub fn moment(&self) -> Option<Moment> {
        if self.elsewhere.is_some() {
            return None;
        }
        let servers: Vec<u32> = self.servers.values().map(|running| running.server.id()).collect();
        Moment::now(&servers)
    }
}
