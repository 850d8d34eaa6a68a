//! The driver's side of a lane: opens it, asks for samples, and checks every answer. Must not know what the times are for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Cell;
use super::hex::Hex;
use super::look::Look;
use super::protocol::{Opened, PROTOCOL, Parsed, Probed, Reply, Request, Sampled};
use super::rules;
use crate::clock::{self, Stamp};
use crate::failure::Failure;
use crate::process::affinity;
use crate::process::dialogue::{Dialogue, USUAL};
use crate::process::program::Program;
use crate::process::role::Role;
use crate::process::standstill::Standstill;
use crate::process::tree::{self, Tree};
use crate::process::usage::Usage;
use crate::workload::{self, Answer, Digest, Server, Spec};

pub use super::look::InFlight;

/// The right answers of a batch, computed once by the driver and shared by all lanes that run it.
#[derive(Debug, Clone)]
pub struct KnownAnswers {
    digest: Hex,
    answers: Arc<Vec<Answer>>,
}

impl KnownAnswers {
    /// Computes them for lanes that use this digest.
    pub fn of(spec: &Spec, jobs: usize, digest: Digest) -> Self {
        let answers = workload::known(spec, jobs, digest);
        Self { digest: Hex(digest.of_answers(&answers)), answers: Arc::new(answers) }
    }

    /// Whether the answers of one batch have this digest.
    ///
    /// # Errors
    /// If they had another.
    pub fn check_digest(&self, digest: Hex) -> Result<(), Failure> {
        if digest == self.digest {
            Ok(())
        } else {
            let expected = self.digest;
            Err(Failure::new(format!(
                "the answers of the probed batch are wrong: expected the digest {expected}, got {digest}"
            )))
        }
    }

    /// Whether all batches answered right; if not, `answers` fetches those of a batch that did not.
    ///
    /// # Errors
    /// The first wrong job, with expected and got.
    pub fn check(
        &self,
        sampled: &Sampled,
        answers: impl FnOnce() -> Result<Vec<Answer>, Failure>,
    ) -> Result<(), Failure> {
        if sampled.digests == [self.digest] {
            return Ok(());
        }
        self.check_each(&answers()?)?;
        Err(Failure::new(
            "the lane gave different answers in different batches, and those that it showed the driver are right",
        ))
    }

    /// Whether these are the right answers.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_each(&self, answers: &[Answer]) -> Result<(), Failure> {
        let known = &self.answers;
        if answers.len() != known.len() {
            return Err(Failure::new(format!("expected {} answers, got {}", known.len(), answers.len())));
        }
        match known.iter().zip(answers).position(|(expected, got)| expected != got) {
            Some(job) => Err(Failure::new(format!(
                "job {job} answered wrong: expected {}, got {}",
                known[job], answers[job]
            ))),
            None => Ok(()),
        }
    }
}

/// What a lane learns about where it runs.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// The mock server, if the workload needs one.
    pub server: Option<Server>,
    /// The lane's own folder, if the workload needs one and the driver makes it.
    pub scratch: Option<PathBuf>,
    /// The available parallelism.
    pub cores: usize,
    /// How long the lane may be silent before it counts as hung.
    pub timeout: Duration,
    /// Whether a launcher starts it, so that it may run on another machine.
    pub is_elsewhere: bool,
}

impl Conditions {
    /// How much less of this time may have passed by one clock than by the other, if a lane is elsewhere: while NTP corrects them,
    /// each may run wrong by 500 millionths.
    pub fn tolerance(is_elsewhere: bool, time: Duration) -> Duration {
        if is_elsewhere { time / 1_000 } else { Duration::ZERO }
    }
}

/// An open lane.
#[derive(Debug)]
pub struct Lane {
    dialogue: Dialogue,
    opened: Opened,
    known: KnownAnswers,
    /// How many jobs can be in flight.
    width: usize,
    /// Those that it may run on.
    processors: usize,
    started: Stamp,
    timeout: Duration,
    slowest: Duration,
    is_elsewhere: bool,
}

/// The longest line that a lane may send, in bytes: the answers of all jobs, with room for all else.
pub fn longest_reply(jobs: usize) -> usize {
    USUAL + jobs * 24
}

impl Lane {
    /// Starts a lane of `program` and makes `cell` ready in it. `known` gives the right answers by the digest that the lane
    /// uses.
    ///
    /// # Errors
    /// If the machine refuses, or the cell cannot be made ready; the message names the cause.
    pub fn open(
        program: &Program,
        cell: &Cell,
        on: Conditions,
        known: impl FnOnce(Digest) -> KnownAnswers,
    ) -> Result<Self, Failure> {
        let started = clock::now();
        let dialogue = Dialogue::start(program, Role::Lane, longest_reply(cell.jobs))?;
        let mut dialogue = dialogue.advise(silent(on.server));
        let Conditions { server, scratch, cores, timeout, is_elsewhere } = on;
        let parsed = Box::new(Parsed::of(cell, cores));
        let (server, token) = (server.map(|server| server.addr), server.and_then(|server| server.token));
        let open =
            Request::Open { protocol: PROTOCOL, cell: cell.clone(), parsed, server, token, scratch, cores };
        let opened = match dialogue.ask(&open, timeout)? {
            Reply::Ready(opened) => opened,
            Reply::Failed(failure) => return Err(failure),
            other => return Err(Dialogue::nonsense("lane", &other)),
        };
        rules::opened::version(&opened)?;
        rules::opened::model(cell, &opened)?;
        rules::opened::in_flight(cell, cores, &opened)?;
        let (known, width) = (known(opened.hash), cell.width(cores));
        let processors = if is_elsewhere { cores } else { processors(cores) };
        let slowest = Duration::ZERO;
        Ok(Self { dialogue, opened, known, width, processors, started, timeout, slowest, is_elsewhere })
    }

