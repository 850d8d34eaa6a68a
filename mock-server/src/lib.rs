//! The apparatus: delayed answers on loopback, from wiremock or from a thin hyper server.
//!
//! Answers for: the routes, the two servers behind them, and what a server saw of its clients.
//! Must not know: workloads, executors, lanes. A client learns all it needs from [`route`].
//!
//! | module | what it holds |
//! |---|---|
//! | [`route`] | the contract with clients: paths and the bytes they answer with. Start here |
//! | `wiremock_server` | the default server |
//! | `hyper_server` | the cross-check: the same routes, true counts, and `/hold/k` |
//! | `content` | what a route answers with |
//! | `hold` | the meeting point behind `/hold/k` |
//! | `stats` | what a server saw |
//! | `listener` | sockets and limits that are not themselves the bottleneck |
//! | `slow` | a server that is slow on purpose |
//! | `token` | the secret that clients send where other machines can reach the server |
//! | `control` | a server as a child process, over JSON lines |
//! | `error` | everything that can go wrong here |
//!
//! Either server runs on one thread with a current-thread runtime, so it takes one core at most.

mod content;
mod control;
mod error;
mod hold;
mod hyper_server;
mod listener;
pub mod route;
mod slow;
mod stats;
mod token;
mod wiremock_server;

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use control::{Reply, Request, control};
pub use error::Error;
pub use hold::HOLD_LIMIT;
pub use listener::{BACKLOG, listen, raise_nofile};
pub use slow::Slow;
pub use stats::Stats;
pub use token::Token;

use hyper_server::HyperServer;
use wiremock_server::WiremockServer;

/// Which implementation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The library the suite is about: delays and bodies, no `/hold`, nominal peaks.
    Wiremock,
    /// The cross-check: every route, true counts.
    Hyper,
}

impl Kind {
    /// Every kind, the default first.
    pub const ALL: [Kind; 2] = [Kind::Wiremock, Kind::Hyper];

    fn name(self) -> &'static str {
        match self {
            Kind::Wiremock => "wiremock",
            Kind::Hyper => "hyper",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Kind, Error> {
        let named = Kind::ALL.into_iter().find(|kind| kind.name() == text);
        named.ok_or_else(|| Error::Kind { text: text.to_owned() })
    }
}

/// How a server differs from the usual one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The ways in which it is slow on purpose; the backlog is its listener's already.
    pub slow: Slow,
    /// What a query must end with. Others get 403, and are not counted.
    pub token: Option<Token>,
}

impl Options {
    /// The query without the token; `None` if it has not the right one.
    fn admit<'q>(&self, query: &'q str) -> Option<&'q str> {
        self.token.map_or(Some(query), |token| token.admit(query))
    }
}

/// What every implementation can do once it runs; dropping it stops it.
trait Backend: Send + Sync {
    fn stats(&self) -> Stats;
    fn reset(&self) -> Result<(), Error>;
}

/// A running server. Dropping it closes the listener and every connection.
pub struct Server {
    addr: SocketAddr,
    backend: Box<dyn Backend>,
}

impl Server {
    /// Starts answering on `listener`; see [`listen`] for one that suits.
    ///
    /// Blocks for some milliseconds, so call it, [`reset`](Server::reset) and `drop` outside async code.
    ///
    /// # Errors
    /// When the listener cannot be used, or the system refuses the runtime or the thread.
    pub fn start(kind: Kind, listener: TcpListener) -> Result<Server, Error> {
        Self::start_with(kind, listener, Options::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_with(kind: Kind, listener: TcpListener, options: Options) -> Result<Server, Error> {
        let addr = listener.local_addr().map_err(|source| Error::Listener { source })?;
        // tokio panics on a blocking socket, and this one may come from anywhere.
        listener.set_nonblocking(true).map_err(|source| Error::Listener { source })?;
        let backend: Box<dyn Backend> = match kind {
            Kind::Wiremock => Box::new(WiremockServer::start(listener, addr, options)?),
            Kind::Hyper => Box::new(HyperServer::start(listener, options)?),
        };
        Ok(Server { addr, backend })
    }

    /// The address it listens on, with the port the kernel chose.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address as the start of a URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What it has seen since the last [`reset`](Server::reset).
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.backend.stats()
    }

    /// Zeroes the counters, except `connections`, and frees the memory that wiremock gathers per request.
    ///
    /// The caller promises that nothing is in flight: wiremock answers 404 for the moment this takes.
    ///
    /// # Errors
    /// When the server no longer accepts connections. For wiremock one failed accept is enough.
    pub fn reset(&self) -> Result<(), Error> {
        self.backend.reset()
    }
}
