//! Fairlane seen from outside: the built command, its records, its children, and what it makes of bad luck.
//!
//! Start reading at [`cli`]: it starts the command in a folder of its own and knows whom it left behind.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and clippy spares only the functions marked as one"
)]

mod alone;
mod apparatus;
mod bench;
mod browser;
mod calibrate;
mod capacity;
mod cli;
mod cluster;
mod concurrency;
mod cores;
mod criterion;
mod environment;
mod fairness;
mod family;
mod faults;
mod limits;
mod misuse;
mod output;
mod outside;
mod page;
mod passes;
mod postgres;
mod postgres_faults;
mod primitive;
mod protocol;
mod record;
mod report;
mod resources;
mod servers;
mod storage;
mod stranger;
mod timeline;
mod variables;
mod verify;
mod walls;
