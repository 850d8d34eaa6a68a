//! Which processors threads may run on. Children inherit it from the thread that starts them.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::{fs, io};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use procfs::process::Process;

/// Some of the processors that this process may run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Processors(CpuSet);

impl Processors {
    /// All that this thread may run on.
    ///
    /// # Errors
    /// If the kernel refuses to list them.
    pub fn all() -> io::Result<Self> {
        Ok(Self(sched_getaffinity(Pid::from_raw(0))?))
    }

    /// `first` of them, of as many physical cores as there are, and the others; all of them in place of the others where none are
    /// left.
    ///
    /// # Errors
    /// If the kernel knows no processor of such a number.
    pub fn split(self, first: usize) -> io::Result<(Self, Self)> {
        let (mut some, mut others) = (CpuSet::new(), CpuSet::new());
        for (rank, processor) in spread(&self.numbers(), Path::new(TOPOLOGY)).into_iter().enumerate() {
            if rank < first { some.set(processor)? } else { others.set(processor)? }
        }
        let others = Self(others);
        Ok((Self(some), if others.numbers().is_empty() { self } else { others }))
    }

    /// Their numbers, ascending.
    pub fn numbers(self) -> Vec<usize> {
        (0..CpuSet::count()).filter(|processor| self.0.is_set(*processor).unwrap_or(false)).collect()
    }

    /// Calls `what` while this thread runs on these processors alone: what it starts stays there.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn during<T>(self, what: impl FnOnce() -> T) -> io::Result<T> {
        let before = Self::all()?;
        sched_setaffinity(Pid::from_raw(0), &self.0)?;
        let done = what();
        sched_setaffinity(Pid::from_raw(0), &before.0)?;
        Ok(done)
    }

    /// Puts every thread of a process on these processors.
    ///
    /// # Errors
    /// If the process is gone or the kernel refuses.
    pub fn hold(self, process: u32) -> io::Result<()> {
        let process = i32::try_from(process).map_err(io::Error::other)?;
        let threads = Process::new(process).and_then(|process| process.tasks()).map_err(io::Error::other)?;
        for thread in threads.filter_map(Result::ok) {
            sched_setaffinity(Pid::from_raw(thread.tid), &self.0)?;
        }
        Ok(())
    }
}

/// The processors that the calling thread may run on, by the kernel's numbers.
///
/// # Errors
/// If the kernel refuses to list them.
pub fn allowed() -> io::Result<Vec<usize>> {
    Processors::all().map(Processors::numbers)
}

/// The physical cores of `count` processors as [`Processors::split`] chooses them, if they are fewer: then some are threads of one core.
pub fn shared_cores(count: usize) -> Option<usize> {
    let chosen: Vec<usize> = spread(&allowed().ok()?, Path::new(TOPOLOGY)).into_iter().take(count).collect();
    let cores =
        chosen.iter().map(|processor| core_of(*processor, Path::new(TOPOLOGY))).collect::<HashSet<_>>();
    (cores.len() < chosen.len()).then_some(cores.len())
}

/// What the kernel says of each processor.
const TOPOLOGY: &str = "/sys/devices/system/cpu";

/// The processors in another order: one of each physical core comes first, then a second one of each, and so on.
fn spread(processors: &[usize], topology: &Path) -> Vec<usize> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let rank = |processor: &usize| {
        let before = taken.entry(core_of(*processor, topology)).or_default();
        *before += 1;
        (*before, *processor)
    };
    let mut ranked: Vec<(usize, usize)> = processors.iter().map(rank).collect();
    ranked.sort_by_key(|(rank, _)| *rank); // stable: else they stay in their order
    ranked.into_iter().map(|(_, processor)| processor).collect()
}

/// The processors that are threads of the same core, as the kernel lists them; the processor alone where it does not.
fn core_of(processor: usize, topology: &Path) -> String {
    let list = topology.join(format!("cpu{processor}/topology/thread_siblings_list"));
    fs::read_to_string(list).map_or_else(|_| processor.to_string(), |list| list.trim().to_owned())
}

/// From now on the calling thread, and every thread and process that it makes, runs on `count` of the processors that it may
/// run on now, of as many physical cores as there are. They are the last ones: interrupts are served by the first, mostly.
/// Gives those.
///
/// # Errors
/// If there are fewer, or the kernel refuses.
pub fn pin(count: usize) -> io::Result<Vec<usize>> {
    let mut last = allowed()?;
    if last.len() < count {
        return Err(io::Error::other(format!("this process may use only {}", last.len())));
    }
    last.reverse();
    last = spread(&last, Path::new(TOPOLOGY));
    last.truncate(count);
    last.sort_unstable();
    let mut set = CpuSet::new();
    last.iter().try_for_each(|processor| set.set(*processor))?;
    sched_setaffinity(Pid::from_raw(0), &set)?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A machine whose cores have these threads.
    fn machine(cores: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for list in cores {
            for processor in list.split([',', '-']) {
                let topology = folder.path().join(format!("cpu{processor}/topology"));
                fs::create_dir_all(&topology).expect("made");
                fs::write(topology.join("thread_siblings_list"), format!("{list}\n")).expect("written");
            }
        }
        folder
    }

    #[test]
    fn each_core_gives_one_thread_before_one_gives_two() {
        let neighbours = machine(&["0-1", "2-3", "4-5"]);
        assert_eq!(spread(&[0, 1, 2, 3, 4, 5], neighbours.path()), [0, 2, 4, 1, 3, 5]);
        assert_eq!(spread(&[5, 4, 3, 2], neighbours.path()), [5, 3, 4, 2]);
        let halves = machine(&["0,3", "1,4", "2,5"]);
        assert_eq!(spread(&[0, 1, 2, 3, 4, 5], halves.path()), [0, 1, 2, 3, 4, 5]);
        assert_eq!(spread(&[0, 3, 5], halves.path()), [0, 5, 3]);
        let unknown = machine(&[]);
        assert_eq!(spread(&[7, 8, 9], unknown.path()), [7, 8, 9], "the kernel does not say");
    }

    #[test]
    fn a_thread_and_what_it_starts_stay_on_the_first_and_come_back() {
        let all = Processors::all().expect("a list");
        let (first, others) = all.split(1).expect("a small number");
        assert_eq!(first.numbers(), all.numbers()[..1], "of the first core");
        let rest = all.numbers().split_off(1);
        assert_eq!(others.numbers(), if rest.is_empty() { all.numbers() } else { rest });
        let seen =
            first.during(|| thread::spawn(|| Processors::all().expect("a list")).join().expect("no panic"));
        assert_eq!(seen.expect("allowed"), first);
        assert_eq!(Processors::all().expect("a list"), all);
    }

    #[test]
    fn a_pinned_thread_and_all_that_it_makes_stay_on_the_last() {
        let before = allowed().expect("a list");
        let pinned = thread::spawn(|| {
            let last = pin(1).expect("bound");
            let inherited = thread::spawn(|| allowed().expect("a list"));
            (last, allowed().expect("a list"), inherited.join().expect("no panic"))
        });
        let (last, own, inherited) = pinned.join().expect("no panic");
        assert_eq!(last, [*before.last().expect("a processor")]);
        assert_eq!((&own, &inherited), (&last, &last));
        assert_eq!(allowed().expect("a list"), before, "other threads are not bound");
        assert!(pin(100_000).is_err(), "more than there are");
    }
}
