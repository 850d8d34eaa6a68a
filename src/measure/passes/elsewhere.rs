//! The machine on which a launcher starts the lanes: what Fairlane there says of itself and of the machine, before the first
//! lane. Must not know which cells run there.

use std::collections::BTreeMap;
use std::thread::available_parallelism;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::failure::{Failure, OrFail};
use crate::lane::Cell;
use crate::lane::protocol::PROTOCOL;
use crate::measure::machine::environment::Environment;
use crate::measure::machine::timer::Lateness;
use crate::process::dialogue::{Dialogue, USUAL};
use crate::process::launcher::Launcher;
use crate::process::program::Program;
use crate::process::role::Role;
use crate::version::VERSION;
use crate::workload::{self, KINDS, Kind};

/// The arguments that make a Fairlane a lane, and that make it say where it is.
const SERVE: [&str; 1] = ["lane-serve"];
const ABOUT: [&str; 2] = ["lane-serve", "--about"];

/// How long the launcher may take until Fairlane has said where it is.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What Fairlane says where a launcher starts it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct About {
    /// The build.
    pub version: String,
    /// The version of the lane protocol that it speaks.
    pub protocol: u32,
    /// The machine, and how many cores lanes have there.
    pub machine: Environment,
    /// How late timers are there.
    pub lateness: Lateness,
    /// What the environment there lacks, by the workload that needs it.
    pub missing: BTreeMap<String, String>,
    /// What a reader of the numbers must know of the machine, by the workload.
    pub caveats: BTreeMap<String, String>,
}

impl About {
    /// What is true here. Removes what lanes left that were killed here.
    pub fn here() -> Self {
        workload::sweep();
        let by_workload = |found: fn(&Kind) -> Option<String>| {
            KINDS.iter().filter_map(|kind| Some((kind.id.to_owned(), found(kind)?))).collect()
        };
        Self {
            version: VERSION.clone(),
            protocol: PROTOCOL,
            machine: Environment::here(available_parallelism().map_or(1, usize::from)),
            lateness: Lateness::here(),
            missing: by_workload(|kind| (kind.missing)()),
            caveats: by_workload(Kind::caveat),
        }
    }
}

/// A launcher, the program that it starts as every lane, and where that is.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// The first word of the launcher: records name no more of it.
    pub launcher: String,
    /// What starts a lane.
    pub(super) program: Program,
    /// What Fairlane there says.
    pub about: About,
}

impl Elsewhere {
    /// Asks the program `name`, through the launcher, where it is.
    ///
    /// # Errors
    /// If it does not say so within that time, or is another build; or if the name is not plain.
    pub fn ask(launcher: &Launcher, name: &str, timeout: Duration) -> Result<Self, Failure> {
        let via = launcher.name();
        let asked = launcher.program(name, &ABOUT)?;
        let help = format!(
            "see that `{via} ... {name} {}` prints one line of JSON and nothing before it: docs/MACHINES.md",
            ABOUT.join(" ")
        );
        let advise =
            |failure: Failure| Failure { help: failure.help.or_else(|| Some(help.clone())), ..failure };
        let mut dialogue = Dialogue::start(&asked, Role::Lane, USUAL).map_err(advise)?;
        let said: serde_json::Value = dialogue.receive(timeout).map_err(advise)?;
        let _ = dialogue.close(timeout); // it has said what was asked
        let version = said["version"].as_str().unwrap_or("unknown");
        if version != *VERSION {
            let own = &*VERSION;
            let refused = format!(
                "cannot start lanes via `{via}`: `{name}` there is version {version}, and this driver is version {own}"
            );
            return Err(Failure::new(refused)
                .help("copy this program there, or build the same commit there: docs/MACHINES.md"));
        }
        let about = serde_json::from_value(said);
        let about = about.or_fail(|| format!("read what `{name}` via `{via}` says")).map_err(advise)?;
        Ok(Self { launcher: via, program: launcher.program(name, &SERVE)?, about })
    }

    /// Why a cell makes no sense there, if it makes none on no machine with as many cores.
    pub(super) fn not_applicable(&self, cell: &Cell) -> Option<String> {
        let via = &self.launcher;
        if cell.processors.is_some() {
            return Some(format!("the driver cannot confine lanes to cores where `{via}` starts them"));
        }
        if let Some(foreign) = &cell.executor.foreign {
            let lane = foreign.lane;
            return Some(format!(
                "the driver starts the `{lane}` lane on its own machine only, and not via `{via}`"
            ));
        }
        let missing = self.about.missing.get(cell.workload.kind().id)?;
        Some(format!("{missing} (where `{via}` starts lanes)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere() -> Elsewhere {
        let launcher = Launcher::parse("ssh host").expect("a command");
        let program = launcher.program("fairlane", &SERVE).expect("plain words");
        let about = About { missing: BTreeMap::from([("timer".into(), "no time".into())]), ..About::here() };
        Elsewhere { launcher: launcher.name(), program, about }
    }

    #[test]
    fn what_the_driver_cannot_do_there_is_not_applicable_with_the_reason() {
        let elsewhere = elsewhere();
        let reason = |id: &str| elsewhere.not_applicable(&id.parse().expect("a cell"));
        assert_eq!(reason("primes/tasks/4"), None);
        assert_eq!(reason("timer/tasks/4").as_deref(), Some("no time (where `ssh` starts lanes)"));
        let confined = "the driver cannot confine lanes to cores where `ssh` starts them";
        assert_eq!(reason("primes/tasks-c1/4").as_deref(), Some(confined));
    }

    #[test]
    fn what_a_machine_says_of_itself_is_read_back() {
        let text = serde_json::to_string(&About::here()).expect("JSON");
        let read: About = serde_json::from_str(&text).expect("the same");
        assert_eq!((read.version, read.protocol), (VERSION.clone(), PROTOCOL));
        assert!(read.machine.cores > 0);
    }
}
