//! What the machine allows, and which limit it was when it refuses.

use std::fs;
use std::io;
use std::sync::Arc;

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;

use super::cgroup;
use crate::failure::Failure;

const MAX_MAP_COUNT: &str = "/proc/sys/vm/max_map_count";

/// Raises the soft limit of open files to the hard one: ten thousand connections are ten thousand descriptors.
pub(super) fn raise_nofile() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// Makes a file that is larger than the limit (`ulimit -f`) an error of the write, where the system would end the process.
pub(super) fn report_file_size() {
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// What bounds the run. `null`: no limit, or not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Open files of a process: the soft limit, after Fairlane raised it to the hard one.
    pub nofile: Option<u64>,
    /// Threads and processes of the user.
    pub nproc: Option<u64>,
    /// Threads of the machine.
    pub threads_max: Option<u64>,
    /// The largest process id, which bounds threads too.
    pub pid_max: Option<u64>,
    /// Memory maps of a process.
    pub max_map_count: Option<u64>,
    /// Threads and processes of the cgroup (version 2), or of one above it.
    pub cgroup_pids_max: Option<u64>,
    /// Processors whose time the cgroup (version 2), or one above it, may use.
    pub cgroup_cpus: Option<f64>,
}

impl Limits {
    /// Those of this process, which its children inherit.
    pub fn here() -> Self {
        Self {
            nofile: soft(Resource::RLIMIT_NOFILE),
            nproc: soft(Resource::RLIMIT_NPROC),
            threads_max: number("/proc/sys/kernel/threads-max"),
            pid_max: number("/proc/sys/kernel/pid_max"),
            max_map_count: number(MAX_MAP_COUNT),
            cgroup_pids_max: cgroup::pids_max(),
            cgroup_cpus: cgroup::cpus(),
        }
    }
}

/// The open files that a process may have, for advice.
pub fn nofile() -> String {
    text(soft(Resource::RLIMIT_NOFILE))
}

/// A refused operation with the limit that was probably hit, its present value and how to raise it.
pub fn explain(operation: impl std::fmt::Display, cause: &io::Error) -> Failure {
    let failure = Failure::caused(operation, cause);
    match cause.raw_os_error().map(Errno::from_raw).and_then(advice) {
        Some(advice) => failure.help(advice),
        None => failure,
    }
}

/// The same for a message of another process or of a library, which has the error in the words of std: `(os error 24)`.
pub fn explained(failure: Failure) -> Failure {
    let advice = match os_error(&failure.message) {
        Some(Errno::EADDRNOTAVAIL) if failure.message.contains("listen on ") => {
            Some("name an address that this machine has".to_owned())
        }
        refused => refused.and_then(advice),
    };
    match advice.filter(|_| failure.help.is_none()) {
        Some(advice) => failure.help(advice),
        None => failure,
    }
}

/// The error that a message ends with or quotes, as `Display` and `Debug` of std write it.
pub fn os_error(message: &str) -> Option<Errno> {
    let code = |before| message.split_once(before)?.1.split([')', ',']).next()?.parse().ok();
    code("(os error ").or_else(|| code("Os { code: ")).map(Errno::from_raw)
}

fn advice(refused: Errno) -> Option<String> {
    Some(match refused {
        Errno::EAGAIN => format!(
            "no more threads or processes here: {}; raise the smallest, or lower --jobs or --concurrency",
            thread_limits()
        ),
        Errno::EMFILE => format!(
            "no more file descriptors: `ulimit -n` is {}; raise it (`ulimit -Hn` shows how far), or lower --concurrency",
            nofile()
        ),
        Errno::ENFILE => format!(
            "the machine has no more file descriptors: fs.file-max is {}; raise it, end other programs, or lower --concurrency",
            text(number("/proc/sys/fs/file-max"))
        ),
        Errno::ENOMEM => no_memory(),
        Errno::ENETUNREACH => {
            "there is no way to that address: without a network at least loopback must be up, `ip link set lo up`".into()
        }
        Errno::ENOBUFS => {
            "the kernel has no more memory for sockets: end other programs, or lower --concurrency".into()
        }
        Errno::EADDRNOTAVAIL => format!(
            "no more local ports: net.ipv4.ip_local_port_range is {}; widen it, or lower --concurrency",
            port_range()
        ),
        _ => return None,
    })
}

/// What to do where memory was refused.
pub fn no_memory() -> String {
    let limit = soft(Resource::RLIMIT_AS).map_or_else(String::new, |limit| format!("`ulimit -v` {limit}, "));
    let maps = text(number(MAX_MAP_COUNT));
    format!(
        "no more memory or memory maps: {limit}vm.max_map_count {maps}; raise the smallest, or lower --concurrency"
    )
}

/// The limits there are: what is unlimited did not refuse.
fn thread_limits() -> String {
    let here = Limits::here();
    let limits = [
        ("`ulimit -u`", here.nproc),
        ("`ulimit -v`", soft(Resource::RLIMIT_AS)),
        ("pids.max of the cgroup", here.cgroup_pids_max),
        ("kernel.threads-max", here.threads_max),
        ("kernel.pid_max", here.pid_max),
        ("vm.max_map_count", here.max_map_count),
    ];
    let known = limits.into_iter().filter_map(|(name, limit)| Some(format!("{name} {}", limit?)));
    known.collect::<Vec<_>>().join(", ")
}

fn soft(resource: Resource) -> Option<u64> {
    getrlimit(resource).ok().map(|(soft, _)| soft).filter(|soft| *soft != nix::libc::RLIM_INFINITY)
}

fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn text(limit: Option<u64>) -> String {
    limit.map_or_else(|| "unlimited or unknown".into(), |limit| limit.to_string())
}

fn port_range() -> String {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    range.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_limit_and_what_to_do() {
        let threads =
            explain("start thread 812 of 1000", &io::Error::from_raw_os_error(Errno::EAGAIN as i32));
        assert!(threads.message.starts_with("cannot start thread 812 of 1000: "), "{threads}");
        assert!(threads.help.is_some_and(|help| help.contains("ulimit -u")));
        let files = explain("connect", &io::Error::from_raw_os_error(Errno::EMFILE as i32));
        assert!(files.help.is_some_and(|help| help.contains("ulimit -n")));
        assert_eq!(explain("read", &io::Error::other("odd")).help, None);
        for (refused, advice) in [
            (Errno::ENFILE, "fs.file-max"),
            (Errno::ENOMEM, "vm.max_map_count"),
            (Errno::ENOBUFS, "memory for sockets"),
            (Errno::EADDRNOTAVAIL, "ip_local_port_range"),
        ] {
            let failure = explain("connect", &io::Error::from_raw_os_error(refused as i32));
            assert!(failure.help.as_ref().is_some_and(|help| help.contains(advice)), "{failure:?}");
            let told = explained(Failure::new(format!("it ended: {}; it is gone", failure.message)));
            assert_eq!(told.help, failure.help, "the same where only the message came");
        }
        let listener = Failure::new("cannot listen on `203.0.113.9:0`: it is not here (os error 99)");
        assert!(explained(listener).help.is_some_and(|help| help.contains("name an address")));
        let own = Failure::new("no (os error 24)").help("do that");
        assert_eq!(explained(own.clone()), own);
        assert_eq!(explained(Failure::new("no (os error 2)")).help, None);
    }
}
