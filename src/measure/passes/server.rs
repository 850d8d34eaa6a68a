//! The mock server as a child process: starts it, resets it between samples, and reads its statistics. Must not know lanes.

use std::io::{self, BufRead};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use mock_server::{Kind, Options, Reply, Request, Stats, Token, control};
use nix::errno::Errno;
use serde::{Deserialize, Serialize};

use super::slow;
use crate::failure::{Failure, OrFail};
use crate::process::affinity::Processors;
use crate::process::dialogue::{Dialogue, USUAL};
use crate::process::limits;
use crate::process::program::Program;
use crate::process::role::{self, Role};
use crate::workload;

/// A healthy server replies to its driver in milliseconds.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where servers listen, and what they demand of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listen {
    /// The address, with the port of wiremock. The thin server has the next one, unless the system chooses: then both are 0.
    pub addr: SocketAddr,
    /// Goes to the server through its pipe, so that no other process sees it.
    pub token: Option<Token>,
}

impl Default for Listen {
    /// On loopback, on a port of the system's choice.
    fn default() -> Self {
        Self { addr: (Ipv4Addr::LOCALHOST, 0).into(), token: None }
    }
}

impl Listen {
    /// The same for a server of that kind.
    fn of(self, kind: Kind) -> Self {
        let mut addr = self.addr;
        if kind == Kind::Hyper && addr.port() != 0 {
            addr.set_port(addr.port().saturating_add(1));
        }
        Self { addr, ..self }
    }
}

/// The first line of input of a server.
#[derive(Debug, Serialize, Deserialize)]
struct Start {
    kind: Kind,
    listen: Listen,
}

/// Serves until the pipe closes. The first line of input says which kind, and where.
pub fn main() -> ExitCode {
    role::ended("", serve())
}

fn serve() -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    let mut start = String::new();
    input.read_line(&mut start).or_fail(|| "read the kind of server from standard input")?;
    let Start { kind, listen } = serde_json::from_str(&start).or_fail(|| "parse the kind of server")?;
    let options = Options { slow: slow::read()?, token: listen.token };
    control(kind, listen.addr, options, input, io::stdout()).or_fail(|| "run the mock server")
}

/// A running server in its own process.
#[derive(Debug)]
pub struct Server {
    dialogue: Dialogue,
    addr: SocketAddr,
    token: Option<Token>,
    confined: Option<Processors>,
}

impl Server {
    /// Starts one.
    ///
    /// # Errors
    /// If the system refuses the process or its listener.
    pub fn start(program: &Program, kind: Kind, listen: Listen) -> Result<Self, Failure> {
        let mut dialogue = Dialogue::start(program, Role::Server, USUAL)?;
        let (listen, token) = (listen.of(kind), listen.token);
        match dialogue.ask(&Start { kind, listen }, TIMEOUT)? {
            Reply::Ready { addr, .. } => Ok(Self { dialogue, addr, token, confined: None }),
            other => Err(nonsense(&other)),
        }
    }

    /// What its clients must know.
    pub fn for_clients(&self) -> workload::Server {
        workload::Server { addr: self.addr, token: self.token }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.dialogue.id()
    }

    /// Lets it run on these processors alone from now on.
    ///
    /// # Errors
    /// If the server has ended or the kernel refuses.
    pub fn confine(&mut self, to: Processors) -> Result<(), Failure> {
        if self.confined != Some(to) {
            to.hold(self.dialogue.id()).or_fail(|| "confine the server to some processors")?;
            self.confined = Some(to);
        }
        Ok(())
    }

    /// Forgets what it saw; nothing may be in flight. It also frees what wiremock keeps of every request.
    ///
    /// # Errors
    /// If the server has ended or does not reply.
    fn reset(&mut self) -> Result<(), Failure> {
        match self.dialogue.ask(&Request::Reset, TIMEOUT)? {
            Reply::Reset(_) => Ok(()),
            other => Err(nonsense(&other)),
        }
    }

    /// What it saw since the last reset.
    ///
    /// # Errors
    /// If the server has ended or does not reply.
    pub fn stats(&mut self) -> Result<Stats, Failure> {
        match self.dialogue.ask(&Request::Stats, TIMEOUT)? {
            Reply::Stats(stats) => Ok(stats),
            other => Err(nonsense(&other)),
        }
    }

    /// Whether it still serves, found out by a reset; nothing may be in flight.
    ///
    /// # Errors
    /// Why it does not.
    pub fn health(&mut self) -> Result<(), Lost> {
        if let Some(ended) = self.dialogue.ended() {
            return Err(Lost::Ended(ended));
        }
        let Err(failure) = self.reset() else { return Ok(()) };
        // One that was killed loses its connections a moment before it has ended.
        if let Some(ended) = self.dialogue.ended() {
            return Err(Lost::Ended(ended));
        }
        if limits::os_error(&failure.message) == Some(Errno::EADDRNOTAVAIL) {
            return Err(Lost::OutOfReach(failure));
        }
        let nofile = limits::nofile();
        let help = format!("the server may be out of file descriptors: `ulimit -n` is {nofile}; raise it");
        Err(Lost::Deaf(failure.help(help)))
    }
}

/// Why a server no longer serves.
#[derive(Debug, Clone)]
pub enum Lost {
    /// Its process has ended, and how.
    Ended(Failure),
    /// Its process lives and accepts no connections: wiremock stops at the first one that it fails to accept, of any
    /// client. Or it does not reply to its driver.
    Deaf(Failure),
    /// It may well serve, and this machine has no port left for one more connection.
    OutOfReach(Failure),
}

impl From<Lost> for Failure {
    fn from(lost: Lost) -> Self {
        let (what, failure) = match lost {
            Lost::Ended(failure) => ("died", failure),
            Lost::Deaf(failure) => ("stopped serving", failure),
            Lost::OutOfReach(failure) => ("cannot be reached", failure),
        };
        Self { message: format!("the mock server {what}: {failure}"), help: failure.help }
    }
}

fn nonsense(reply: &Reply) -> Failure {
    if let Reply::Error(why) = reply {
        return limits::explained(Failure::new(format!("cannot {why}"))); // its errors are operations
    }
    Dialogue::nonsense("mock server", reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_servers_have_different_ports() {
        let port = |port, kind| {
            let listen = Listen { addr: (Ipv4Addr::LOCALHOST, port).into(), token: None };
            listen.of(kind).addr.port()
        };
        assert_eq!([Kind::Wiremock, Kind::Hyper].map(|kind| port(7_000, kind)), [7_000, 7_001]);
        assert_eq!([Kind::Wiremock, Kind::Hyper].map(|kind| port(0, kind)), [0, 0]);
    }
}
