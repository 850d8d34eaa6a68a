//! Every request of the protocol, and what must be true of its reply. The rules themselves are the driver's own: `lane::rules` and
//! `passes::fairness`.

use std::time::Duration;

use serde_json::{Value, json};

use super::conversation::{Conversation, Over, Step, time};
use super::findings::Findings;
use super::rule::{
    ANSWERS, CONNECTIONS, COUNT, EXTRA_KEYS, HASH, IN_FLIGHT, MODEL, OPENS, OVERLAP, PROBES, QUANTILES,
    REQUESTS, RIGHT, SAMPLES, SINGLE_TIMES, STANDS, STILL, TASKS, THREADS, TIME, TIMELINE, USAGE, USED,
    VERSION, WAITS, WALL, WARM_UP,
};
use crate::clock;
use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::driver::{InFlight, KnownAnswers, processors};
use crate::lane::foreign;
use crate::lane::look::Look;
use crate::lane::protocol::{Jobs, MOST_SAMPLES, Opened, PROTOCOL, Probed, Reply, Sampled};
use crate::lane::rules;
use crate::measure::passes::fairness;
use crate::measure::passes::server::Server;
use crate::measure::passes::visit::LONGEST_WARM_UP;
use crate::process::standstill::Standstill;
use crate::workload::Answer;

/// A sample of so many batches may not take longer than this.
const LONG: Duration = Duration::from_millis(300);

