//! The async form of what has none: a blocking section on tokio's thread pool.
//!
//! Answers for: handing the section over, and saying so. Must not know what is done inside.

use tokio::task::spawn_blocking;

use super::{Outcome, note};
use crate::failure::OrFail;

/// What `fairlane list`, every table and every record say of such a workload. 512 is `max_blocking_threads` as
/// tokio sets it, which the executors leave alone.
pub(super) const NOTE: &str =
    "under async executors a blocking section on tokio's thread pool, at most 512 at once";

/// Runs the section where it holds up no task, and awaits it.
pub(super) async fn run(section: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    let section =
        if note::wanted() { spawn_blocking(note::carried(section)) } else { spawn_blocking(section) };
    section.await.or_fail(|| "await a blocking section")?
}
