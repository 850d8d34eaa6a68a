//! `primitive-count-*`: a unit for each core, each with its share of the increments of one number.
//!
//! In the clock: making and joining the units (once in a batch, so little of an increment), the increments, nothing
//! between them. No task awaits between two increments except where a channel is full, so those of one thread come one
//! after the other: that is what sharing costs there.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossbeam::channel;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::LocalSet;

use super::{ExecutorResult, on};
use crate::failure::{Failure, OrFail};
use crate::workload::{Answer, Batch};

/// A number that units may share.
pub(super) trait Shared: Default + Send + Sync + 'static {
    fn increment(&self);
    fn value(&self) -> u64;
}

pub(super) type Locked = Mutex<u64>;
pub(super) type Atomic = AtomicU64;

impl Shared for Locked {
    fn increment(&self) {
        *self.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    fn value(&self) -> u64 {
        *self.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared for Atomic {
    fn increment(&self) {
        self.fetch_add(1, Ordering::Relaxed);
    }

    fn value(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }
}

/// The increments of each unit: as many, or one more.
fn shares(batch: &Batch) -> Vec<usize> {
    let units = batch.concurrency;
    (0..units).map(|unit| batch.jobs / units + usize::from(unit < batch.jobs % units)).collect()
}

pub(super) fn alone<C: Shared>(batch: &Batch) -> ExecutorResult {
    let jobs = batch.jobs;
    Ok(Box::new(move || {
        let number = C::default();
        (0..jobs).for_each(|_| number.increment());
        Ok(vec![number.value()])
    }))
}

pub(super) fn threads<C: Shared>(batch: &Batch) -> ExecutorResult {
    let shares = shares(batch);
    Ok(Box::new(move || {
        let number = C::default();
        thread::scope(|scope| {
            for share in shares.iter().copied() {
                let number = &number;
                scope.spawn(move || (0..share).for_each(|_| number.increment()));
            }
        });
        Ok(vec![number.value()])
    }))
}

pub(super) fn tasks<C: Shared>(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let shares = shares(batch);
    Ok(Box::new(move || on(&runtime, increment::<C>(shares.clone()))))
}

async fn increment<C: Shared>(shares: Vec<usize>) -> Result<Answer, Failure> {
    let number = Arc::new(C::default());
    let unit = |share| {
        let number = number.clone();
        tokio::spawn(async move { (0..share).for_each(|_| number.increment()) })
    };
    for unit in shares.into_iter().map(unit).collect::<Vec<_>>() {
        unit.await.or_fail(|| "await a task")?;
    }
    Ok(number.value())
}

/// How many increments wait for the owner before the senders wait.
const PLACES: usize = 1_024;

pub(super) fn channel_threads(batch: &Batch) -> ExecutorResult {
    let shares = shares(batch);
    Ok(Box::new(move || {
        let (send, increments) = channel::bounded(PLACES);
        let mut number = 0_u64;
        thread::scope(|scope| {
            for share in shares.iter().copied() {
                let send = send.clone();
                scope.spawn(move || (0..share).try_for_each(|_| send.send(1_u64)));
            }
            drop(send);
            increments.iter().for_each(|increment| number += increment);
        });
        Ok(vec![number])
    }))
}

pub(super) fn channel_tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let shares = shares(batch);
    Ok(Box::new(move || on(&runtime, own(shares.clone()))))
}

async fn own(shares: Vec<usize>) -> Result<Answer, Failure> {
    let (send, mut increments) = mpsc::channel(PLACES);
    for share in shares {
        let send = send.clone();
        tokio::spawn(async move {
            for _ in 0..share {
                if send.send(1_u64).await.is_err() {
                    return;
                }
            }
        });
    }
    drop(send);
    let mut number = 0;
    while let Some(increment) = increments.recv().await {
        number += increment;
    }
    Ok(number)
}

/// Written each time: the compiler knows what a million additions of one come to.
fn increment_plain(number: &Cell<u64>) {
    number.set(number.get() + 1);
    black_box(number);
}

pub(super) fn cell_alone(batch: &Batch) -> ExecutorResult {
    let jobs = batch.jobs;
    Ok(Box::new(move || {
        let number = Cell::new(0);
        (0..jobs).for_each(|_| increment_plain(&number));
        Ok(vec![number.get()])
    }))
}

pub(super) fn cell_tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let shares = shares(batch);
    Ok(Box::new(move || {
        let number = Rc::new(Cell::new(0));
        let units = LocalSet::new();
        for share in shares.iter().copied() {
            let number = number.clone();
            units.spawn_local(async move { (0..share).for_each(|_| increment_plain(&number)) });
        }
        runtime.block_on(units);
        Ok(vec![number.get()])
    }))
}
