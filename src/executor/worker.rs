//! Worker processes: the side that is started and does jobs, and the side that starts and feeds them.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use crate::failure::{Failure, OrFail};
use crate::process::child::{Child, Program, Stderr};
use crate::process::frame;
use crate::process::role::Role;
use crate::workload::{Answer, Outcome, Recipe};

/// What a warm worker says when its slot is ready.
const READY: Answer = 0;

/// Does jobs until the pipe closes.
pub fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            anstream::eprintln!("worker: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), Failure> {
    let pipe = || "serve jobs on the worker's pipe";
    // Plain descriptors: std's own handles would split frames at line ends.
    let mut input = File::from(io::stdin().as_fd().try_clone_to_owned().or_fail(pipe)?);
    let mut output = File::from(io::stdout().as_fd().try_clone_to_owned().or_fail(pipe)?);
    let Some(recipe) = frame::read::<Recipe>(&mut input).or_fail(pipe)? else { return Ok(()) };
    let work = recipe.open();
    if recipe.place.warm {
        frame::write(&mut output, &work.as_ref().map(|_| READY).map_err(Clone::clone)).or_fail(pipe)?;
    }
    while let Some(job) = frame::read::<Vec<u8>>(&mut input).or_fail(pipe)? {
        let outcome = work.as_ref().map_err(Clone::clone).and_then(|work| work.run(&job));
        frame::write(&mut output, &outcome).or_fail(pipe)?;
    }
    Ok(())
}

/// A worker as its employer sees it.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) child: Child,
}

impl Worker {
    /// Starts a worker and hands it the recipe, with a first job in the same write if there is one.
    pub(super) fn start(recipe: &Recipe, job: Option<&[u8]>) -> Result<Self, Failure> {
        let mut worker = Self { child: Child::start(&Program::myself()?, Role::Worker, Stderr::Share)? };
        let mut letter = Vec::with_capacity(128);
        frame::push(&mut letter, recipe).or_fail(|| "write a worker's recipe")?;
        if let Some(job) = job {
            frame::push(&mut letter, &job).or_fail(|| "write a worker's job")?;
        }
        worker.write(&letter)?;
        if job.is_some() {
            // It was the only one: the worker ends by itself, while its siblings are served.
            worker.child.stdin = None;
        }
        Ok(worker)
    }

    /// Hands it a job.
    pub(super) fn send(&mut self, job: &[u8]) -> Result<(), Failure> {
        let mut letter = Vec::with_capacity(job.len() + 8);
        frame::push(&mut letter, &job).or_fail(|| "write a worker's job")?;
        self.write(&letter)
    }

    /// Waits for what it says next.
    pub(super) fn receive(&mut self) -> Outcome {
        let said = match &mut self.child.stdout {
            Some(pipe) => frame::read::<Outcome>(pipe).or_fail(|| "read a worker's answer")?,
            None => None,
        };
        said.unwrap_or_else(|| Err(self.lost()))
    }

    /// Lets it end and waits until it has.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let ending = self.child.wait().or_fail(|| "wait for a worker")?;
        if ending.success() {
            return Ok(());
        }
        Err(Failure::new(format!("worker process {} {ending}", self.child.id())))
    }

    fn write(&mut self, letter: &[u8]) -> Result<(), Failure> {
        let written = self.child.stdin.as_mut().is_some_and(|pipe| pipe.write_all(letter).is_ok());
        // A pipe that refuses has lost its reader: how that ended says more than "broken pipe".
        if written { Ok(()) } else { Err(self.lost()) }
    }

    fn lost(&mut self) -> Failure {
        match self.child.wait() {
            Ok(ending) => {
                Failure::new(format!("worker process {} {ending} before it answered", self.child.id()))
            }
            Err(cause) => Failure::caused("wait for a worker", &cause),
        }
    }
}
