//! `primitive-switch`: a ball goes to and fro between two units of one model that wake each other.
//!
//! In the clock: the round trips, and for tasks the making of the two. A round trip is two wakes and two switches, and
//! an addition on either side. Outside: the second thread, which is made ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle, Thread};

use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::{ExecutorResult, OTHER, on, start_thread};
use crate::failure::{Failure, OrFail};
use crate::workload::{Answer, Batch};

/// How often the ball has changed sides: even, and it is here; odd, and it is on the other side.
#[derive(Debug, Default)]
struct Ball(AtomicU64);

impl Ball {
    /// No side of the court: the game is over.
    const OVER: u64 = u64::MAX;

    fn at(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    fn is_here(&self) -> bool {
        self.at().is_multiple_of(2)
    }

    fn hit(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

#[derive(Debug, Default)]
struct Court {
    ball: Ball,
    here: Notify,
    there: Notify,
}

pub(super) fn tasks(runtime: Runtime, batch: &Batch) -> ExecutorResult {
    let trips = batch.jobs;
    Ok(Box::new(move || on(&runtime, play(trips))))
}

async fn play(trips: usize) -> Result<Answer, Failure> {
    let court = Arc::new(Court::default());
    let other = tokio::spawn(return_all(court.clone(), trips));
    for _ in 0..trips {
        court.ball.hit();
        court.there.notify_one();
        while !court.ball.is_here() {
            court.here.notified().await;
        }
    }
    other.await.or_fail(|| "await a task")?;
    Ok(court.ball.at())
}

async fn return_all(court: Arc<Court>, trips: usize) {
    for _ in 0..trips {
        while court.ball.is_here() {
            court.there.notified().await;
        }
        court.ball.hit();
        court.here.notify_one();
    }
}

/// Park and unpark are to threads what `Notify` is to tasks: a wake that comes first is kept.
pub(super) fn threads(batch: &Batch) -> ExecutorResult {
    let (trips, player) = (batch.jobs, Player::new(thread::current())?);
    Ok(Box::new(move || {
        let before = player.ball.at();
        for _ in 0..trips {
            player.ball.hit();
            player.thread.unpark();
            while !player.ball.is_here() {
                thread::park();
            }
        }
        Ok(vec![player.ball.at() - before])
    }))
}

/// The other side, until it is dropped.
struct Player {
    ball: Arc<Ball>,
    thread: Thread,
    end: Option<JoinHandle<()>>,
}

impl Player {
    /// A thread that plays against `here`.
    fn new(here: Thread) -> Result<Self, Failure> {
        let ball = Arc::new(Ball::default());
        let theirs = ball.clone();
        let play = move || {
            loop {
                match theirs.at() {
                    Ball::OVER => return,
                    at if at.is_multiple_of(2) => thread::park(),
                    _ => {
                        theirs.hit();
                        here.unpark();
                    }
                }
            }
        };
        let end = start_thread(OTHER, play)?;
        Ok(Self { ball, thread: end.thread().clone(), end: Some(end) })
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.ball.0.store(Ball::OVER, Ordering::Release);
        self.thread.unpark();
        let _ = self.end.take().map(JoinHandle::join);
    }
}
