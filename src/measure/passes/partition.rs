//! Divides the groups of a suite into parts of about the same cost, one for each machine. A group is never divided: its cells
//! are compared with each other.
//!
//! Every machine divides for itself, so the same costs must give the same parts everywhere: costs are whole nanoseconds,
//! and equal ones are taken in the order of the suite. Must not know what a group costs.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64;

use super::suite::Group;
use super::table::Plan;
use crate::quantity;

/// One part of several, written `2/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which, from 1.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

/// More parts than this are a typing error.
pub const MOST: usize = 1_000;

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            quantity::count(text, 0, MOST as u64 * 10).ok().and_then(|n| usize::try_from(n).ok())
        };
        let read = text.split_once('/').and_then(|(index, of)| Some((number(index)?, number(of)?)));
        match read {
            None => Err("write it like `2/3`: the second of three parts".into()),
            Some((_, of)) if !(1..=MOST).contains(&of) => {
                Err(format!("the number of parts is {of}: give one from 1 to {MOST}"))
            }
            Some((index, of)) if !(1..=of).contains(&index) => {
                Err(format!("there is no part {index} of {of}: give one from 1 to {of}"))
            }
            Some((index, of)) => Ok(Self { index, of }),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "part {} of {}", self.index, self.of)
    }
}

/// The part that each group is in, from 1: the largest group first, each into the part that has least by then (R. Graham,
/// "Bounds on multiprocessing timing anomalies", 1969). Some parts are empty if there are more parts than groups.
pub fn parts(costs: &[Duration], of: usize) -> Vec<usize> {
    let mut largest_first: Vec<usize> = (0..costs.len()).collect();
    largest_first.sort_by_key(|group| std::cmp::Reverse(costs[*group])); // stable: equal ones stay in order
    let mut loads = vec![Duration::ZERO; of.max(1)];
    let mut parts = vec![1; costs.len()];
    for group in largest_first {
        let least = (0..loads.len()).min_by_key(|part| loads[*part]).unwrap_or_default(); // the first of equal ones
        loads[least] += costs[group];
        parts[group] = least + 1;
    }
    parts
}

