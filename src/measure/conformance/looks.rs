//! `probe` and `stand-still`: what a lane tells of its jobs, and what is seen of it from outside. The rules are the driver's own:
//! `lane::rules` and `passes::fairness`.

use std::time::Duration;

use serde_json::json;

use super::conversation::Step;
use super::opening::Open;
use super::rule::{OVERLAP, PROBES, QUANTILES, STANDS, STILL, TASKS, THREADS, TIMELINE, USAGE, WALL};
use crate::lane::driver::{InFlight, processors};
use crate::lane::look::Look;
use crate::lane::protocol::{Jobs, Probed, Reply};
use crate::lane::rules;
use crate::measure::passes::fairness;
use crate::process::standstill::Standstill;

impl Open<'_> {
    pub(super) fn probe(&mut self) -> Step {
        let timeout = self.lane.timeout + self.slowest * 2;
        let (reply, waited) = self.lane.ask(&PROBES, &json!({ "do": "probe" }), timeout)?;
        let of = |reply| if let Reply::Probed(probed) = reply { Some(probed) } else { None };
        let probed = self.lane.read(&PROBES, &reply, of)?;
        self.lane.hexadecimal("digest", &reply["digest"]);
        let found = &mut self.lane.found;
        found.check(&PROBES, self.known.check_digest(probed.digest), format!("{waited:.1?}"));
        let wall = format!("{:.1?}", Duration::from_nanos(probed.wall_ns));
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

    pub(super) fn stand_still(&mut self) -> Step {
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
