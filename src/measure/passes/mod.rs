//! What runs: [`suite`] reads the matrix, [`session`] opens lanes and checks every sample, [`fairness`] fails lanes that
//! are not what they claim, [`server`] is the apparatus, [`slope`] measures what one more unit holds.
//! Must not know what the numbers mean.

pub mod comparison;
pub mod fairness;
pub mod rounds;
pub mod server;
pub mod session;
pub mod slope;
pub mod suite;
