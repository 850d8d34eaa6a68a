//! `primitive-pipe`: the same game through a pair of pipes, eight bytes each way, whatever the model.
//!
//! In the clock: the round trips, and for tasks the making of the second. A round trip is two writes, two reads and, where the
//! other side waits already, two switches. Outside: the second thread or process, and the pipes. Compared
//! with it, `primitive-switch` shows what a model gains by having something better than a pipe; processes have not, so their cell
//! is the same in both.

use std::io::{self, PipeReader, PipeWriter};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe::{Receiver, Sender, pipe};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use super::unit::{Order, Unit, With, return_all, serve_all};
use super::{ExecutorResult, OTHER, on, start_thread};
use crate::failure::{Failure, OrFail};
use crate::workload::{Answer, Batch};

pub(super) fn processes(batch: &Batch) -> ExecutorResult {
    let balls = batch.jobs as u64;
    Ok(Box::new(With(Unit::start()?, move |unit: &mut Unit| {
        unit.send(&Order::Return { balls })?;
        unit.talk(|output, input| serve_all(balls, output, input))
    })))
}

pub(super) fn threads(batch: &Batch) -> ExecutorResult {
    let balls = batch.jobs as u64;
    let (mut input, mut output) = with_a_thread()?;
    Ok(Box::new(move || Ok(vec![serve_all(balls, &mut output, &mut input).or_fail(|| "play over pipes")?])))
}

/// The pipes from and to a thread that returns every ball, until they are dropped.
fn with_a_thread() -> Result<(PipeReader, PipeWriter), Failure> {
    let pipe = || io::pipe().or_fail(|| "make a pipe");
    let ((here, mut to_here), (mut from_here, there)) = (pipe()?, pipe()?);
    let other = move || return_all(u64::MAX, &mut from_here, &mut to_here);
    start_thread(OTHER, other)?;
    Ok((here, there))
}

/// Both ends of both pipes; each batch borrows them for its two tasks.
struct Court {
    here: Mutex<(Receiver, Sender)>,
    there: Mutex<(Receiver, Sender)>,
}

pub(super) fn tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let balls = batch.jobs;
    let inside = runtime.enter();
    let pipe = || pipe().or_fail(|| "make a pipe");
    let ((to_here, here), (to_there, there)) = (pipe()?, pipe()?);
    drop(inside);
    let court = Arc::new(Court { here: Mutex::new((here, to_there)), there: Mutex::new((there, to_here)) });
    Ok(Box::new(move || on(&runtime, play(court.clone(), balls))))
}

async fn play(court: Arc<Court>, balls: usize) -> Result<Answer, Failure> {
    let theirs = court.clone();
    let other = tokio::spawn(async move { pass(&theirs.there, balls, false).await });
    let ball = pass(&court.here, balls, true).await.or_fail(|| "play over pipes")?;
    other.await.or_fail(|| "await a task")?.or_fail(|| "play over pipes")?;
    Ok(ball)
}

/// Plays one side: reads the ball, adds one, writes it; the side that serves has it at the beginning.
async fn pass(side: &Mutex<(Receiver, Sender)>, balls: usize, serves: bool) -> io::Result<u64> {
    let (input, output) = &mut *side.lock().await;
    let mut ball = if serves { 0 } else { input.read_u64_le().await? };
    for left in (0..balls).rev() {
        output.write_u64_le(ball + 1).await?;
        if serves || left > 0 {
            ball = input.read_u64_le().await?;
        }
    }
    Ok(ball)
}
