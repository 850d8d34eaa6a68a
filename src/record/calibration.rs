//! What `fairlane calibrate` found: how often verdicts on this machine are wrong, and how small a difference they find. It has
//! a file of its own in the folder of results, and is part of the runs that follow.

use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Environment, check};
use crate::files;
use crate::measure::statistics::proportion;
use crate::measure::verdict::calibration::{Found, PLANTED};

/// How often the verdict on two cells was wrong about the same cell twice, and right about more work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The version of Fairlane that found it.
    pub fairlane: String,
    /// When that began, in UTC, RFC 3339.
    pub started: String,
    /// The processor.
    pub cpu_model: Option<String>,
    /// The available parallelism.
    pub cores: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How many lanes each cell of a table had.
    pub lanes: usize,
    /// How much more work was planted, in percent.
    pub planted_percent: Vec<u64>,
    /// One for each cell that was asked about.
    pub cells: Vec<Calibrated>,
}

/// What was found of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calibrated {
    /// `workload/executor/n`.
    pub id: String,
    /// Tables of the same cell twice in which one was called behind.
    pub wrong: Rate,
    /// Tables in which what was planted was found, in the order of `planted_percent`.
    pub found: Vec<Rate>,
}

/// How often something came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many of them.
    pub times: u64,
    /// Of how many in all.
    pub of: u64,
    /// The exact interval of the share, for 99 of 100 such counts (C. Clopper and E. Pearson, 1934).
    pub interval99: [f64; 2],
}

impl Rate {
    /// A rate with its interval, which is everything from 0 to 1 if `of` is 0.
    pub fn new(times: u64, of: u64) -> Self {
        let interval99 = if of == 0 { [0.0, 1.0] } else { proportion::interval(times, of, 0.99) };
        Self { times, of, interval99 }
    }

    fn sum(rates: impl Iterator<Item = Self>) -> Self {
        let (times, of) = rates.fold((0_u64, 0_u64), |(times, of), rate| {
            (times.saturating_add(rate.times), of.saturating_add(rate.of))
        });
        Self::new(times, of)
    }
}

impl Calibration {
    /// The name of its file.
    pub const FILE: &str = "calibration.json";

    /// A calibration that began at `started` (RFC 3339), with `lanes` lanes for each cell of a table; it took `seconds`.
    pub fn new(started: String, machine: &Environment, lanes: usize, seconds: f64, found: &[Found]) -> Self {
        let cell = |found: &Found| Calibrated {
            id: found.cell.to_string(),
            wrong: Rate::new(found.wrong, found.tables),
            found: found.planted.iter().map(|times| Rate::new(*times, found.tables)).collect(),
        };
        Self {
            fairlane: env!("CARGO_PKG_VERSION").into(),
            started,
            cpu_model: machine.cpu_model.clone(),
            cores: machine.cores,
            seconds,
            lanes,
            planted_percent: PLANTED.into(),
            cells: found.iter().map(cell).collect(),
        }
    }

    /// False alarms over all cells.
    pub fn false_alarms(&self) -> Rate {
        Rate::sum(self.cells.iter().map(|cell| cell.wrong))
    }

    /// How often the planted work was found, over all cells. `planted` is an index of `planted_percent`.
    pub fn found(&self, planted: usize) -> Rate {
        Rate::sum(self.cells.iter().filter_map(|cell| cell.found.get(planted).copied()))
    }

    /// The newest calibration of that machine in a folder of `results`. A file that cannot be read is skipped: the user asked
    /// for a run and not for this file.
    pub fn newest(results: &Path, machine: &Environment) -> Option<Self> {
        let read = |folder: fs::DirEntry| -> Option<Self> {
            let file = folder.path().join(Self::FILE);
            file.is_file().then(|| serde_json::from_str(&files::text(&file).ok()?).ok())?
        };
        let all = fs::read_dir(results).ok()?.filter_map(Result::ok).filter_map(read);
        // What is impossible would make the record of the run impossible.
        let here = all.filter(|found| {
            found.cpu_model == machine.cpu_model && found.cores == machine.cores && check::is_possible(found)
        });
        here.max_by(|one, other| one.started.cmp(&other.started))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;

    fn on(machine: &Environment, started: &str) -> Calibration {
        Calibration::new(started.into(), machine, 12, 60.0, &[])
    }

    #[test]
    fn the_newest_of_this_machine_is_found_among_other_things() {
        let results = tempfile::tempdir().expect("a folder");
        let here = fixture::run(Vec::new()).environment;
        let other = Environment { cores: 64, ..here.clone() };
        assert_eq!(Calibration::newest(results.path(), &here), None);
        let found = [
            on(&here, "2026-01-01T00:00:00Z"),
            on(&here, "2026-03-01T00:00:00Z"),
            on(&other, "2026-09-01T00:00:00Z"),
        ];
        for (name, found) in ["a", "b", "c"].iter().zip(&found) {
            let folder = results.path().join(name);
            fs::create_dir(&folder).expect("made");
            fs::write(folder.join(Calibration::FILE), serde_json::to_vec(found).expect("JSON"))
                .expect("written");
        }
        fs::create_dir(results.path().join("d")).expect("made");
        fs::write(results.path().join("d").join(Calibration::FILE), "half").expect("written");
        let newest = Calibration::newest(results.path(), &here).expect("one of this machine");
        assert_eq!(newest.started, "2026-03-01T00:00:00Z");
    }

    #[test]
    fn rates_add_up_and_of_nothing_everything_is_possible() {
        let sum = Rate::sum([Rate::new(1, 10), Rate::new(0, 20)].into_iter());
        assert_eq!((sum.times, sum.of), (1, 30));
        assert!(sum.interval99[0] < 1.0 / 30.0 && sum.interval99[1] > 1.0 / 30.0);
        assert_eq!(Rate::new(0, 0).interval99, [0.0, 1.0]);
    }
}
