//! Ctrl-Z while the screen of a terminal is borrowed: it is noted, and the process stops once the screen was given back.
//! Knows no screen.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use nix::unistd::{Pid, getpgid, getpgrp, getppid, getsid, tcgetpgrp};
use procfs::process::Process;
use signal_hook::consts::SIGTSTP;
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

/// While it lives, Ctrl-Z is noted and does not stop the process.
#[derive(Debug)]
pub struct Stops(&'static Flags);

#[derive(Debug, Default)]
struct Flags {
    asked: Arc<AtomicBool>,
    /// Whether the process stops at once, as without all this: a handler that was installed cannot be taken back.
    at_once: Arc<AtomicBool>,
}

impl Stops {
    /// From now on. `None` where no shell could continue the process, or where this is refused: then the kernel does what it always
    /// does.
    pub fn note() -> Option<Self> {
        static FLAGS: OnceLock<Option<Flags>> = OnceLock::new();
        let flags = FLAGS.get_or_init(|| Flags::install().ok()).as_ref().filter(|_| can_be_continued())?;
        flags.asked.store(false, Ordering::SeqCst);
        flags.at_once.store(false, Ordering::SeqCst);
        Some(Self(flags))
    }

    /// Whether Ctrl-Z was pressed since this was last asked.
    pub fn asked(&self) -> bool {
        self.0.asked.swap(false, Ordering::SeqCst)
    }

    /// Stops the process until a shell brings it to the front again: in the background (`bg`) it must not draw.
    pub fn stop(&self) {
        let _ = emulate_default_handler(SIGTSTP);
        while tcgetpgrp(io::stdin()).is_ok_and(|front| front != getpgrp()) {
            let _ = emulate_default_handler(SIGTSTP);
        }
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        self.0.at_once.store(true, Ordering::SeqCst);
    }
}

impl Flags {
    fn install() -> io::Result<Self> {
        let flags = Self::default();
        flag::register_conditional_default(SIGTSTP, Arc::clone(&flags.at_once))?;
        flag::register(SIGTSTP, Arc::clone(&flags.asked))?;
        Ok(flags)
    }
}

/// Whether an ancestor in this session leads another process group: a shell with job control. Without one the kernel lets no
/// Ctrl-Z stop a process.
fn can_be_continued() -> bool {
    let (session, mut ancestor) = (getsid(None).ok(), Some(getppid()));
    while let Some(process) = ancestor.filter(|process| getsid(Some(*process)).ok() == session) {
        if getpgid(Some(process)).is_ok_and(|group| group != getpgrp()) {
            return true;
        }
        let stat = Process::new(process.as_raw()).and_then(|process| process.stat());
        ancestor = stat.ok().map(|stat| Pid::from_raw(stat.ppid)).filter(|parent| parent.as_raw() > 0);
    }
    false
}
