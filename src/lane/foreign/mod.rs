//! Lanes in other languages: which programs run them, and whether those are on this machine. The executors that they bring are
//! added to those of [`executor`]. Must not know what a lane is asked.

mod file;
mod unlisted;

use std::env;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::executor::{self, ExecutorSpec};
use crate::failure::Failure;
use crate::files;
use crate::process::answer::{self, NoAnswer};
use crate::process::program::Program;

pub use unlisted::{as_claimed, unlisted};

/// A program that runs the lanes of some executors.
#[derive(Debug)]
pub struct ForeignLane {
    /// What it is called in messages.
    pub name: &'static str,
    /// The language, as tables name it.
    pub language: &'static str,
    /// The command that gets what is missing.
    pub setup: String,
    /// What that command runs, if Fairlane can get it: a program that exits with 0 once the lane is there.
    pub get: Option<Program>,
    /// What could start it, in the order in which they are tried.
    programs: Vec<PathBuf>,
    check: Vec<String>,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    found: OnceLock<Result<Found, Failure>>,
}

/// What starts a lane on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// With the arguments of a lane.
    pub program: Program,
    /// Which runtime it is, in its own words.
    pub runtime: String,
}

static LANES: OnceLock<Vec<ForeignLane>> = OnceLock::new();

/// How long a program may take to say which runtime it is: the first import of a package can take seconds.
const CHECK: Duration = Duration::from_secs(20);

/// Names a lanes file of the user's own.
pub const FILE: &str = "FAIRLANE_LANES";

/// The lanes of this project.
const OWN: &str = include_str!("../../../lanes/lanes.toml");
const OWN_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lanes");

/// Adds the executors of the lanes file of this project, and of the one that the user named. Only the first call does
/// anything.
///
/// # Errors
/// If the user's file cannot be read, is not a lanes file, or uses a name that is taken.
pub fn load() -> Result<(), Failure> {
    let mut read = file::parse("lanes/lanes.toml", OWN, Path::new(OWN_FOLDER))?;
    if let Some(path) = env::var_os(FILE).filter(|path| !path.is_empty()).map(PathBuf::from) {
        let name = path.display().to_string();
        let help = "`lanes/lanes.toml` shows every key with its meaning; FAIRLANE_LANES names the file";
        let text = files::settings(&path).map_err(|failure| failure.or_help(help))?;
        let folder = files::folder_of(&path).canonicalize().unwrap_or_default();
        read.add(file::parse(&name, &text, &folder)?)
            .map_err(|failure| failure.read_in(&format!("`{name}`")))?;
    }
    let file::Lanes { lanes, executors } = read;
    let mut is_first = false;
    LANES.get_or_init(|| {
        is_first = true;
        lanes
    });
    if is_first {
        let leaked = executors.into_iter().map(|executor| &*Box::leak(Box::new(executor)));
        executor::register(leaked.collect());
    }
    Ok(())
}

/// The executors of a lanes file called `name`, of which nothing else is kept.
#[cfg(test)]
pub(crate) fn read(name: &str, text: &str, here: &Path) -> Result<Vec<ExecutorSpec>, Failure> {
    file::parse(name, text, here).map(|read| read.executors)
}

/// Every lane in another language.
pub fn all() -> &'static [ForeignLane] {
    LANES.get().map_or(&[], Vec::as_slice)
}

/// The lane that runs this executor; `None` if it is in this program.
pub fn of(executor: &ExecutorSpec) -> Option<&'static ForeignLane> {
    let foreign = executor.foreign.as_ref()?;
    all().iter().find(|lane| lane.name == foreign.lane)
}

/// The folder in which interpreters and compiled lanes of this project are set up.
pub fn folder() -> PathBuf {
    files::target::folder().join("languages")
}

impl ForeignLane {
    /// What starts it here.
    ///
    /// # Errors
    /// Why nothing does, with the command that helps.
    pub fn found(&self) -> Result<&Found, Failure> {
        self.found.get_or_init(|| self.find()).as_ref().map_err(Clone::clone)
    }

    /// The executors that it runs.
    pub fn executors(&self) -> impl Iterator<Item = &'static ExecutorSpec> {
        let name = self.name;
        executor::all().filter(move |one| one.foreign.as_ref().is_some_and(|foreign| foreign.lane == name))
    }

    /// The same as [`Self::found`], looked for again.
    ///
    /// # Errors
    /// As [`Self::found`].
    pub fn find(&self) -> Result<Found, Failure> {
        let mut reasons = String::new();
        for path in &self.programs {
            let arguments = |words: &[String]| words.iter().map(Into::into).collect();
            let program = Program::foreign(path.clone(), arguments(&self.check), self.environment.clone());
            match answer::line(&program, CHECK) {
                Ok(runtime) => {
                    let program = program.with(arguments(&self.arguments));
                    return Ok(Found { program, runtime });
                }
                // A link whose target is gone is there, and is a broken environment.
                Err(NoAnswer::NotStarted(_)) if program.resolved().symlink_metadata().is_err() => {}
                Err(refused) => {
                    let separator = if reasons.is_empty() { ": " } else { "; " };
                    let _ = write!(reasons, "{separator}`{}`: {refused}", path.display());
                }
            }
        }
        let none = if reasons.is_empty() { ": none of its programs is on this machine" } else { "" };
        let refused = format!("the `{}` lane is not available{none}{reasons}", self.name);
        Err(Failure::new(refused).help(format!("`{}` gets what is missing", self.setup)))
    }
}
