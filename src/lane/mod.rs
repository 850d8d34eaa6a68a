//! Lanes: one child process for one cell. The one idea of this project; start reading here.
//!
//! [`cell`] is what a lane runs, `id` its name, [`protocol`] is what goes over its pipes (JSON lines, so that a lane can be
//! written in any language), [`foreign`] finds those, [`child`] is the lane's side, [`serve`] the same where a launcher starts it,
//! [`driver`] the other. [`rules`] are what replies must keep to, [`look`] is how a lane's processes are seen. A lane times and
//! answers; it does not know the right answers, other lanes, passes, or what its numbers are for.

pub mod cell;
pub mod child;
pub mod driver;
pub mod foreign;
pub mod hex;
mod id;
mod job_times;
pub mod look;
pub mod protocol;
pub mod rules;
pub mod serve;

pub use cell::Cell;
pub use driver::Lane;
