//! Opens lanes with the apparatus they need, and believes no sample that the apparatus contradicts.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use mock_server::{Kind, Stats};

use super::server::Server;
use crate::failure::Failure;
use crate::lane::driver::{Conditions, Known};
use crate::lane::protocol::{Probed, Sampled};
use crate::lane::{Cell, Lane};
use crate::process::child::Program;
use crate::process::interrupt;
use crate::workload::Scratch;

/// How long a lane may be silent before it counts as hung, unless the user says otherwise.
pub const LIMIT: Duration = Duration::from_secs(30);

/// One invocation's lanes and servers. Only one lane runs at any moment.
#[derive(Debug)]
pub struct Session {
    program: Program,
    cores: usize,
    limit: Duration,
    /// A server that the user runs: it is not reset, not asked and not restarted.
    foreign: Option<SocketAddr>,
    servers: HashMap<Kind, Running>,
    known: HashMap<String, Known>,
}

#[derive(Debug)]
struct Running {
    server: Server,
    /// Counts restarts: lanes that were connected to an earlier one are lost.
    generation: u32,
    /// Why the earlier one ended.
    ended: Option<Failure>,
}

/// A lane with the server it is connected to.
#[derive(Debug)]
pub struct Connected {
    lane: Lane,
    /// The lane's own folder. Stands below the lane, so that it goes after the lane has ended.
    _scratch: Option<Scratch>,
    jobs: u64,
    keeps_connections: bool,
    /// What a batch takes at least, if its jobs wait as long as they should.
    least: Duration,
    server: Option<(Kind, u32)>,
    /// What the server saw of the last sample that counted.
    pub seen: Option<Stats>,
    /// What came of the close look.
    pub probed: Option<Probed>,
}

impl Connected {
    /// The lane's process id, for profilers.
    pub fn id(&self) -> u32 {
        self.lane.id()
    }
}

impl Session {
    /// A session whose lanes are re-executions of this binary.
    ///
    /// # Errors
    /// If `main` did not begin with `fairlane::intercept()`.
    pub fn new(limit: Duration, foreign: Option<SocketAddr>) -> Result<Self, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (servers, known) = (HashMap::new(), HashMap::new());
        Ok(Self { program: Program::myself()?, cores, limit, foreign, servers, known })
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
        let known =
            self.known.entry(cell.group()).or_insert_with(|| Known::of(&cell.workload, cell.jobs)).clone();
        let scratch = cell.workload.scratch()?;
        let folder = scratch.as_ref().map(|scratch| scratch.path().to_owned());
        let on = Conditions { server: addr, scratch: folder, cores: self.cores, limit: self.limit };
        let lane =
            Lane::open(&self.program, cell, on, known).map_err(|failure| self.blame(server, failure))?;
        let (jobs, keeps_connections) = (cell.jobs as u64, cell.keeps_connections());
        let least = cell.least_time(self.cores);
        Ok(Connected {
            lane,
            _scratch: scratch,
            jobs,
            keeps_connections,
            least,
            server,
            seen: None,
            probed: None,
        })
    }

    /// Runs the batch so many times; every answer and the server's count were right, or there is no time.
    ///
    /// # Errors
    /// Why the cell fails.
    pub fn sample(&mut self, on: &mut Connected, times: u64) -> Result<Sampled, Failure> {
        let before = match on.server {
            Some((kind, generation)) => {
                let server = &mut self.current(kind, generation)?.server;
                let stats = server.reset().and_then(|()| server.stats());
                stats.map_err(|failure| self.blame(on.server, failure))?.connections
            }
            None => None,
        };
        let sampled = on.lane.sample(times).map_err(|failure| self.blame(on.server, failure))?;
        let batch = Duration::from_nanos(sampled.total_ns / times.max(1));
        if batch < on.least {
            // Right answers prove no wait: a job that skipped it would win.
            let least = on.least;
            return Err(Failure::new(format!(
                "a batch took {batch:?}, and waiting alone takes {least:?}: its jobs did not wait"
            )));
        }
        if let Some((kind, generation)) = on.server {
            let stats = self.current(kind, generation)?.server.stats();
            let stats = stats.map_err(|failure| self.blame(on.server, failure))?;
            let sent = on.jobs * times;
            if stats.requests != sent {
                let seen = stats.requests;
                return Err(Failure::new(format!(
                    "{sent} requests were sent, but the server counted {seen}"
                )));
            }
            if on.keeps_connections && stats.connections != before {
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
    pub fn probe(&mut self, on: &mut Connected) -> Result<(), Failure> {
        on.probed = Some(on.lane.probe().map_err(|failure| self.blame(on.server, failure))?);
        Ok(())
    }

    /// The running server of that kind; a dead one is replaced.
    fn serve(&mut self, kind: Kind) -> Result<&mut Running, Failure> {
        let (generation, ended) = match self.servers.get_mut(&kind) {
            None => (0, None),
            Some(running) => match running.server.health() {
                Ok(()) => (running.generation, None),
                Err(ended) => (running.generation + 1, Some(ended)),
            },
        };
        if !self.servers.contains_key(&kind) || ended.is_some() {
            let server = Server::start(&self.program, kind)?;
            self.servers.insert(kind, Running { server, generation, ended });
        }
        self.servers.get_mut(&kind).ok_or_else(|| Failure::new(format!("no `{kind}` server")))
    }

    /// The server a lane is connected to, if it is still the one that runs.
    fn current(&mut self, kind: Kind, generation: u32) -> Result<&mut Running, Failure> {
        match self.servers.get_mut(&kind) {
            Some(running) if running.generation == generation => Ok(running),
            Some(Running { ended: Some(ended), .. }) => Err(server_died(ended)),
            _ => Err(Failure::new(format!("the `{kind}` server is gone"))),
        }
    }

    /// A lane whose server died says "connection reset"; the cause is how the server ended.
    fn blame(&mut self, server: Option<(Kind, u32)>, failure: Failure) -> Failure {
        if interrupt::came() {
            return failure; // whatever it sounds like
        }
        let ended = server.and_then(|(kind, _)| self.servers.get_mut(&kind)?.server.health().err());
        ended.map_or(failure, |ended| server_died(&ended))
    }
}

fn server_died(ended: &Failure) -> Failure {
    Failure { message: format!("the mock server died: {ended}"), help: ended.help.clone() }
}
