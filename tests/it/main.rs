//! Fairlane seen from outside: the built command, its records, its children, and what it makes of bad luck.
//!
//! Start reading at [`cli`]: it starts the command in a folder of its own and knows whom it left behind.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and clippy spares only the functions marked as one"
)]

mod cli;
mod concurrency;
mod environment;
mod family;
mod faults;
mod limits;
mod misuse;
mod outside;
mod primitive;
mod protocol;
mod record;
mod resources;
mod servers;
mod storage;
mod stranger;
mod verify;
