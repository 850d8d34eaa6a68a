//! A child process that reads requests as JSON lines and writes replies as JSON lines.

use std::fmt;
use std::io::Write;
use std::thread;
use std::time::Duration;

use crossbeam::channel::{Receiver, RecvTimeoutError, bounded, select_biased};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::child::{self, Child, Stderr};
use super::lines::{Line, Lines};
use super::program::Program;
use super::role::Role;
use super::{interrupt, limits};
use crate::clock;
use crate::failure::{Failure, OrFail};

/// The most bytes of a reply that is of no particular length: far more than any has.
pub const USUAL: usize = 4 << 20;

/// A lane or a server as its driver sees it. Dropping it kills the child.
#[derive(Debug)]
pub struct Dialogue {
    /// What messages call it: `` `fairlane-lane` ``, or `` `fairlane-lane` via `ssh` ``.
    name: String,
    child: Child,
    lines: Receiver<Line>,
    /// The most bytes of a reply.
    most: usize,
    /// The help for a user where it does not reply in time.
    advice: Option<String>,
}

impl Dialogue {
    /// Starts the child, whose replies have at most `most` bytes. No more than three of them are in memory, whatever it writes.
    ///
    /// # Errors
    /// If the machine refuses.
    pub fn start(program: &Program, role: Role, most: usize) -> Result<Self, Failure> {
        let via = if program.is_launched { format!(" via `{}`", program.shown()) } else { String::new() };
        let name = format!("`{}`{via}", role.name());
        let mut child = Child::start(program, role, Stderr::Keep)?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| Failure::new(format!("cannot read from {name}: it has no output")))?;
        let (sender, lines) = bounded(1);
        let read = move || {
            for line in Lines::of(output, most) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new()
            .name("dialogue".into())
            .spawn(read)
            .or_fail(|| format!("start a thread that reads the replies of {name}"))?;
        Ok(Self { name, child, lines, most, advice: None })
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
    /// If the child has ended, with how it ended, or has written something without a request: that would be taken for the
    /// reply.
    pub fn send(&mut self, request: &impl Serialize) -> Result<(), Failure> {
        if let Some(line) = self.unasked() {
            self.child.kill();
            return Err(Failure::new(format!(
                "cannot use {} (process {}): it wrote `{line}` without a request, and the driver killed it",
                self.name,
                self.child.id()
            )));
        }
        let mut line = serde_json::to_vec(request).or_fail(|| format!("write a request to {}", self.name))?;
        line.push(b'\n');
        let written = self.child.stdin.as_mut().is_some_and(|pipe| pipe.write_all(&line).is_ok());
        if written { Ok(()) } else { Err(self.lost()) }
    }

    /// The beginning of a line that it wrote without a request, if it has by now.
    pub fn unasked(&mut self) -> Option<String> {
        self.lines.try_recv().ok().map(|line| part(&line.text, 0))
    }

    /// Waits for the next reply, at most for `timeout`.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn receive<T: DeserializeOwned>(&mut self, timeout: Duration) -> Result<T, Failure> {
        let line = self.line(timeout)?;
        self.parse(&line)
    }

    /// What the line of a reply says.
    ///
    /// # Errors
    /// If it is no JSON, or says something else than a reply can.
    pub fn parse<T: DeserializeOwned>(&self, line: &str) -> Result<T, Failure> {
        understand(&self.name, line)
    }

