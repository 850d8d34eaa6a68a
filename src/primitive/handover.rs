//! `primitive-handover`: data goes from one unit to another, which says what it got.
//!
//! In the clock: the giver writes the number of the trip on the first and the last byte, hands over, and waits for the
//! receipt: the length and those two bytes as the taker finds them. No other byte is touched by either. Among tasks and
//! threads a buffer changes its owner (three words through a channel, no copy) and comes back with the receipt, so that
//! none is made in the clock. Among processes every byte is copied into a pipe (64 KiB large, as the kernel makes it)
//! and out of it. Outside: the buffers, filled once, and the second thread or process.

use std::io::{Read, Write};

use crossbeam::channel::{Receiver, Sender, bounded};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::unit::{Order, Unit, With};
use super::{ExecutorResult, OTHER, start_thread};
use crate::failure::{Failure, OrFail};
use crate::workload::Batch;
use crate::workload::primitive::{mark, receipt};

fn data(batch: &Batch) -> Vec<u8> {
    vec![1; usize::try_from(batch.spec.value("size")).unwrap_or(usize::MAX)]
}

fn gone() -> Failure {
    Failure::new("cannot hand data over: the other side of the channel has ended")
}

pub(super) fn processes(batch: &Batch) -> ExecutorResult {
    let (mut data, pieces) = (data(batch), batch.jobs as u64);
    Ok(Box::new(With(Unit::start()?, move |unit: &mut Unit| {
        unit.send(&Order::Take { pieces, size: data.len() })?;
        unit.talk(|output, input| {
            let (mut sum, mut reply) = (0_u64, [0; 8]);
            for trip in 0..pieces {
                mark(&mut data, trip);
                output.write_all(&data)?;
                input.read_exact(&mut reply)?;
                sum = sum.wrapping_add(u64::from_le_bytes(reply));
            }
            Ok(sum)
        })
    })))
}

/// A buffer, and what its receiver replied.
type Returned = (Vec<u8>, u64);

pub(super) fn threads(batch: &Batch) -> ExecutorResult {
    let (pieces, (give, returned)) = (batch.jobs as u64, with_a_thread()?);
    let mut kept = Some(data(batch));
    Ok(Box::new(move || {
        let (mut data, mut sum) = (kept.take().ok_or_else(gone)?, 0_u64);
        for trip in 0..pieces {
            mark(&mut data, trip);
            give.send(data).map_err(|_| gone())?;
            let reply;
            (data, reply) = returned.recv().map_err(|_| gone())?;
            sum = sum.wrapping_add(reply);
        }
        kept = Some(data);
        Ok(vec![sum])
    }))
}

/// The channels to and from a thread that takes whatever comes, until they are dropped.
fn with_a_thread() -> Result<(Sender<Vec<u8>>, Receiver<Returned>), Failure> {
    let (give, given) = bounded::<Vec<u8>>(1);
    let (give_back, returned) = bounded(1);
    let take = move || {
        for data in given {
            let reply = receipt(&data);
            if give_back.send((data, reply)).is_err() {
                return;
            }
        }
    };
    start_thread(OTHER, take)?;
    Ok((give, returned))
}

pub(super) fn tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let (pieces, mut kept) = (batch.jobs as u64, Some(data(batch)));
    Ok(Box::new(move || {
        let data = kept.take().ok_or_else(gone)?;
        let task = runtime.spawn(give(data, pieces));
        let (data, sum) = runtime.block_on(task).or_fail(|| "await a task")??;
        kept = Some(data);
        Ok(vec![sum])
    }))
}

async fn give(mut data: Vec<u8>, pieces: u64) -> Result<Returned, Failure> {
    let (give, mut given) = mpsc::channel::<Vec<u8>>(1);
    let (give_back, mut returned) = mpsc::channel(1);
    let taker = tokio::spawn(async move {
        while let Some(data) = given.recv().await {
            let reply = receipt(&data);
            if give_back.send((data, reply)).await.is_err() {
                return;
            }
        }
    });
    let mut sum = 0_u64;
    for trip in 0..pieces {
        mark(&mut data, trip);
        give.send(data).await.map_err(|_| gone())?;
        let reply;
        (data, reply) = returned.recv().await.ok_or_else(gone)?;
        sum = sum.wrapping_add(reply);
    }
    drop(give);
    taker.await.or_fail(|| "await a task")?;
    Ok((data, sum))
}
