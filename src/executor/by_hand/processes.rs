//! Processes as one starts and feeds them without `process`: no leash, no roles of workers, no frames.

use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};

use super::super::{Answers, Executor};
use super::ExecutorResult;
use crate::failure::{Failure, OrFail};
use crate::process::program::Program;
use crate::process::ready::Ready;
use crate::process::role::{self, Role};
use crate::process::stderr;
use crate::process::usage::Usage;
use crate::workload::{Answer, Batch, Connect, Job, JobContext, Outcome, Spec, Visitor};

/// What a hand-started process does; it stands in its environment.
#[derive(Serialize, Deserialize)]
struct Task {
    workload: Spec,
    /// Its only job; `None` if their numbers come through a pipe.
    index: Option<usize>,
    jobs: usize,
    context: JobContext,
}

const TASK: &str = "FAIRLANE_JOB";

impl Task {
    fn text(batch: &Batch, index: Option<usize>) -> Result<String, Failure> {
        let context = JobContext { warm: index.is_none(), ..batch.context.clone() };
        let task = Self { workload: batch.spec.clone(), index, jobs: batch.jobs, context };
        serde_json::to_string(&task).or_fail(|| "write a job")
    }
}

#[expect(clippy::disallowed_methods, reason = "the control is what one writes without `process`")]
fn start(task: &str) -> io::Result<Child> {
    let mut command = Command::new("/proc/self/exe");
    command.env(role::ROLE, Role::OneJob.name()).env(TASK, task);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

pub(super) fn command(batch: &Batch) -> ExecutorResult {
    Program::myself()?;
    let task = (0..batch.jobs).map(|job| Task::text(batch, Some(job))).collect::<Result<Vec<_>, _>>()?;
    Ok(Box::new(move || commands(&task).or_fail(|| "run a hand-started process")))
}

fn commands(task: &[String]) -> io::Result<Vec<Answer>> {
    let children = task.iter().map(|task| start(task)).collect::<io::Result<Vec<_>>>()?;
    let answer = |child: Child| {
        let output = child.wait_with_output()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().map_err(io::Error::other)
    };
    children.into_iter().map(answer).collect()
}

/// A process that waits for the number of a job.
struct Fed {
    process: Child,
    jobs: Option<ChildStdin>,
    answers: ChildStdout,
}

impl Fed {
    fn send(&mut self, job: usize) -> io::Result<()> {
        self.jobs.as_mut().map_or(Ok(()), |jobs| jobs.write_all(&job.to_le_bytes()))
    }
}

/// It is waited for: what an orphan used is in no account, and would count as another program's.
impl Drop for Fed {
    fn drop(&mut self) {
        self.jobs = None; // the end of its input is its end
        let _ = self.process.wait();
    }
}

pub(super) fn pool(batch: &Batch) -> ExecutorResult {
    Program::myself()?;
    let (task, count) = (Task::text(batch, None)?, batch.jobs);
    let start = |_| {
        let mut process = start(&task)?;
        let (jobs, answers) = (process.stdin.take(), process.stdout.take());
        let answers = answers.ok_or_else(|| io::Error::other("it has no output"))?;
        Ok(Fed { process, jobs, answers })
    };
    let opened = || -> io::Result<_> {
        let mut workers = (0..batch.concurrency).map(start).collect::<io::Result<Vec<_>>>()?;
        let ready = Ready::new()?;
        for (at, worker) in workers.iter_mut().enumerate() {
            worker.answers.read_exact(&mut [0; 8])?; // it is connected
            ready.watch(&worker.answers, at)?;
        }
        Ok((workers, ready))
    };
    let (workers, ready) = opened().or_fail(|| "start a hand-written worker")?;
    Ok(Box::new(Pool { workers, ready, jobs: count }))
}

struct Pool {
    workers: Vec<Fed>,
    ready: Ready,
    jobs: usize,
}

impl Executor for Pool {
    fn run(&mut self) -> Answers {
        feed(&mut self.workers, &mut self.ready, self.jobs).or_fail(|| "feed a hand-written worker")
    }

    fn usage(&mut self) -> Result<Option<Usage>, Failure> {
        Ok(None)
    }
}

fn feed(workers: &mut [Fed], ready: &mut Ready, jobs: usize) -> io::Result<Vec<Answer>> {
    let (mut answers, mut doing) = (vec![0; jobs], vec![0; workers.len()]);
    let (mut next, mut left) = (0_usize, jobs);
    for (worker, doing) in workers.iter_mut().zip(&mut doing).take(jobs) {
        worker.send(next)?;
        *doing = next;
        next += 1;
    }
    while left > 0 {
        for at in ready.wait(true)? {
            let mut answer = [0; 8];
            workers[at].answers.read_exact(&mut answer)?;
            answers[doing[at]] = u64::from_le_bytes(answer);
            left -= 1;
            if next < jobs {
                workers[at].send(next)?;
                doing[at] = next;
                next += 1;
            }
        }
    }
    Ok(answers)
}

/// The hand-started process: does its one job, prints the answer and ends; or does those that come, until no more do.
pub fn main() -> ExitCode {
    let task = std::env::var(TASK).ok().and_then(|text| serde_json::from_str::<Task>(&text).ok());
    let Some(task) = task else { return ExitCode::FAILURE };
    let written = task.workload.clone().visit(Do(task)).and_then(|answer| match answer {
        Some(answer) => writeln!(io::stdout(), "{answer}").or_fail(|| "write the answer"),
        None => Ok(()),
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            stderr::print(failure);
            ExitCode::FAILURE
        }
    }
}

struct Do(Task);

impl Visitor for Do {
    type Output = Option<Answer>;
    fn visit<J: Job>(self) -> Result<Option<Answer>, Failure> {
        let Task { workload, index, jobs, context } = self.0;
        let job = |index| J::new(&workload, index, jobs);
        let client = J::Client::connect(&context)?;
        if let Some(index) = index {
            return job(index).run(&client).map(Some);
        }
        let jobs: Vec<J> = (0..jobs).map(job).collect();
        serve(|index| jobs[index].run(&client)).map(|()| None)
    }
}

fn serve(run: impl Fn(usize) -> Outcome) -> Result<(), Failure> {
    let broken = || "talk through a pipe";
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut say = |answer: Answer| output.write_all(&answer.to_le_bytes()).and_then(|()| output.flush());
    say(0).or_fail(broken)?;
    let mut index = [0; 8];
    while input.read_exact(&mut index).is_ok() {
        say(run(usize::from_le_bytes(index))?).or_fail(broken)?;
    }
    Ok(())
}
