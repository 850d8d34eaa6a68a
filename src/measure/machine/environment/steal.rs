//! The processor time that other guests of the same host took, from `/proc/stat`. Must not know how much is too much.

use std::fs;

/// A second of two processors. In less time one stolen tick would look like a hundredth of it.
const ENOUGH: u64 = 200;

/// The machine's processor time since it started, in ticks of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticks {
    all: u64,
    stolen: u64,
}

impl Ticks {
    /// The present; unknown where the kernel does not show it.
    pub fn now() -> Option<Self> {
        Self::parse(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// The stolen share of the time since `earlier`; unknown if that time is too short.
    pub fn stolen_since(self, earlier: Self) -> Option<f64> {
        let all = self.all.checked_sub(earlier.all).filter(|all| *all >= ENOUGH)?;
        Some(self.stolen.saturating_sub(earlier.stolen) as f64 / all as f64)
    }

    /// The first line: user, nice, system, idle, iowait, irq, softirq, steal; the guests' times that follow are part of
    /// user and nice. See proc_stat(5).
    fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line.split_whitespace().take(8).map_while(|ticks| ticks.parse().ok()).collect();
        Some(Self { all: ticks.iter().sum(), stolen: *ticks.get(7)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_all_processors_time_and_counts_guests_once() {
        let before = Ticks::parse("cpu  100 0 50 800 10 0 5 35 90 0\ncpu0 1 2 3\n").expect("ticks");
        let after = Ticks::parse("cpu  240 0 110 970 10 0 5 65 190 0\n").expect("ticks");
        assert_eq!(before, Ticks { all: 1_000, stolen: 35 });
        assert_eq!(after.stolen_since(before), Some(0.075));
    }

    #[test]
    fn of_too_few_ticks_there_is_no_share() {
        let ticks = Ticks { all: 1_000, stolen: 35 };
        assert_eq!(ticks.stolen_since(ticks), None);
        assert_eq!(Ticks { all: 1_040, stolen: 36 }.stolen_since(ticks), None);
        assert_eq!(ticks.stolen_since(Ticks { all: 2_000, stolen: 0 }), None);
        for odd in ["", "cpu  1 2 3\n", "intr 1 2 3 4 5 6 7 8 9\n"] {
            assert_eq!(Ticks::parse(odd), None, "{odd:?}");
        }
    }
}
