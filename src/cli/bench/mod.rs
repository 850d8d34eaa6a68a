//! What `cargo bench -- ARGUMENTS` asks for.
//!
//! Criterion parses the same arguments, but does not say what it read, and refuses some of them with a panic. So they are read
//! here first, and what is wrong is refused before anything is measured. Must not know criterion itself.

mod options;
mod refused;
mod value;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::ColorChoice;
use clap::ArgMatches;

use super::filter::Filter;
use super::variables;
use crate::failure::{Failure, nearest};
use crate::measure::passes::suite::{Group, Suite};
use crate::measure::passes::table::Plan;
use crate::quantity;
use options::{WHAT, parser};

pub use value::LEAST_SAMPLES;

/// What is to be done with the selected cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Measure them, record them, and hand the times to criterion.
    Measure,
    /// Run each once: `--test`, or no `--bench`, as under `cargo test --benches`.
    Test,
    /// Print their ids: `--list`.
    List,
    /// Let criterion compare what it kept: `--load-baseline`.
    Load,
    /// Run each for a profiler: `--profile-time`.
    Profile,
}

/// What `cargo bench` was asked for.
#[derive(Debug)]
pub struct Bench {
    /// What is to be done.
    pub task: Task,
    /// The suite file.
    pub suite: PathBuf,
    /// Which of its cells.
    pub filter: Filter,
    /// `--quick`
    pub quick: bool,
    /// `--format terse`, of a list.
    pub terse: bool,
    /// `--quiet`
    pub quiet: bool,
    /// `--color`
    pub color: ColorChoice,
    /// What `--help` or `--version` prints, in place of all else.
    pub told: Option<String>,
    /// Whether no cell may match: a test runner asks every target for the same name, and `--ignored` means none.
    pub may_select_none: bool,
    /// Whether the times may be kept by criterion: not under `--discard-baseline`.
    pub keeps: bool,
    /// `--sample-size`: lanes of each cell.
    lanes: Option<usize>,
    /// `--measurement-time`: of each cell.
    time: Option<Duration>,
    /// The names that a suite may have; none where the user named a file.
    suites: Vec<String>,
    /// Baselines that must exist, each with the option that names it.
    pub baselines: Vec<(&'static str, String)>,
    /// The arguments besides cargo's own.
    pub arguments: Vec<String>,
}

impl Bench {
    /// Reads arguments without the program's name. Suites lie in `folder`; `given` is a suite file that the user named in the
    /// environment.
    ///
    /// # Errors
    /// What is wrong with the first wrong argument.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        folder: &Path,
        given: Option<OsString>,
    ) -> Result<Self, Failure> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let suites = suites(folder);
        let mut parser = parser(&suites.join(", "), &variables::of_bench());
        let found = parser.try_get_matches_from_mut(&arguments).map_err(|error| refused::failure(&error))?;
        let is = |name| found.get_flag(name);
        let value = |name| found.get_one::<String>(name);
        check(&found)?;
        let task = match () {
            () if is("list") => Task::List,
            () if is("test") || !is("bench") => Task::Test,
            () if value("profile-time").is_some() => Task::Profile,
            () if value("load-baseline").is_some() => Task::Load,
            () => Task::Measure,
        };
        let known = if is_named(given.as_ref()) { Vec::new() } else { suites };
        let (suite, what) = suite(folder, given, value(WHAT).map_or("", String::as_str));
        let filter = match () {
            () if is("ignored") => Filter::nothing(),
            () if is("exact") && !what.is_empty() => Filter::exactly(what),
            () => Filter::matching(what)?,
        };
        let baseline = |name| Some((name, value(name)?.clone()));
        let told = match () {
            () if is("help") => Some(parser.render_help().to_string()),
            () if is("version") => Some(options::version()),
            () => None,
        };
        let number = |name| value(name).and_then(|text| text.parse().ok());
        Ok(Self {
            task,
            suite,
            filter,
            quick: is("quick"),
            terse: value("format").is_some_and(|format| format == "terse"),
            quiet: is("quiet"),
            color: color(&found),
            told,
            may_select_none: !is("bench") || is("ignored"),
            keeps: !is("discard-baseline"),
            lanes: number("sample-size"),
            time: value("measurement-time").and_then(|text| quantity::time(text).ok()),
            suites: known,
            baselines: ["baseline", "load-baseline"].into_iter().filter_map(baseline).collect(),
            arguments: (arguments.iter().map(|argument| argument.to_string_lossy().into_owned()))
                .filter(|argument| argument != "--bench")
                .collect(),
        })
    }

    /// How long to measure these groups of a suite, and with how many lanes.
    pub fn plan(&self, suite: &Suite, groups: &[Group]) -> Plan {
        let plan = if self.quick { suite.quick } else { suite.plan };
        let cells = groups.iter().map(|group| group.cells.len()).sum::<usize>();
        let budget = self.time.map_or(plan.budget, |time| time.mul_f64(cells as f64));
        Plan { budget, lanes: self.lanes.unwrap_or(plan.lanes), ..plan }
    }

    /// The selected groups of a suite, with the lanes that were asked for.
    pub fn groups(&self, suite: &Suite) -> Vec<Group> {
        let mut groups = self.filter.select(&suite.groups);
        if self.lanes.is_some() {
            groups.iter_mut().for_each(|group| group.lanes = None); // what the suite says of single groups
        }
        groups
    }

    /// The error for a filter that selects no cell of that suite, with the nearest name of a cell or of a suite.
    pub fn selects_none(&self, suite: &Suite) -> Failure {
        let failure = self.filter.selects_none(&suite.groups, "cargo bench -- --list");
        let near = nearest(self.filter.text(), self.suites.iter().map(String::as_str));
        match near {
            Some(near) if !failure.help.as_ref().is_some_and(|help| help.starts_with("did")) => {
                failure.help(format!("did you mean the suite `{near}`?"))
            }
            _ => failure,
        }
    }
}

