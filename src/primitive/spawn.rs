//! `primitive-spawn`: makes a unit that does nothing, waits for its end, and makes the next.
//!
//! In the clock: making, starting, ending and joining, one unit at a time. A process is this program once more, started
//! with two pipes as `Child::start` does it; it finds its input closed and ends.

use std::hint::black_box;

use tokio::runtime::Runtime;

use super::unit::Unit;
use super::{ExecutorResult, on, start_thread};
use crate::failure::{Failure, OrFail};
use crate::workload::{Answer, Batch};

pub(super) fn tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let units = batch.jobs;
    Ok(Box::new(move || on(&runtime, spawn(units))))
}

async fn spawn(units: usize) -> Result<Answer, Failure> {
    let mut right = 0;
    for unit in 0..units {
        let ended = tokio::spawn(async move { black_box(unit) }).await.or_fail(|| "await a task")?;
        right += u64::from(ended == unit);
    }
    Ok(right)
}

pub(super) fn threads(batch: &Batch) -> ExecutorResult {
    let units = batch.jobs;
    Ok(Box::new(move || {
        let mut right = 0;
        for unit in 0..units {
            let name = format_args!("thread {} of {units}", unit + 1);
            let thread = start_thread(name, move || black_box(unit))?;
            right += u64::from(thread.join().is_ok_and(|ended| ended == unit));
        }
        Ok(vec![right])
    }))
}

pub(super) fn processes(batch: &Batch) -> ExecutorResult {
    let units = batch.jobs;
    Ok(Box::new(move || {
        for _ in 0..units {
            Unit::start()?.end()?;
        }
        Ok(vec![units as u64])
    }))
}
