//! Fairlane runs the same jobs under every execution model, in fair lanes, and reports which wins.
//!
//! A *lane* is a child process that prepares one *cell* (a workload under an executor, at a size) and runs it
//! on request. Everything follows from that: see `docs/ARCHITECTURE.md` for the map and its walls.
//!
//! Start reading at [`lane`] for the idea, at [`executor`] for the models, at [`workload`] for the jobs.
//!
//! Arrows point one way only: [`cli`] → [`report`] → [`lesson`] → [`record`] → [`measure`] → [`lane`] → [`executor`],
//! [`primitive`] → [`workload`] → [`scratch`], [`clock`], [`process`], [`files`], [`failure`], [`quantity`], [`version`].

#[cfg(not(target_os = "linux"))]
compile_error!("fairlane measures with Linux's clocks, limits and /proc: build it on Linux (WSL2 included)");

pub mod cli;
pub mod clock;
pub mod executor;
pub mod failure;
pub mod files;
#[cfg(test)]
mod fuzz;
pub mod lane;
pub mod lesson;
pub mod measure;
pub mod primitive;
pub mod process;
pub mod quantity;
pub mod record;
pub mod report;
pub mod scratch;
pub mod version;
pub mod workload;

use process::role::{self, Role};

/// Makes this process the lane, worker or server that its parent asked for, or returns at once.
///
/// Every binary that may drive a run calls this first in `main`: lanes are re-executions of it.
pub fn intercept() {
    role::intercept(|role| match role {
        Role::Lane => lane::child::main(),
        Role::Worker => executor::worker::main(),
        Role::Server => measure::passes::server::main(),
        Role::Unit => primitive::unit::main(),
        Role::OneJob => executor::by_hand::main(),
    });
}
