//! The lane's side: prepares one cell and runs it on request. The clock is read here and nowhere else in a lane.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;

use super::protocol::{
    Jobs, MOST_DIGESTS, MOST_SAMPLES, Opened, PROTOCOL, Probed, Quantiles, Reply, Request, Sampled, Tasks,
};
use super::{Cell, hex::Hex, job_times};
use crate::clock::{self, Stamp, nanos};
use crate::executor::{Executor, ExecutorResult};
use crate::failure::{Failure, OrFail};
use crate::primitive;
use crate::process::usage::Usage;
use crate::version::{RUNTIME, VERSION};
use crate::workload::trace::{Traced, Wanted};
use crate::workload::{Answer, Batch, Digest, JobContext, Scratch, Server, phase};

/// Serves requests until the pipe closes.
pub fn main() -> ExitCode {
    serve(|_, _| ())
}

/// The same, with a last edit of each reply of an open lane before it is written: tests have a lane that lies.
pub fn serve(edit: impl Fn(&Cell, &mut Reply)) -> ExitCode {
    answer_each(io::stdin().lock().lines().map_while(Result::ok), edit)
}

/// The same with requests that another thread has read.
pub(super) fn answer_each(
    requests: impl Iterator<Item = String>,
    edit: impl Fn(&Cell, &mut Reply),
) -> ExitCode {
    let mut lane = None;
    for line in requests {
        let mut reply =
            understand(&line).and_then(|request| answer(&mut lane, request)).unwrap_or_else(Reply::Failed);
        if let Some(Prepared { cell, .. }) = &lane {
            edit(cell, &mut reply);
        }
        if say(&reply).is_err() || matches!(reply, Reply::Failed(_)) {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn say(reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    let mut output = io::stdout().lock();
    output.write_all(&line)?;
    output.flush()
}

/// The request in a line.
pub(crate) fn understand(line: &str) -> Result<Request, Failure> {
    serde_json::from_str(line).or_fail(|| "understand a request")
}

/// What a lane says to a request; an open one is `Some`.
pub(crate) fn answer(lane: &mut Option<Prepared>, request: Request) -> Result<Reply, Failure> {
    match (request, lane) {
        (Request::Open { protocol, .. }, None) if protocol > PROTOCOL => Err(Failure::new(format!(
            "this lane speaks version {PROTOCOL} of the lane protocol, and its driver speaks version {protocol}"
        ))),
        (Request::Open { cell, server, token, scratch, cores, .. }, lane @ None) => {
            can_open(&cell, cores)?;
            let server = server.map(|addr| Server { addr, token });
            let open = Prepared::open(cell, JobContext { server, scratch, warm: true }, cores)?;
            let opened = open.opened(cores);
            *lane = Some(open);
            Ok(Reply::Ready(opened))
        }
        (Request::Open { .. }, Some(open)) => {
            Err(Failure::new(format!("cannot open a second cell: this lane is open as `{}`", open.cell)))
        }
        (_, None) => Err(Failure::new("cannot answer the request: this lane is not open yet")),
        (Request::Sample { times }, Some(lane)) => lane.sample(times).map(Reply::Sampled),
        (Request::Usage, Some(lane)) => lane.usage().map(|usage| Reply::Used { usage }),
        (Request::Probe, Some(lane)) => lane.probe().map(Reply::Probed),
        (Request::StandStill { at }, Some(lane)) => Ok(Reply::Stood { digest: Hex(lane.stand_still(at)?) }),
        (Request::Answers, Some(lane)) => {
            Ok(Reply::Answers { answers: lane.answers().into_iter().map(Hex).collect() })
        }
    }
}

/// More processors than any machine of Linux has: its kernel counts them up to this.
const MOST_CORES: usize = 8_192;

/// Whether a cell makes sense on that many cores. A driver asks this before it opens one; what another program sends must not
/// start a million threads either.
pub(crate) fn can_open(cell: &Cell, cores: usize) -> Result<(), Failure> {
    let refused = |why: &str| Err(Failure::new(format!("cannot open `{cell}`: {why}")));
    if !(1..=MOST_CORES).contains(&cores) {
        return refused(&format!("it would have {cores} cores, and a machine has from 1 to {MOST_CORES}"));
    }
    cell.impossible(cores).map_or(Ok(()), |why| refused(&why))
}

/// Makes what is warm: the executor, or the cell that a primitive has in its place.
fn make(cell: &Cell, batch: &Batch) -> ExecutorResult {
    match primitive::find(cell.workload.kind(), cell.executor.id) {
        Some(primitive) => primitive.open(batch),
        None => (cell.executor.open)(batch),
    }
}

/// A cell that is ready to run.
pub struct Prepared {
    cell: Cell,
    batch: Batch,
    /// What was made ahead; nothing in a cold cell.
    warm: Option<Box<dyn Executor>>,
    /// The answers to show when asked.
    shown: Vec<Answer>,
    /// The folder, if the driver gave none: its own. Stands below the executor, so that it is removed after that has ended.
    _scratch: Option<Scratch>,
}

impl Prepared {
    /// Makes ready what is warm.
    ///
    /// # Errors
    /// What the machine or the server refused.
    pub fn open(cell: Cell, mut context: JobContext, cores: usize) -> Result<Self, Failure> {
        let scratch = if context.scratch.is_none() { cell.workload.scratch()? } else { None };
        if let Some(own) = &scratch {
            context.scratch = Some(own.path().to_owned());
        }
        let batch = cell.batch(cores, context);
        batch.prepare()?;
        let warm = if cell.cold { None } else { Some(make(&cell, &batch)?) };
        Ok(Self { cell, batch, warm, shown: Vec::new(), _scratch: scratch })
    }

    /// What it says of itself.
    fn opened(&self, cores: usize) -> Opened {
        let executor = self.cell.executor;
        Opened {
            protocol: PROTOCOL,
            build: Some(VERSION.clone()),
            language: Some("Rust".into()),
            runtime: Some(RUNTIME.clone()),
            model: Some(executor.model.name().into()),
            in_flight: Some(self.cell.width(cores)),
            threads: None, // the driver has the same registry
            hash: Digest::Xxh3,
            keeps_connections: Some(self.cell.keeps_connections()),
            warm_up_ms: 0,
        }
    }

    /// The answers of a batch whose digest was new when it was last sampled.
    pub fn answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.shown)
    }

    /// Runs the batch `times` times.
    ///
    /// # Errors
    /// The first job that failed, or what the machine refused.
    pub fn sample(&mut self, times: u64) -> Result<Sampled, Failure> {
        let mut sampled = Sampled::default();
        let (used, began) = (Usage::so_far(), clock::now());
        for _ in 0..times {
            // Inside: handing the batch over, all that the executor makes for it, and the last answer back in
            // place. Outside: what was warm before, and looking at the answers, the same for every executor.
            // A cold cell makes everything inside; what it made ends outside.
            let mut made = None;
            let start = clock::now();
            let answers = self.executor(&mut made)?.run();
            let took = nanos(clock::now().since(start));
            drop(made);

            self.keep(answers?, &mut sampled);
            sampled.count += 1;
            sampled.total_ns += took;
            if sampled.samples_ns.len() < MOST_SAMPLES {
                sampled.samples_ns.push(took);
            }
        }
        let mut usage = Usage::so_far() - used;
        // Between the batches this thread alone inspected answers: that cost is not theirs.
        let between = nanos(clock::now().since(began)).saturating_sub(sampled.total_ns);
        usage.cpu_user_ns = usage.cpu_user_ns.saturating_sub(between);
        sampled.usage = Some(usage);
        Ok(sampled)
    }

    /// What is warm, or what a cold cell makes here and now.
    fn executor<'a>(
        &'a mut self,
        made: &'a mut Option<Box<dyn Executor>>,
    ) -> Result<&'a mut dyn Executor, Failure> {
        Ok(match (&mut self.warm, made) {
            (Some(warm), _) | (None, Some(warm)) => warm.as_mut(),
            (None, made) => made.insert(make(&self.cell, &self.batch)?).as_mut(),
        })
    }

    /// What living worker processes used since the last request; `None` if they cannot report it.
    ///
    /// # Errors
    /// If one of them is gone.
    pub fn usage(&mut self) -> Result<Option<Usage>, Failure> {
        self.warm.as_mut().map_or_else(|| Ok(Some(Usage::default())), |warm| warm.usage())
    }

    /// Runs the batch once with stamps on every job and an account of what it used.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn probe(&mut self) -> Result<Probed, Failure> {
        let trace = Arc::clone(&self.batch.trace);
        trace.begin(Wanted::Stamps);
        let mut made = None;
        self.usage()?; // of living workers, until now
        let before = Usage::so_far();
        let start = clock::now();
        let answers = self.executor(&mut made)?.run();
        let end = clock::now();
        let usage = Usage::so_far() - before + self.executor(&mut made)?.usage()?.unwrap_or_default();
        let traced = trace.end();
        let digest = Hex(Digest::Xxh3.of_answers(&answers?));
        let jobs = self.jobs(&traced, start)?;
        let timeline = jobs.as_ref().map(|_| job_times::of(traced.kept, start.nanos()));
        Ok(Probed { wall_ns: nanos(end.since(start)), jobs, timeline, usage, digest })
    }

    /// Runs the batch once; every job that waits or computes, here or in a worker, joins the standstill of that name.
    /// Gives the digest of the answers.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn stand_still(&mut self, name: String) -> Result<u64, Failure> {
        // If the lane cannot join, its jobs do not stand still: that costs the figures of memory and no more.
        let standing = phase::stand_still(&name).ok();
        self.batch.trace.begin(Wanted::Standstill(name));
        let mut made = None;
        let answers = self.executor(&mut made)?.run();
        self.batch.trace.end();
        drop(standing);
        Ok(Digest::Xxh3.of_answers(&answers?))
    }

    /// When the jobs ran. Every executor leaves stamps on every job; the hand-written controls and the primitives leave
    /// none.
    fn jobs(&self, traced: &Traced, start: Stamp) -> Result<Option<Jobs>, Failure> {
        if self.cell.executor.is_control() || self.cell.is_primitive() {
            return Ok(None);
        }
        let Traced { spans, tasks, longest, .. } = traced;
        if spans.len() != self.batch.jobs {
            let (stamped, jobs) = (spans.len(), self.batch.jobs);
            return Err(Failure::new(format!(
                "cannot probe `{}`: {stamped} of {jobs} jobs left their stamps",
                self.cell
            )));
        }
        let after = |start: u64, end: u64| end.saturating_sub(start);
        let latencies: Vec<u64> = spans.iter().map(|[start, end]| after(*start, *end)).collect();
        let responses = spans.iter().map(|[_, end]| after(start.nanos(), *end)).collect();
        let in_flight_ns = latencies.iter().sum();
        let quantiles = Quantiles::of(latencies).zip(Quantiles::of(responses));
        let polls = Quantiles::of(longest.iter().copied().map(nanos).collect());
        let tasks = polls.map(|polls| Tasks { count: *tasks as u64, poll_p50_ns: polls.p50_ns });
        Ok(quantiles.map(|(latency, response)| Jobs { in_flight_ns, latency, response, tasks }))
    }

    /// Notes the digest of a batch's answers, and the answers of the batch whose digest is new.
    fn keep(&mut self, answers: Vec<Answer>, sampled: &mut Sampled) {
        let digest = Hex(Digest::Xxh3.of_answers(&answers));
        if !sampled.digests.contains(&digest) && sampled.digests.len() < MOST_DIGESTS {
            sampled.digests.push(digest);
            self.shown = answers;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_opens_no_cell_that_would_endanger_the_machine() {
        let opens =
            |id: &str, cores| can_open(&id.parse().expect("a cell"), cores).map_err(|why| why.message);
        assert_eq!(opens("noop/tasks-mt/4", 2), Ok(()));
        for (id, cores, says) in [
            ("noop/tasks-mt/4", 0, "it would have 0 cores"),
            ("noop/tasks-mt/4", usize::MAX, "cores, and a machine has from 1 to 8192"),
            ("noop/threads-w1000000/1000000", 2, "more than 100000 at once would endanger the machine"),
            ("timer/processes/5000", 2, "more than 4096 at once would endanger the machine"),
        ] {
            let message = opens(id, cores).expect_err(says);
            assert!(
                message.starts_with(&format!("cannot open `{id}`: ")) && message.contains(says),
                "{message}"
            );
        }
    }
}