    /// The line of the next reply as it is.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn line(&mut self, timeout: Duration) -> Result<String, Failure> {
        let interrupts = interrupt::channel();
        let line = loop {
            let asked = clock::now();
            select_biased! {
                recv(self.lines) -> line => break line.map_err(|_| RecvTimeoutError::Disconnected),
                recv(interrupts) -> _ => return Err(Failure::new("interrupted")),
                default(timeout) => {}
            }
            // Whoever wakes up much later than that stood still himself, and the child perhaps as well (`docker pause`).
            if clock::now().since(asked) < timeout.saturating_add(Self::OVERSLEPT) {
                break Err(RecvTimeoutError::Timeout);
            }
        };
        match line {
            Ok(Line { is_whole: false, .. }) => {
                self.child.kill();
                Err(Failure::new(format!(
                    "cannot read the reply of {} (process {}): its line is longer than {} MiB, and the driver killed it",
                    self.name,
                    self.child.id(),
                    self.most >> 20
                )))
            }
            Ok(Line { text, .. }) => Ok(text),
            Err(RecvTimeoutError::Disconnected) => Err(self.lost()),
            Err(RecvTimeoutError::Timeout) => {
                // Its output may be open although it has ended: a process that it left can hold it.
                if let Some(ended) = self.ended() {
                    return Err(ended);
                }
                let stopped = child::is_stopped(self.child.id());
                self.child.kill();
                if stopped {
                    let why = self.no_reply(format_args!(
                        "a signal had stopped it for {timeout:?}, and the driver killed it"
                    ));
                    return Err(why.help("stop no process of a run, or continue it in time (SIGCONT)"));
                }
                let silent = self
                    .no_reply(format_args!("it did not answer within {timeout:?}, and the driver killed it"));
                Err(Failure { help: self.advice.clone(), ..silent })
            }
        }
    }

    /// Closes the child's input and waits for its end; kills it and its group if that takes longer than `timeout`.
    ///
    /// # Errors
    /// If it ended and left other processes in its group. What a launcher leaves is not of the program that it started.
    pub fn close(mut self, timeout: Duration) -> Result<(), Failure> {
        let (name, id) = (self.name.clone(), self.child.id());
        match self.finish(timeout).left {
            0 => Ok(()),
            _ if self.child.is_launcher() => Ok(()),
            left => {
                let them = if left == 1 { "process" } else { "processes" };
                Err(Failure::new(format!(
                    "cannot end {name} (process {id}) cleanly: it left {left} {them} of its own, which the driver killed"
                )))
            }
        }
    }

    /// The same, and tells how the child ended.
    pub fn finish(&mut self, timeout: Duration) -> Finished {
        self.child.stdin = None;
        let end = clock::now().after(timeout);
        let mut unasked = None;
        loop {
            match self.lines.recv_timeout(Self::POLL.min(end.since(clock::now()))) {
                Ok(line) => {
                    unasked.get_or_insert_with(|| part(&line.text, 0));
                }
                Err(RecvTimeoutError::Disconnected) => break,
                // Its output may be open although it has ended: a process that it left can hold it.
                Err(RecvTimeoutError::Timeout) if self.child.has_ended() => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if clock::now() >= end {
                break;
            }
        }
        let left = self.child.outlived_by(end);
        Finished { unasked, ended: self.child.is_reaped(), left }
    }

    /// No busy machine wakes a thread so late.
    const OVERSLEPT: Duration = Duration::from_millis(200);

    /// How often to look whether a child has ended that keeps its output open.
    const POLL: Duration = Duration::from_millis(20);

    /// How the child ended, if it has.
    pub fn ended(&mut self) -> Option<Failure> {
        let ending = self.child.ended()?;
        let failure = self.no_reply(format_args!("it {ending}"));
        Some(if ending.is_out_of_memory() {
            failure.help(limits::no_memory())
        } else {
            limits::explained(failure)
        })
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
        self.no_reply(format_args!("it closed its pipe, and the driver killed it"))
    }

    /// The failure of a child, called `name`, whose reply is not an answer to the request.
    pub fn nonsense(name: &str, reply: &impl fmt::Debug) -> Failure {
        let text: String = format!("{reply:?}").chars().take(200).collect();
        Failure::new(format!("cannot use the {name}: its reply `{text}` is not an answer to the request"))
    }

    fn no_reply(&self, why: fmt::Arguments<'_>) -> Failure {
        Failure::new(format!("cannot get a reply from {} (process {}): {why}", self.name, self.child.id()))
    }
}

/// What a line says that the child of that name wrote.
pub(crate) fn understand<T: DeserializeOwned>(name: &str, line: &str) -> Result<T, Failure> {
    serde_json::from_str(line).map_err(|cause| {
        let not = if cause.is_data() { "" } else { "it is not JSON: " };
        let part = part(line, cause.column().saturating_sub(WIDTH * 3 / 4));
        Failure::new(format!("cannot read the reply `{part}` of {name}: {not}{cause}"))
    })
}

