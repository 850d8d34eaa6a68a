//! A short program that is asked for one line: which runtime it is. Must not know what the line means.

use std::fmt;
use std::thread;
use std::time::Duration;

use crossbeam::channel::bounded;

use super::child::{Child, Stderr};
use super::lines::Lines;
use super::program::Program;
use super::role::Role;
use crate::clock;

/// Why a program gave no line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// There is no such program, or it may not be started.
    NotStarted(String),
    /// It was started, and ended without success or without a line, or did not end in time.
    Refused(String),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::NotStarted(why) | Self::Refused(why)) = self;
        out.write_str(why)
    }
}

/// More of a line is not kept, in bytes.
const LONGEST: usize = 200;

/// The first line that the program writes to standard output, if it exits with status 0 in time.
///
/// # Errors
/// Why there is none: the last lines of standard error, if there are any.
pub fn line(program: &Program, timeout: Duration) -> Result<String, NoAnswer> {
    let started = Child::start(program, Role::Lane, Stderr::Keep);
    let mut child = started.map_err(|failure| NoAnswer::NotStarted(failure.message))?;
    child.stdin = None;
    let (sender, first) = bounded(1);
    if let Some(output) = child.stdout.take() {
        // Reads to the end: a program that writes more must not block.
        let read = move || {
            let mut lines = Lines::of(output, LONGEST);
            let _ = sender.send(lines.next());
            lines.for_each(drop);
        };
        let reads = thread::Builder::new().name("answer".into()).spawn(read);
        reads.map_err(|cause| NoAnswer::Refused(cause.to_string()))?;
    }
    let end = clock::now().after(timeout);
    let ending = loop {
        if let Some(ending) = child.ended() {
            break ending;
        }
        if clock::now() > end {
            return Err(NoAnswer::Refused(format!("it did not end within {timeout:?} and was killed")));
        }
        thread::sleep(Duration::from_millis(2));
    };
    if !ending.success() {
        let said = ending.stderr.join(" ");
        return Err(NoAnswer::Refused(if said.is_empty() { format!("it {ending}") } else { said }));
    }
    let line = first.recv_timeout(Duration::from_millis(500)).ok().flatten().map(|line| line.text);
    line.filter(|line| !line.trim().is_empty())
        .map(|line| line.trim().to_owned())
        .ok_or_else(|| NoAnswer::Refused("it did not write which runtime it is".into()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn shell(script: &str, timeout: Duration) -> Result<String, NoAnswer> {
        let arguments = ["-c", script].map(OsString::from).to_vec();
        line(&Program::foreign("sh".into(), arguments, Vec::new()), timeout)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn the_first_line_of_a_program_that_succeeds_is_its_answer() {
        assert_eq!(shell("echo Python 3; yes | head -c 1000000", LONG), Ok("Python 3".into()));
        let refused = |text: &str| Err(NoAnswer::Refused(text.into()));
        assert_eq!(shell("echo no module >&2; exit 1", LONG), refused("no module"));
        assert_eq!(shell("exit 3", LONG), refused("it exited with status 3"));
        assert_eq!(shell("", LONG), refused("it did not write which runtime it is"));
        let hangs = shell("sleep 100", Duration::from_millis(50));
        assert_eq!(hangs, refused("it did not end within 50ms and was killed"));
    }

    #[test]
    fn a_program_that_is_not_there_is_not_started() {
        let missing = Program::foreign("no-such-program".into(), Vec::new(), Vec::new());
        assert!(matches!(line(&missing, LONG), Err(NoAnswer::NotStarted(_))));
    }
}
