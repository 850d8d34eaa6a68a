//! What a process and all its descendants look like from outside, at one moment: how many they are, what they hold.
//!
//! From outside, so that looking costs the processes nothing and any program can be looked at. Knows nothing of what
//! they do.

use std::collections::{HashMap, HashSet};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use procfs::process::{Process, Stat, all_processes};
use procfs::{Current, Meminfo};
use serde::{Deserialize, Serialize};

/// One look at a process tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// Processes, the root included.
    pub processes: u64,
    /// Threads of all of them.
    pub threads: u64,
    /// Anonymous memory in bytes: heaps, stacks and what a process wrote to its copy of a file; each page that is
    /// still shared with a parent is split between the sharers (`Pss_Anon`).
    pub anonymous_bytes: u64,
    /// All resident memory in bytes, shared pages split between the sharers (`Pss`). Falls as siblings share more.
    pub pss_bytes: u64,
    /// The sum over the processes of the most that each ever had resident (`VmHWM`).
    pub peak_rss_bytes: u64,
    /// The last level of all processes' page tables in bytes, which the kernel holds for them (`VmPTE`).
    pub page_table_bytes: u64,
}

/// Looks at the process of that id and at all its descendants; `None` if it has ended, or the kernel has no
/// such figures (`Pss_Anon` came with Linux 5.9).
pub fn inspect(root: u32) -> Option<Tree> {
    let root = i32::try_from(root).ok()?;
    let mut tree = measure(&Process::new(root).ok()?)?;
    visit(root, |child| measure(child).map(|one| tree.add(one)).is_some())?;
    Some(tree)
}

/// Calls `see` with all descendants of a process. It says whether that one still is what it was: one that has ended since is not
/// in the tree, and its id may be used again.
fn visit(root: i32, mut see: impl FnMut(&Process) -> bool) -> Option<()> {
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    for process in all_processes().ok()?.filter_map(Result::ok) {
        if let Ok(Stat { ppid, state, .. }) = process.stat()
            && state != 'Z'
        {
            children.entry(ppid).or_default().push(process);
        }
    }
    let (mut parents, mut seen) = (vec![root], HashSet::from([root]));
    while let Some(parent) = parents.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            if seen.insert(child.pid()) && see(&child) {
                parents.push(child.pid());
            }
        }
    }
    Some(())
}

/// Processes that can be recognised later: by their ids and the times of their starts, as an id may be used again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descendants(Vec<(i32, u64)>);

impl Descendants {
    /// The descendants of a process at this moment.
    pub fn of(root: u32) -> Self {
        let mut found = Vec::new();
        let mut see = |child: &Process| {
            let stat = child.stat().ok();
            found.extend(stat.as_ref().map(|stat| (stat.pid, stat.starttime)));
            stat.is_some()
        };
        if let Ok(root) = i32::try_from(root) {
            visit(root, &mut see);
        }
        Self(found)
    }

    /// How many of them live.
    pub fn living(&self) -> usize {
        self.ids().count()
    }

    /// Kills those that live.
    pub fn kill(&self) {
        for id in self.ids() {
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }

    fn ids(&self) -> impl Iterator<Item = i32> {
        let lives = |(id, start): &&(i32, u64)| {
            let stat = Process::new(*id).and_then(|process| process.stat());
            stat.is_ok_and(|stat| stat.starttime == *start && stat.state != 'Z')
        };
        self.0.iter().filter(lives).map(|(id, _)| *id)
    }
}

/// The names of the threads of one process.
pub fn thread_names(process: u32) -> Vec<String> {
    let threads = i32::try_from(process).ok().and_then(|id| Process::new(id).ok()?.tasks().ok());
    let name = |thread: procfs::process::Task| Some(thread.stat().ok()?.comm);
    threads.into_iter().flatten().filter_map(Result::ok).filter_map(name).collect()
}

fn measure(process: &Process) -> Option<Tree> {
    let status = process.status().ok()?;
    let rollup = process.smaps_rollup().ok()?.memory_map_rollup.0;
    let memory = &rollup.first()?.extension.map;
    Some(Tree {
        processes: 1,
        threads: status.threads,
        anonymous_bytes: *memory.get("Pss_Anon")?,
        pss_bytes: *memory.get("Pss")?,
        peak_rss_bytes: status.vmhwm? * 1024,
        page_table_bytes: status.vmpte? * 1024,
    })
}

/// What the kernel holds for the stacks of all threads of the machine, in bytes; `None` if it is unknown.
pub fn kernel_stacks() -> Option<u64> {
    Meminfo::current().ok()?.kernel_stack
}

impl Tree {
    fn add(&mut self, other: Self) {
        self.processes += other.processes;
        self.threads += other.threads;
        self.anonymous_bytes += other.anonymous_bytes;
        self.pss_bytes += other.pss_bytes;
        self.peak_rss_bytes += other.peak_rss_bytes;
        self.page_table_bytes += other.page_table_bytes;
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    const MEBI: u64 = 1 << 20;

    fn here() -> Tree {
        inspect(std::process::id()).expect("Linux 5.9 or later")
    }

    #[test]
    fn memory_that_is_touched_counts_and_memory_that_is_not_does_not() {
        let before = here();
        let untouched: Vec<u8> = Vec::with_capacity(64 << 20);
        let touched = black_box(vec![1_u8; 64 << 20]);
        let after = here();
        let grown = after.anonymous_bytes.saturating_sub(before.anonymous_bytes);
        assert!((40 * MEBI..100 * MEBI).contains(&grown), "64 MiB were touched, {grown} bytes are shown");
        assert!(after.peak_rss_bytes >= 64 * MEBI && after.pss_bytes >= 64 * MEBI, "{after:?}");
        drop((untouched, touched));
    }

    /// Every address space has page tables, and every thread that can run a kernel stack.
    #[test]
    fn the_kernel_holds_something_for_every_process_and_thread() {
        assert!(here().page_table_bytes >= 4_096);
        assert!(kernel_stacks().is_none_or(|bytes| bytes > 0));
    }

    #[test]
    fn a_process_that_is_not_there_is_no_tree() {
        assert_eq!(inspect(u32::MAX), None);
        assert_eq!(inspect(0x3fff_fff0), None);
    }
}
