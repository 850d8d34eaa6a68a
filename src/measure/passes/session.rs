//! Opens lanes with the apparatus they need, and rejects a sample that the apparatus contradicts. Must not know which cell
//! comes next.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use mock_server::{Kind, Stats};

use super::fairness;
use super::server::{Lost, Server};
use crate::failure::{Failure, OrFail};
use crate::lane::driver::{Conditions, InFlight, KnownAnswers};
use crate::lane::protocol::{Opened, Probed, Sampled};
use crate::lane::{Cell, Lane};
use crate::measure::machine::disturbance::Moment;
use crate::measure::machine::evidence::{Counters, Evidence};
use crate::measure::machine::timer::Lateness;
use crate::process::affinity::Processors;
use crate::process::child::Program;
use crate::process::interrupt;
use crate::process::usage::Usage;
use crate::workload::{self, Scratch, Spec};

/// How long a lane may be silent before it counts as hung, unless the user sets another timeout.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// What the server's ceiling is measured with.
const CEILING_AT_ONCE: usize = 32;
const CEILING_JOBS: usize = 2_000;
/// A slower server shows its ceiling with few requests; more would take seconds.
const SLOW_RPS: f64 = 1_000.0;

/// One invocation's lanes and servers. Only one lane runs at any moment.
#[derive(Debug)]
pub struct Session {
    program: Program,
    lane: Program,
    cores: usize,
    timeout: Duration,
    /// A server that the user runs: it is neither reset nor restarted, and has no statistics.
    foreign: Option<SocketAddr>,
    servers: HashMap<Kind, Running>,
    known: HashMap<String, KnownAnswers>,
    /// Anonymous memory of a lane that has nothing to do: what every lane's is more than.
    idle_bytes: Option<u64>,
    apparatus: Apparatus,
    /// Whether a lane failed because its server went deaf.
    went_deaf: bool,
}

/// What the apparatus can do; measured once, when it is first needed.
#[derive(Debug, Clone, Default)]
pub struct Apparatus {
    /// How late timers are.
    pub lateness: Option<Lateness>,
    /// The requests a second that each kind of server answered at most.
    pub ceilings: HashMap<Kind, f64>,
}

#[derive(Debug)]
struct Running {
    server: Server,
    /// Counts restarts: lanes that were connected to an earlier one are lost.
    generation: u32,
    /// Why the earlier one was replaced.
    lost: Option<Lost>,
    /// Why this one is to be replaced.
    failed: Option<Lost>,
}

impl Running {
    /// Whether it serves. One that has failed once has failed for good: a server without free descriptors may reply again
    /// when the lane that it failed has closed its connections, and would fail the next one.
    fn health(&mut self) -> Result<(), Lost> {
        if self.failed.is_none() {
            self.failed = self.server.health().err();
        }
        self.failed.clone().map_or(Ok(()), Err)
    }
}

/// A lane with the server it is connected to.
#[derive(Debug)]
pub struct Connected {
    lane: Lane,
    cell: Cell,
    /// The lane's own folder. Stands below the lane, so that it is removed after the lane has ended.
    _scratch: Option<Scratch>,
    processors: Confined,
    server: Option<(Kind, u32)>,
    /// What the server saw of the last sample that counted.
    pub seen: Option<Stats>,
    /// What was seen from outside during all samples.
    pub evidence: Evidence,
    /// Anonymous memory of the lane when it had been opened.
    ready_bytes: Option<u64>,
}

/// The processors of a lane and of its server: different ones, if the lane does not have all and others are left.
#[derive(Debug, Clone, Copy)]
struct Confined {
    lane: Processors,
    server: Processors,
}

