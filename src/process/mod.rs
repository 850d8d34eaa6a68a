//! The one place that starts processes, and the promise that none outlives its parent.
//!
//! [`role`] lets a binary re-execute itself as a lane, a worker or the server; [`child`] starts and ends such
//! processes; [`dialogue`] talks with them in JSON lines; [`leash`] ends them when the parent is gone, however it
//! went; [`frame`] carries bytes over their pipes; [`interrupt`] hears Ctrl-C; [`limits`] says what the machine allows
//! and explains what it refuses, with what `cgroup` knows of the group; [`usage`] is the account that processes give of
//! themselves, [`tree`] what they look like from outside, [`standstill`] how they hold still for it, [`affinity`] which
//! cores they run on. Knows no cell and no job.

pub mod affinity;
mod cgroup;
pub mod child;
pub mod dialogue;
pub mod frame;
pub mod interrupt;
pub mod leash;
pub mod limits;
pub mod role;
pub mod standstill;
pub mod tree;
pub mod usage;
