//! `open`, and what a lane says of itself. The rules are the driver's own: `lane::rules`.

use std::time::Duration;

use serde_json::{Value, json};

use super::conversation::{Conversation, Over, Step};
use super::findings::Findings;
use super::rule::{EXTRA_KEYS, HASH, IN_FLIGHT, MODEL, OPENS, VERSION, WARM_UP};
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::driver::KnownAnswers;
use crate::lane::foreign;
use crate::lane::protocol::{Opened, PROTOCOL, Reply};
use crate::lane::rules;
use crate::measure::passes::server::Server;
use crate::measure::passes::visit::LONGEST_WARM_UP;

/// A lane that is open.
pub(super) struct Open<'s> {
    pub(super) lane: Conversation,
    pub(super) opened: Opened,
    pub(super) cell: Cell,
    pub(super) known: KnownAnswers,
    pub(super) server: Option<&'s mut Server>,
    /// The longest batch so far.
    pub(super) slowest: Duration,
    /// What the server lacked, which no lane can be blamed for.
    pub(super) trouble: Option<Failure>,
}

/// Sends `open`, with a key that no lane knows if `extra`. Gives the reply.
pub(super) fn open(lane: &mut Conversation, cell: &Cell, extra: bool) -> Step<Value> {
    let mut request = lane.opening(cell, PROTOCOL);
    if extra {
        request["of_a_later_version"] = json!({ "nested": [1, null, "text"] });
    }
    let (reply, waited) = lane.ask(&OPENS, &request, lane.timeout)?;
    match &reply["hash"] {
        Value::Null => lane.found.not_claimed(&HASH, "the lane does not say, so it is `xxh3-64`"),
        Value::String(hash) if ["xxh3-64", "crc32"].contains(&hash.as_str()) => {
            lane.found.ok(&HASH, format!("`{hash}`"));
        }
        other => {
            lane.found.broken(&HASH, other.to_string());
            return Err(Over);
        }
    }
    lane.found.ok(&OPENS, format!("{waited:.1?}"));
    if extra {
        lane.found.ok(&EXTRA_KEYS, "`of_a_later_version` is one");
    }
    Ok(reply)
}

impl<'s> Open<'s> {
    /// Checks what the lane says of itself. `is_listed` says whether its executor is known beforehand; otherwise the lane says
    /// what it is.
    ///
    /// # Errors
    /// What was found, if the conversation is over.
    pub(super) fn new(
        mut lane: Conversation,
        reply: &Value,
        cell: &Cell,
        is_listed: bool,
        server: Option<&'s mut Server>,
    ) -> Result<Self, Findings> {
        let of = |reply| if let Reply::Ready(opened) = reply { Some(opened) } else { None };
        let Ok(opened) = lane.read(&OPENS, reply, of) else { return Err(lane.found) };
        let cores = lane.cores;
        let cell = if is_listed { cell.clone() } else { foreign::as_claimed(cell, cores, &opened) };
        let found = &mut lane.found;
        found.check(&VERSION, rules::opened::version(&opened), format!("version {}", opened.protocol));
        match &opened.model {
            None => found.not_claimed(&MODEL, "the lane does not say"),
            Some(model) => found.check(&MODEL, rules::opened::model(&cell, &opened), format!("`{model}`")),
        }
        match opened.in_flight {
            None => found.not_claimed(&IN_FLIGHT, "the lane does not say"),
            Some(width) => {
                let checked = rules::opened::in_flight(&cell, cores, &opened);
                found.check(&IN_FLIGHT, checked, width.to_string());
            }
        }
        let warm = Duration::from_millis(opened.warm_up_ms);
        if warm <= LONGEST_WARM_UP {
            found.ok(&WARM_UP, opened.warm_up_ms.to_string());
        } else {
            found.broken(&WARM_UP, opened.warm_up_ms.to_string());
        }
        if opened.protocol > PROTOCOL || cell.impossible(cores).is_some() {
            return Err(lane.found);
        }
        lane.protocol = opened.protocol;
        let known = KnownAnswers::of(&cell.workload, cell.jobs, opened.hash);
        Ok(Self { lane, opened, cell, known, server, slowest: Duration::ZERO, trouble: None })
    }
}
