//! Measures groups and says meanwhile how it goes on. After a pass it saves what is known: the driver may be killed.
//!
//! Must not know what the measured times are for.

use rand::rngs::StdRng;

use super::output::{remark, warn};
use super::progress::Progress;
use crate::clock::{self, Stamp};
use crate::measure::machine::pause::Pause;
use crate::measure::machine::warning;
use crate::measure::passes::schedule::Next;
use crate::measure::passes::session::Session;
use crate::measure::passes::suite::Group;
use crate::measure::passes::table::{self, Forecast, Measured, Plan};
use crate::measure::statistics::ranking::LEAST;
use crate::record::judged;
use crate::record::recorder::Recorder;
use crate::report;

/// Measures all groups as planned and says how it goes on; the record, if there is one, is saved meanwhile.
pub(super) fn watched(
    session: &mut Session,
    groups: &[Group],
    plan: Plan,
    order: &mut StdRng,
    progress: &Progress,
    recorder: Option<&mut Recorder>,
) -> Vec<Measured> {
    let mut reporter = RunReporter { groups, progress, recorder, save_from: clock::now() };
    let measured = table::measure(session, groups, plan, order, &mut reporter);
    progress.clear();
    measured
}

/// Judges and saves.
pub(super) fn keep(measured: &[Measured], recorder: &mut Recorder) {
    if let Some(last) = measured.last() {
        recorder.apparatus(&last.apparatus);
    }
    recorder.keep(measured.iter().map(judged::group));
}

/// Saving may take one part in 20 of the time.
const SAVING: u32 = 20;

/// Says how a run goes on, and saves what is known after a pass: the driver may be killed.
struct RunReporter<'t> {
    groups: &'t [Group],
    progress: &'t Progress,
    recorder: Option<&'t mut Recorder>,
    save_from: Stamp,
}

impl table::Watch for RunReporter<'_> {
    fn rehearse(&mut self, group: usize) {
        self.progress.rehearse((group + 1, self.groups.len()), &self.groups[group].name());
    }

    fn forecast(&mut self, forecast: Forecast) {
        self.progress.clear();
        let forecast = report::forecast::Forecast {
            lanes: forecast.lanes(),
            least: LEAST.min(forecast.wanted),
            budget: forecast.budget,
            needed: forecast.budget_for(LEAST),
        };
        remark(&report::forecast::line(&forecast));
    }

    fn next(&mut self, next: Next) {
        self.progress.pass(&next, &self.groups[next.group].name());
    }

    fn paused(&mut self, group: usize, pass: Option<usize>, pause: Pause) {
        let name = self.groups[group].name();
        let during = match pass {
            Some(pass) => format!("pass {pass} of `{name}`"),
            None => format!("the rehearsal of `{name}`"),
        };
        let warning = warning::paused(&during, pause);
        self.progress.suspend(|| warn(&warning));
        if let Some(recorder) = &mut self.recorder {
            recorder.run.warnings.push(warning);
        }
    }

    fn passed(&mut self, so_far: &dyn Fn() -> Vec<Measured>) {
        let begun = clock::now();
        if let Some(recorder) = &mut self.recorder
            && begun >= self.save_from
        {
            keep(&so_far(), recorder);
            let ended = clock::now();
            self.save_from = ended.after(ended.since(begun) * SAVING);
        }
    }
}
