//! The lane's side: prepares one cell and runs it on request. The clock is read here and nowhere else in a lane.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use super::Cell;
use super::protocol::{MOST_DIGESTS, MOST_SAMPLES, Reply, Request, Sampled, digest};
use crate::clock;
use crate::executor::{Answers, Executor};
use crate::failure::{Failure, OrFail};
use crate::workload::{Answer, Place};

/// Serves requests until the pipe closes.
pub fn main() -> ExitCode {
    let mut lane = None;
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let reply = serde_json::from_str(&line)
            .or_fail(|| "understand a request")
            .and_then(|request| serve(&mut lane, request))
            .unwrap_or_else(Reply::Failed);
        let failed = matches!(reply, Reply::Failed(_));
        if say(&reply).is_err() || failed {
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

fn serve(lane: &mut Option<Prepared>, request: Request) -> Result<Reply, Failure> {
    match (request, lane) {
        (Request::Open { cell, server, scratch, cores }, lane @ None) => {
            *lane = Some(Prepared::open(cell, Place { server, scratch, warm: true }, cores)?);
            Ok(Reply::Ready)
        }
        (Request::Open { .. }, Some(open)) => {
            Err(Failure::new(format!("this lane is open as `{}`", open.cell)))
        }
        (_, None) => Err(Failure::new("this lane is not open yet")),
        (Request::Sample { times }, Some(lane)) => lane.sample(times).map(Reply::Sampled),
        (Request::Answers, Some(lane)) => Ok(Reply::Answers { answers: lane.answers() }),
    }
}

/// A cell that is ready to run.
pub struct Prepared {
    cell: Cell,
    executor: Box<dyn Executor>,
    /// The answers to show when asked.
    shown: Vec<Answer>,
}

impl Prepared {
    /// Makes ready what is warm.
    ///
    /// # Errors
    /// What the machine or the server refused.
    pub fn open(cell: Cell, place: Place, cores: usize) -> Result<Self, Failure> {
        let batch = cell.batch(cores, place);
        batch.prepare()?;
        let executor = (cell.executor.open)(&batch)?;
        Ok(Self { cell, executor, shown: Vec::new() })
    }

    /// The answers of a batch whose digest was new when it was last sampled.
    pub fn answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.shown)
    }

    /// Runs the batch so many times.
    ///
    /// # Errors
    /// The first job that failed, or what the machine refused.
    pub fn sample(&mut self, times: u64) -> Result<Sampled, Failure> {
        let mut sampled = Sampled { count: 0, total_ns: 0, samples_ns: Vec::new(), digests: Vec::new() };
        for _ in 0..times {
            // Inside: handing the batch over, all that the executor makes for it, and the last answer back in
            // place. Outside: what was warm before, and looking at the answers, the same for every executor.
            let start = clock::now();
            let answers = self.executor.run();
            let took = clock::nanos(clock::now().since(start));

            self.keep(self.checkable(answers)?, &mut sampled);
            sampled.count += 1;
            sampled.total_ns += took;
            if sampled.samples_ns.len() < MOST_SAMPLES {
                sampled.samples_ns.push(took);
            }
        }
        Ok(sampled)
    }

    /// Notes the digest of a batch's answers, and the answers of the batch whose digest is new.
    fn keep(&mut self, answers: Vec<Answer>, sampled: &mut Sampled) {
        let digest = digest(&answers);
        if !sampled.digests.contains(&digest) && sampled.digests.len() < MOST_DIGESTS {
            sampled.digests.push(digest);
            self.shown = answers;
        }
    }

    #[cfg(not(debug_assertions))]
    fn checkable(&self, answers: Answers) -> Answers {
        answers
    }

    /// Tests see that a wrong answer is caught: this falsifies the last one of the cell that is named.
    #[cfg(debug_assertions)]
    fn checkable(&self, mut answers: Answers) -> Answers {
        if let (Ok(answers), Ok(cell)) = (&mut answers, std::env::var("FAIRLANE_FALSIFY"))
            && cell == self.cell.to_string()
            && let Some(last) = answers.last_mut()
        {
            *last ^= 1;
        }
        answers
    }
}
