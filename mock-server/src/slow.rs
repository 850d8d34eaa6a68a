//! A server that is slow on purpose, to see that a measurement notices it.
//!
//! Answers for: the ways to be slow. Must not know: why, or how a server is slow.

use std::time::Duration;

use tokio::time::Instant;

/// How a server is slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slow {
    /// Computes so long for each request.
    pub busy: Duration,
    /// Takes a request only when the one before is answered.
    pub serial: bool,
    /// The backlog of its listener, in place of [`BACKLOG`](crate::BACKLOG).
    pub backlog: Option<u32>,
}

impl Slow {
    /// Computes for [`Self::busy`].
    pub(crate) fn compute(self) {
        let start = Instant::now();
        while start.elapsed() < self.busy {
            std::hint::spin_loop();
        }
    }
}
