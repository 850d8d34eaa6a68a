//! The folder of runs: a new folder for each, files written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mock_server::Kind;

use super::calibration::Calibration;
use super::{Apparatus, Cell, Environment, Group, Run, SCHEMA, Slope, Warning, check, upgrade};
use crate::failure::{Failure, OrFail};
use crate::measure::passes::session::Apparatus as Able;

/// A run that is being recorded. Nothing is written before the first cells are.
#[derive(Debug)]
pub struct Recorder {
    results: PathBuf,
    /// Whether the folder of all runs was not there before.
    made_results: bool,
    folder: Option<PathBuf>,
    run: Run,
}

impl Recorder {
    /// A run below the folder `results`, begun at `started`.
    pub fn new(results: &Path, started: SystemTime, seed: u64, environment: Environment) -> Self {
        let run = Run {
            schema: SCHEMA,
            fairlane: env!("CARGO_PKG_VERSION").into(),
            started: humantime::format_rfc3339_seconds(started).to_string(),
            command: command(std::env::args()),
            interrupted: true,
            selection: Vec::new(),
            seed,
            calibration: Calibration::newest(results, &environment),
            environment,
            apparatus: Apparatus {
                server: "own".into(),
                ceiling_rps: None,
                thin_ceiling_rps: None,
                timer_resolution_ns: None,
                tokio_timer_resolution_ns: None,
            },
            warnings: Vec::new(),
            groups: Vec::new(),
            cells: Vec::new(),
            slopes: Vec::new(),
        };
        Self { results: results.to_path_buf(), made_results: false, folder: None, run }
    }

    /// Notes what was asked for.
    pub fn select(&mut self, selection: Vec<String>) {
        self.run.selection = selection;
    }

    /// Notes that the user runs the server.
    pub fn foreign_server(&mut self) {
        self.run.apparatus.server = "foreign".into();
    }

    /// Notes what the apparatus can do.
    pub fn apparatus(&mut self, able: &Able) {
        let known = &mut self.run.apparatus;
        known.timer_resolution_ns = able.lateness.map(|late| late.blocking_ns);
        known.tokio_timer_resolution_ns = able.lateness.and_then(|late| late.tokio_ns);
        known.ceiling_rps = able.ceilings.get(&Kind::Wiremock).copied();
        known.thin_ceiling_rps = able.ceilings.get(&Kind::Hyper).copied();
    }

    /// Notes the share of processor time that was stolen during the run, where it is known.
    pub fn stolen(&mut self, share: Option<f64>) {
        self.run.environment.steal_share = share;
    }

    /// Notes a reason to doubt the numbers.
    pub fn warn(&mut self, warning: Warning) {
        self.run.warnings.push(warning);
    }

    /// What is recorded so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Keeps these groups with their cells in place of what was known before, and saves, so that a run that dies later has
    /// them, marked interrupted.
    ///
    /// # Errors
    /// If the record cannot be written; the operation and the path are named.
    pub fn keep(&mut self, groups: impl IntoIterator<Item = (Group, Vec<Cell>)>) -> Result<(), Failure> {
        (self.run.groups, self.run.cells) = (Vec::new(), Vec::new());
        for (at, (group, cells)) in groups.into_iter().enumerate() {
            self.run.groups.push(group);
            self.run.cells.extend(cells.into_iter().map(|cell| Cell { group: at, ..cell }));
        }
        if self.run.cells.is_empty() { Ok(()) } else { self.save().map(drop) }
    }

    /// Adds the memory of one more unit and saves.
    ///
    /// # Errors
    /// As [`Self::keep`].
    pub fn add_slope(&mut self, slope: Slope) -> Result<(), Failure> {
        self.run.slopes.push(slope);
        self.save().map(drop)
    }

    /// Makes the folder of all runs, so that a wrong one is found before anything is measured.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn prepare(&mut self) -> Result<(), Failure> {
        self.made_results = !self.results.exists();
        fs::create_dir_all(&self.results).or_fail(|| format!("make the folder `{}`", self.results.display()))
    }

    /// Notes how it ended, and saves. Nothing is written if there are no cells. Gives the run and where it lies.
    ///
    /// # Errors
    /// As [`Self::keep`].
    pub fn finish(mut self, interrupted: bool) -> Result<(Run, Option<PathBuf>), Failure> {
        self.run.interrupted = interrupted;
        if !self.run.cells.is_empty() {
            let path = self.save()?;
            return Ok((self.run, Some(path)));
        }
        if self.made_results {
            let _ = fs::remove_dir(&self.results); // nothing came of it
        }
        Ok((self.run, None))
    }

    fn save(&mut self) -> Result<PathBuf, Failure> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => new_folder(&self.results, &self.run.started)
                .or_fail(|| format!("make a folder in `{}`", self.results.display()))?,
        };
        self.folder = Some(folder.clone());
        let path = folder.join("run.json");
        let mut text = serde_json::to_vec_pretty(&self.run).or_fail(|| "write a record")?;
        text.push(b'\n');
        write(&path, &text)?;
        Ok(path)
    }
}

