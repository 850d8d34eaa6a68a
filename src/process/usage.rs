//! What processes have used: processor time, context switches, page faults.
//!
//! Of this process with all its threads, those that ended included, and of the children that were waited for; a child
//! that lives must report itself. (`/proc/PID/status` would count the main thread only.)

use std::ops::{Add, Sub};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use serde::{Deserialize, Serialize};

/// Amounts since the start of a process or between two moments; as `Usage<f64>` on average over several batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage<T = u64> {
    /// Processor time in user mode, in nanoseconds; the kernel counts microseconds.
    pub cpu_user_ns: T,
    /// Processor time in the kernel, in nanoseconds.
    pub cpu_sys_ns: T,
    /// Times a thread waited and gave up its core.
    pub switches_voluntary: T,
    /// Times a core was taken from a thread that could have gone on.
    pub switches_involuntary: T,
    /// Pages that were mapped without reading a disk.
    pub faults_minor: T,
    /// Pages that were read from a disk.
    pub faults_major: T,
}

impl Usage {
    /// Of this process and of the children it has waited for, since it started.
    pub fn so_far() -> Self {
        Self::of(UsageWho::RUSAGE_SELF) + Self::of(UsageWho::RUSAGE_CHILDREN)
    }

    fn of(who: UsageWho) -> Self {
        let Ok(usage) = getrusage(who) else { return Self::default() };
        Self {
            cpu_user_ns: nanos(usage.user_time()),
            cpu_sys_ns: nanos(usage.system_time()),
            switches_voluntary: count(usage.voluntary_context_switches()),
            switches_involuntary: count(usage.involuntary_context_switches()),
            faults_minor: count(usage.minor_page_faults()),
            faults_major: count(usage.major_page_faults()),
        }
    }
}

/// What a process reports of itself: what it has used since the last report.
#[derive(Debug, Default)]
pub struct Account {
    reported: Usage,
}

impl Account {
    /// Lets `report` send it. Neither the report nor the wait for the request is in the account: between two requests for a
    /// report a process waits once for each job, and once more for the second request.
    pub fn report<T>(&mut self, report: impl FnOnce(&Usage) -> T) -> T {
        let mut used = Usage::so_far() - self.reported;
        used.switches_voluntary = used.switches_voluntary.saturating_sub(1);
        let done = report(&used);
        self.reported = Usage::so_far();
        done
    }
}

fn nanos(time: TimeVal) -> u64 {
    u64::try_from(time.num_microseconds()).unwrap_or(0) * 1_000
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl<T: Copy> Usage<T> {
    fn zip<U>(self, other: Self, with: impl Fn(T, T) -> U) -> Usage<U> {
        Usage {
            cpu_user_ns: with(self.cpu_user_ns, other.cpu_user_ns),
            cpu_sys_ns: with(self.cpu_sys_ns, other.cpu_sys_ns),
            switches_voluntary: with(self.switches_voluntary, other.switches_voluntary),
            switches_involuntary: with(self.switches_involuntary, other.switches_involuntary),
            faults_minor: with(self.faults_minor, other.faults_minor),
            faults_major: with(self.faults_major, other.faults_major),
        }
    }
}

impl Usage {
    /// What one of n batches used on average.
    pub fn each(self, batches: u64) -> Usage<f64> {
        self.zip(self, |amount, _| amount as f64 / batches.max(1) as f64)
    }
}

impl Usage<f64> {
    /// Processor time in both modes, in nanoseconds.
    pub fn cpu_ns(&self) -> f64 {
        self.cpu_user_ns + self.cpu_sys_ns
    }

    /// Context switches of both kinds.
    pub fn switches(&self) -> f64 {
        self.switches_voluntary + self.switches_involuntary
    }
}

impl Add for Usage {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.zip(other, u64::saturating_add)
    }
}

impl Sub for Usage {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        self.zip(earlier, u64::saturating_sub)
    }
}

impl std::iter::Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_batches_used_is_averaged_for_one() {
        let used = Usage { cpu_user_ns: 900, switches_voluntary: 1, ..Usage::default() }.each(4);
        assert_eq!((used.cpu_user_ns, used.cpu_ns(), used.switches_voluntary), (225.0, 225.0, 0.25));
    }
}