impl Confined {
    fn to(processors: Option<usize>) -> Result<Self, Failure> {
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

    /// The lane's process id, for profilers.
    pub fn id(&self) -> u32 {
        self.lane.id()
    }

    /// Ends the lane, and waits until it has ended.
    pub fn close(self) {
        self.lane.close();
    }
}

impl Session {
    /// A session whose lanes are re-executions of this binary, or of the program that the user named. Removes
    /// what the cells of killed drivers left.
    ///
    /// # Errors
    /// If `main` did not begin with `fairlane::intercept()`.
    pub fn new(timeout: Duration, foreign: Option<SocketAddr>) -> Result<Self, Failure> {
        workload::sweep();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (servers, known) = (HashMap::new(), HashMap::new());
        let (program, lane, apparatus) = (Program::myself()?, Program::lane()?, Apparatus::default());
        let (idle_bytes, went_deaf) = (None, false);
        Ok(Self { program, lane, cores, timeout, foreign, servers, known, idle_bytes, apparatus, went_deaf })
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
        let (server, addr) = match (cell.workload.server(), self.foreign) {
            (None, _) => (None, None),
            (Some(_), Some(foreign)) => (None, Some(foreign)),
            (Some(kind), None) => {
                let running = self.serve(kind)?;
                (Some((kind, running.generation)), Some(running.server.addr()))
            }
        };
        let known = self
            .known
            .entry(cell.group())
            .or_insert_with(|| KnownAnswers::of(&cell.workload, cell.jobs))
            .clone();
        let scratch = cell.workload.scratch()?;
        let folder = scratch.as_ref().map(|scratch| scratch.path().to_owned());
        let cores = cell.cores(self.cores);
        let on = Conditions { server: addr, scratch: folder, cores, timeout: self.timeout };
        let processors = Confined::to(cell.processors)?;
        let lane = processors
            .lane
            .during(|| Lane::open(&self.lane, cell, on, known))
            .or_fail(|| "confine a lane to its processors")?
            .map_err(|failure| self.blame(server, failure))?;
        let ready_bytes = lane.tree().map(|tree| tree.anonymous_bytes);
        Ok(Connected {
            lane,
            cell: cell.clone(),
            processors,
            ready_bytes,
            _scratch: scratch,
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
        let on_disk = on.cell.workload.kind().on_disk;
        let earlier = Counters::now(server, on_disk);
        let sampled = on.lane.sample(times).map_err(|failure| self.blame(on.server, failure))?;
        on.evidence += Counters::now(server, on_disk).since(earlier, sampled.total_ns);
        let batch = Duration::from_nanos(sampled.total_ns / times.max(1));
        let least = on.cell.least_time(self.cores);
        if batch < least {
            // Right answers prove no wait: a job that skipped it would win.
            return Err(Failure::new(format!(
                "a batch took {batch:?}, and waiting alone takes {least:?}: its jobs did not wait"
            )));
        }
        if let Some((kind, generation)) = on.server {
            let stats = self.current(kind, generation)?.server.stats();
            let stats = stats.map_err(|failure| self.blame(on.server, failure))?;
            let sent = on.cell.jobs as u64 * times;
            if stats.requests != sent {
                let seen = stats.requests;
                let cause = format!("{sent} requests were sent, but the server counted {seen}");
                return Err(Failure::new(cause));
            }
            if on.cell.keeps_connections() && stats.connections != before {
                return Err(Failure::new("a warm sample opened a connection: the slots' own were lost"));
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
    /// not show them.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn inspect(&mut self, on: &mut Connected, width: Option<usize>) -> Result<Option<Memory>, Failure> {
        let width = width.unwrap_or_else(|| on.cell.width(self.cores));
        let in_flight = on.lane.inspect(width).map_err(|failure| self.blame(on.server, failure))?;
        if let Some(in_flight) = &in_flight {
            fairness::threads(&on.cell, self.cores, in_flight)?;
        }
        Ok(match (self.idle_bytes(), on.ready_bytes, in_flight) {
            (Some(idle_bytes), Some(ready_bytes), Some(in_flight)) => {
                Some(Memory { idle_bytes, ready_bytes, in_flight })
            }
            _ => None,
        })
    }

    /// The processors' time from now on, of which others may take some.
    pub fn moment(&self) -> Option<Moment> {
        let servers: Vec<u32> = self.servers.values().map(|running| running.server.id()).collect();
        Moment::now(&servers)
    }

    /// What the apparatus can do, as far as this workload needs it.
    pub fn measure_apparatus(&mut self, workload: &Spec) -> &Apparatus {
        self.lateness();
        if let (Some(kind), None) = (workload.server(), self.foreign)
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
    fn idle_bytes(&mut self) -> Option<u64> {
        if self.idle_bytes.is_none() {
            let idle: Cell = "noop/sequential/1".parse().ok()?;
            let lane = self.open(&idle).ok()?;
            self.idle_bytes = lane.ready_bytes;
        }
        self.idle_bytes
    }

    /// The running server of that kind; one that no longer serves is replaced.
    fn serve(&mut self, kind: Kind) -> Result<&mut Running, Failure> {
        let (generation, lost) = match self.servers.get_mut(&kind) {
            None => (0, None),
            Some(running) => match running.health() {
                Ok(()) => (running.generation, None),
                Err(lost) => (running.generation + 1, Some(lost)),
            },
        };
        if !self.servers.contains_key(&kind) || lost.is_some() {
            let server = Server::start(&self.program, kind)?;
            self.servers.insert(kind, Running { server, generation, lost, failed: None });
        }
        self.servers.get_mut(&kind).ok_or_else(|| Failure::new(format!("cannot start the `{kind}` server")))
    }

    /// The server a lane is connected to, if it is still the one that runs.
    fn current(&mut self, kind: Kind, generation: u32) -> Result<&mut Running, Failure> {
        match self.servers.get_mut(&kind) {
            Some(running) if running.generation == generation => Ok(running),
            Some(Running { lost: Some(lost), .. }) => Err(lost.clone().into()),
            _ => Err(Failure::new(format!("cannot use the `{kind}` server: it has ended"))),
        }
    }

    /// A lane whose server is lost reports "connection reset"; the cause is how the server was lost.
    fn blame(&mut self, server: Option<(Kind, u32)>, failure: Failure) -> Failure {
        if interrupt::came() {
            return failure; // an interrupt ends pipes, too
        }
        let lost = server.and_then(|(kind, _)| self.servers.get_mut(&kind)?.health().err());
        self.went_deaf |= matches!(lost, Some(Lost::Deaf(_)));
        lost.map_or(failure, Failure::from)
    }
}
