//! One lane that is asked, reply by reply. What it breaks is noted here; which requests come, the caller decides.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::findings::Findings;
use super::rule::{ENDS, HEXADECIMAL, OUTPUT, Rule};
use super::{Setting, Subject};
use crate::clock::{self, Stamp};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::driver::{TO_END, longest_reply};
use crate::lane::hex::Hex;
use crate::lane::protocol::{PROTOCOL, Parsed, Reply, Request};
use crate::process::dialogue::Dialogue;
use crate::process::role::Role;
use crate::process::tree::Descendants;
use crate::workload::Scratch;

/// A rule was broken after which nothing more can be asked.
#[derive(Debug)]
pub(super) struct Over;

pub(super) type Step<T = ()> = Result<T, Over>;

/// A lane that was started.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) dialogue: Dialogue,
    pub(super) found: Findings,
    pub(super) cores: usize,
    pub(super) started: Stamp,
    /// The version that it speaks, once it is open.
    pub(super) protocol: u32,
    /// How long it may be silent.
    pub(super) timeout: Duration,
    server: Option<SocketAddr>,
    /// Stands below the lane, so that it is removed after the lane has ended.
    scratch: Option<Scratch>,
}

impl Conversation {
    /// Starts a lane.
    ///
    /// # Errors
    /// If the machine refuses.
    pub(super) fn start(subject: &Subject, cell: &Cell, setting: &Setting) -> Result<Self, Failure> {
        let scratch = cell.workload.scratch()?;
        let started = clock::now();
        let dialogue = Dialogue::start(&subject.program, Role::Lane, longest_reply(cell.jobs))?;
        let Setting { cores, timeout, server } = *setting;
        let (found, protocol) = (Findings::default(), PROTOCOL);
        Ok(Self { dialogue, found, cores, started, protocol, timeout, server, scratch })
    }

    /// The request that opens a cell, as a driver of that version sends it.
    pub(super) fn opening(&self, cell: &Cell, protocol: u32) -> Value {
        let scratch = self.scratch.as_ref().map(|scratch| scratch.path().to_owned());
        let (parsed, cores) = (Box::new(Parsed::of(cell, self.cores)), cell.cores(self.cores));
        let open = Request::Open {
            protocol,
            cell: cell.clone(),
            parsed,
            server: self.server,
            token: None,
            scratch,
            cores,
        };
        serde_json::to_value(open).unwrap_or_default()
    }

    /// Sends a request, and gives its reply as JSON with the time until it came. `failed` is no reply here.
    pub(super) fn ask(
        &mut self,
        rule: &'static Rule,
        request: &Value,
        timeout: Duration,
    ) -> Step<(Value, Duration)> {
        let asked = clock::now();
        self.send(rule, request)?;
        let reply = self.reply(rule, timeout)?;
        Ok((reply, clock::now().since(asked)))
    }

    pub(super) fn send(&mut self, rule: &'static Rule, request: &Value) -> Step {
        if let Some(line) = self.dialogue.unasked() {
            self.found.broken(&OUTPUT, format!("the lane wrote `{line}` without a request"));
            return Err(Over);
        }
        self.dialogue.send(request).map_err(|failure| self.over(rule, failure))
    }

    /// The next reply; `failed` is none here.
    pub(super) fn reply(&mut self, rule: &'static Rule, timeout: Duration) -> Step<Value> {
        let value = self.any_reply(rule, timeout)?;
        match failed(&value) {
            Some(message) => Err(self.over(rule, Failure::new(format!("the lane failed: {message}")))),
            None => Ok(value),
        }
    }

    fn any_reply(&mut self, rule: &'static Rule, timeout: Duration) -> Step<Value> {
        let line = self.dialogue.line(timeout).map_err(|failure| self.over(rule, failure))?;
        self.dialogue.parse(&line).map_err(|failure| self.over(&OUTPUT, failure))
    }

    /// What a reply says, if it is of the right kind.
    pub(super) fn read<T>(
        &mut self,
        rule: &'static Rule,
        reply: &Value,
        of: impl FnOnce(Reply) -> Option<T>,
    ) -> Step<T> {
        let text = reply.to_string();
        let reply = self.dialogue.parse::<Reply>(&text).map_err(|failure| self.over(rule, failure))?;
        let other = Dialogue::nonsense("lane", &reply);
        of(reply).ok_or_else(|| self.over(rule, other))
    }

    /// Sends a request that the lane must refuse.
    pub(super) fn refuses(&mut self, rule: &'static Rule, request: &Value) -> Step {
        self.send(rule, request)?;
        let value = self.any_reply(rule, self.timeout)?;
        match failed(&value) {
            Some(message) => self.found.ok(rule, message),
            None => self.found.broken(rule, format!("the lane replied {}", value["reply"])),
        }
        Ok(())
    }

    fn over(&mut self, rule: &'static Rule, failure: Failure) -> Over {
        self.found.broken(rule, failure.message);
        Over
    }

    /// Whether these are strings of 16 hexadecimal digits.
    pub(super) fn hexadecimal(&mut self, key: &str, values: &Value) {
        let one = std::slice::from_ref(values);
        let values = values.as_array().map_or(one, Vec::as_slice);
        let is_text =
            |value: &&Value| value.is_string() && serde_json::from_value::<Hex>((*value).clone()).is_ok();
        match values.iter().find(|value| !is_text(value)) {
            None => self.found.ok(&HEXADECIMAL, ""),
            Some(_) if self.protocol == 0 => {
                self.found.not_claimed(
                    &HEXADECIMAL,
                    "the lane speaks version 0 of the protocol, which has numbers",
                );
            }
            Some(other) => self.found.broken(&HEXADECIMAL, format!("`{key}` has {other}")),
        }
    }

    /// Closes its input, and looks what is left of it. Gives all that was found.
    pub(super) fn end(mut self) -> Findings {
        let all = Descendants::of(self.dialogue.id());
        let begun = clock::now();
        let finished = self.dialogue.finish(TO_END);
        // Some may have left the process group.
        while finished.ended && all.living() > 0 && clock::now().since(begun) < TO_END {
            thread::sleep(Duration::from_millis(5));
        }
        let left = all.living().max(finished.left);
        let took = format!("{:.1?}", clock::now().since(begun));
        match finished.ended {
            true if left == 0 => self.found.ok(&ENDS, took),
            true => self.found.broken(&ENDS, format!("the lane ended and left {}", and_killed(left))),
            false => self.found.broken(&ENDS, "the lane did not end, and was killed"),
        }
        if finished.ended {
            all.kill();
        }
        match finished.unasked {
            None => self.found.ok(&OUTPUT, ""),
            Some(line) => self.found.broken(&OUTPUT, format!("the lane wrote `{line}` without a request")),
        }
        self.found
    }
}

/// Why a lane failed, if this is the reply of one that did.
fn failed(reply: &Value) -> Option<&str> {
    if reply["reply"] == "failed" { reply["message"].as_str() } else { None }
}

fn and_killed(left: usize) -> String {
    if left == 1 {
        "1 process, which was killed".into()
    } else {
        format!("{left} processes, which were killed")
    }
}
