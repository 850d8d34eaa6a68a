//! A command and all its descendants, found in `/proc` by a variable that they inherit, so also those whose parent has
//! ended. A zombie has no environment, so it counts as gone.

use std::fs;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cli::{wait_at_most, wait_for};

/// The variable; each family has its own value.
pub(crate) const MARK: &str = "FAIRLANE_TEST_FAMILY";

pub(crate) struct Family(String);

/// A process that lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: i32,
    pub(crate) parent: i32,
    /// As `ps` shows it: the first 15 characters.
    pub(crate) name: String,
}

impl Family {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Self(format!("{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    pub(crate) fn mark(&self) -> &str {
        &self.0
    }

    /// The living processes.
    pub(crate) fn members(&self) -> Vec<Member> {
        let variable = format!("{MARK}={}", self.0).into_bytes();
        let ours = |id: &i32| {
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|entry| entry == variable)
        };
        let ids = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        ids.filter(ours).filter_map(member).collect()
    }

    /// The living processes of that name.
    pub(crate) fn named(&self, name: &str) -> Vec<Member> {
        self.members().into_iter().filter(|member| member.name == name).collect()
    }

    /// Waits until `count` processes of that name live.
    pub(crate) fn await_named(&self, name: &str, count: usize) -> Vec<Member> {
        wait_for(&format!("{count} `{name}`"), || {
            let members = self.named(name);
            (members.len() >= count).then_some(members)
        })
    }

    /// Asserts that all have ended, or end within 10 seconds: long, because a loaded machine is slow to end processes.
    pub(crate) fn assert_gone(&self) {
        let gone = wait_at_most(Duration::from_secs(10), || self.members().is_empty().then_some(()));
        assert!(gone.is_some(), "left behind: {:?}", self.members());
    }
}

impl Drop for Family {
    /// A test that failed leaves no process either.
    fn drop(&mut self) {
        for member in self.members() {
            member.kill();
        }
    }
}

impl Member {
    pub(crate) fn kill(&self) {
        self.signal(Signal::SIGKILL);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let _ = kill(Pid::from_raw(self.id), signal);
    }
}

/// From `/proc/ID/stat`: the name stands in brackets and may hold any, then come the state and the parent.
fn member(id: i32) -> Option<Member> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(") ")?;
    let parent = rest.split(' ').nth(1)?.parse().ok()?;
    Some(Member { id, parent, name: name.to_owned() })
}