/// A digest of what is measured and with how many lanes, but not for how long: parts belong together if it is the same.
pub fn digest(groups: &[Group], plan: &Plan) -> String {
    let mut text = format!("{} {:?}\n", plan.lanes, plan.samples);
    for Group { cells, sample_limit, lanes, slopes } in groups {
        let ids =
            |cells: &[crate::lane::Cell]| cells.iter().map(|cell| format!(" {cell}")).collect::<String>();
        text += &format!("{lanes:?} {sample_limit:?}{} to{}\n", ids(cells), ids(slopes));
    }
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::*;
    use crate::lane::foreign;
    use crate::measure::passes::cost::Cost;
    use crate::measure::passes::suite::Suite;

    /// What each part has to do.
    fn loads(costs: &[Duration], parts: &[usize], of: usize) -> Vec<Duration> {
        let load =
            |part| costs.iter().zip(parts).filter(|(_, own)| **own == part).map(|(cost, _)| *cost).sum();
        (1..=of).map(load).collect()
    }

    #[test]
    fn a_part_is_read_or_refused_with_what_would_be_right() {
        assert_eq!("2/3".parse(), Ok(Part { index: 2, of: 3 }));
        for (text, says) in [
            ("3", "write it like `2/3`"),
            ("a/3", "write it like `2/3`"),
            ("-1/3", "write it like `2/3`"),
            ("1/0", "the number of parts is 0: give one from 1 to 1000"),
            ("0/3", "there is no part 0 of 3: give one from 1 to 3"),
            ("4/3", "there is no part 4 of 3: give one from 1 to 3"),
        ] {
            let refused = text.parse::<Part>().expect_err(text);
            assert!(refused.starts_with(says), "{text}: {refused}");
        }
    }

    /// No division of whole groups is better than this: the mean, the largest group, or, since one of N parts gets two of
    /// the N + 1 largest groups, the smallest two of these.
    fn least(costs: &[Duration], of: usize) -> Duration {
        let mut sorted = costs.to_vec();
        sorted.sort_by(|a, b| b.cmp(a));
        let two = sorted.get(of).map_or(Duration::ZERO, |next| *next + sorted[of - 1]);
        let mean = costs.iter().sum::<Duration>() / u32::try_from(of).expect("few");
        mean.max(sorted[0]).max(two)
    }

    #[test]
    fn every_suite_is_divided_into_parts_of_about_the_same_cost() {
        foreign::load().expect("the lanes of this project");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let files = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path());
        let is_suite = |file: &PathBuf| {
            file.extension().is_some_and(|end| end == "toml") && !file.ends_with("gate.toml")
        };
        let suites: Vec<_> = files.filter(is_suite).collect();
        assert!(suites.len() > 3, "{suites:?}");
        for file in suites {
            let suite = Suite::read(&file).expect("valid");
            let costs: Vec<Duration> =
                suite.groups.iter().map(|group| Cost::of(group, &suite.plan, |_| None).all()).collect();
            for of in 1..=8 {
                let parts = parts(&costs, of);
                assert_eq!(parts.len(), costs.len(), "every group is in one part");
                let loads = loads(&costs, &parts, of);
                assert_eq!(loads.iter().sum::<Duration>(), costs.iter().sum());
                assert_eq!(
                    loads.iter().filter(|load| load.is_zero()).count(),
                    of.saturating_sub(costs.len())
                );
                let (most, least) = (loads.iter().max().expect("a part"), least(&costs, of));
                assert!(*most <= least.mul_f64(1.5), "{} in {of}: {loads:?}", file.display());
            }
        }
    }

    proptest! {
        #[test]
        fn no_part_is_longer_than_the_mean_and_one_group(
            costs in proptest::collection::vec(1_u64..1_000_000, 1..40),
            of in 1_usize..12,
        ) {
            let costs: Vec<Duration> = costs.into_iter().map(Duration::from_nanos).collect();
            let parts = parts(&costs, of);
            prop_assert!(parts.iter().all(|part| (1..=of).contains(part)));
            let loads = loads(&costs, &parts, of);
            let (all, largest) = (costs.iter().sum::<Duration>(), costs.iter().max().expect("a group"));
            let longest = loads.iter().max().expect("a part").as_nanos();
            prop_assert!(longest * of as u128 <= all.as_nanos() + largest.as_nanos() * (of as u128 - 1));
            prop_assert_eq!(loads.iter().filter(|load| load.is_zero()).count(), of.saturating_sub(costs.len()));
        }
    }

    #[test]
    fn the_digest_is_of_cells_and_lanes_and_not_of_the_budget() {
        let read = |text: &str| {
            let head = "seconds = 5\nquick_seconds = 1\nquick_lanes = 8\n";
            Suite::parse("a.toml", &format!("{head}{text}")).expect("valid")
        };
        let of = |text: &str| {
            let suite = read(text);
            digest(&suite.groups, &suite.plan)
        };
        let text = "lanes = 16\nexecutors = [\"tasks\"]\n[[group]]\nworkload = \"http\"\njobs = [1, 32]\n";
        assert_eq!(of(text), of(&text.replace("http", "http-10ms")), "the same under another name");
        for (from, to) in
            [("16", "8"), ("32", "31"), ("\"tasks\"", "\"tasks\", \"threads\""), ("http", "tcp")]
        {
            assert_ne!(of(text), of(&text.replace(from, to)), "{from}");
        }
        let suite = read(text);
        let longer = Plan { budget: Duration::from_secs(90), ..suite.plan };
        assert_eq!(digest(&suite.groups, &longer), digest(&suite.groups, &suite.plan));
    }
}
