//! Embedded SQLite in a file of its own, which all slots of a cell share, in worker processes, too.
//!
//! - `db` and `db-backoff` ([`write`]): durable transactions. SQLite lets one writer in at a time; the others queue, or
//!   sleep and ask again.
//! - `db-read` ([`read`]): of ten jobs nine read, and readers wait for no writer.
//!
//! [`session`] is the connection and the place in the queue. What it showed stands in benches/README.md.

mod read;
mod session;
mod write;

pub(super) use read::DbRead;
pub(super) use write::{Db, DbBackoff};
