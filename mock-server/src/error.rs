//! What can go wrong here, each with operation and object; the cause is the `source`.
//!
//! Answers for: wording. Must not know: how errors are shown, or what exit code they become.

use std::io;
use std::net::SocketAddr;

use crate::Kind;

/// Why a server could not start, go on, or be controlled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that is no [`Kind`].
    #[error("read the server kind `{text}`: it is neither `wiremock` nor `hyper`")]
    Kind {
        /// The name as given.
        text: String,
    },

    /// A text that is no [`Slow`](crate::Slow).
    #[error("read how the server is slow, `{text}`: ways are `busy=2ms`, `serial` and `backlog=1`")]
    Slow {
        /// The text as given.
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

    /// The server was started, and is gone.
    #[error("reach the `{kind}` server: it no longer accepts connections")]
    Stopped {
        /// Which server.
        kind: Kind,
        /// What a connection attempt said, where one was made.
        source: Option<io::Error>,
    },

    /// The controlling process cannot be heard.
    #[error("read a request from the control pipe")]
    ReadRequest {
        /// The kernel's reason.
        source: io::Error,
    },

    /// The controlling process cannot be told.
    #[error("write a reply to the control pipe")]
    WriteReply {
        /// The kernel's reason.
        source: io::Error,
    },
}