/// A lane that is open.
pub(super) struct Open<'s> {
    pub(super) lane: Conversation,
    opened: Opened,
    cell: Cell,
    known: KnownAnswers,
    server: Option<&'s mut Server>,
    slowest: Duration,
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
    lane.found.ok(&OPENS, time(waited));
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

    /// All requests once, `sample` twice.
    pub(super) fn ask_all(&mut self) -> Step {
        let first = self.sample(1)?;
        let batch = Duration::from_nanos(first.total_ns);
        let many = MOST_SAMPLES as u64 + 1;
        self.sample(if batch.saturating_mul(MOST_SAMPLES as u32) < LONG { many } else { 3 })?;
        self.answers()?;
        self.usage()?;
        self.probe()?;
        self.stand_still()
    }

    fn sample(&mut self, times: u64) -> Step<Sampled> {
        let connections = self.of_server(|server| {
            server.health()?; // which resets the counters
            server.stats()
        })?;
        let connections = connections.and_then(|stats| stats.connections);
        let times_u32 = u32::try_from(times).unwrap_or(u32::MAX);
        let timeout = self.lane.timeout + self.slowest * 2 * times_u32;
        let (reply, waited) = self.lane.ask(&SAMPLES, &json!({ "do": "sample", "times": times }), timeout)?;
        let of = |reply| if let Reply::Sampled(sampled) = reply { Some(sampled) } else { None };
        let sampled = self.lane.read(&SAMPLES, &reply, of)?;
        self.lane.hexadecimal("digests", &reply["digests"]);
        let cores = self.lane.cores;
        let found = &mut self.lane.found;
        found.ok(&SAMPLES, time(waited));
        found.check(&COUNT, rules::sampled::count(&sampled, times), format!("{times} of {times}"));
        let total = Duration::from_nanos(sampled.total_ns);
        found.check(&TIME, rules::sampled::time(&sampled, waited), time(total));
        let single = format!("{} of {times}", sampled.samples_ns.len());
        found.check(&SINGLE_TIMES, rules::sampled::single_times(&sampled), single);
        let least = self.cell.least_time(cores);
        if !least.is_zero() {
            let seen = format!("{}, and {} is the least", time(total / times_u32), time(least));
            found.check(&WAITS, fairness::waits(&self.cell, cores, &sampled), seen);
        }
        match &sampled.usage {
            None => found.not_claimed(&USAGE, "the lane does not say what it used"),
            Some(usage) => found.check(&USAGE, rules::usage(usage, waited, processors(cores)), ""),
        }
        let seen = self.of_server(Server::stats)?;
        let mut shown: Step = Ok(());
        let right = self.known.clone().check(&sampled, || {
            self.fetch().map_err(|over| {
                shown = Err(over);
                Failure::new(format!(
                    "the digests {} are wrong, and the lane does not show its answers",
                    reply["digests"]
                ))
            })
        });
        self.lane.found.check(&RIGHT, right, format!("{} in each of {times} batches", self.cell.jobs));
        shown?;
        if let Some(stats) = seen {
            let found = &mut self.lane.found;
            found.check(&REQUESTS, fairness::requests(&self.cell, times, &stats), stats.requests.to_string());
            let keeps = self.opened.keeps_connections.unwrap_or(self.cell.keeps_connections());
            match connections {
                Some(before) if keeps => {
                    let checked = fairness::connections(connections, &stats);
                    found.check(&CONNECTIONS, checked, format!("{before} before and after"));
                }
                Some(_) => found.not_claimed(&CONNECTIONS, "the lane says that it connects anew"),
                None => found.not_claimed(&CONNECTIONS, "this server does not count connections"),
            }
        }
        self.slowest = self.slowest.max(total / times_u32);
        Ok(sampled)
    }

    /// Asks the server, if there is one.
    fn of_server<T>(&mut self, ask: impl FnOnce(&mut Server) -> Result<T, Failure>) -> Step<Option<T>> {
        let asked = self.server.as_deref_mut().map(ask).transpose();
        asked.map_err(|failure| {
            self.trouble = Some(failure);
            Over
        })
    }

    fn fetch(&mut self) -> Step<Vec<Answer>> {
        let (reply, _) = self.lane.ask(&ANSWERS, &json!({ "do": "answers" }), self.lane.timeout)?;
        let of = |reply| if let Reply::Answers { answers } = reply { Some(answers) } else { None };
        let answers = self.lane.read(&ANSWERS, &reply, of)?;
        self.lane.hexadecimal("answers", &reply["answers"]);
        Ok(answers.into_iter().map(|answer| answer.0).collect())
    }

    /// The driver asks for them only if they are wrong, and then it needs them.
    fn answers(&mut self) -> Step {
        let answers = self.fetch()?;
        let seen = format!("{} answers", answers.len());
        self.lane.found.check(&ANSWERS, self.known.check_each(&answers), seen);
        Ok(())
    }

    fn usage(&mut self) -> Step {
        let (reply, _) = self.lane.ask(&USED, &json!({ "do": "usage" }), self.lane.timeout)?;
        let of = |reply| if let Reply::Used { usage } = reply { Some(usage) } else { None };
        let usage = self.lane.read(&USED, &reply, of)?;
        let within = clock::now().since(self.lane.started);
        match &usage {
            None => self.lane.found.ok(&USED, "the workers cannot say what they used"),
            Some(usage) => {
                self.lane.found.check(&USED, rules::usage(usage, within, processors(self.lane.cores)), "");
            }
        }
        Ok(())
    }

    fn probe(&mut self) -> Step {
        let timeout = self.lane.timeout + self.slowest * 2;
        let (reply, waited) = self.lane.ask(&PROBES, &json!({ "do": "probe" }), timeout)?;
        let of = |reply| if let Reply::Probed(probed) = reply { Some(probed) } else { None };
        let probed = self.lane.read(&PROBES, &reply, of)?;
        self.lane.hexadecimal("digest", &reply["digest"]);
        let found = &mut self.lane.found;
        found.check(&PROBES, self.known.check_digest(probed.digest), time(waited));
        let wall = time(Duration::from_nanos(probed.wall_ns));
        found.check(&WALL, rules::probed::wall(&probed, waited), wall);
        let used = rules::usage(&probed.usage, waited, processors(self.lane.cores));
        found.check(&USAGE, used, "");
        match &probed.jobs {
            None => {
                for rule in [&OVERLAP, &QUANTILES] {
                    found.not_claimed(rule, "`jobs` is null");
                }
            }
            Some(jobs) => self.jobs(&probed, jobs),
        }
        let found = &mut self.lane.found;
        match &probed.timeline {
            None => found.not_claimed(&TIMELINE, "the lane has none"),
            Some(timeline) => {
                let checked = rules::probed::timeline(self.cell.jobs, probed.wall_ns, timeline);
                found.check(
                    &TIMELINE,
                    checked,
                    format!("{} of {} jobs", timeline.jobs.len(), self.cell.jobs),
                );
            }
        }
        Ok(())
    }

    fn jobs(&mut self, probed: &Probed, jobs: &Jobs) {
        let found = &mut self.lane.found;
        let width = self.cell.width(self.lane.cores);
        let overlap = jobs.in_flight_ns as f64 / probed.wall_ns.max(1) as f64;
        let seen = format!("{overlap:.1} of {width} on average");
        found.check(&OVERLAP, rules::probed::in_flight(width, probed.wall_ns, jobs), seen);
        found.check(&QUANTILES, rules::probed::quantiles(probed.wall_ns, jobs), "");
        match &jobs.tasks {
            _ if !self.cell.executor.is_async() => {}
            None => found.not_claimed(&TASKS, "`tasks` is null"),
            Some(tasks) => {
                found.check(&TASKS, fairness::tasks(&self.cell, probed), format!("{} tasks", tasks.count));
            }
        }
    }

    fn stand_still(&mut self) -> Step {
        let Ok(standstill) = Standstill::call() else { return Ok(()) };
        self.lane.send(&STANDS, &json!({ "do": "stand-still", "at": standstill.name() }))?;
        let width = self.cell.width(self.lane.cores);
        let look = Look::at(standstill, self.lane.dialogue.id(), width, self.slowest * 2 + Look::MOMENT);
        let timeout = self.lane.timeout + self.slowest * 2;
        let reply = self.lane.reply(&STANDS, timeout)?;
        let of = |reply| if let Reply::Stood { digest } = reply { Some(digest) } else { None };
        let digest = self.lane.read(&STANDS, &reply, of)?;
        self.lane.hexadecimal("digest", &reply["digest"]);
        let found = &mut self.lane.found;
        found.check(&STANDS, self.known.check_digest(digest), "");
        match look.jobs() {
            0 => found.not_claimed(&STILL, "no job stood still, so this lane has no memory figures"),
            jobs if jobs > width => {
                found.broken(&STILL, format!("{jobs} jobs stood still, and {width} can be in flight"));
            }
            jobs => found.ok(&STILL, format!("{jobs} of {width}")),
        }
        if let Some(in_flight) = look.ended() {
            self.threads(&in_flight);
        }
        Ok(())
    }

    fn threads(&mut self, in_flight: &InFlight) {
        let found = &mut self.lane.found;
        let claimed = self.opened.threads;
        if claimed.is_none() && self.cell.executor.foreign.is_some() {
            return found.not_claimed(&THREADS, "the lane does not say");
        }
        let checked = fairness::threads(&self.cell, self.lane.cores, claimed, in_flight);
        found.check(&THREADS, checked, in_flight.threads.len().to_string());
    }
}
