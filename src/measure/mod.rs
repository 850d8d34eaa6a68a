//! The driver's measuring core: every number of `cargo bench`, `run` and `verify` comes through here.
//!
//! [`session`] opens lanes and checks every sample (answers, the server's own count); [`comparison`] holds the
//! lanes of one table; [`rounds`] lets them take turns in random order; [`statistics`], [`standing`] and
//! [`limit`] say what that means, with the [`evidence`] seen meanwhile; [`fairness`]
//! fails lanes that are not what they claim; [`suite`] reads the matrix; [`server`] is the apparatus; [`environment`] the machine, [`timer`] how late it wakes,
//! [`warning`] what it does to the numbers; [`slope`] measures what one more unit holds; [`capacity`] how many jobs one may let wait at once, [`waiting`] lets them. Knows no file format of results and no way to show them.

pub mod capacity;
pub mod comparison;
pub mod environment;
pub mod evidence;
pub mod fairness;
pub mod limit;
pub mod rounds;
pub mod server;
pub mod session;
pub mod slope;
pub mod standing;
pub mod statistics;
pub mod suite;
pub mod timer;
pub mod waiting;
pub mod warning;