/// What needs something else, or does nothing alone. Test runners give some of it to every target.
fn check(found: &ArgMatches) -> Result<(), Failure> {
    let is = |name| found.get_flag(name);
    let has = |name| found.get_one::<String>(name).is_some_and(|value| !value.is_empty());
    let cannot = |what: &str, why: &str| Err(Failure::new(format!("cannot use `--{what}`: {why}")));
    match () {
        () if has("load-baseline") && !has("baseline") => {
            cannot("load-baseline", "it needs `--baseline`, too")
                .map_err(|failure| failure.help("add `--baseline NAME`"))
        }
        () if !is("bench") => Ok(()),
        () if is("exact") && !has(WHAT) => cannot("exact", "no id is given").map_err(|failure| {
            failure.help("write the id of a cell: `cargo bench -- --exact http/tasks/32`")
        }),
        () if has("format") && !is("list") => cannot("format", "it works only with `--list`")
            .map_err(|failure| failure.help("add `--list`, or leave it out")),
        () if found.get_one::<String>("plotting-backend").is_some_and(|backend| backend == "plotters")
            && !cfg!(feature = "plots") =>
        {
            cannot("plotting-backend plotters", "this build has no plots")
                .map_err(|failure| failure.help("build it with them: `cargo bench --features plots`"))
        }
        () => Ok(()),
    }
}

fn color(found: &ArgMatches) -> ColorChoice {
    match found.get_one::<String>("color").map(String::as_str) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Whether the user named a suite file; an empty variable is as good as none.
fn is_named(given: Option<&OsString>) -> bool {
    given.is_some_and(|given| !given.is_empty())
}

/// The file in the folder of suites that is none: `fairlane compare` reads it.
const GATE: &str = "gate";

/// The suite file, and what is left as a filter where the first word names a suite: `control`, `scaling/timer`.
fn suite<'w>(folder: &Path, given: Option<OsString>, what: &'w str) -> (PathBuf, &'w str) {
    if let Some(given) = given.filter(|given| is_named(Some(given))) {
        return (given.into(), what);
    }
    let (name, filter) = what.split_once('/').unwrap_or((what, ""));
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let named = folder.join(name).with_extension("toml");
    if is_name && name != GATE && named.is_file() {
        (named, filter)
    } else {
        (folder.join("suite.toml"), what)
    }
}

