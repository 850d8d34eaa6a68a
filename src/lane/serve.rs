//! A lane whose driver started it through a launcher, mostly on another machine: its arguments say that it is a lane, and the
//! end of its input is its leash.
//!
//! The main thread answers, because workers end with the thread that started them. Another one reads, so that it sees the end
//! of the input while a batch runs. Must not know what starts the launcher.

use std::io::{self, BufRead};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam::channel::{Receiver, Sender, bounded};

use super::child;
use crate::failure::{Failure, OrFail};
use crate::process::interrupt;
use crate::process::role::{self, Role};

/// Serves requests until the input ends. If that happens while a batch runs, the process ends at once, with its workers.
///
/// # Errors
/// If the machine refuses the threads that it needs.
pub fn main() -> Result<ExitCode, Failure> {
    role::become_role(Role::Lane);
    let unanswered = Arc::new(AtomicUsize::new(0));
    let (sender, lines) = bounded(1);
    let requests = Requests { lines, unanswered: Arc::clone(&unanswered), has_one: false };
    let start = |name: &str, run: Box<dyn FnOnce() + Send>| {
        thread::Builder::new().name(name.into()).spawn(run).map(drop)
    };
    start("requests", Box::new(move || read(sender, &unanswered)))
        .and_then(|()| start("interrupted", Box::new(end_if_interrupted)))
        .or_fail(|| "start the threads of a lane")?;
    Ok(child::answer_each(requests, |_, _| ()))
}

/// Requests that were read, and have no answer yet until the next one is wanted.
struct Requests {
    lines: Receiver<String>,
    unanswered: Arc<AtomicUsize>,
    has_one: bool,
}

impl Iterator for Requests {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if std::mem::replace(&mut self.has_one, true) {
            self.unanswered.fetch_sub(1, Ordering::SeqCst);
        }
        self.lines.recv().ok()
    }
}

/// The main thread may still have to say that it is ready for the next request.
const MOMENT: Duration = Duration::from_millis(20);

/// How long an idle lane may take to end: it drops what it made, and the table that it has in a database.
const END: Duration = Duration::from_secs(10);

fn read(sender: Sender<String>, unanswered: &AtomicUsize) {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        unanswered.fetch_add(1, Ordering::SeqCst);
        if sender.send(line).is_err() {
            return; // the lane has failed, and ends
        }
    }
    let is_idle = || unanswered.load(Ordering::SeqCst) == 0;
    if !is_idle() {
        thread::sleep(MOMENT);
    }
    if is_idle() {
        drop(sender); // so the main thread learns of it
        thread::sleep(END);
    }
    interrupt::end_at_once(1)
}

/// A container or a scheduler ends its processes by a signal.
fn end_if_interrupted() {
    let _ = interrupt::channel().recv();
    interrupt::end_at_once(interrupt::EXIT)
}
