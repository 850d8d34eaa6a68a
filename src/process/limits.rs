//! What the machine allows, and which limit it was when it refuses.

use std::fs;
use std::io;

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::failure::Failure;

/// Raises the soft limit of open files to the hard one: ten thousand connections are ten thousand descriptors.
pub(super) fn raise_nofile() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// The open files that a process may have, for advice.
pub fn nofile() -> String {
    rlimit(Resource::RLIMIT_NOFILE)
}

/// A refused operation with the limit that was probably hit, its present value and how to raise it.
pub fn explain(operation: impl std::fmt::Display, cause: &io::Error) -> Failure {
    let failure = Failure::caused(operation, cause);
    match cause.raw_os_error().map(Errno::from_raw) {
        Some(Errno::EAGAIN) => failure.help(format!(
            "no more threads or processes here: {}; raise the smallest, or lower --jobs or --concurrency",
            thread_limits()
        )),
        Some(Errno::EMFILE | Errno::ENFILE) => failure.help(format!(
            "no more file descriptors: `ulimit -n` is {}; raise it (`ulimit -Hn` tells how far), or lower --concurrency",
            nofile()
        )),
        Some(Errno::ENOMEM) => failure.help(format!(
            "no more memory or memory maps: vm.max_map_count is {}; raise it with `sysctl`, or lower --concurrency",
            file("/proc/sys/vm/max_map_count")
        )),
        Some(Errno::EADDRNOTAVAIL) => failure.help(format!(
            "no more local ports: net.ipv4.ip_local_port_range is {}; widen it, or lower --concurrency",
            file("/proc/sys/net/ipv4/ip_local_port_range")
        )),
        _ => failure,
    }
}

const UNKNOWN: &str = "unknown";

fn thread_limits() -> String {
    let limits = [
        ("`ulimit -u`", rlimit(Resource::RLIMIT_NPROC)),
        ("`ulimit -v`", rlimit(Resource::RLIMIT_AS)),
        ("pids.max of the cgroup", pids_max()),
        ("kernel.threads-max", file("/proc/sys/kernel/threads-max")),
        ("kernel.pid_max", file("/proc/sys/kernel/pid_max")),
        ("vm.max_map_count", file("/proc/sys/vm/max_map_count")),
    ];
    let known = limits.into_iter().filter(|(_, value)| value != UNKNOWN);
    known.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

fn rlimit(resource: Resource) -> String {
    match getrlimit(resource) {
        Ok((soft, _)) if soft == nix::libc::RLIM_INFINITY => "unlimited".into(),
        Ok((soft, _)) => soft.to_string(),
        Err(_) => UNKNOWN.into(),
    }
}

fn file(path: &str) -> String {
    fs::read_to_string(path)
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join("-"))
        .unwrap_or_else(|_| UNKNOWN.into())
}

/// The limit of this process's own cgroup (version 2), which is not the root's.
fn pids_max() -> String {
    let group = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let path = group.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/");
    file(&format!("/sys/fs/cgroup{path}/pids.max"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_limit_and_what_to_do() {
        let threads =
            explain("start thread 812 of 1000", &io::Error::from_raw_os_error(Errno::EAGAIN as i32));
        assert!(threads.message.starts_with("start thread 812 of 1000: "), "{threads}");
        assert!(threads.help.is_some_and(|help| help.contains("ulimit -u")));
        let files = explain("connect", &io::Error::from_raw_os_error(Errno::EMFILE as i32));
        assert!(files.help.is_some_and(|help| help.contains("ulimit -n")));
        assert_eq!(explain("read", &io::Error::other("odd")).help, None);
    }
}
