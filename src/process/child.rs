//! Starting, feeding and ending child processes. Must not know what they do.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;
use procfs::process::{Process, Stat, all_processes};

use super::ending::{Ending, Tail};
use super::program::{MYSELF, PADDING, Program};
use super::role::{ROLE, Role};
use super::{leash, limits};
use crate::clock::{self, Stamp};
use crate::failure::{Failure, OrFail};

/// What becomes of a child's standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stderr {
    /// The last lines are kept, for the reason of a failure.
    Keep,
    /// It goes where this process's own goes.
    Share,
}

/// A child process in a process group of its own (a terminal's Ctrl-C reaches only the driver), killed with its group
/// when dropped.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    /// Its standard input; a child ends by itself when this is dropped.
    pub stdin: Option<ChildStdin>,
    /// Its standard output.
    pub stdout: Option<ChildStdout>,
    tail: Option<Tail>,
    /// Whether it was waited for: from then on its id may belong to another process.
    is_reaped: bool,
    /// Whether it started another program somewhere else, which must end first.
    is_launcher: bool,
}

impl Child {
    /// Starts `program` in `role`, on the leash of this process.
    ///
    /// # Errors
    /// If the machine refuses, with the limit that was hit.
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
    pub fn start(program: &Program, role: Role, stderr: Stderr) -> Result<Self, Failure> {
        let from = program.shown();
        let refused = |cause: io::Error| {
            if program.path == Path::new(MYSELF) {
                if !program.path.exists() {
                    return Failure::caused(format_args!("start a `{}` process", role.name()), &cause)
                        .help(format!("it is started by `{MYSELF}`, which is not there: mount /proc"));
                }
                return limits::explain(format_args!("start a `{}` process", role.name()), &cause);
            }
            limits::explain(format_args!("start the program `{from}`"), &cause)
        };
        let mut command = Command::new(&program.path);
        command.args(&program.arguments);
        command.envs(program.environment.iter().map(|(name, value)| (name, value)));
        if program.padding > 0 {
            command.env(PADDING, "x".repeat(program.padding));
        }
        if program.knows_roles {
            command.arg0(role.name()).env(ROLE, role.name());
            command.env(leash::LEASH, leash::hold().map_err(refused)?);
        }
        let mut process = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if stderr == Stderr::Keep { Stdio::piped() } else { Stdio::inherit() })
            .spawn()
            .map_err(refused)?;
        let (stdin, stdout, stderr) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let is_launcher = program.is_launched;
        let mut child = Self { stdin, stdout, process, tail: None, is_reaped: false, is_launcher };
        child.tail = stderr.map(Tail::follow).transpose().or_fail(|| "follow the messages of a child")?;
        Ok(child)
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Closes its input, waits until it ends, however long that takes, and gives how it ended.
    ///
    /// # Errors
    /// If the child cannot be waited for.
    pub fn wait(&mut self) -> io::Result<Ending> {
        self.stdin = None;
        let status = self.process.wait()?;
        self.is_reaped = true;
        Ok(Ending { status, stderr: self.tail.as_ref().map(Tail::finish).unwrap_or_default() })
    }

    /// How it ended, if it has ended. Kills what it left in its process group.
    pub fn ended(&mut self) -> Option<Ending> {
        if !self.is_reaped && !self.has_ended() {
            return None;
        }
        self.kill();
        self.wait().ok()
    }

