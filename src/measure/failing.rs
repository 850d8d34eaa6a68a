//! What each model makes of a job that fails: what the caller learns, who survives, and what a backtrace shows. Nothing is timed.
//! Must not know how it is shown.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::lane::Cell;
use crate::process::interrupt;
use crate::workload::DONE;

use super::passes::session::{Session, TIMEOUT};

/// The ways in which a job fails, in the order of the workload's parameter.
pub const WAYS: [&str; 4] = ["error", "panic", "abort", "computes for ever"];

/// The executors that are looked at.
const EXECUTORS: [&str; 7] =
    ["sequential", "threads", "thread-pool", "rayon", "process-pool", "tasks", "tasks-mt"];

/// One of them fails.
const JOBS: usize = 8;

/// What a batch with a failing job left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// Under which executor.
    pub executor: Cow<'static, str>,
    /// In which way the job failed.
    pub way: Cow<'static, str>,
    /// What the caller learned.
    pub learned: Learned,
    /// How many of the other jobs did their work.
    pub survivors: usize,
    /// How many others there were.
    pub others: usize,
    /// How many frames of the backtrace are the program's own, and how many there are; `None` where none was reported.
    pub frames: Option<[usize; 2]>,
}

/// What the caller learned of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Learned {
    /// The job's own words.
    Message,
    /// That a job or a process ended, and not what it had to say.
    Ended,
    /// Nothing: it waited until its patience ended.
    Nothing,
    /// That the process in which all jobs ran has ended.
    AllDied,
}

/// Looks at every executor and every way. `None` if the user ends it.
///
/// # Errors
/// If the machine refuses a lane.
pub fn look(patience: Duration) -> Result<Option<Vec<Fate>>, Failure> {
    let mut session = Session::new(TIMEOUT, None)?;
    let mut fates = Vec::new();
    for executor in EXECUTORS {
        for (at, way) in WAYS.into_iter().enumerate() {
            let cell: Cell = format!("fail-{}/{executor}/{JOBS}", at + 1).parse()?;
            let fate = one(&mut session, &cell, executor, way, patience)?;
            if interrupt::came() {
                return Ok(None);
            }
            fates.push(fate);
        }
    }
    Ok(Some(fates))
}

fn one(
    session: &mut Session,
    cell: &Cell,
    executor: &'static str,
    way: &'static str,
    patience: Duration,
) -> Result<Fate, Failure> {
    let mut lane = session.open(cell)?;
    lane.wait_at_most(patience); // to open it may take longer
    let folder = lane.folder().map(Path::to_owned);
    let failure = session.sample(&mut lane, 1).err();
    // The others may still be at work: they are done after this, if they live.
    thread::sleep(SURVIVE);
    let survivors = folder.map_or(0, |folder| survivors(&folder));
    let _ = lane.close(); // it may have ended, or hang
    let message = failure.map_or_else(String::new, |failure| failure.message);
    Ok(Fate {
        executor: executor.into(),
        way: way.into(),
        learned: learned(&message),
        survivors,
        others: JOBS - 1,
        frames: frames(&message),
    })
}

/// Long enough for a job that was not stopped.
const SURVIVE: Duration = Duration::from_millis(100);

fn survivors(folder: &Path) -> usize {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter(|file| file.file_name().to_string_lossy().starts_with(DONE)).count()
}

/// From what the driver was told: the words of the job, that of a lane that is silent, that of a lane that has ended.
fn learned(message: &str) -> Learned {
    match () {
        () if message.contains("on purpose") => Learned::Message,
        () if message.contains("did not answer within") => Learned::Nothing,
        () if message.contains("cannot get a reply from `fairlane-lane`") => Learned::AllDied,
        () => Learned::Ended,
    }
}

fn frames(message: &str) -> Option<[usize; 2]> {
    let (before, _) = message.split_once(" frames of its backtrace")?;
    let mut words = before.rsplit(' ');
    let (all, _, own) = (words.next()?, words.next()?, words.next()?);
    Some([own.parse().ok()?, all.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_learned_is_read_from_the_reason() {
        let job = "job 4 failed on purpose; 3 of 21 frames of its backtrace are its program's";
        assert_eq!((learned(job), frames(job)), (Learned::Message, Some([3, 21])));
        let silent =
            "cannot get a reply from `fairlane-lane` (process 7): it did not answer within 2s and was killed";
        assert_eq!((learned(silent), frames(silent)), (Learned::Nothing, None));
        let died = "cannot get a reply from `fairlane-lane` (process 7): it was killed by SIGABRT (signal 6)";
        assert_eq!(learned(died), Learned::AllDied);
        assert_eq!(learned("cannot get a reply from `fairlane-worker`"), Learned::Ended);
    }
}
