//! Holds a lane against docs/LANES.md: every request of the protocol, and every rule about its reply, in one cell at a time.
//!
//! [`rule`] has the rules as sentences, [`cells`] chooses small cells, `conversation` is one lane that is asked.
//! `opening`, `samples` and `looks` ask and check. What can be checked of a reply, the driver checks in a run, too, by
//! the same functions. Must not know how findings are shown.

pub mod cells;
mod conversation;
mod findings;
mod looks;
mod opening;
pub mod rule;
mod samples;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::time::Duration;

use mock_server::Kind;
use serde_json::json;

use self::conversation::{Conversation, Step};
use self::findings::Findings;
use self::opening::{Open, open};
use self::rule::{EXTRA_KEYS, NEWER, OPENS, RULES, Rule, SECOND, UNKNOWN};
use super::passes::server::{Listen, Server};
use crate::clock;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::protocol::PROTOCOL;
use crate::process::interrupt;
use crate::process::program::Program;

pub use self::findings::{Finding, Verdict};

/// What is checked.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What is started as the lane.
    pub program: Program,
    /// Whether a registry or a lanes file says what the executor is. If none does, its lane says it.
    pub is_listed: bool,
}

/// Where a lane runs.
#[derive(Debug, Clone, Copy)]
struct Setting {
    cores: usize,
    timeout: Duration,
    server: Option<SocketAddr>,
}

/// Checks lanes, one cell after another.
#[derive(Debug)]
pub struct Checker {
    cores: usize,
    timeout: Duration,
    servers: HashMap<Kind, Server>,
}

impl Checker {
    /// A lane may be silent for that long.
    pub fn new(timeout: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cores, timeout, servers: HashMap::new() }
    }

    /// The available parallelism.
    pub fn cores(&self) -> usize {
        self.cores
    }

    /// What is found of every rule that is reached. A rule that is about requests which every lane must refuse is checked only
    /// if `refusals`: the cell does not matter for it.
    ///
    /// # Errors
    /// What the machine refused; that the user interrupted.
    pub fn check(&mut self, subject: &Subject, cell: &Cell, refusals: bool) -> Result<Vec<Finding>, Failure> {
        let (cores, timeout) = (self.cores, self.timeout);
        let server = cell.workload.server().map(|kind| self.server(kind)).transpose()?;
        let setting = Setting { cores, timeout, server: server.as_ref().map(|server| server.addr()) };
        let mut found = converse(subject, cell, &setting, server)?;
        if refusals {
            refuse(subject, cell, &setting, &mut found)?;
        }
        found.0.sort_by_key(|finding| RULES.iter().position(|rule| rule == finding.rule));
        if interrupt::came() { Err(Failure::new("interrupted")) } else { Ok(found.0) }
    }

    fn server(&mut self, kind: Kind) -> Result<&mut Server, Failure> {
        match self.servers.entry(kind) {
            Entry::Occupied(running) => Ok(running.into_mut()),
            Entry::Vacant(none) => {
                Ok(none.insert(Server::start(&Program::myself()?, kind, Listen::default())?))
            }
        }
    }
}

/// The whole conversation with one lane.
fn converse(
    subject: &Subject,
    cell: &Cell,
    setting: &Setting,
    server: Option<&mut Server>,
) -> Result<Findings, Failure> {
    let begun = clock::now();
    let mut lane = Conversation::start(subject, cell, setting)?;
    let reply = match open(&mut lane, cell, true) {
        Ok(reply) => reply,
        Err(_) if clock::now().since(begun) >= setting.timeout => return Ok(lane.found),
        // Was it the key that the lane does not know?
        Err(_) => {
            let refused = lane.found;
            lane = Conversation::start(subject, cell, setting)?;
            let Ok(reply) = open(&mut lane, cell, false) else { return Ok(lane.found) };
            let reason = refused.0.into_iter().find(|finding| *finding.rule == OPENS);
            lane.found.broken(&EXTRA_KEYS, reason.map_or_else(String::new, |finding| finding.seen));
            reply
        }
    };
    let mut lane = match Open::new(lane, &reply, cell, subject.is_listed, server) {
        Ok(lane) => lane,
        Err(found) => return Ok(found),
    };
    let ended = ask_all(&mut lane);
    if let Some(trouble) = lane.trouble.take() {
        return Err(trouble);
    }
    Ok(if ended.is_ok() { lane.lane.end() } else { lane.lane.found })
}

/// All requests once, `sample` twice.
fn ask_all(lane: &mut Open<'_>) -> Step {
    lane.samples()?;
    lane.answers()?;
    lane.usage()?;
    lane.probe()?;
    lane.stand_still()
}

/// What every lane must refuse, each in a lane of its own: it ends after that.
fn refuse(subject: &Subject, cell: &Cell, setting: &Setting, found: &mut Findings) -> Result<(), Failure> {
    type Ask = fn(&mut Conversation, &Cell, &'static Rule) -> Step;
    let asks: [(&'static Rule, Ask); 3] = [
        (&SECOND, |lane, cell, rule| {
            open(lane, cell, false)?;
            lane.refuses(rule, &lane.opening(cell, PROTOCOL))
        }),
        (&UNKNOWN, |lane, cell, rule| {
            open(lane, cell, false)?;
            lane.refuses(rule, &json!({ "do": "sing" }))
        }),
        (&NEWER, |lane, cell, rule| lane.refuses(rule, &lane.opening(cell, 99))),
    ];
    for (rule, ask) in asks {
        let mut lane = Conversation::start(subject, cell, setting)?;
        let _ = ask(&mut lane, cell, rule); // what is over is noted
        found.0.extend(lane.found.0.into_iter().filter(|finding| finding.rule == rule));
    }
    Ok(())
}
