//! What a lane reports to have used must be possible in the time that it had.

use std::time::Duration;

use crate::clock::nanos;
use crate::failure::Failure;
use crate::process::usage::Usage;

/// The kernel counts the time of some processes in ticks, the longest of which have 10 ms.
const TICKS: Duration = Duration::from_millis(100);

/// So many processors have that much time at most, and a switch or a fault takes more than a nanosecond.
///
/// # Errors
/// If more was used.
pub fn usage(usage: &Usage, within: Duration, processors: usize) -> Result<(), Failure> {
    let available = within.saturating_mul(u32::try_from(processors).unwrap_or(u32::MAX));
    let most = nanos(available.saturating_add(available / 10).saturating_add(TICKS));
    let amounts = [
        (usage.cpu_user_ns.saturating_add(usage.cpu_sys_ns), "ns of processor time"),
        (usage.switches_voluntary.saturating_add(usage.switches_involuntary), "switches"),
        (usage.faults_minor.saturating_add(usage.faults_major), "page faults"),
    ];
    match amounts.into_iter().find(|(amount, _)| *amount > most) {
        None => Ok(()),
        Some((amount, what)) => Err(Failure::new(format!(
            "the lane reports {amount} {what} within {within:?} on {processors} processors, which is impossible"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_used_than_the_processors_have() {
        let second = Duration::from_secs(1);
        let cpu = |cpu_user_ns, cpu_sys_ns| Usage { cpu_user_ns, cpu_sys_ns, ..Usage::default() };
        assert_eq!(usage(&cpu(1_200_000_000, 900_000_000), second, 2), Ok(()));
        for impossible in [
            cpu(1_200_000_000, 1_200_000_000),
            cpu(u64::MAX, u64::MAX),
            Usage { switches_voluntary: 1 << 63, ..Usage::default() },
            Usage { faults_major: 1 << 63, ..Usage::default() },
        ] {
            assert!(usage(&impossible, second, 2).is_err(), "{impossible:?}");
        }
    }
}
