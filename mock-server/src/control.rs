//! A server as a child process: one JSON line per request, one JSON line per reply.
//!
//! Answers for: the protocol and its loop. Must not know: how the process was started, or its driver.
//! Start with [`Request`] and [`Reply`].

use std::io::{BufRead, Write};
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::{BACKLOG, Error, Kind, Options, Server, Stats, listen, raise_nofile};

/// A request: `{"do":"stats"}`, `{"do":"reset"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Request {
    /// What has been seen since the last reset.
    Stats,
    /// [`Server::reset`].
    Reset,
}

/// A reply. Except for the first, each follows one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Sent once, unasked, when connections are accepted.
    Ready {
        /// Which server.
        kind: Kind,
        /// Where it listens.
        addr: SocketAddr,
    },
    /// To [`Request::Stats`].
    Stats(Stats),
    /// To [`Request::Reset`]; always `true`.
    Reset(bool),
    /// To a request that was not understood or not possible. The server goes on.
    Error(String),
}

/// Runs a server until `input` ends.
///
/// # Errors
/// When the server cannot start, or a pipe breaks.
pub fn control(
    kind: Kind,
    addr: SocketAddr,
    options: Options,
    input: impl BufRead,
    mut output: impl Write,
) -> Result<(), Error> {
    raise_nofile();
    let backlog = options.slow.backlog.unwrap_or(BACKLOG);
    let listener = listen(addr, backlog).map_err(|source| Error::Listen { addr, source })?;
    let server = Server::start_with(kind, listener, options)?;
    send(&mut output, &Reply::Ready { kind, addr: server.addr() })?;
    // Bytes, not `lines`: text that is not UTF-8 is one broken request, not the end of the pipe.
    for line in input.split(b'\n') {
        let line = line.map_err(|source| Error::ReadRequest { source })?;
        send(&mut output, &reply(&server, &line))?;
    }
    Ok(())
}

fn reply(server: &Server, line: &[u8]) -> Reply {
    match serde_json::from_slice(line) {
        Ok(Request::Stats) => Reply::Stats(server.stats()),
        Ok(Request::Reset) => match server.reset() {
            Ok(()) => Reply::Reset(true),
            // anyhow's alternate form shows the causes too; the error itself cannot cross the pipe.
            Err(error) => Reply::Error(format!("{:#}", anyhow::Error::from(error))),
        },
        Err(cause) => {
            let line = String::from_utf8_lossy(line);
            Reply::Error(format!("read the request `{line}`: {cause}"))
        }
    }
}

fn send(output: &mut impl Write, reply: &Reply) -> Result<(), Error> {
    let written = serde_json::to_writer(&mut *output, reply).map_err(Into::into);
    written
        .and_then(|()| output.write_all(b"\n"))
        .and_then(|()| output.flush())
        .map_err(|source| Error::WriteReply { source })
}
