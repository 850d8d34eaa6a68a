//! The one place that starts processes, and the promise that none outlives its parent.
//!
//! | module | what it answers for |
//! |---|---|
//! | [`role`] | a binary that re-executes itself as a lane, a worker or the server |
//! | [`program`], [`child`], [`ending`] | which program such a process is, starting and feeding it, how it ended |
//! | [`launcher`] | a command that starts a program somewhere else |
//! | [`dialogue`] | requests and replies as JSON lines, bounded in time and in size by `lines` |
//! | [`answer`], [`command`] | a program that is asked for one line, and one that works and tells what it does |
//! | [`leash`] | children end when their parent has ended, however it ended |
//! | [`frame`], [`ready`] | bytes over the pipes of workers, and waiting for one of many pipes |
//! | [`interrupt`], [`stop`] | Ctrl-C and its relatives, and Ctrl-Z |
//! | [`limits`], [`cgroup`], [`room`] | what the machine allows, the reason where it refuses, what it has left |
//! | [`usage`], [`tree`], [`pressure`] | what processes report, what is seen of them from outside, which resource was scarce |
//! | [`standstill`] | jobs that hold still while their processes are looked at |
//! | [`stderr`] | writing to a stream that may take nothing |
//! | [`affinity`] | the processors that threads run on |
//!
//! Knows no cell and no job.

pub mod affinity;
pub mod answer;
pub mod cgroup;
pub mod child;
pub mod command;
pub mod dialogue;
pub mod ending;
pub mod frame;
pub mod interrupt;
pub mod launcher;
pub mod leash;
pub mod limits;
mod lines;
pub mod pressure;
pub mod program;
pub mod ready;
pub mod role;
pub mod room;
pub mod standstill;
pub mod stderr;
pub mod stop;
pub mod tree;
pub mod usage;