/// Keeps what was found of the machine in a folder of its own. Gives the file.
///
/// # Errors
/// If it cannot be written; the operation and the path are named.
pub fn keep_calibration(results: &Path, calibration: &Calibration) -> Result<PathBuf, Failure> {
    let folder = new_folder(results, &format!("{}-calibration", calibration.started))
        .or_fail(|| format!("make a folder in `{}`", results.display()))?;
    let path = folder.join(Calibration::FILE);
    let mut text = serde_json::to_vec_pretty(calibration).or_fail(|| "write a calibration")?;
    text.push(b'\n');
    write(&path, &text)?;
    Ok(path)
}

/// Reads a record.
///
/// # Errors
/// If there is none, it is no record, one of a newer schema, or says what cannot be: file and place are named.
pub fn read(path: &Path) -> Result<Run, Failure> {
    let name = path.display();
    let text = fs::read_to_string(path).or_fail(|| format!("read `{name}`"))?;
    understand(&text, path)
}

/// The record in a text that was read from `path`.
///
/// # Errors
/// As [`read`].
pub fn understand(text: &str, path: &Path) -> Result<Run, Failure> {
    let name = path.display();
    #[derive(serde::Deserialize)]
    struct Version {
        schema: u32,
    }
    let schema = serde_json::from_str(text).ok().map(|Version { schema }| schema);
    if let Some(schema) = schema.filter(|schema| *schema > SCHEMA) {
        return Err(Failure::new(format!(
            "`{name}` has schema {schema}, and this fairlane reads up to {SCHEMA}"
        ))
        .help("use the fairlane that wrote it, or a newer one"));
    }
    const ADVICE: &str = "a record is the `run.json` that `cargo bench` or `fairlane run` wrote, unchanged";
    let run = match schema {
        Some(1) => {
            serde_json::from_str(text).and_then(|old| serde_json::from_value(upgrade::to_current(old)))
        }
        _ => serde_json::from_str::<Run>(text), // so that an error has its line
    };
    let run = run.or_fail(|| format!("understand `{name}`")).map_err(|failure| failure.help(ADVICE))?;
    check::run(&run).map_err(|place| Failure::new(format!("believe `{name}`: {place}")).help(ADVICE))?;
    Ok(run)
}

/// The program and its arguments as one would type them: cargo gives a bench a flag of its own. Paths and addresses can name a user or a host: of those only
/// the option is kept.
fn command(arguments: impl Iterator<Item = String>) -> String {
    const BENCH: &str = "--bench";
    const PRIVATE: [&str; 4] = ["--out", "-o", "--suite", "--server"];
    let arguments: Vec<String> = arguments.collect();
    if arguments.iter().any(|argument| argument == BENCH) {
        let own: Vec<&str> =
            arguments.iter().skip(1).map(String::as_str).filter(|own| *own != BENCH).collect();
        return if own.is_empty() {
            "cargo bench".into()
        } else {
            format!("cargo bench -- {}", own.join(" "))
        };
    }
    let mut words = Vec::new();
    let mut private = false;
    for (at, argument) in arguments.into_iter().enumerate() {
        let option = argument.split('=').next().unwrap_or_default();
        words.push(match (at, private, PRIVATE.contains(&option)) {
            (0, ..) => Path::new(&argument).file_name().unwrap_or_default().to_string_lossy().into_owned(),
            (_, true, _) => "...".into(),
            (_, false, true) if option.len() < argument.len() => format!("{option}=..."),
            _ => argument.clone(),
        });
        private = !private && PRIVATE.contains(&argument.as_str());
    }
    words.join(" ")
}

