//! Worker processes: the side that is started and does jobs, and the side that starts and feeds them.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{ChildStdout, ExitCode};

use serde::de::DeserializeOwned;

use crate::failure::{Failure, OrFail};
use crate::process::child::{Child, Stderr};
use crate::process::frame;
use crate::process::program::Program;
use crate::process::role::{self, Role};
use crate::process::usage::{Account, Usage};
use crate::workload::trace::{self, Ran, Trace, Wanted};
use crate::workload::{Answer, Outcome, Recipe, phase};

/// Most messages are shorter, and so cost one call of the kernel. It is little, for there may be thousands of workers.
const MESSAGE: usize = 512;

const READY: Answer = 0; // of a warm worker whose slot is open

/// Does jobs until the pipe closes.
pub fn main() -> ExitCode {
    role::ended("worker: ", serve())
}

fn serve() -> Result<(), Failure> {
    let pipe = || "serve jobs on the worker's pipe";
    // Plain descriptors: std's own handles would split frames at line ends.
    let input = File::from(io::stdin().as_fd().try_clone_to_owned().or_fail(pipe)?);
    let mut input = BufReader::with_capacity(MESSAGE, input);
    let mut output = File::from(io::stdout().as_fd().try_clone_to_owned().or_fail(pipe)?);
    let Some(recipe) = frame::read::<Recipe>(&mut input).or_fail(pipe)? else { return Ok(()) };
    let work = recipe.open();
    if recipe.context.warm {
        frame::write(&mut output, &work.as_ref().map(|_| READY).map_err(Clone::clone)).or_fail(pipe)?;
    }
    let mut account = Account::default();
    while let Some((wanted, job)) = frame::read::<(Option<Wanted>, Vec<u8>)>(&mut input).or_fail(pipe)? {
        let Some(wanted) = wanted else {
            account.report(|used| frame::write(&mut output, used)).or_fail(pipe)?;
            continue;
        };
        let standing = match &wanted {
            // A worker that comes when all may go on already does not find it.
            Wanted::Standstill(name) => phase::stand_still(name).ok(),
            Wanted::Nothing | Wanted::Stamps => None,
        };
        let body = || work.as_ref().map_err(Clone::clone).and_then(|work| work(&job));
        let reply: Reply = if wanted == Wanted::Stamps {
            let (outcome, seen) = trace::observe(body);
            (outcome, Some(seen))
        } else {
            (body(), None)
        };
        frame::write(&mut output, &reply).or_fail(pipe)?;
        drop(standing);
    }
    Ok(())
}

/// What a worker is asked: to do a job, and what is wanted of it besides; or to say what this process has used since it
/// was last asked.
type Ask<'a> = (Option<Wanted>, &'a [u8]);

/// What it answers to a job: the outcome, and what it saw if that was wanted.
type Reply = (Outcome, Option<Ran>);

/// A worker as its employer sees it.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts a worker and hands it the recipe, with its only job in the same write if there is one.
    pub(super) fn start(recipe: &Recipe, only: Option<(usize, &[u8], &Trace)>) -> Result<Self, Failure> {
        if let Some((job, _, trace)) = only {
            trace.hand(job);
        }
        let mut child = Child::start(&Program::myself()?, Role::Worker, Stderr::Share)?;
        let answers = child
            .stdout
            .take()
            .ok_or_else(|| Failure::new("cannot read the answers of a worker: it has no output"))?;
        let mut worker = Self { child, answers: BufReader::with_capacity(MESSAGE, answers) };
        let mut message = Vec::with_capacity(128);
        frame::push(&mut message, recipe).or_fail(|| "write a worker's recipe")?;
        if let Some((_, frame, trace)) = only {
            frame::push(&mut message, &(Some(trace.wanted()), frame) as &Ask<'_>)
                .or_fail(|| "write a worker's job")?;
        }
        worker.write(&message)?;
        if only.is_some() {
            // The worker ends by itself, while its siblings are served.
            worker.child.stdin = None;
        }
        Ok(worker)
    }

    /// Hands it job number `job`, which is `frame` as bytes.
    pub(super) fn send(&mut self, job: usize, frame: &[u8], trace: &Trace) -> Result<(), Failure> {
        trace.hand(job);
        let mut message = Vec::with_capacity(frame.len() + 8);
        frame::push(&mut message, &(Some(trace.wanted()), frame) as &Ask<'_>)
            .or_fail(|| "write a worker's job")?;
        self.write(&message)
    }

    /// Where its answers come from. It says nothing but them, one at a time, so nothing waits unseen in a buffer.
    pub(super) fn output(&self) -> BorrowedFd<'_> {
        self.answers.get_ref().as_fd()
    }

    pub(super) fn ready(&mut self) -> Result<(), Failure> {
        self.read::<Outcome>()?.map(drop)
    }

    /// Waits for the outcome of job number `job`, and leaves what the worker saw of it.
    pub(super) fn receive(&mut self, job: usize, trace: &Trace) -> Outcome {
        let (outcome, seen) = self.read::<Reply>()?;
        if let Some(seen) = seen {
            trace.record(job, self.child.id(), seen);
        }
        outcome
    }

    pub(super) fn usage(&mut self) -> Result<Usage, Failure> {
        let mut message = Vec::new();
        frame::push(&mut message, &(None, [].as_slice()) as &Ask<'_>).or_fail(|| "ask a worker")?;
        self.write(&message)?;
        self.read()
    }

    fn read<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        let reply = frame::read::<T>(&mut self.answers).or_fail(|| "read a worker's answer")?;
        reply.ok_or_else(|| self.lost())
    }

    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let ending = self.child.wait().or_fail(|| "wait for a worker")?;
        if ending.success() {
            return Ok(());
        }
        Err(Failure::new(format!("cannot end a worker: worker process {} {ending}", self.child.id())))
    }

    fn write(&mut self, message: &[u8]) -> Result<(), Failure> {
        let written = self.child.stdin.as_mut().is_some_and(|pipe| pipe.write_all(message).is_ok());
        // A pipe that refuses has lost its reader: how that ended says more than "broken pipe".
        if written { Ok(()) } else { Err(self.lost()) }
    }

    /// How it ended, when it should have answered.
    pub(super) fn lost(&mut self) -> Failure {
        match self.child.wait() {
            Ok(ending) => Failure::new(format!(
                "cannot run a job: worker process {} {ending} before it answered",
                self.child.id()
            )),
            Err(cause) => Failure::caused("wait for a worker", &cause),
        }
    }
}
