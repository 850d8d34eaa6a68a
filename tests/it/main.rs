//! Fairlane seen from outside: the built command, its records, its child processes, and what it does when things fail.
//!
//! Start reading at [`cli`]: it starts the command in a folder of its own and finds the processes that it left.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and clippy makes an exception only of functions that are marked as tests"
)]

mod alone;
mod apparatus;
mod bench;
mod browser;
mod calibrate;
mod campaign;
mod capacity;
mod cli;
mod cluster;
mod compare;
mod compared;
mod concurrency;
mod cores;
mod criterion;
mod document;
mod ended;
mod environment;
mod errors;
mod fairness;
mod family;
mod faults;
mod files;
mod hostile;
mod killed;
mod kinds;
mod lab_book;
mod lane_check;
mod lanes;
mod languages;
mod lesson;
mod lies;
mod limits;
mod links;
mod misuse;
mod output;
mod outside;
mod page;
mod partition;
mod passes;
mod postgres;
mod postgres_faults;
mod postgres_left;
mod primitive;
mod protocol;
mod pty;
mod readers;
mod record;
mod report;
mod resources;
mod servers;
mod ssh;
mod sshd;
mod storage;
mod stranger;
mod terminal;
mod timeline;
mod trace;
mod variables;
mod verify;
mod via;
mod walls;
mod worlds;