fn new_folder(results: &Path, started: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(results)?;
    let name = started.replace(':', "");
    let names = std::iter::once(name.clone()).chain((2..1_000).map(|number| format!("{name}-{number}")));
    for name in names {
        let folder = results.join(name);
        match fs::create_dir(&folder) {
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(io::Error::other("a thousand runs began in the same second"))
}

/// Writes a file under a temporary name first: whoever looks sees the old file or the new one, never a part.
///
/// # Errors
/// If it cannot be written; the path is named.
pub fn write(path: &Path, text: &[u8]) -> Result<(), Failure> {
    write_whole(path, text).or_fail(|| format!("write `{}`", path.display()))
}

fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut temporary = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
    temporary.push(".tmp");
    let temporary = path.with_file_name(temporary);
    let written = File::create(&temporary)
        .and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::machine::environment;

    fn recorder(results: &Path) -> Recorder {
        Recorder::new(results, SystemTime::UNIX_EPOCH, 7, environment::Environment::here(2))
    }

    fn group() -> (Group, Vec<Cell>) {
        let run = crate::record::fixture::whole();
        (run.groups[0].clone(), run.groups()[0].to_vec())
    }

    #[test]
    fn a_run_without_cells_leaves_nothing() {
        let results = tempfile::tempdir().expect("a folder");
        let (_, path) = recorder(results.path()).finish(false).expect("nothing to save");
        assert_eq!(path, None);
        assert_eq!(fs::read_dir(results.path()).expect("readable").count(), 0);
    }

    #[test]
    fn two_runs_of_one_second_do_not_overwrite_each_other() {
        let results = tempfile::tempdir().expect("a folder");
        for _ in 0..2 {
            let mut recorder = recorder(results.path());
            let (group, cells) = group();
            recorder.keep([(group, cells)]).expect("saved");
            recorder.finish(false).expect("saved");
        }
        assert_eq!(fs::read_dir(results.path()).expect("readable").count(), 2);
    }

    #[test]
    fn what_is_saved_midway_says_that_it_is_not_whole() {
        let results = tempfile::tempdir().expect("a folder");
        let mut recorder = recorder(results.path());
        let (group, cells) = group();
        recorder.keep([(group, cells)]).expect("saved");
        let path = recorder.folder.clone().expect("a folder").join("run.json");
        assert!(read(&path).expect("a record").interrupted);
        recorder.finish(false).expect("saved");
        assert!(!read(&path).expect("a record").interrupted);
        assert_eq!(
            fs::read_dir(path.parent().expect("a folder")).expect("readable").count(),
            1,
            "no temporary file"
        );
    }

    #[test]
    fn a_command_is_recorded_without_paths_and_addresses() {
        let typed = "/home/alice/fairlane run -w http/x --out /home/alice/x --server=http://alices:80 --json";
        assert_eq!(
            command(typed.split(' ').map(str::to_owned)),
            "fairlane run -w http/x --out ... --server=... --json"
        );
        let bench = |typed: &str| command(typed.split(' ').map(str::to_owned));
        assert_eq!(bench("/x/target/release/deps/suite-1f2e --bench"), "cargo bench");
        assert_eq!(bench("/x/suite-1f2e primitives --quick --bench"), "cargo bench -- primitives --quick");
    }

    #[test]
    fn foreign_broken_and_newer_records_are_refused_with_the_place() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for (text, says) in [
            ("{\"schema\": 99}", "has schema 99"),
            ("{\"schema\": 1,", "line 1"),
            ("[]", "understand"),
            ("", "line 1"),
        ] {
            fs::write(file.path(), text).expect("written");
            let failure = read(file.path()).expect_err(text);
            assert!(failure.message.contains(says), "{failure}");
        }
        assert!(read(Path::new("no/such/run.json")).is_err());
    }

    #[test]
    fn a_record_with_a_number_that_cannot_be_is_refused_with_the_place() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = serde_json::to_string_pretty(&crate::record::fixture::whole()).expect("JSON");
        for (from, to, says) in [
            ("\"median_ns\": 12700000.0", "\"median_ns\": 1e999", "number out of range at line"),
            ("\"median_ns\": 12700000.0", "\"median_ns\": -5", "cells[0].median_ns: -5 is no time"),
            ("\"seed\": 7", "\"seed\": -7", "at line"),
        ] {
            assert!(text.contains(from), "{from}");
            fs::write(file.path(), text.replacen(from, to, 1)).expect("written");
            let failure = read(file.path()).expect_err(to);
            assert!(failure.message.contains(says) && failure.help.is_some(), "{failure}");
        }
        fs::write(file.path(), &text[..text.len() / 2]).expect("written");
        assert!(read(file.path()).expect_err("half of it").message.contains("EOF while parsing"));
    }
}
