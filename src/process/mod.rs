//! The one place that starts processes, and the promise that none outlives its parent.
//!
//! [`role`] lets a binary re-execute itself as a lane, a worker or the server; [`child`] starts and ends such
//! processes; [`dialogue`] talks with them in JSON lines; [`leash`] ends them when the parent is gone, however it
//! went; [`frame`] carries bytes over their pipes, [`ready`] waits for one of many; [`interrupt`] hears Ctrl-C; [`limits`] says what the machine allows
//! and explains what it refuses, with what `cgroup` knows of the group, [`room`] what it
//! has left; [`usage`] is the account that processes give of
//! themselves, [`tree`] what they look like from outside, [`standstill`] how they hold still for it, [`affinity`] where they run, [`pressure`]
//! what there was too little of. Knows no cell and
//! no job.

pub mod affinity;
pub mod cgroup;
pub mod child;
pub mod dialogue;
pub mod frame;
pub mod interrupt;
pub mod leash;
pub mod limits;
mod lines;
pub mod pressure;
pub mod ready;
pub mod role;
pub mod room;
pub mod standstill;
pub mod tree;
pub mod usage;
