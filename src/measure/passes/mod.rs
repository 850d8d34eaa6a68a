//! What runs: [`table`] measures all groups, `cells` holds those of one, [`schedule`] says which group has its next pass
//! when, [`visit`] is one fresh lane from its opening to its end.
//!
//! [`suite`] reads the matrix, [`session`] opens lanes and checks every sample, [`fairness`] fails lanes that are not what
//! they claim to be, [`server`] runs the mock servers, [`slow`] reads how slow they are to be, [`slope`] measures what one more unit holds. [`elsewhere`] asks the
//! machine on which a launcher starts the lanes. [`cost`] estimates what a group costs, [`partition`] divides groups
//! between machines. Must not know what the numbers mean.

mod cells;
pub mod cost;
pub mod elsewhere;
pub mod fairness;
pub mod partition;
pub mod schedule;
pub mod server;
pub mod session;
pub mod slope;
pub mod slow;
pub mod suite;
pub mod table;
pub mod visit;
