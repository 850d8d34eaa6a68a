//! Ctrl-C and SIGTERM, as a channel that can be waited for beside others.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam::channel::{Receiver, Sender, bounded};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static CHANNEL: OnceLock<Receiver<()>> = OnceLock::new();

/// Exit code of a run that was interrupted, as shells use it.
pub const EXIT: u8 = 130;

/// From now on an interrupt is noted instead of ending the process; the second one ends it.
///
/// # Errors
/// If the signal handlers cannot be installed.
pub fn listen() -> io::Result<()> {
    let (sender, receiver): (Sender<()>, _) = bounded(0);
    let sender = std::sync::Mutex::new(Some(sender));
    CHANNEL.set(receiver).map_err(|_| io::Error::other("already listening for interrupts"))?;
    ctrlc::set_handler(move || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(EXIT));
        }
        // Dropping the sender closes the channel: every waiting receiver wakes, now and later.
        if let Ok(mut sender) = sender.lock() {
            sender.take();
        }
    })
    .map_err(io::Error::other)
}

/// Whether an interrupt has come.
pub fn came() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A channel that closes when an interrupt comes; it never does where nobody listens.
pub fn channel() -> Receiver<()> {
    CHANNEL.get().cloned().unwrap_or_else(crossbeam::channel::never)
}
