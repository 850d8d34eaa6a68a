//! What other programs took of the processors meanwhile: the busy time of the processors that the run may use, less what
//! the run itself used.
//!
//! Busy is what was not idle (`/proc/stat`, proc_stat(5)), so time that other guests of the host took counts, too. The
//! run is this process, its children that have ended, with all that they left, and the servers that it keeps; the
//! kernel's own threads are taken off, too, because most of what they do here is to write what lanes sync. The kernel
//! counts idle time in ticks of 10 ms, so a tick of each processor is granted: a share is what was taken for certain.
//! Must not know what runs meanwhile, nor how much is too much.

use std::fs;
use std::time::Duration;

use crate::clock::{self, Stamp, nanos};
use crate::process::affinity;
use crate::process::pressure;
use crate::process::usage::Usage;

/// The running totals at one moment.
#[derive(Debug, Clone)]
pub struct Moment {
    at: Stamp,
    /// The processors that this process may use.
    processors: usize,
    idle_ns: u64,
    own_ns: u64,
}

/// A tick of `/proc/stat`: `USER_HZ` is 100 on every Linux that there is.
const TICK_NS: u64 = 10_000_000;

impl Moment {
    /// The present; `servers` are the processes that serve the run. `None` where the kernel does not show it.
    pub fn now(servers: &[u32]) -> Option<Self> {
        let processors = affinity::allowed().ok()?;
        let idle_ns = idle_ticks(&fs::read_to_string("/proc/stat").ok()?, &processors)? * TICK_NS;
        let used = Usage::so_far();
        let kernel = pressure::kernel_threads();
        let others = servers.iter().chain(&kernel).filter_map(|process| pressure::scheduled(*process));
        let own_ns = used.cpu_user_ns + used.cpu_sys_ns + others.map(|one| one.ran_ns).sum::<u64>();
        Some(Self { at: clock::now(), processors: processors.len(), idle_ns, own_ns })
    }

    /// The part of the processors' time since `earlier` that others took for certain; `None` if no time passed.
    pub fn others_since(&self, earlier: &Self) -> Option<f64> {
        let wall = self.at.since(earlier.at);
        let (idle, own) =
            (self.idle_ns.saturating_sub(earlier.idle_ns), self.own_ns.saturating_sub(earlier.own_ns));
        share(wall, self.processors, idle + own + TICK_NS * self.processors as u64)
    }
}

fn share(wall: Duration, processors: usize, accounted_ns: u64) -> Option<f64> {
    let all = nanos(wall) as f64 * processors as f64;
    (all > 0.0).then(|| ((all - accounted_ns as f64) / all).clamp(0.0, 1.0))
}

/// The idle time of those processors, and the time they waited for a disk with nothing else to do.
fn idle_ticks(stat: &str, processors: &[usize]) -> Option<u64> {
    let idle = |processor: &usize| -> Option<u64> {
        let name = format!("cpu{processor} ");
        let line = stat.lines().find_map(|line| line.strip_prefix(&name))?;
        let mut ticks = line.split_whitespace().skip(3).map_while(|ticks| ticks.parse::<u64>().ok());
        Some(ticks.next()? + ticks.next()?)
    };
    processors.iter().map(idle).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  9 9 9 99 9 0 0 0 0 0\ncpu0 5 0 5 70 3 0 1 2 0 0\ncpu1 5 0 5 60 1 0 1 2 0 0\n\
                        cpu10 1 1 1 500 0 0 0 0 0 0\nintr 1\n";

    #[test]
    fn idle_time_is_that_of_the_named_processors_with_their_waits_for_a_disk() {
        assert_eq!(idle_ticks(STAT, &[1]), Some(61));
        assert_eq!(idle_ticks(STAT, &[0, 1]), Some(134));
        assert_eq!(idle_ticks(STAT, &[10]), Some(500));
        assert_eq!(idle_ticks(STAT, &[2]), None, "not in the file");
        assert_eq!(idle_ticks("cpu0 1 2\n", &[0]), None);
    }

    #[test]
    fn what_is_neither_idle_nor_our_own_was_taken_by_others() {
        let second = Duration::from_secs(1);
        assert_eq!(share(second, 2, 1_500_000_000), Some(0.25));
        assert_eq!(share(second, 2, 2_100_000_000), Some(0.0), "ticks are coarse: never less than nothing");
        assert_eq!(share(Duration::ZERO, 2, 0), None);
    }

    #[test]
    fn what_this_process_computes_is_its_own() {
        let before = Moment::now(&[]).expect("Linux shows it");
        let mut sum = 0_u64;
        for number in 0..50_000_000_u64 {
            sum = std::hint::black_box(sum ^ number);
        }
        let after = Moment::now(&[]).expect("Linux shows it");
        assert!(after.own_ns > before.own_ns, "{after:?} after {before:?}");
        assert!(after.others_since(&before).is_some_and(|share| share <= 1.0));
    }
}
