//! A child process that reads requests as JSON lines and writes replies as JSON lines.

use std::fmt;
use std::io::Write;
use std::thread;
use std::time::Duration;

use crossbeam::channel::{Receiver, RecvTimeoutError, bounded, select_biased};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::child::{Child, Stderr};
use super::lines::{Line, Lines};
use super::program::Program;
use super::role::Role;
use super::{frame, interrupt, limits};
use crate::clock;
use crate::failure::{Failure, OrFail};

/// A lane or a server as its driver sees it. Dropping it kills the child.
#[derive(Debug)]
pub struct Dialogue {
    /// What messages call it: `` `fairlane-lane` ``, or `` `fairlane-lane` via `ssh` ``.
    name: String,
    child: Child,
    lines: Receiver<Line>,
    /// The help for a user where it does not reply in time.
    advice: Option<String>,
}

impl Dialogue {
    /// Starts the child.
    ///
    /// # Errors
    /// If the machine refuses.
    pub fn start(program: &Program, role: Role) -> Result<Self, Failure> {
        let via = if program.is_launched { format!(" via `{}`", program.shown()) } else { String::new() };
        let name = format!("`{}`{via}", role.name());
        let mut child = Child::start(program, role, Stderr::Keep)?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| Failure::new(format!("cannot read from {name}: it has no output")))?;
        let (sender, lines) = bounded(1);
        let read = move || {
            for line in Lines::of(output, frame::LIMIT as usize) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new()
            .name("dialogue".into())
            .spawn(read)
            .or_fail(|| format!("start a thread that reads the replies of {name}"))?;
        Ok(Self { name, child, lines, advice: None })
    }

    /// The same, with the help for a user where the child does not reply in time.
    #[must_use]
    pub fn advise(self, advice: String) -> Self {
        Self { advice: Some(advice), ..self }
    }

    /// The child's process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request and waits for its reply, at most for `timeout`.
    ///
    /// # Errors
    /// If the child has ended (with how it ended), does not reply in time or replies too much (it is killed then), replies
    /// something else, or the user interrupts.
    pub fn ask<T: DeserializeOwned>(
        &mut self,
        request: &impl Serialize,
        timeout: Duration,
    ) -> Result<T, Failure> {
        self.send(request)?;
        self.receive(timeout)
    }

    /// Sends a request and does not wait: [`Self::receive`] must come before the next request.
    ///
    /// # Errors
    /// If the child has ended, with how it ended.
    pub fn send(&mut self, request: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(request).or_fail(|| format!("write a request to {}", self.name))?;
        line.push(b'\n');
        let written = self.child.stdin.as_mut().is_some_and(|pipe| pipe.write_all(&line).is_ok());
        if written { Ok(()) } else { Err(self.lost()) }
    }

    /// Waits for the next reply, at most for `timeout`.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn receive<T: DeserializeOwned>(&mut self, timeout: Duration) -> Result<T, Failure> {
        let interrupts = interrupt::channel();
        let line = select_biased! {
            recv(self.lines) -> line => line.map_err(|_| RecvTimeoutError::Disconnected),
            recv(interrupts) -> _ => return Err(Failure::new("interrupted")),
            default(timeout) => Err(RecvTimeoutError::Timeout),
        };
        match line {
            Ok(Line { is_whole: false, .. }) => {
                self.child.kill();
                Err(Failure::new(format!(
                    "cannot read the reply of {} (process {}): its line is longer than {} MiB; it was killed",
                    self.name,
                    self.child.id(),
                    frame::LIMIT >> 20
                )))
            }
            Ok(Line { text, .. }) => serde_json::from_str(&text).map_err(|cause| {
                let beginning: String = text.chars().take(80).collect();
                Failure::caused(format_args!("read the reply `{beginning}` of {}", self.name), &cause)
            }),
            Err(RecvTimeoutError::Disconnected) => Err(self.lost()),
            Err(RecvTimeoutError::Timeout) => {
                // Its output may be open although it has ended: a process that it left can hold it.
                if let Some(ended) = self.ended() {
                    return Err(ended);
                }
                self.child.kill();
                let silent =
                    self.no_reply(format_args!("it did not answer within {timeout:?} and was killed"));
                Err(Failure { help: self.advice.clone(), ..silent })
            }
        }
    }

    /// Closes the child's input and waits for its end; kills it if that takes longer than `timeout`.
    pub fn close(mut self, timeout: Duration) {
        self.child.stdin = None;
        let end = clock::now().after(timeout);
        // The end of its output is the end of the child, and nothing that it writes before that matters.
        while clock::now() < end && self.lines.recv_timeout(end.since(clock::now())).is_ok() {}
    }

    /// How the child ended, if it has.
    pub fn ended(&mut self) -> Option<Failure> {
        let ending = self.child.ended()?;
        let failure = self.no_reply(format_args!("it {ending}"));
        Some(if ending.is_out_of_memory() { failure.help(limits::no_memory()) } else { failure })
    }

    /// Why the pipe of a child is closed: how it ended. One that closed its pipe and lives is killed.
    fn lost(&mut self) -> Failure {
        for _ in 0..100 {
            if let Some(failure) = self.ended() {
                return failure;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.child.kill();
        self.no_reply(format_args!("it closed its pipe and was killed"))
    }

    /// The failure of a child, called `name`, whose reply is of another kind than the request.
    pub fn nonsense(name: &str, reply: &impl fmt::Debug) -> Failure {
        let text: String = format!("{reply:?}").chars().take(200).collect();
        Failure::new(format!("cannot use the {name}: its reply `{text}` is of another kind than the request"))
    }

    fn no_reply(&self, why: fmt::Arguments<'_>) -> Failure {
        Failure::new(format!("cannot get a reply from {} (process {}): {why}", self.name, self.child.id()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// A shell that runs this script.
    fn shell(script: &[u8]) -> Dialogue {
        let mut dialogue = Dialogue::start(&Program::shell(), Role::Lane).expect("a shell");
        dialogue.child.stdin.as_mut().expect("piped").write_all(script).expect("written");
        dialogue
    }

    #[test]
    fn a_reply_without_an_end_is_refused_at_its_limit() {
        let failure = shell(b"yes | tr -d '\\n'\n").receive::<u64>(LONG).expect_err("no reply");
        assert!(failure.message.starts_with("cannot read the reply of `fairlane-lane`"), "{failure}");
        assert!(failure.message.contains("longer than 64 MiB"), "{failure}");
    }

    #[test]
    fn a_child_that_talks_on_is_closed_in_time() {
        let dialogue = shell(b"trap '' TERM; yes\n");
        let begun = clock::now();
        dialogue.close(Duration::from_millis(100));
        assert!(clock::now().since(begun) < LONG);
    }

    #[test]
    fn a_child_that_ended_and_left_its_pipe_to_another_has_ended() {
        let mut dialogue = shell(b"setsid sleep 5 & exit 4\n");
        let failure = dialogue.receive::<u64>(Duration::from_secs(2)).expect_err("no reply");
        assert!(failure.message.contains("exited with status 4"), "{failure}");
    }
}
