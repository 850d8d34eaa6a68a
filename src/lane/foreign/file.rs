//! The lanes file: reads its tables, and says file, line and expectation when it cannot. Must not know which programs are on
//! this machine.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Deserialize;
use toml::Spanned;

use super::{ForeignLane, folder};
use crate::executor::{self, ExecutorSpec, Foreign, Model, Width};
use crate::failure::{Failure, unknown};
use crate::files::source::Source;
use crate::process::program::Program;
use crate::workload::KINDS;

/// What a lanes file says.
#[derive(Debug)]
pub(super) struct Lanes {
    pub(super) lanes: Vec<ForeignLane>,
    pub(super) executors: Vec<ExecutorSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lane: Vec<RawLane>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLane {
    name: Spanned<String>,
    language: String,
    programs: Vec<String>,
    check: Vec<String>,
    arguments: Vec<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    setup: String,
    #[serde(default)]
    get: Vec<String>,
    sequential: Spanned<String>,
    workloads: Vec<Spanned<String>>,
    executor: Vec<RawExecutor>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExecutor {
    id: Spanned<String>,
    model: Spanned<String>,
    in_flight: Width,
    parallel: bool,
    about: String,
    in_the_clock: String,
    workloads: Option<Vec<Spanned<String>>>,
}

/// Reads the text of a lanes file called `name`, which lies in the folder `here`.
pub(super) fn parse(name: &str, text: &str, here: &Path) -> Result<Lanes, Failure> {
    let source = Source { name, text, example: "lanes/lanes.toml" };
    let file: File = source.parse()?;
    let mut read = Lanes { lanes: Vec::new(), executors: Vec::new() };
    for raw in file.lane {
        let at = source.at(raw.name.span());
        let one = lane(&source, raw, here)?;
        read.add(one).map_err(at)?;
    }
    // Known once all are read: a lane may be compared with the sequential executor of another.
    for executor in &read.executors {
        let sequential = executor.foreign.as_ref().map_or("", |foreign| foreign.sequential);
        if !read.executors.iter().any(|other| other.id == sequential) {
            let ids = read.executors.iter().map(|other| other.id);
            return Err(unknown("executor", sequential, ids).read_in(&format!("`{name}`")));
        }
    }
    Ok(read)
}

impl Lanes {
    /// Adds what another file or table says.
    ///
    /// # Errors
    /// If a name is taken.
    pub(super) fn add(&mut self, other: Self) -> Result<(), Failure> {
        let taken = |what: &str, name: &str| {
            Failure::new(format!("the {what} `{name}` exists already")).help("give this one another name")
        };
        let mut lanes: HashSet<&str> = self.lanes.iter().map(|lane| lane.name).collect();
        if let Some(twice) = other.lanes.iter().find(|lane| !lanes.insert(lane.name)) {
            return Err(taken("lane", twice.name));
        }
        let own = executor::REGISTRY.iter().map(|executor| executor.id);
        let mut ids: HashSet<&str> = own.chain(self.executors.iter().map(|executor| executor.id)).collect();
        if let Some(twice) = other.executors.iter().find(|executor| !ids.insert(executor.id)) {
            return Err(taken("executor", twice.id));
        }
        self.lanes.extend(other.lanes);
        self.executors.extend(other.executors);
        Ok(())
    }
}

fn lane(source: &Source<'_>, raw: RawLane, here: &Path) -> Result<Lanes, Failure> {
    let fill = |text: &String| {
        text.replace("{here}", &here.display().to_string())
            .replace("{languages}", &folder().display().to_string())
    };
    let (name, language): (&'static str, &'static str) = (leak(raw.name.into_inner()), leak(raw.language));
    let sequential = leak(raw.sequential.into_inner());
    let usual = workloads(source, &raw.workloads)?;
    let mut executors = Vec::new();
    for executor in raw.executor {
        let model = executor.model.get_ref().as_str();
        let model = Model::ALL.into_iter().find(|one| one.name() == model).ok_or_else(|| {
            let names = Model::ALL.map(|one| one.name());
            let all = format!("the models are {}", names.join(", "));
            source.at(executor.model.span())(unknown("model", model, names).help(all))
        })?;
        let workloads = match &executor.workloads {
            Some(own) => workloads(source, own)?,
            None => usual.clone(),
        };
        check_id(executor.id.get_ref()).map_err(source.at(executor.id.span()))?;
        executors.push(ExecutorSpec {
            id: leak(executor.id.into_inner()),
            model,
            about: leak(executor.about),
            in_the_clock: leak(executor.in_the_clock),
            width: executor.in_flight,
            parallel: executor.parallel,
            most: if model == Model::Process { MOST_PROCESSES } else { ExecutorSpec::PLAIN.most },
            foreign: Some(Foreign { language, lane: name, sequential, workloads }),
            ..ExecutorSpec::PLAIN
        });
    }
    let environment: Vec<_> =
        raw.environment.iter().map(|(name, value)| (name.clone(), fill(value))).collect();
    let get = raw.get.split_first().map(|(program, arguments)| {
        let arguments = arguments.iter().map(|argument| fill(argument).into()).collect();
        Program::foreign(fill(program).into(), arguments, environment.clone())
    });
    let lane = ForeignLane {
        name,
        language,
        setup: raw.setup,
        get,
        programs: raw.programs.iter().map(|program| PathBuf::from(fill(program))).collect(),
        check: raw.check.iter().map(fill).collect(),
        arguments: raw.arguments.iter().map(fill).collect(),
        environment,
        found: OnceLock::new(),
    };
    Ok(Lanes { lanes: vec![lane], executors })
}

/// More interpreters at once than this would endanger the machine: each takes some 10 MB.
const MOST_PROCESSES: usize = 512;

/// Names live as long as this program, like those of its own executors.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn workloads(source: &Source<'_>, names: &[Spanned<String>]) -> Result<Vec<&'static str>, Failure> {
    let find = |name: &Spanned<String>| {
        let kind = KINDS.iter().find(|kind| kind.id == name.get_ref());
        let ids = || KINDS.iter().map(|kind| kind.id);
        kind.map(|kind| kind.id)
            .ok_or_else(|| source.at(name.span())(unknown("workload", name.get_ref(), ids())))
    };
    names.iter().map(find).collect()
}

/// Names of cells are split at slashes, and at what looks like a variation.
fn check_id(id: &str) -> Result<(), Failure> {
    let plain = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let last = id.rsplit('-').next().unwrap_or_default();
    let is_number = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit());
    let is_variation = last == "cold" || last.strip_prefix(['w', 'c']).is_some_and(is_number);
    if plain && !id.is_empty() && !is_variation {
        return Ok(());
    }
    Err(Failure::new(format!("`{id}` cannot be the name of an executor")).help(
        "write it in lower case with hyphens, and without a variation like `-w4` or `-cold` at its end",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: &str = "[[lane]]\nname = \"ruby\"\nlanguage = \"Ruby\"\nprograms = [\"ruby\"]\ncheck = [\"-v\"]\n\
        arguments = [\"{here}/lane.rb\"]\nsetup = \"apt install ruby\"\nsequential = \"ruby-sequential\"\n\
        workloads = [\"noop\", \"primes\"]\n";
    const EXECUTOR: &str = "[[lane.executor]]\nid = \"ruby-sequential\"\nmodel = \"main thread\"\nin_flight = \"one\"\n\
        parallel = false\nabout = \"a loop\"\nin_the_clock = \"the jobs\"\n";

    fn read(text: &str) -> Result<Lanes, Failure> {
        parse("lanes.toml", text, Path::new("/here"))
    }

    #[test]
    fn a_lane_brings_its_executors() {
        let read = read(&format!("{LANE}{EXECUTOR}")).expect("a lanes file");
        assert_eq!(read.lanes[0].arguments, ["/here/lane.rb"]);
        assert_eq!(read.lanes[0].get, None);
        let executor = &read.executors[0];
        assert_eq!(
            (executor.id, executor.model, executor.width),
            ("ruby-sequential", Model::MainThread, Width::One)
        );
        assert_eq!(executor.foreign.as_ref().expect("foreign").workloads, ["noop", "primes"]);
    }

    #[test]
    fn what_gets_a_lane_is_a_program_with_its_arguments() {
        let setup = "setup = \"apt install ruby\"\nget = [\"{here}/setup\", \"--all\"]";
        let text = format!("{LANE}{EXECUTOR}").replace("setup = \"apt install ruby\"", setup);
        let get = read(&text).expect("a lanes file").lanes.remove(0).get;
        assert_eq!(get, Some(Program::foreign("/here/setup".into(), vec!["--all".into()], Vec::new())));
    }

    #[test]
    fn the_file_of_this_project_is_one() {
        let read = parse("lanes/lanes.toml", super::super::OWN, Path::new("/here")).expect("a lanes file");
        assert!(read.lanes.iter().any(|lane| lane.language == "Python"));
    }

    #[test]
    fn mistakes_are_reported_with_file_line_and_expectation() {
        let edit = |from: &str, to: &str| format!("{LANE}{EXECUTOR}").replace(from, to);
        for (text, message) in [
            (edit("primes", "prime"), "cannot read `lanes.toml` line 9: unknown workload `prime`"),
            (edit("main thread", "thread"), "cannot read `lanes.toml` line 12: unknown model `thread`"),
            (edit("\"one\"", "\"two\""), "cannot read `lanes.toml` line 13: unknown variant `two`"),
            (
                edit("id = \"ruby-sequential\"", "id = \"ruby-w4\""),
                "cannot read `lanes.toml` line 11: `ruby-w4` cannot be",
            ),
            (
                edit("sequential = \"ruby", "sequential = \"rubi"),
                "cannot read `lanes.toml`: unknown executor `rubi-seq",
            ),
            (
                edit("id = \"ruby-sequential\"", "id = \"tasks\""),
                "cannot read `lanes.toml` line 2: the executor `tasks` exists",
            ),
            (
                format!("{LANE}{EXECUTOR}{EXECUTOR}"),
                "cannot read `lanes.toml` line 2: the executor `ruby-sequential` exists",
            ),
            (edit("setup", "set_up"), "cannot read `lanes.toml` line 7: unknown field `set_up`"),
        ] {
            let failure = read(&text).expect_err(message);
            assert!(failure.message.starts_with(message), "{failure}");
        }
    }
}