/// The names of the suites in that folder.
fn suites(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut suites: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .filter(|name| name != GATE)
        .collect();
    suites.sort();
    suites
}

/// What `--help` prints.
pub fn help(folder: &Path) -> String {
    parser(&suites(folder).join(", "), &variables::of_bench()).render_help().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Suites as they are, and no variable set.
    fn read(words: &str) -> Bench {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        Bench::read(words.split_whitespace().map(OsString::from), &folder, None).expect(words)
    }

    fn selects(bench: &Bench, id: &str) -> bool {
        let cell: crate::lane::Cell = id.parse().expect(id);
        let groups = crate::measure::passes::suite::Group::all(
            std::slice::from_ref(&cell.workload),
            &[cell.jobs],
            &[cell.executor_name()],
        );
        !bench.filter.select(&groups.expect(id)).is_empty()
    }

    #[test]
    fn the_suite_is_the_first_word_that_is_no_option_wherever_it_stands() {
        for (words, suite, filter_selects) in [
            ("--bench", "suite", true),
            ("control --bench", "control", true),
            ("--quick control --bench", "control", true),
            ("control --quick --bench", "control", true),
            ("--sample-size 10 --save-baseline scaling control --bench", "control", true),
            ("--save-baseline=control --bench", "suite", true),
            ("-s control --bench", "suite", true),
            ("-b control one-core --bench", "one-core", true),
            ("--color always scaling/timer --bench", "scaling", true),
            ("scaling/http --quick --bench", "scaling", false),
            ("--quick http --bench", "suite", false),
            ("timer --bench", "suite", true),
            ("scaling/timer/tasks/32 --exact", "scaling", true),
            ("timer/tasks/3 --exact", "suite", false),
        ] {
            let bench = read(words);
            assert_eq!(bench.suite.file_stem().expect(words), suite, "{words}");
            assert_eq!(selects(&bench, "timer/tasks/32"), filter_selects, "{words}");
            assert_eq!(bench.quick, words.contains("--quick"), "{words}");
        }
    }

    #[test]
    fn a_suite_file_of_the_user_takes_the_whole_word_as_a_filter() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let read = |word: &str, given: &str| {
            Bench::read([OsString::from(word)], &folder, Some(given.into())).expect(word)
        };
        assert_eq!(read("http", "my.toml").suite, Path::new("my.toml"));
        assert!(!selects(&read("http", "my.toml"), "timer/tasks/32"));
        assert!(!selects(&read("control", "my.toml"), "timer/tasks/32"), "it is a filter there");
        assert_eq!(
            read("control", "").suite,
            folder.join("control.toml"),
            "an empty variable is as good as none"
        );
    }

    #[test]
    fn the_task_is_what_criterion_makes_of_the_same_words() {
        for (words, task) in [
            ("--bench", Task::Measure),
            ("--quick --bench", Task::Measure),
            ("--baseline a --bench", Task::Measure),
            ("", Task::Test),
            ("timer", Task::Test),
            ("--test --bench", Task::Test),
            ("--list --format terse", Task::List),
            ("--list --bench", Task::List),
            ("--profile-time 2 --bench", Task::Profile),
            ("--load-baseline new --baseline a --bench", Task::Load),
        ] {
            assert_eq!(read(words).task, task, "{words}");
        }
        assert!(read("--list --format terse").terse && !read("--list").terse);
        assert!(read("timer").may_select_none && read("--ignored --bench").may_select_none);
        assert!(!read("timer --bench").may_select_none);
    }

    #[test]
    fn baselines_that_must_exist_are_named_and_lenient_ones_are_not() {
        let baselines = |words| read(words).baselines;
        assert_eq!(baselines("--baseline a --bench"), [("baseline", "a".into())]);
        assert_eq!(baselines("-b a --bench"), [("baseline", "a".into())]);
        let both = [("baseline", "b".into()), ("load-baseline", "a".into())];
        assert_eq!(baselines("--load-baseline a --baseline b --bench"), both);
        assert_eq!(baselines("--baseline-lenient a --bench"), []);
        assert_eq!(baselines("--save-baseline a --bench"), []);
    }
}
