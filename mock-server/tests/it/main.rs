//! The servers seen from outside, over plain blocking sockets.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and clippy spares only the functions marked as one"
)]

mod answers;
mod client;
mod command;
mod control;
mod hold;
