//! `primitive-wait`: many units that all wait at once for one word, and nothing else: what a unit holds while it waits.
//!
//! In the clock: making the units, until all wait; letting them end, and joining them. While a standstill is called
//! they wait until the driver has looked: their maker stands for all, so that none holds more than its wait.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::unit::{Order, Unit};
use super::{ExecutorResult, on, start_thread};
use crate::executor::Answers;
use crate::failure::{Failure, OrFail};
use crate::workload::phase;
use crate::workload::{Answer, Batch};

/// What a unit fills before it waits: nothing, unless the name says so.
fn state(batch: &Batch) -> usize {
    usize::try_from(batch.spec.value("state")).unwrap_or(usize::MAX)
}

pub(super) fn tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let (units, state) = (batch.jobs, state(batch));
    Ok(Box::new(move || on(&runtime, gather(units, state))))
}

#[derive(Debug, Default)]
struct Gate {
    waiting: AtomicUsize,
    word: Notify,
}

async fn gather(units: usize, state: usize) -> Result<Answer, Failure> {
    let gate = Arc::new(Gate::default());
    let unit = |_| {
        let gate = gate.clone();
        // Two kinds of tasks, or the plain one would have room for a state.
        if state == 0 { tokio::spawn(wait(gate)) } else { tokio::spawn(wait_with(gate, state)) }
    };
    let tasks: Vec<_> = (0..units).map(unit).collect();
    while gate.waiting.load(Ordering::Acquire) < units {
        tokio::task::yield_now().await;
    }
    phase::stand_for(units);
    gate.word.notify_waiters();
    let mut ended = 0;
    for task in tasks {
        task.await.or_fail(|| "await a task")?;
        ended += 1;
    }
    Ok(ended)
}

async fn wait(gate: Arc<Gate>) {
    // A task that has the future gets the word, even if it comes before the first poll.
    let word = gate.word.notified();
    gate.waiting.fetch_add(1, Ordering::Release);
    word.await;
}

async fn wait_with(gate: Arc<Gate>, state: usize) {
    let filled = vec![1_u8; state];
    wait(gate).await;
    drop(filled);
}

/// What threads share while they wait.
#[derive(Debug, Default)]
struct Hall {
    waiting: AtomicUsize,
    over: AtomicBool,
}

pub(super) fn threads(batch: &Batch) -> ExecutorResult {
    let (units, state) = (batch.jobs, state(batch));
    Ok(Box::new(move || {
        let hall = Arc::new(Hall::default());
        let mut threads = Vec::with_capacity(units);
        let made = (0..units).try_for_each(|unit| {
            let (hall, maker) = (hall.clone(), thread::current());
            let wait = move || {
                let filled = vec![1_u8; state];
                // The last thread wakes the maker and drops its handle of it: only then do all just wait.
                if hall.waiting.fetch_add(1, Ordering::AcqRel) + 1 == units {
                    maker.unpark();
                }
                drop(maker);
                while !hall.over.load(Ordering::Acquire) {
                    thread::park();
                }
                drop(filled);
            };
            threads.push(start_thread(format_args!("thread {} of {units}", unit + 1), wait)?);
            Ok::<_, Failure>(())
        });
        if made.is_ok() {
            while hall.waiting.load(Ordering::Acquire) < units {
                thread::park();
            }
            phase::stand_for(units);
        }
        hall.over.store(true, Ordering::Release);
        let ended = join(threads);
        made.map(|()| vec![ended])
    }))
}

/// How many ended well.
fn join(threads: Vec<JoinHandle<()>>) -> Answer {
    threads.iter().for_each(|thread| thread.thread().unpark());
    threads.into_iter().map(|thread| u64::from(thread.join().is_ok())).sum()
}

pub(super) fn processes(batch: &Batch) -> ExecutorResult {
    let (units, state) = (batch.jobs, state(batch));
    Ok(Box::new(move || among_processes(units, state)))
}

fn among_processes(count: usize, state: usize) -> Answers {
    let start = |_| {
        let mut unit = Unit::start()?;
        unit.send(&Order::Wait { state })?;
        Ok(unit)
    };
    let mut units = (0..count).map(start).collect::<Result<Vec<_>, Failure>>()?;
    for unit in &mut units {
        unit.talk(|_, input| input.read_exact(&mut [0]))?;
    }
    phase::stand_for(count);
    units.iter_mut().for_each(Unit::dismiss);
    units.into_iter().map(Unit::end).collect::<Result<Vec<()>, _>>().map(|ended| vec![ended.len() as u64])
}
