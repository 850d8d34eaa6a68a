//! `sample`, `usage` and `answers`: times, answers and what was used. The rules are the driver's own: `lane::rules` and
//! `passes::fairness`.

use std::time::Duration;

use serde_json::json;

use super::conversation::{Over, Step};
use super::opening::Open;
use super::rule::{
    ANSWERS, CONNECTIONS, COUNT, REQUESTS, RIGHT, SAMPLES, SINGLE_TIMES, TIME, USAGE, USED, WAITS,
};
use crate::clock;
use crate::failure::Failure;
use crate::lane::driver::processors;
use crate::lane::protocol::{MOST_SAMPLES, Reply, Sampled};
use crate::lane::rules;
use crate::measure::passes::fairness;
use crate::measure::passes::server::Server;
use crate::workload::Answer;

/// A sample of so many batches may not take longer than this.
const LONG: Duration = Duration::from_millis(300);

impl Open<'_> {
    /// A sample of one batch, and one of so many that not all single times fit, if that does not take too long.
    pub(super) fn samples(&mut self) -> Step {
        let batch = Duration::from_nanos(self.sample(1)?.total_ns);
        let many = MOST_SAMPLES as u64 + 1;
        let times = if batch.saturating_mul(MOST_SAMPLES as u32) < LONG { many } else { 3 };
        self.sample(times).map(drop)
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
        found.ok(&SAMPLES, format!("{waited:.1?}"));
        found.check(&COUNT, rules::sampled::count(&sampled, times), format!("{times} of {times}"));
        let total = Duration::from_nanos(sampled.total_ns);
        found.check(&TIME, rules::sampled::time(&sampled, waited), format!("{total:.1?}"));
        let single = format!("{} of {times}", sampled.samples_ns.len());
        found.check(&SINGLE_TIMES, rules::sampled::single_times(&sampled), single);
        let least = self.cell.least_time(cores);
        if !least.is_zero() {
            let seen = format!("{:.1?}, and {least:.1?} is the least", total / times_u32);
            found.check(&WAITS, fairness::waits(&self.cell, cores, false, &sampled), seen);
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
            let keeps = rules::opened::keeps_connections(&self.cell, &self.opened);
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
    pub(super) fn answers(&mut self) -> Step {
        let answers = self.fetch()?;
        let seen = format!("{} answers", answers.len());
        self.lane.found.check(&ANSWERS, self.known.check_each(&answers), seen);
        Ok(())
    }

    pub(super) fn usage(&mut self) -> Step {
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
}
