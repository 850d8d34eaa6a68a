//! What every reply must keep to, one function for each rule. The driver fails a lane at the first rule that it breaks;
//! `fairlane lane-check` shows all of them. Must not know what becomes of a lane that breaks one.
//!
//! [`opened`], [`sampled`] and [`probed`] are about one reply each, `usage` is in several. Whether answers are right, the driver
//! knows ([`super::driver::KnownAnswers`]); whether a lane is fair, `measure::passes::fairness`.

pub mod opened;
pub mod probed;
pub mod sampled;
mod usage;

pub use usage::usage;
