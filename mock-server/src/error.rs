//! What can go wrong here. Each message is an operation and its object, as it reads after "cannot"; the cause is the `source`.
//!
//! Answers for: wording. Must not know: how errors are shown, or what exit code they become.

use std::io;
use std::net::SocketAddr;

use crate::Kind;

/// Why a server could not start, go on, or be controlled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that does not name a [`Kind`].
    #[error("parse the server kind `{text}`: it is neither `wiremock` nor `hyper`")]
    Kind {
        /// The name as given.
        text: String,
    },

    /// No socket on that address.
    #[error("listen on `{addr}`")]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// The kernel's reason.
        source: io::Error,
    },

    /// A listener that cannot be used.
    #[error("prepare the listener of the mock server")]
    Listener {
        /// The kernel's reason.
        source: io::Error,
    },

    /// No runtime or no thread.
    #[error("start the `{kind}` server")]
    Start {
        /// Which server.
        kind: Kind,
        /// The kernel's reason.
        source: io::Error,
    },

    /// The server was started, and has stopped.
    #[error("reach the `{kind}` server: it no longer accepts connections")]
    Stopped {
        /// Which server.
        kind: Kind,
    },

    /// No connection to the server that runs here: it has stopped, or there is no connection to be had.
    #[error("connect to the `{kind}` server")]
    Unreachable {
        /// Which server.
        kind: Kind,
        /// What the connection attempt said.
        source: io::Error,
    },

    /// No request can be read from the controlling process.
    #[error("read a request from the control pipe")]
    ReadRequest {
        /// The kernel's reason.
        source: io::Error,
    },

    /// No reply can be written to the controlling process.
    #[error("write a reply to the control pipe")]
    WriteReply {
        /// The kernel's reason.
        source: io::Error,
    },
}