    fn ask(&mut self, request: &Request, timeout: Duration) -> Result<Reply, Failure> {
        self.dialogue.send(request)?;
        self.receive(timeout)
    }

    /// The next reply, unless it is that the lane failed.
    fn receive(&mut self, timeout: Duration) -> Result<Reply, Failure> {
        match self.dialogue.receive(timeout)? {
            Reply::Failed(failure) => Err(failure),
            reply => Ok(reply),
        }
    }

    /// The time since `asked`, as long as the lane's clock may have counted it.
    fn waited(&self, asked: Stamp) -> Duration {
        let waited = clock::now().since(asked);
        waited + Conditions::tolerance(self.is_elsewhere, waited)
    }

    /// From now on it counts as hung if it is silent for longer than this.
    pub fn wait_at_most(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// What it says of itself.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The lane's process id, for profilers.
    pub fn id(&self) -> u32 {
        self.dialogue.id()
    }

    /// Runs the batch `times` times. All answers were right, or there is no time.
    ///
    /// # Errors
    /// If a job failed, an answer was wrong (job, expected and got are named), or the lane has ended or hangs.
    pub fn sample(&mut self, times: u64) -> Result<Sampled, Failure> {
        // Twice the slowest so far, for each: a lane that is at work is not one that hangs.
        let expected =
            self.slowest.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX)).saturating_mul(2);
        let asked = clock::now();
        let sampled = match self.ask(&Request::Sample { times }, self.timeout.saturating_add(expected))? {
            Reply::Sampled(sampled) => sampled,
            other => return Err(Dialogue::nonsense("lane", &other)),
        };
        let waited = self.waited(asked);
        rules::sampled::count(&sampled, times)?;
        rules::sampled::time(&sampled, waited)?;
        rules::sampled::single_times(&sampled)?;
        if let Some(usage) = &sampled.usage {
            rules::usage(usage, waited, self.processors)?;
        }
        self.known.clone().check(&sampled, || match self.ask(&Request::Answers, self.timeout)? {
            Reply::Answers { answers } => Ok(answers.into_iter().map(|answer| answer.0).collect()),
            other => Err(Dialogue::nonsense("lane", &other)),
        })?;
        self.slowest = self.slowest.max(Duration::from_nanos(sampled.total_ns / times));
        Ok(sampled)
    }

    /// What the lane's living workers used since this was last asked.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn usage(&mut self) -> Result<Option<Usage>, Failure> {
        match self.ask(&Request::Usage, self.timeout)? {
            Reply::Used { usage } => {
                // Since the last such request, or since the start.
                let within = clock::now().since(self.started);
                usage.iter().try_for_each(|usage| rules::usage(usage, within, self.processors))?;
                Ok(usage)
            }
            other => Err(Dialogue::nonsense("lane", &other)),
        }
    }

    /// Ends the lane and waits until it has ended, with all its workers: from then on their processor time is in the account
    /// of this process. Kills a lane that takes too long.
    ///
    /// # Errors
    /// If it ended and left other processes: they would take time from the lanes after it.
    pub fn close(self) -> Result<(), Failure> {
        self.dialogue.close(TO_END)
    }

    /// Runs the batch once more and looks at it closely. The answers were right, or there is no look.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn probe(&mut self) -> Result<Probed, Failure> {
        let asked = clock::now();
        let probed = match self.ask(&Request::Probe, self.timeout + self.slowest * 2)? {
            Reply::Probed(probed) => probed,
            other => return Err(Dialogue::nonsense("lane", &other)),
        };
        let waited = self.waited(asked);
        self.known.check_digest(probed.digest)?;
        rules::probed::wall(&probed, waited)?;
        if let Some(jobs) = &probed.jobs {
            rules::probed::in_flight(self.width, probed.wall_ns, jobs)?;
            rules::probed::quantiles(probed.wall_ns, jobs)?;
        }
        rules::usage(&probed.usage, waited, self.processors)?;
        Ok(probed)
    }

    /// The lane's processes as they are now; `None` if the system does not show them.
    pub fn tree(&self) -> Option<Tree> {
        tree::inspect(self.id())
    }

    /// Runs the batch once more and looks at the lane's processes with `width` jobs in flight, or as many as come to
    /// be. `None` if no job stood still or the system does not show them: the figures of memory are missing then, and no others.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn inspect(&mut self, width: usize) -> Result<Option<InFlight>, Failure> {
        let Ok(standstill) = Standstill::call() else { return Ok(None) };
        self.dialogue.send(&Request::StandStill { at: standstill.name().into() })?;
        // Within the time of a batch every job that can be in flight is. That time is unknown of a lane that ran none.
        let timeout = if self.slowest.is_zero() { self.timeout } else { self.slowest * 2 + Look::MOMENT };
        let look = Look::at(standstill, self.id(), width, timeout);
        match self.receive(self.timeout + self.slowest * 2)? {
            Reply::Stood { digest } => self.known.check_digest(digest)?,
            other => return Err(Dialogue::nonsense("lane", &other)),
        }
        Ok(look.ended())
    }
}

/// How long a lane may take to end with all its processes, once its input has ended.
pub const TO_END: Duration = Duration::from_secs(5);

/// How many processors a lane that is started now may run on, if it has `cores`.
pub fn processors(cores: usize) -> usize {
    affinity::allowed().map_or(cores, |allowed| allowed.len())
}

/// The help for a user where a lane is silent for too long.
fn silent(server: Option<Server>) -> String {
    let waits = server.map_or_else(String::new, |server| {
        format!("the server `{server}` may not have answered its jobs, or only in part: check it; ")
    });
    format!("{waits}`--timeout` says how long a lane may be silent")
}