/// How a child ended once its input was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The beginning of the first line that it wrote without a request.
    pub unasked: Option<String>,
    /// Whether it ended by itself and in time.
    pub ended: bool,
    /// How many others of its process group outlived it. They were killed.
    pub left: usize,
}

/// The characters of a line that a message shows.
const WIDTH: usize = 80;

/// The part of a line that a message shows, from about that byte on.
fn part(line: &str, from: usize) -> String {
    line.chars().skip(from).take(WIDTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// A shell that runs this script.
    fn shell(script: &[u8]) -> Dialogue {
        let mut dialogue = Dialogue::start(&Program::shell(), Role::Lane, USUAL).expect("a shell");
        dialogue.child.stdin.as_mut().expect("piped").write_all(script).expect("written");
        dialogue
    }

    #[test]
    fn a_reply_without_an_end_is_refused_at_its_limit() {
        let failure = shell(b"yes | tr -d '\\n'\n").receive::<u64>(LONG).expect_err("no reply");
        assert!(failure.message.starts_with("cannot read the reply of `fairlane-lane`"), "{failure}");
        assert!(failure.message.contains("longer than 4 MiB"), "{failure}");
    }

    #[test]
    fn what_is_no_reply_is_shown_where_it_is_wrong() {
        let message = |line: &str| shell(b"").parse::<Vec<u64>>(line).expect_err("no reply").message;
        let not_json = "cannot read the reply `[NaN]` of `fairlane-lane`: it is not JSON: expected value at line 1 column 2";
        assert_eq!(message("[NaN]"), not_json);
        assert!(message(&format!("[{}NaN]", "1,".repeat(500))).contains("1,NaN]` of"));
        assert!(message("[-5]").contains("`: invalid value: integer `-5`, expected u64"));
    }

    #[test]
    fn a_child_that_a_signal_stopped_is_not_called_silent() {
        let failure = shell(b"kill -STOP $$\n").receive::<u64>(Duration::from_secs(2)).expect_err("no reply");
        assert!(failure.message.contains("a signal had stopped it"), "{failure}");
    }

    #[test]
    fn a_line_without_a_request_is_refused() {
        let mut dialogue = shell(b"echo 1; echo 2; cat\n");
        assert_eq!(dialogue.receive::<u64>(LONG), Ok(1));
        thread::sleep(Duration::from_millis(200));
        let failure = dialogue.ask::<u64>(&3, LONG).expect_err("there is another line");
        assert!(failure.message.contains("it wrote `2` without a request"), "{failure}");
    }

    #[test]
    fn a_child_that_talks_on_is_closed_in_time() {
        let dialogue = shell(b"trap '' TERM; yes\n");
        let begun = clock::now();
        assert_eq!(dialogue.close(Duration::from_millis(100)), Ok(()), "it was killed, with its group");
        assert!(clock::now().since(begun) < LONG);
    }

    #[test]
    fn a_child_that_leaves_a_process_in_its_group_is_refused() {
        for (script, left) in [
            ("sleep 60 & exit 0\n", Err("left 1 process of its own, which the driver killed")),
            ("sleep 60 >/dev/null 2>&1 & sleep 60 & exit 0\n", Err("left 2 processes")),
            ("echo bye; exit 0\n", Ok(())),
        ] {
            let closed = shell(script.as_bytes()).close(Duration::from_millis(500));
            match (closed, left) {
                (Err(failure), Err(text)) => assert!(failure.message.contains(text), "{script}: {failure}"),
                (closed, left) => assert_eq!(closed.is_ok(), left.is_ok(), "{script}"),
            }
        }
    }

    #[test]
    fn a_child_that_ended_and_left_its_pipe_to_another_has_ended() {
        let mut dialogue = shell(b"setsid sleep 5 & exit 4\n");
        let failure = dialogue.receive::<u64>(Duration::from_secs(2)).expect_err("no reply");
        assert!(failure.message.contains("exited with status 4"), "{failure}");
    }
}
