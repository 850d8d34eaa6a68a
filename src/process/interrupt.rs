//! Ctrl-C, SIGTERM and SIGHUP, as a channel that a thread can wait for together with others.
//!
//! The first signal asks the run to end: what was measured is kept. The second one ends the process at once, after its
//! children and its folders are gone. The third one does not even wait for that. A signal that this process inherited
//! as ignored stays ignored, so that `nohup` protects a run. Knows nothing of what is interrupted.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use std::{io, process, thread};

use crossbeam::channel::{Receiver, Sender, bounded};
use nix::libc::c_int;
use procfs::process::Process;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::child;

/// The signal that asked the run to end; 0 before there is one.
static CAME: AtomicI32 = AtomicI32::new(0);
static CHANNEL: OnceLock<Receiver<()>> = OnceLock::new();
static FOLDERS: Mutex<Vec<(PathBuf, Remove)>> = Mutex::new(Vec::new());

/// How a folder is removed.
type Remove = fn(&Path);

/// Exit code of a run that was interrupted, as shells use it.
pub const EXIT: u8 = 130;

/// How long killed children may take to be gone before their folders are removed.
const CHILDREN_END: Duration = Duration::from_secs(2);

/// From now on the first interrupt is noted instead of ending the process; the second one ends it.
///
/// # Errors
/// If the signal handlers cannot be installed.
pub fn listen() -> io::Result<()> {
    let (sender, receiver): (Sender<()>, _) = bounded(0);
    CHANNEL.set(receiver).map_err(|_| io::Error::other("this process already listens for interrupts"))?;
    let wanted = || [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    let at_once = Arc::new(AtomicBool::new(false));
    for signal in wanted() {
        flag::register_conditional_shutdown(signal, i32::from(EXIT), Arc::clone(&at_once))?;
    }
    let mut signals = Signals::new(wanted())?;
    let watch = move || {
        let mut signals = signals.forever();
        CAME.store(signals.next().unwrap_or(SIGTERM), Ordering::SeqCst);
        drop(sender); // closes the channel: every waiting receiver wakes, now and later
        signals.next();
        at_once.store(true, Ordering::SeqCst);
        clear_away();
        end_by_ctrl_c();
        process::exit(i32::from(EXIT));
    };
    thread::Builder::new().name("interrupt".into()).spawn(watch).map(drop)
}

/// Whether an interrupt has come.
pub fn came() -> bool {
    CAME.load(Ordering::SeqCst) != 0
}

/// A channel that closes when an interrupt comes; it never does in a process that did not call [`listen`].
pub fn channel() -> Receiver<()> {
    CHANNEL.get().cloned().unwrap_or_else(crossbeam::channel::never)
}

/// Ends this process with that exit code, after its children and its folders are gone, whatever its other threads do.
pub fn end_at_once(code: u8) -> ! {
    clear_away();
    process::exit(i32::from(code))
}

/// Ends this process by SIGINT, if that is what interrupted it: a shell that waits for it stops its own loop or script then, and
/// goes on after an exit code, whatever the code is.
pub fn end_by_ctrl_c() {
    // The kernel does not let a signal end the first process of a container.
    if CAME.load(Ordering::SeqCst) == SIGINT && process::id() != 1 {
        let _ = emulate_default_handler(SIGINT);
    }
}

/// From now on the second interrupt removes this folder in that way: its owner has no time left to do it.
pub fn remove_at_once(folder: &Path, remove: Remove) {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).push((folder.to_owned(), remove));
}

/// Children first: one that lives could write a file into a folder that is being removed.
fn clear_away() {
    child::kill_all(CHILDREN_END);
    for (folder, remove) in FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        // Most are gone already. A thread of this process may still write into one.
        let mut tries = 0..10;
        while folder.exists() && tries.next().is_some() {
            remove(&folder);
        }
    }
}

/// Whether the parent of this process wanted it to ignore that signal, as `nohup` does.
fn is_ignored(signal: c_int) -> bool {
    let ignored = Process::myself().and_then(|process| process.status()).map_or(0, |status| status.sigign);
    ignored & (1 << (signal - 1)) != 0
}
