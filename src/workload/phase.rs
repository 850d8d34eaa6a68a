//! Where a job waits and where it computes. Jobs say so; executors that care hook in here.
//!
//! Two executors do: one holds a lock while it computes, one computes on another pool than it waits on. For all others
//! a phase costs a thread-local read and two relaxed loads, which is measured (`benches/README.md`). A standstill
//! hooks in, too: jobs in flight stop at the end of a wait or in the middle of computing. So does
//! the probe, which notes when they wait (`note.rs`). One process runs one cell, so the hooks are global to the process
//! or to the thread. Knows neither executors nor jobs.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::oneshot;

use super::note;
use crate::failure::{Failure, OrFail};
use crate::process::standstill::Joined;

/// A lock that a thread holds while it computes.
pub trait Lock: Send + Sync {
    /// Gets it, waiting for the holder to give it up.
    fn acquire(&self);
    /// Gives it up.
    fn release(&self);
    /// Gives it up and gets it back, if another thread has waited long enough for it.
    fn offer(&self);
}

thread_local! {
    static LOCK: OnceCell<Arc<dyn Lock>> = const { OnceCell::new() };
}

/// From now on this thread computes under `lock`, which it must have acquired.
pub fn compute_under(lock: &Arc<dyn Lock>) {
    LOCK.with(|held| {
        held.get_or_init(|| Arc::clone(lock));
    });
}

/// A point in the middle of computing. A job passes one about every 100 us.
#[inline]
pub fn checkpoint() {
    stand();
    LOCK.with(|held| {
        if let Some(lock) = held.get() {
            lock.offer();
        }
    });
}

/// Waits for something outside, without the lock.
pub fn wait<T>(waiting: impl FnOnce() -> T) -> T {
    let waiting = || {
        let result = note::noted(waiting);
        stand();
        result
    };
    let lock = LOCK.with(|held| held.get().cloned());
    let Some(lock) = lock else { return waiting() };
    lock.release();
    let result = waiting();
    lock.acquire();
    result
}

/// Waits for something outside in an async job.
pub async fn wait_async<T>(waiting: impl Future<Output = T>) -> T {
    // Boxed if it is noted, and below, or every job's future would be larger for what is hardly ever needed.
    let result = if note::wanted() { Box::pin(note::noted_async(waiting)).await } else { waiting.await };
    if let Some(standstill) = standing() {
        Box::pin(async move { standstill.stand_async().await }).await;
    }
    result
}

static STANDING: AtomicBool = AtomicBool::new(false);
static STANDSTILL: RwLock<Option<Arc<Joined>>> = RwLock::new(None);

/// While it lives, the jobs of this process join a standstill.
#[derive(Debug)]
pub struct StandstillGuard(());

/// From now on each job of this process stands still where it next waits or computes.
///
/// # Errors
/// If there is no standstill of that name.
pub fn stand_still(name: &str) -> Result<StandstillGuard, Failure> {
    let joined = Joined::join(name).or_fail(|| "join a standstill")?;
    *STANDSTILL.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(joined));
    STANDING.store(true, Ordering::Relaxed);
    Ok(StandstillGuard(()))
}

impl Drop for StandstillGuard {
    fn drop(&mut self) {
        STANDING.store(false, Ordering::Relaxed);
        *STANDSTILL.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A point in the middle of waiting where all that it takes is in use, for clients that free it before they return.
#[inline]
pub fn stand() {
    if let Some(standstill) = standing() {
        standstill.stand();
    }
}

/// Stands for `jobs` jobs that wait, hold nothing but their wait and cannot join the standstill themselves. Stops the calling
/// thread until all may go on.
pub fn stand_for(jobs: usize) {
    if let Some(standstill) = standing() {
        standstill.stand_for(jobs);
    }
}

#[inline]
fn standing() -> Option<Arc<Joined>> {
    if STANDING.load(Ordering::Relaxed) { standstill() } else { None }
}

#[cold]
fn standstill() -> Option<Arc<Joined>> {
    STANDSTILL.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Takes work to where it is computed, and returns at once.
pub type Elsewhere = Box<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

static ELSEWHERE: RwLock<Option<Elsewhere>> = RwLock::new(None);

/// From now on the async jobs of this process compute elsewhere.
pub fn compute_elsewhere(elsewhere: Elsewhere) {
    *ELSEWHERE.write().unwrap_or_else(PoisonError::into_inner) = Some(elsewhere);
}

/// Computes in an async job: here and now, blocking the runtime's thread, unless there is an elsewhere.
///
/// # Errors
/// If the work panicked elsewhere.
pub async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let (done, result) = oneshot::channel();
    match &*ELSEWHERE.read().unwrap_or_else(PoisonError::into_inner) {
        None => return Ok(work()),
        Some(elsewhere) => elsewhere(Box::new(move || drop(done.send(work())))),
    }
    result.await.or_fail(|| "compute elsewhere")
}
