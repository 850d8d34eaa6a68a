//! The servers of a session: started when a cell needs one, replaced when one no longer serves. Must not know what jobs ask of
//! them.

use mock_server::Kind;

use super::Session;
use crate::failure::Failure;
use crate::measure::passes::server::{Lost, Server};
use crate::process::interrupt;

#[derive(Debug)]
pub(super) struct Running {
    pub(super) server: Server,
    /// Counts restarts: lanes that were connected to an earlier one are lost.
    pub(super) generation: u32,
    /// Why the earlier one was replaced.
    lost: Option<Lost>,
    /// Why this one is to be replaced.
    failed: Option<Lost>,
}

impl Running {
    /// Whether it serves. One that has failed once has failed for good: a server without free descriptors may reply again
    /// when the lane that it failed has closed its connections, and would fail the next one.
    pub(super) fn health(&mut self) -> Result<(), Lost> {
        if self.failed.is_none() {
            let failed = self.server.health().err();
            if matches!(failed, Some(Lost::OutOfReach(_))) {
                return failed.map_or(Ok(()), Err); // it did nothing wrong
            }
            self.failed = failed;
        }
        self.failed.clone().map_or(Ok(()), Err)
    }
}

impl Session {
    /// The running server of that kind; one that no longer serves is replaced.
    pub(super) fn serve(&mut self, kind: Kind) -> Result<&mut Running, Failure> {
        let (generation, lost) = match self.servers.get_mut(&kind) {
            None => (0, None),
            Some(running) => match running.health() {
                Ok(()) => (running.generation, None),
                Err(lost @ Lost::OutOfReach(_)) => return Err(lost.into()),
                Err(lost) => (running.generation + 1, Some(lost)),
            },
        };
        if !self.servers.contains_key(&kind) || lost.is_some() {
            self.servers.remove(&kind); // it may have the port that the next one must have
            let server = Server::start(&self.program, kind, self.listen)?;
            self.servers.insert(kind, Running { server, generation, lost, failed: None });
        }
        self.servers.get_mut(&kind).ok_or_else(|| Failure::new(format!("cannot start the `{kind}` server")))
    }

    /// The server a lane is connected to, if it is still the one that runs.
    pub(super) fn current(&mut self, kind: Kind, generation: u32) -> Result<&mut Running, Failure> {
        match self.servers.get_mut(&kind) {
            Some(running) if running.generation == generation => Ok(running),
            Some(Running { lost: Some(lost), .. }) => Err(lost.clone().into()),
            _ => Err(Failure::new(format!("cannot use the `{kind}` server: it has ended"))),
        }
    }

    /// A lane whose server is lost reports "connection reset"; the cause is how the server was lost.
    pub(super) fn blame(&mut self, server: Option<(Kind, u32)>, failure: Failure) -> Failure {
        if interrupt::came() {
            return failure; // an interrupt ends pipes, too
        }
        let lost = server.and_then(|(kind, _)| self.servers.get_mut(&kind)?.health().err());
        self.went_deaf |= matches!(lost, Some(Lost::Deaf(_)));
        lost.map_or(failure, Failure::from)
    }
}
