//! Starting, feeding and ending child processes.

use std::collections::VecDeque;
use std::env;
use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{self, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use nix::sys::signal::Signal;

use super::role::{self, ROLE, Role};
use super::{leash, limits};
use crate::failure::Failure;

/// What this process starts as a child of its own: mostly itself.
#[derive(Debug, Clone)]
pub struct Program(PathBuf);

/// Names the program that is started as every lane, for lanes of another build or in another language.
pub const LANE: &str = "FAIRLANE_LANE";

/// Not the path on disk: that may have been rebuilt since.
const MYSELF: &str = "/proc/self/exe";

impl Program {
    /// What is started as every lane: the program that the user named, or this very binary.
    ///
    /// # Errors
    /// As [`Self::myself`].
    pub fn lane() -> Result<Self, Failure> {
        foreign_lane().map_or_else(Self::myself, |path| Ok(Self(path)))
    }

    /// This very binary.
    ///
    /// # Errors
    /// If `intercept` has not run here: the copy would not become a child of ours but run from the start again.
    pub fn myself() -> Result<Self, Failure> {
        if role::intercepted() {
            Ok(Self(MYSELF.into()))
        } else {
            Err(Failure::new(
                "re-execute this program: it did not call `fairlane::intercept()` first in `main`",
            ))
        }
    }
}

/// The program that the user wants to be started as every lane, if there is one.
pub fn foreign_lane() -> Option<PathBuf> {
    env::var_os(LANE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// What becomes of a child's standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stderr {
    /// The last lines are kept, for the reason of a failure.
    Keep,
    /// It goes where this process's own goes.
    Share,
}

/// A child process in its own process group (a terminal's Ctrl-C reaches only the driver), killed when dropped.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    /// Its standard input; dropping it is the polite way to end it.
    pub stdin: Option<ChildStdin>,
    /// Its standard output.
    pub stdout: Option<ChildStdout>,
    tail: Option<Tail>,
}

impl Child {
    /// Starts `program` in `role`, on the leash of this process.
    ///
    /// # Errors
    /// If the machine refuses, with the limit that was hit.
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
    pub fn start(program: &Program, role: Role, stderr: Stderr) -> Result<Self, Failure> {
        let from = program.0.display();
        let refused = |cause: io::Error| {
            if program.0 == Path::new(MYSELF) {
                return limits::explain(format_args!("start a `{}` process", role.name()), &cause);
            }
            limits::explain(format_args!("start `{from}`, which {LANE} names"), &cause)
        };
        let mut process = Command::new(&program.0)
            .arg0(role.name())
            .env(ROLE, role.name())
            .env(leash::LEASH, leash::hold().map_err(refused)?)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if stderr == Stderr::Keep { Stdio::piped() } else { Stdio::inherit() })
            .spawn()
            .map_err(refused)?;
        let tail = process.stderr.take().map(Tail::follow);
        Ok(Self { stdin: process.stdin.take(), stdout: process.stdout.take(), process, tail })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for its end and says how it came.
    ///
    /// # Errors
    /// If the child cannot be waited for.
    pub fn wait(&mut self) -> io::Result<Ending> {
        self.stdin = None;
        let status = self.process.wait()?;
        Ok(Ending { status, stderr: self.tail.as_mut().map(Tail::finish).unwrap_or_default() })
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<Ending> {
        let status = self.process.try_wait().ok().flatten()?;
        Some(Ending { status, stderr: self.tail.as_mut().map(Tail::finish).unwrap_or_default() })
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
        let _ = self.process.wait();
    }
}

/// The lines of a stream to its end, whatever bytes they hold.
pub(super) fn lossy_lines(stream: impl io::Read) -> impl Iterator<Item = String> {
    let lines = BufReader::new(stream).split(b'\n').map_while(Result::ok);
    lines.map(|line| String::from_utf8_lossy(&line).into_owned())
}

/// How a child ended: its status or signal, and the last lines it wrote to standard error.
#[derive(Debug, Clone)]
pub struct Ending {
    status: ExitStatus,
    stderr: Vec<String>,
}

impl Ending {
    /// Whether memory was refused: std says so, and aborts.
    pub fn is_out_of_memory(&self) -> bool {
        self.stderr.iter().any(|line| line.contains("memory allocation of "))
    }

    /// Whether it ended by itself, with status 0.
    pub fn success(&self) -> bool {
        self.status.success()
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status.signal(), self.status.code()) {
            (Some(number), _) => {
                let name = Signal::try_from(number).map_or("unknown signal", Signal::as_str);
                write!(out, "killed by {name} (signal {number})")?;
            }
            (None, code) => write!(out, "exited with status {}", code.unwrap_or(-1))?,
        }
        if !self.stderr.is_empty() {
            write!(out, "; it last said: {}", self.stderr.join(" | "))?;
        }
        Ok(())
    }
}

/// The last lines of a stream, kept by a thread so that the writer never blocks.
#[derive(Debug)]
struct Tail {
    lines: Arc<Mutex<VecDeque<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Tail {
    const LINES: usize = 4;
    const WIDTH: usize = 300;

    fn follow(stream: impl io::Read + Send + 'static) -> Self {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&lines);
        let reader = thread::spawn(move || {
            for line in lossy_lines(stream).filter(|line| !line.trim().is_empty()) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() == Self::LINES {
                    kept.pop_front();
                }
                kept.push_back(line.trim().chars().take(Self::WIDTH).collect());
            }
        });
        Self { lines, reader: Some(reader) }
    }

    /// Everything kept, once the writer is gone.
    fn finish(&mut self) -> Vec<String> {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_was_refused_is_told_from_other_ends() {
        let ended = |said: &str| Ending { status: ExitStatus::from_raw(6), stderr: vec![said.into()] };
        assert!(ended("panickedmemory allocation of 41 bytes failed").is_out_of_memory());
        assert!(!ended("assertion failed").is_out_of_memory());
    }
}
