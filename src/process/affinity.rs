//! Which cores a thread may run on. Threads and processes that it makes inherit that.
//!
//! Answers for: binding to fewer cores, and reading back what holds. Must not know what is bound, or why.

use std::io;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The calling thread, in the words of the kernel.
const CALLER: Pid = Pid::from_raw(0);

/// The cores that the calling thread may run on, by the kernel's numbers.
///
/// # Errors
/// If the kernel does not tell.
pub fn allowed() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(CALLER)?;
    Ok((0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).collect())
}

/// From now on the calling thread, and every thread and process that it makes, runs on the last `count` of the cores
/// that it may run on now: interrupts are served by the first ones, mostly. Gives those cores.
///
/// # Errors
/// If there are not that many, or the kernel refuses.
pub fn pin(count: usize) -> io::Result<Vec<usize>> {
    let mut cores = allowed()?;
    let Some(first) = cores.len().checked_sub(count) else {
        return Err(io::Error::other(format!("this process may use {}", cores.len())));
    };
    let cores = cores.split_off(first);
    let mut set = CpuSet::new();
    cores.iter().try_for_each(|core| set.set(*core))?;
    sched_setaffinity(CALLER, &set)?;
    Ok(cores)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_pinned_thread_and_all_that_it_makes_stay_on_its_core() {
        let before = allowed().expect("told");
        let pinned = thread::spawn(|| {
            let core = pin(1).expect("bound");
            let inherited = thread::spawn(|| allowed().expect("told"));
            (core, allowed().expect("told"), inherited.join().expect("no panic"))
        });
        let (core, own, inherited) = pinned.join().expect("no panic");
        assert_eq!(core, [*before.last().expect("a core")]);
        assert_eq!((&own, &inherited), (&core, &core));
        assert_eq!(allowed().expect("told"), before, "nobody else is bound");
    }

    #[test]
    fn more_cores_than_there_are_cannot_be_had() {
        assert!(pin(100_000).is_err());
    }
}
