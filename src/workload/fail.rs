//! `fail`: one job of the batch fails on purpose, in one of several ways. Shows what each model does with an error.
//!
//! The other jobs each leave a file in the cell's folder when they are done, so that one can count who survived.

use std::backtrace::Backtrace;
use std::fs::File;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Answer, Connect, ConnectAsync, Digest, Family, Job, JobContext, Kind, Needs, Outcome, Param, Spec, Unit,
    phase,
};
use crate::failure::{Failure, OrFail};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Fail {
    index: u64,
    /// How it fails: 0 not at all.
    how: u64,
}

/// The folder of the cell.
pub(super) struct Folder(PathBuf);

/// The job that fails comes after this; the others are done after twice as long.
const SOON: Duration = Duration::from_millis(20);

const ERROR: u64 = 1;
const PANIC: u64 = 2;
const ABORT: u64 = 3;
const NEVER: u64 = 4;

impl Job for Fail {
    const KIND: Kind = Kind {
        id: "fail",
        family: Family::Io,
        waits: true,
        about: "waits, and one job of the batch fails on purpose: what the caller learns of it, and who survives",
        many: "waits",
        params: &[Param {
            name: "how",
            unit: Unit::Count,
            default: 0,
            range: (0, NEVER),
            about: "how it fails: 0 not at all, 1 returns an error, 2 panics, 3 aborts, 4 computes for ever",
        }],
        needs: Needs::Scratch,
        ..Kind::PLAIN
    };
    type Client = Folder;
    type AsyncClient = Folder;

    fn new(spec: &Spec, index: usize, jobs: usize) -> Self {
        let how = if index == jobs / 2 { spec.value("how") } else { 0 };
        Self { index: index as u64, how }
    }

    fn known(&self, _: Digest) -> Answer {
        self.index
    }

    /// From now on a panic does what the model makes of it. Other lanes end with their first panic.
    fn prepare(jobs: &[Self], _: &JobContext) -> Result<(), Failure> {
        if jobs.iter().any(|job| job.how == PANIC) {
            std::panic::set_hook(Box::new(|_| ()));
        }
        Ok(())
    }

    fn run(&self, folder: &Folder) -> Outcome {
        phase::wait(|| thread::sleep(SOON));
        self.fails()?;
        thread::sleep(SOON);
        self.done(folder)
    }

    async fn run_async(&self, folder: &Folder) -> Outcome {
        phase::wait_async(tokio::time::sleep(SOON)).await;
        self.fails()?;
        tokio::time::sleep(SOON).await;
        self.done(folder)
    }
}

impl Fail {
    #[expect(clippy::panic, reason = "that is what this workload is for")]
    fn fails(&self) -> Result<(), Failure> {
        match self.how {
            ERROR => Err(Failure::new(format!("job {} failed on purpose; {}", self.index, frames()))),
            PANIC => panic!("job {} panicked on purpose; {}", self.index, frames()),
            ABORT => std::process::abort(),
            NEVER => loop {
                std::hint::spin_loop(); // it computes on and on, and gives its thread to nobody
            },
            _ => Ok(()),
        }
    }

    fn done(&self, Folder(folder): &Folder) -> Outcome {
        File::create(folder.join(format!("{DONE}{}", self.index))).or_fail(|| "note that a job is done")?;
        Ok(self.index)
    }
}

/// How the names of the files begin that jobs leave.
pub const DONE: &str = "done-";

/// How many frames of a backtrace taken here belong to this program, and how many there are.
fn frames() -> String {
    let trace = Backtrace::force_capture().to_string();
    let is_frame = |line: &&str| {
        line.trim_start().split_once(": ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    let frames: Vec<&str> = trace.lines().filter(is_frame).collect();
    let own = frames.iter().filter(|frame| frame.contains("fairlane::")).count();
    format!("{own} of {} frames of its backtrace are its program's", frames.len())
}

impl Connect for Folder {
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        context.scratch().map(|folder| Self(folder.to_owned()))
    }
}

impl ConnectAsync for Folder {
    async fn connect(context: &JobContext) -> Result<Self, Failure> {
        <Self as Connect>::connect(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch;

    #[test]
    fn one_job_of_a_batch_fails_and_says_how_many_frames_are_its_own() {
        let spec: Spec = "fail-1".parse().expect("a name");
        let folder = Folder(scratch::folder("fail").expect("a folder").path().into());
        let failure = Fail::new(&spec, 2, 4).run(&folder).expect_err("it fails");
        assert!(failure.message.starts_with("job 2 failed on purpose; "), "{failure}");
        assert!(Fail::new(&spec, 1, 4).how == 0 && Fail::new(&spec, 3, 4).how == 0);
    }

    #[test]
    fn a_job_that_does_not_fail_leaves_a_file() {
        let kept = scratch::folder("fail").expect("a folder");
        let job = Fail { index: 3, how: 0 };
        assert_eq!(job.run(&Folder(kept.path().into())), Ok(job.known(Digest::Xxh3)));
        assert!(kept.path().join("done-3").is_file());
    }
}
