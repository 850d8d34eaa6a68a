//! How much of a scarce resource was used, as running totals of the kernel: the difference of two is what came between.
//! All are about the whole machine, except the account of one process.
//!
//! Not from `/proc/pressure`: its totals lag up to two seconds behind, which is longer than most samples.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use nix::sys::stat::{major, minor};
use procfs::process::Process;

/// Nanoseconds that the threads of one process ran, and that they were ready to run and waited for a processor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scheduled {
    /// On a processor.
    pub ran_ns: u64,
    /// In the queue for one.
    pub queued_ns: u64,
}

/// Of the threads that live in that process; `None` if it has ended or the kernel keeps no such account.
pub fn scheduled(process: u32) -> Option<Scheduled> {
    let threads = Process::new(i32::try_from(process).ok()?).ok()?.tasks().ok()?;
    // A thread may end while it is read.
    let accounts = threads.filter_map(Result::ok).filter_map(|thread| thread.schedstat().ok());
    accounts.fold(None, |sum, one| {
        let Scheduled { ran_ns, queued_ns } = sum.unwrap_or_default();
        Some(Scheduled { ran_ns: ran_ns + one.sum_exec_runtime, queued_ns: queued_ns + one.run_delay })
    })
}

/// How long the calling thread has been ready to run and waited for a processor.
pub fn waited() -> Option<Duration> {
    let account = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    account.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
}

/// The kernel's own threads, which write to disks among other things and belong to no program; empty where a container hides them.
pub fn kernel_threads() -> Vec<u32> {
    let kthreadd = || Process::new(2).ok().filter(|two| two.stat().is_ok_and(|stat| stat.comm == "kthreadd"));
    kthreadd().and_then(|two| two.task_main_thread().ok()?.children().ok()).unwrap_or_default()
}

/// How often a connection was turned away because a listener's backlog was full, anywhere in this network namespace.
pub fn backlog_overflows() -> Option<u64> {
    counter(&fs::read_to_string("/proc/net/netstat").ok()?, "TcpExt:", "ListenOverflows")
}

/// The file has lines in pairs: names, then values, both after the same word.
fn counter(text: &str, group: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(group));
    let (names, values) = (lines.next()?, lines.next()?);
    let mut pairs = names.split_whitespace().zip(values.split_whitespace());
    pairs.find(|(other, _)| *other == name)?.1.parse().ok()
}

/// Nanoseconds in which the disk or partition that holds a folder had requests in flight, in steps of the kernel's tick.
///
/// `None` if the folder is on no block device of its own: a tmpfs has none. Overlay, btrfs and network file systems have
/// disks below, but stand under a number that does not belong to a device: this module cannot find those disks.
pub fn disk_busy_ns(folder: &Path) -> Option<u64> {
    let device = fs::metadata(folder).ok()?.dev();
    busy_ns(&format!("{}:{}", major(device), minor(device)))
}

/// Of a device by its numbers. The folder in `/sys` has every block device, a partition as well as its disk.
fn busy_ns(device: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/sys/dev/block/{device}/stat")).ok()?;
    // Documentation/block/stat.rst: the tenth is `io_ticks`, in milliseconds.
    stat.split_whitespace().nth(9)?.parse::<u64>().ok()?.checked_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_computes_runs() {
        let before = scheduled(std::process::id()).expect("the kernel keeps the account");
        let mut sum = 0_u64;
        for number in 0..20_000_000_u64 {
            sum = std::hint::black_box(sum ^ number);
        }
        let after = scheduled(std::process::id()).expect("it still does");
        assert!(after.ran_ns > before.ran_ns, "{after:?} after {before:?}");
        assert_eq!(scheduled(0x3fff_fff0), None, "no such process");
    }

    #[test]
    fn a_counter_is_found_under_its_name() {
        let text = "TcpExt: A ListenOverflows B\nTcpExt: 1 23 4\nIpExt: ListenOverflows\nIpExt: 9\n";
        assert_eq!(counter(text, "TcpExt:", "ListenOverflows"), Some(23));
        assert_eq!(counter(text, "TcpExt:", "C"), None);
        assert!(backlog_overflows().is_some(), "Linux has the counter");
    }

    #[test]
    fn memory_is_no_disk() {
        assert_eq!(disk_busy_ns(Path::new("/dev/shm")), None);
        assert_eq!(disk_busy_ns(Path::new("/no/such/folder")), None);
    }

    #[test]
    fn a_file_system_with_a_number_of_its_own_names_no_disk() {
        // As overlay and btrfs do: major number 0 is for what has no device.
        assert_eq!(major(fs::metadata("/proc").expect("Linux").dev()), 0);
        assert_eq!(disk_busy_ns(Path::new("/proc")), None);
    }

    #[test]
    fn every_block_device_has_its_time_partitions_too() {
        let Ok(devices) = fs::read_dir("/sys/dev/block") else { return };
        for device in devices.filter_map(Result::ok) {
            let name = device.file_name();
            assert!(busy_ns(&name.to_string_lossy()).is_some(), "{name:?}");
        }
    }
}
