//! The driver's measuring core: every number of `cargo bench`, `run` and `verify` comes through here.
//!
//! [`session`] opens lanes and checks every sample (answers, the server's own count); [`comparison`] holds the
//! lanes of one table; [`rounds`] lets them take turns in random order; [`statistics`] and [`standing`] say what that means;
//! [`slope`] measures what one more unit holds;
//! [`suite`] reads the matrix; [`server`] is the apparatus; [`environment`] the machine, [`timer`] how late it wakes,
//! [`warning`] what it does to the numbers. Knows no file format of results and no way to show them.

pub mod comparison;
pub mod environment;
pub mod rounds;
pub mod server;
pub mod session;
pub mod slope;
pub mod standing;
pub mod statistics;
pub mod suite;
pub mod timer;
pub mod warning;
