//! One look at the processes of a lane while its jobs stand still. Must not know how the lane is asked to run them.

use std::time::Duration;

use crate::process::standstill::Standstill;
use crate::process::tree::{self, Tree};

/// A lane's processes while its jobs stood still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFlight {
    /// How many jobs stood. Fewer than the executor's width where one keeps others from beginning, as an event loop
    /// does with jobs that compute.
    pub jobs: usize,
    /// What was seen.
    pub tree: Tree,
    /// The names of the lane's own threads.
    pub threads: Vec<String>,
    /// The most that its processes had resident, each by itself, by the end of the batch: `peak_rss_bytes` of the tree
    /// then, or now if some have ended since.
    pub peak_rss_bytes: u64,
    /// The kernel's stacks of all threads of the machine.
    pub kernel_stack_bytes: Option<u64>,
}

/// What was seen before the jobs went on.
#[derive(Debug)]
pub struct Look {
    root: u32,
    jobs: usize,
    tree: Option<Tree>,
    threads: Vec<String>,
    kernel_stack_bytes: Option<u64>,
}

impl Look {
    /// What a standstill may take in addition to the jobs' own time.
    pub const MOMENT: Duration = Duration::from_millis(200);

    /// Looks at the process `root` and its descendants once `width` jobs stand, or as many as come to stand within `timeout`.
    /// Then all go on.
    pub fn at(mut standstill: Standstill, root: u32, width: usize, timeout: Duration) -> Self {
        let jobs = standstill.gather(width, timeout).unwrap_or(0);
        let tree = if jobs > 0 { tree::inspect(root) } else { None };
        let threads = if jobs > 0 { tree::thread_names(root) } else { Vec::new() };
        Self { root, jobs, tree, threads, kernel_stack_bytes: tree::kernel_stacks() }
    }

    /// How many jobs stood.
    pub fn jobs(&self) -> usize {
        self.jobs
    }

    /// The same once the batch has ended; `None` if no job stood still or the system does not show the processes.
    pub fn ended(self) -> Option<InFlight> {
        let Self { root, jobs, tree, threads, kernel_stack_bytes } = self;
        let tree = tree?;
        let then = tree::inspect(root).map_or(0, |then| then.peak_rss_bytes);
        let peak_rss_bytes = then.max(tree.peak_rss_bytes);
        Some(InFlight { jobs, tree, threads, peak_rss_bytes, kernel_stack_bytes })
    }
}
