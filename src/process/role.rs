//! Which process this is: a binary that drives a run re-executes itself, and the role says as what.
//!
//! The role stands in the environment and is removed before anything else is started. A binary that never called
//! [`intercept`] cannot re-execute itself: under libtest the current program is the test binary, and starting
//! that again as a lane would be a fork bomb.

use std::env;
use std::process::{ExitCode, exit};
use std::sync::atomic::{AtomicBool, Ordering};

use super::{child, leash, limits, stderr};
use crate::failure::Failure;

/// Where the role stands.
pub(crate) const ROLE: &str = "FAIRLANE_ROLE";
static INTERCEPTED: AtomicBool = AtomicBool::new(false);

/// What a child process of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Prepares one cell and runs it on request.
    Lane,
    /// Runs the jobs that a process executor sends it.
    Worker,
    /// The mock server.
    Server,
    /// One unit of a primitive: it only ever reads its input, so the end of its input is its leash.
    Unit,
    /// One job of the hand-written controls, which have neither frames nor a leash; it ends by itself.
    OneJob,
}

impl Role {
    const ALL: [Self; 5] = [Self::Lane, Self::Worker, Self::Server, Self::Unit, Self::OneJob];

    /// The name in the environment and in `ps`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lane => "fairlane-lane",
            Self::Worker => "fairlane-worker",
            Self::Server => "fairlane-server",
            Self::Unit => "fairlane-unit",
            Self::OneJob => "fairlane-job",
        }
    }
}

/// Runs `main` and never returns if a role is set; returns at once otherwise.
pub fn intercept(main: impl FnOnce(Role) -> ExitCode) {
    INTERCEPTED.store(true, Ordering::Relaxed);
    limits::raise_nofile();
    let Some(name) = env::var_os(ROLE) else {
        limits::report_file_size();
        child::adopt_orphans();
        return;
    };
    let role = Role::ALL.into_iter().find(|role| name == role.name());
    let plain = matches!(role, Some(Role::Unit | Role::OneJob));
    if !plain {
        limits::report_file_size();
    }
    let tied = if plain { leash::die_with_parent() } else { leash::tie(role == Some(Role::Worker)) };
    // SAFETY: first thing in `main`; the only other thread is the leash, which never touches the environment.
    #[expect(unsafe_code, reason = "the role must be gone before anything is started")]
    unsafe {
        env::remove_var(ROLE);
    }
    let (Some(role), true) = (role, tied) else {
        stderr::print(format_args!(
            "error: cannot start: `{ROLE}` is set, which fairlane sets for its own children alone\nhelp: unset {ROLE}"
        ));
        exit(2);
    };
    become_role(role);
    // `exit` ends the thread that waits on the leash, and takes every other with it.
    exit(if main(role) == ExitCode::SUCCESS { 0 } else { 1 });
}

/// Gives this process the name of a role, and lets it end at the first panic.
pub fn become_role(role: Role) {
    let _ = nix::sys::prctl::set_name(&comm(role));
    end_on_panic();
}

/// How the `main` of a role ends; a failure goes to standard error, after the `name` of its side if it has one.
pub fn ended(name: &str, result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            stderr::print(format_args!("{name}{failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether re-executing this binary makes it a child of ours.
pub(super) fn intercepted() -> bool {
    INTERCEPTED.load(Ordering::Relaxed)
}

/// The name that `ps` and `top` show: the program is started through `/proc/self/exe`.
fn comm(role: Role) -> std::ffi::CString {
    std::ffi::CString::new(role.name()).unwrap_or_default()
}

/// A panic in any thread ends the process, so that its parent learns of it at once instead of waiting for a
/// reply that never comes. Its last line is the reason, with the limit that was hit where it was one: std panics
/// when a thread that was granted finds no memory map left.
pub fn end_on_panic() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("a thread panicked").to_owned();
        let help = limits::explained(Failure::new(text.clone())).help;
        let help = help.map_or_else(String::new, |help| format!("; {help}"));
        let at = panic.location().map_or_else(String::new, |location| format!(" at {location}"));
        stderr::print(format_args!("panicked{at}: {text}{help}"));
        exit(101);
    }));
}
