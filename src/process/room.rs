//! How many threads and processes the machine has left, and how much memory, at one moment.
//!
//! What is unlimited or unknown bounds nothing and is left out. Knows nothing of what the room is for.

use std::fs;

use procfs::process::{Process, all_processes};

use super::{cgroup, limits::Limits};

/// What is left now.
#[derive(Debug, Clone, Default)]
pub struct Room {
    /// Threads and processes together, by the limit that bounds them.
    pub threads: Vec<Left>,
    /// Memory in bytes that is available without swapping, in the machine and in the cgroup.
    pub memory_bytes: Option<u64>,
}

/// What one limit leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The limit, as advice names it.
    pub name: &'static str,
    /// How many more it allows.
    pub left: u64,
}

impl Room {
    /// Reads them now.
    pub fn here() -> Self {
        let (limits, running) = (Limits::here(), running());
        let left = |name, limit: Option<u64>, used: Option<u64>| {
            Some(Left { name, left: limit?.saturating_sub(used.unwrap_or(0)) })
        };
        let threads = [
            left("kernel.threads-max", limits.threads_max, running),
            left("kernel.pid_max", limits.pid_max, running),
            left("`ulimit -u`", limits.nproc, own_threads()),
            left("pids.max of the cgroup", cgroup::pids_left(), None),
        ];
        let memory = [available(), cgroup::memory_left()];
        Self {
            threads: threads.into_iter().flatten().collect(),
            memory_bytes: memory.into_iter().flatten().min(),
        }
    }
}

/// Threads of the machine: the second half of the fourth field, as in `1/338`. A container sees its host's.
fn running() -> Option<u64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().nth(3)?.split_once('/')?.1.parse().ok()
}

/// Threads of this user, as far as this process sees them.
fn own_threads() -> Option<u64> {
    let own = Process::myself().ok()?.uid().ok()?;
    let processes = all_processes().ok()?.filter_map(Result::ok);
    let ours = processes.filter(|process| process.uid().is_ok_and(|uid| uid == own));
    Some(ours.filter_map(|process| u64::try_from(process.stat().ok()?.num_threads).ok()).sum())
}

fn available() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_linux_shows_what_is_left() {
        let room = Room::here();
        let names: Vec<_> = room.threads.iter().map(|left| left.name).collect();
        assert!(names.contains(&"kernel.threads-max") && names.contains(&"kernel.pid_max"), "{names:?}");
        assert!(room.memory_bytes.is_some_and(|bytes| bytes > 1 << 20), "{room:?}");
        let all = running().expect("threads");
        assert!(own_threads().is_some_and(|own| own > 0) && all > 0);
    }
}
