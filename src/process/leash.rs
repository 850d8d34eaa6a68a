//! The leash: no child outlives its parent, not even one that was killed with SIGKILL.
//!
//! A parent keeps the write end of one pipe open for as long as it lives and never writes. Every child inherits
//! the read end; a thread that blocks on it ends the child at end of file. (The main thread may be computing and would
//! not see it.) The kernel's death signal is faster but fires when the *thread* that started the child ends. The child
//! sets it itself: setting it from the parent would need a `pre_exec`, which forces a slow fork.
//!
//! Workers have the signal alone: the main thread of a lane starts them and lives as long as the lane. One more thread
//! would be half the cost of a worker that runs a single job.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{FromRawFd, IntoRawFd, RawFd};
use std::sync::OnceLock;
use std::{env, thread};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::sys::prctl;
use nix::sys::signal::Signal;

pub(super) const LEASH: &str = "FAIRLANE_LEASH";

/// The value of [`LEASH`] for a child of this process: the inherited descriptor and the parent's process id.
pub(super) fn hold() -> io::Result<String> {
    static READ_END: OnceLock<RawFd> = OnceLock::new();
    let fd = match READ_END.get() {
        Some(fd) => *fd,
        None => {
            let (read, write) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
            fcntl(&read, FcntlArg::F_SETFD(FdFlag::empty()))?;
            // Both ends live as long as the process. If two threads raced, the loser's pipe stays open unused.
            let _ = write.into_raw_fd();
            *READ_END.get_or_init(|| read.into_raw_fd())
        }
    };
    Ok(format!("{fd}:{}", std::process::id()))
}

/// Asks the kernel for the death signal. Gives whether it will come.
pub(super) fn die_with_parent() -> bool {
    prctl::set_pdeathsig(Signal::SIGKILL).is_ok()
}

/// Ties this process to its parent, or, if `main_thread_started_it`, to the parent's main thread. False if there is no
/// leash.
pub(super) fn tie(main_thread_started_it: bool) -> bool {
    let Ok(value) = env::var(LEASH) else { return false };
    let Some((Ok(fd), Ok(parent))) =
        value.split_once(':').map(|(fd, parent)| (fd.parse::<RawFd>(), parent.parse::<i32>()))
    else {
        return false;
    };
    if fd < 0 {
        return false;
    }
    // SAFETY: the parent left this descriptor open for us and nothing else in this process knows it.
    #[expect(unsafe_code, reason = "a descriptor that was inherited has no safe constructor")]
    let mut leash = unsafe { File::from_raw_fd(fd) };
    // Our own children get a leash of ours, not our parent's.
    if fcntl(&leash, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).is_err() {
        std::mem::forget(leash); // not ours after all
        return false;
    }
    let signalled = die_with_parent();
    if nix::unistd::getppid().as_raw() != parent {
        std::process::exit(1); // it died before we could ask for the signal
    }
    if main_thread_started_it && signalled {
        return true;
    }
    thread::Builder::new()
        .name("leash".into())
        .stack_size(64 * 1024)
        .spawn(move || {
            let _ = leash.read(&mut [0]);
            std::process::exit(1);
        })
        .is_ok()
}
