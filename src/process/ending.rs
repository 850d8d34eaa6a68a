//! How a child ended, and the last lines that it wrote to standard error. Must not know what it was for.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam::channel::{Receiver, bounded};
use nix::sys::signal::Signal;

use super::lines::Lines;

/// How a child ended: its exit status or signal, and the last lines that it wrote to standard error.
#[derive(Debug, Clone)]
pub struct Ending {
    pub(super) status: ExitStatus,
    pub(super) stderr: Vec<String>,
}

impl Ending {
    /// Whether the system refused it memory: std writes so and aborts.
    pub fn is_out_of_memory(&self) -> bool {
        self.stderr.iter().any(|line| line.contains("memory allocation of "))
    }

    /// Whether it exited with status 0.
    pub fn success(&self) -> bool {
        self.status.success()
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status.signal(), self.status.code()) {
            (Some(number), _) => {
                let name = Signal::try_from(number).map_or("unknown signal", Signal::as_str);
                write!(out, "was killed by {name} (signal {number})")?;
            }
            (None, code) => write!(out, "exited with status {}", code.unwrap_or(-1))?,
        }
        if !self.stderr.is_empty() {
            write!(out, "; its last messages: {}", self.stderr.join(" | "))?;
        }
        Ok(())
    }
}

/// The last lines of a stream, kept by a thread so that the writer never blocks.
#[derive(Debug)]
pub(super) struct Tail {
    lines: Arc<Mutex<VecDeque<String>>>,
    /// Closed at the end of the stream.
    end: Receiver<()>,
}

impl Tail {
    const LINES: usize = 4;
    /// In characters; UTF-8 takes at most four bytes for one.
    const WIDTH: usize = 300;
    /// How long the end of the stream is waited for. It comes with the end of the child, unless a process of another group
    /// holds the stream open.
    const MOMENT: Duration = Duration::from_millis(500);

    pub(super) fn follow(stream: impl io::Read + Send + 'static) -> io::Result<Self> {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&lines);
        let (ended, end) = bounded(0);
        let read = move || {
            for line in Lines::of(stream, Self::WIDTH * 4).filter(|line| !line.text.trim().is_empty()) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() == Self::LINES {
                    kept.pop_front();
                }
                kept.push_back(line.text.trim().chars().take(Self::WIDTH).collect());
            }
            drop::<crossbeam::channel::Sender<()>>(ended);
        };
        thread::Builder::new().name("stderr".into()).spawn(read)?;
        Ok(Self { lines, end })
    }

    /// The kept lines, once the writer has ended.
    pub(super) fn finish(&self) -> Vec<String> {
        let _ = self.end.recv_timeout(Self::MOMENT);
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_memory_differs_from_other_ends() {
        let ended = |line: &str| Ending { status: ExitStatus::from_raw(6), stderr: vec![line.into()] };
        assert!(ended("panickedmemory allocation of 41 bytes failed").is_out_of_memory());
        assert!(!ended("assertion failed").is_out_of_memory());
    }
}