    /// Waits until `end` for its end and for that of all others in its process group. Gives how many of those outlive it, and
    /// kills them; zero if it has not ended itself, which [`Self::is_reaped`] says.
    pub(super) fn outlived_by(&mut self, end: Stamp) -> usize {
        let mut pause = Duration::from_micros(50);
        loop {
            self.is_reaped = self.is_reaped || !matches!(self.process.try_wait(), Ok(None));
            let left = if self.is_reaped { self.orphans() } else { 0 };
            if self.is_reaped && left == 0 {
                return 0;
            }
            if clock::now() >= end {
                if left > 0 {
                    let _ = killpg(self.pid(), Signal::SIGKILL); // its id is the group's as long as that has members
                }
                return left;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    /// How many others in its process group live. Those of them that have ended are waited for; it was itself before, or its own
    /// status would be lost.
    fn orphans(&self) -> usize {
        let group = Pid::from_raw(-self.id().cast_signed());
        let reap =
            || waitpid(group, Some(WaitPidFlag::WNOHANG)).is_ok_and(|one| one != WaitStatus::StillAlive);
        while reap() {}
        let living = living(self.pid());
        while reap() {} // one that ended in between does not live, and was not waited for
        living
    }

    /// Whether it started another program somewhere else.
    pub(super) fn is_launcher(&self) -> bool {
        self.is_launcher
    }

    /// Whether it has ended and was waited for.
    pub(super) fn is_reaped(&self) -> bool {
        self.is_reaped
    }

    /// Asks it and all others in its process group to end.
    pub(super) fn terminate(&mut self) {
        if !self.is_reaped {
            let _ = killpg(self.pid(), Signal::SIGTERM);
        }
    }

    /// Kills it and all others in its process group. A launcher may first end what it started.
    pub fn kill(&mut self) {
        if self.is_reaped {
            return;
        }
        if self.is_launcher {
            self.stdin = None; // the launcher passes the end of input on, and that ends the program there
            self.ends_within(Self::LAUNCHED);
            if !self.has_ended() {
                self.terminate();
                self.ends_within(Self::LAUNCHED);
            }
        }
        let _ = killpg(self.pid(), Signal::SIGKILL);
    }

    /// Waits until it has ended, at most for that time.
    fn ends_within(&self, time: Duration) {
        let end = clock::now().after(time);
        while !self.has_ended() && clock::now() < end {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// How long a launcher may take to end after its input has ended, and after SIGTERM.
    const LAUNCHED: Duration = Duration::from_millis(1_500);

    /// Whether it has ended. It can still be waited for, so its id is not used again.
    pub(super) fn has_ended(&self) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        waitid(Id::Pid(self.pid()), flags).is_ok_and(|status| status != WaitStatus::StillAlive)
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.id().cast_signed())
    }

    /// How long to wait for a killed child: the kernel keeps one that waits for a broken disk.
    const KILLED: Duration = Duration::from_secs(5);
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.is_reaped {
            self.kill();
            let _ = self.outlived_by(clock::now().after(Self::KILLED));
        }
    }
}

/// From now on what ended children of this process leave becomes a child of this process, which waits for it: else it would
/// belong to `init`, and its processor time would be that of other programs.
pub(super) fn adopt_orphans() {
    let _ = prctl::set_child_subreaper(true); // a kernel that refuses has only less exact accounts
}

/// Whether that child was stopped by a signal and goes on, since this was last asked.
pub fn was_continued(child: u32) -> bool {
    let flags = WaitPidFlag::WCONTINUED | WaitPidFlag::WNOHANG;
    let status = waitid(Id::Pid(Pid::from_raw(child.cast_signed())), flags);
    matches!(status, Ok(WaitStatus::Continued(_)))
}

/// Whether a signal has stopped that process.
pub(super) fn is_stopped(process: u32) -> bool {
    let stat = Process::new(process.cast_signed()).and_then(|process| process.stat());
    stat.is_ok_and(|stat| stat.state == 'T')
}

/// Kills all children of this process with their groups, and waits at most for `timeout` until they are gone.
pub(super) fn kill_all(timeout: Duration) {
    let end = clock::now().after(timeout);
    loop {
        let children = children();
        if children.is_empty() || clock::now() > end {
            return;
        }
        for child in children {
            let _ = killpg(child, Signal::SIGKILL);
            let _ = kill(child, Signal::SIGKILL); // one that leads no group
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// The children of this process that have not ended.
fn children() -> Vec<Pid> {
    let own = process::id().cast_signed();
    let child = |stat: &Stat| stat.ppid == own && stat.state != 'Z';
    stats().filter(child).map(|stat| Pid::from_raw(stat.pid)).collect()
}

/// How many processes of that group live. Its leader was waited for.
fn living(group: Pid) -> usize {
    // One system call in nearly all cases: reading all of `/proc` takes milliseconds.
    if killpg(group, None).is_err() {
        return 0;
    }
    stats().filter(|stat| stat.pgrp == group.as_raw() && stat.state != 'Z').count()
}

fn stats() -> impl Iterator<Item = Stat> {
    all_processes().into_iter().flatten().filter_map(|process| process.ok()?.stat().ok())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};

    use super::*;
    use crate::process::usage::Usage;

    /// A shell that runs this script.
    fn shell(script: &str) -> Child {
        let mut child = Child::start(&Program::shell(), Role::Lane, Stderr::Keep).expect("a shell");
        child.stdin.as_mut().expect("piped").write_all(script.as_bytes()).expect("written");
        child
    }

    /// Looks again and again until there is something, for at most 20 s.
    fn soon<T>(mut poll: impl FnMut() -> Option<T>) -> Option<T> {
        let end = clock::now().after(Duration::from_secs(20));
        loop {
            match poll() {
                None if clock::now() < end => thread::sleep(Duration::from_millis(5)),
                seen => return seen,
            }
        }
    }

    #[test]
    fn a_process_that_holds_the_stream_open_does_not_hold_up_how_its_parent_ended() {
        let mut child = shell("setsid sleep 30 & echo $! last words >&2; exit 3\n");
        let begun = clock::now();
        let ending = soon(|| child.ended()).expect("it ended").to_string();
        assert!(clock::now().since(begun) < Duration::from_secs(15), "{ending}");
        let messages = ending.strip_prefix("exited with status 3; its last messages: ").expect("how and why");
        let (holder, rest) = messages.split_once(' ').expect("two");
        assert_eq!(rest, "last words");
        kill(Pid::from_raw(holder.parse().expect("an id")), Signal::SIGKILL).expect("it lives");
    }

    #[test]
    fn a_child_takes_its_group_along() {
        let mut child = shell("sleep 60 & echo $!\n");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("read");
        let id = line.trim().parse().expect("an id");
        let lives = || {
            procfs::process::Process::new(id).and_then(|one| one.stat()).ok().filter(|one| one.state != 'Z')
        };
        assert!(lives().is_some());
        drop(child);
        assert!(soon(|| lives().is_none().then_some(())).is_some(), "left behind");
    }

    #[test]
    fn what_outlives_a_child_in_its_group_is_counted_and_killed() {
        let soon = || clock::now().after(Duration::from_millis(300));
        let mut leaves = shell("sleep 60 & sleep 60 & exit 0\n");
        assert_eq!((leaves.outlived_by(soon()), leaves.is_reaped()), (2, true));
        assert_eq!(leaves.outlived_by(clock::now().after(Duration::from_secs(20))), 0, "killed");
        let mut alone = shell("sleep 60 & kill $!; wait; exit 0\n");
        assert_eq!(
            (alone.outlived_by(clock::now().after(Duration::from_secs(20))), alone.is_reaped()),
            (0, true)
        );
        let mut stays = shell("sleep 60\n");
        assert_eq!((stays.outlived_by(soon()), stays.is_reaped()), (0, false));
    }

    #[test]
    fn what_a_child_leaves_is_waited_for_and_its_time_is_that_of_this_process() {
        adopt_orphans();
        let spin = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";
        let mut child = shell(&format!("({spin}) & exit 0\n"));
        let before = Usage::so_far();
        assert_eq!(child.outlived_by(clock::now().after(Duration::from_secs(60))), 0);
        assert!(child.is_reaped());
        let used = Usage::so_far() - before;
        let used = used.cpu_user_ns + used.cpu_sys_ns;
        assert!(used > 20_000_000, "{used} ns: a shell takes longer for that");
    }

    #[test]
    fn a_child_that_lives_has_not_ended() {
        let mut child = shell("");
        assert!(child.ended().is_none());
        child.stdin = None;
        assert!(soon(|| child.ended()).expect("it ended").success());
    }
}
