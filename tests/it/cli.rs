//! Runs the built command as a user does: starts it in an empty folder, waits for it, and returns what it left.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use fairlane::clock;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::alone::{Shared, shared};
use crate::ended::files;
use crate::family::{Family, MARK};

pub(crate) use crate::ended::{Ended, assert_failed, cell};

/// How long a test waits for an event before it fails: generous, for two cores that also build.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// The folder of the project: that of the command's package is below it.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Calls `poll` until it finds something; a test in which it does not is over.
pub(crate) fn wait_for<T>(what: &str, poll: impl FnMut() -> Option<T>) -> T {
    wait_at_most(PATIENCE, poll)
        .unwrap_or_else(|| panic!("there is still no sign of {what} after {PATIENCE:?}"))
}

/// The same with a timeout of its own; `None` when that is over.
pub(crate) fn wait_at_most<T>(timeout: Duration, mut poll: impl FnMut() -> Option<T>) -> Option<T> {
    let end = clock::now().after(timeout);
    loop {
        let late = clock::now() > end;
        match poll() {
            Some(found) => return Some(found),
            None if late => return None,
            None => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The text of a suite: each group is a workload and its number of jobs; `lanes` is for each cell.
pub(crate) fn suite(lanes: usize, executors: &str, groups: &[(&str, usize)]) -> String {
    let executors: Vec<_> = executors.split(',').collect();
    let head = format!(
        "seconds = 1\nlanes = {lanes}\nquick_seconds = 1\nquick_lanes = 2\nexecutors = {executors:?}\n"
    );
    let group =
        |(workload, jobs): &(&str, usize)| format!("[[group]]\nworkload = \"{workload}\"\njobs = [{jobs}]\n");
    head + &groups.iter().map(group).collect::<String>()
}

/// A command line that is about to be started, in a folder of its own.
pub(crate) struct Invocation {
    folder: TempDir,
    family: Family,
    command: Command,
}

impl Invocation {
    /// `fairlane` with those words; its results go to the folder [`Ended::results`].
    pub(crate) fn new(words: &str) -> Self {
        Self::of(program(env!("CARGO_BIN_EXE_fairlane")), words)
    }

    /// The same from a shell that sets a limit first, like `ulimit -n 64`.
    pub(crate) fn under(limit: &str, words: &str) -> Self {
        Self::of(shell(limit, env!("CARGO_BIN_EXE_fairlane")), words)
    }

    /// The same under GNU time, which writes its report to the file `time`.
    pub(crate) fn timed(words: &str) -> Self {
        let mut time = program("/usr/bin/time");
        time.args(["--verbose", "--output", "time", env!("CARGO_BIN_EXE_fairlane")]);
        Self::of(time, words)
    }

    /// The same as the first program of a session, whose terminal is its standard input: a Ctrl-C that is typed there reaches
    /// it.
    pub(crate) fn of_session(words: &str) -> Self {
        let mut setsid = program("setsid");
        setsid.args(["--ctty", env!("CARGO_BIN_EXE_fairlane")]);
        Self::of(setsid, words)
    }

    /// The same in the background of a shell with job control: a terminal stops who reads there.
    pub(crate) fn in_background(words: &str) -> Self {
        let mut setsid = program("setsid");
        setsid.args([
            "--ctty",
            "sh",
            "-c",
            "set -m; \"$0\" \"$@\" & wait $!",
            env!("CARGO_BIN_EXE_fairlane"),
        ]);
        Self::of(setsid, words)
    }

    /// The same in the foreground of such a shell, which says when it has stopped, and continues it after a line.
    pub(crate) fn in_foreground(words: &str) -> Self {
        let mut setsid = program("setsid");
        let script = "set -m; \"$0\" \"$@\"; echo; echo the shell has the terminal; read line; fg";
        setsid.args(["--ctty", "sh", "-c", script, env!("CARGO_BIN_EXE_fairlane")]);
        Self::of(setsid, words)
    }

    /// `cargo bench` with those words, built as the tests are. The first of them waits for the build.
    pub(crate) fn bench(words: &str) -> Self {
        suite_program();
        Self::of(Self::cargo_bench(&["--"]), words)
    }

    /// The program that `cargo bench` starts, as test runners start it: without `--bench`.
    pub(crate) fn suite(words: &str) -> Self {
        Self::of(program(suite_program()), words)
    }

    /// What `cargo bench` starts, from a shell that redirects first, like `exec 2>/dev/full`.
    pub(crate) fn suite_under(redirection: &str, words: &str) -> Self {
        Self::of(shell(redirection, suite_program()), words)
    }

    fn cargo_bench(last: &[&str]) -> Command {
        let mut cargo = program(env!("CARGO"));
        // The whole workspace: with other features of the libraries, all of them were built again.
        cargo.args(["bench", "--quiet", "--workspace", "--profile", "dev", "--manifest-path"]);
        cargo.arg(project().join("Cargo.toml"));
        cargo.args(["--bench", "suite"]).args(last);
        cargo
    }

    fn of(mut command: Command, words: &str) -> Self {
        let (folder, family) = (tempfile::tempdir().unwrap(), Family::new());
        command.args(words.split_whitespace()).env(MARK, family.mark()).current_dir(&folder);
        Self { folder, family, command }
    }

    /// Puts a variable into its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Makes its lanes break that rule, in that cell or in all.
    pub(crate) fn lie(self, rule: &str, only: Option<&str>) -> Self {
        let lying = self.env("FAIRLANE_LANE", env!("CARGO_BIN_EXE_lying-lane")).env("LIE", rule);
        match only {
            Some(cell) => lying.env("LIE_IN", cell),
            None => lying,
        }
    }

    /// Adds a word as it is.
    pub(crate) fn arg(mut self, word: &OsStr) -> Self {
        self.command.arg(word);
        self
    }

    /// Puts a file into its folder.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    /// Puts a program into its folder.
    pub(crate) fn script(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// The folder in which it starts.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it.
    pub(crate) fn start(self) -> Running {
        let file = |name: &str| File::create(self.folder.path().join(name)).unwrap();
        let (stdout, stderr) = (file("stdout"), file("stderr"));
        self.start_with(Stdio::null(), stdout.into(), stderr.into())
    }

    /// Starts it on that terminal.
    pub(crate) fn start_on(self, terminal: &File) -> Running {
        let stream = || Stdio::from(terminal.try_clone().unwrap());
        self.start_with(stream(), stream(), stream())
    }

    fn start_with(mut self, stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Running {
        let command = self.command.stdin(stdin).stdout(stdout).stderr(stderr);
        let name = command.get_program().to_owned();
        let shared = shared();
        let child = command.spawn().unwrap_or_else(|cause| {
            panic!("{}: {cause} (the Debian packages that tests need stand in README.md)", name.display())
        });
        drop(self.command); // a terminal ends when nobody has it open
        Running { child, folder: self.folder, family: self.family, _shared: shared }
    }

    /// Starts it and waits for its end.
    pub(crate) fn run(self) -> Ended {
        self.start().end()
    }
}

/// The file of the program that `cargo bench` starts.
fn suite_program() -> &'static str {
    static BUILT: LazyLock<String> = LazyLock::new(|| {
        let built = Invocation::cargo_bench(&["--no-run", "--message-format", "json"]).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8(built.stdout).unwrap();
        let file = messages.lines().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            let is_suite = message["target"]["name"] == "suite";
            is_suite.then(|| message["executable"].as_str().map(str::to_owned))?
        });
        file.unwrap()
    });
    &BUILT
}

#[expect(clippy::disallowed_methods, reason = "the subject of these tests is a process, and no lane")]
fn program(path: &str) -> Command {
    Command::new(path)
}

/// A shell that does something first, and then becomes the program.
fn shell(first: &str, path: &str) -> Command {
    let mut shell = program("sh");
    shell.args(["-c", &format!("{first} && exec \"$0\" \"$@\""), path]);
    shell
}

/// Every Rust file below these folders of the project.
pub(crate) fn sources(folders: &[&str]) -> Vec<PathBuf> {
    let mut folders: Vec<_> = folders.iter().map(|name| project().join(name)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(ending) if ending == "rs" => files.push(path),
                _ => {}
            }
        }
    }
    files
}

/// A command that runs.
pub(crate) struct Running {
    child: process::Child,
    folder: TempDir,
    /// It and all its descendants.
    pub(crate) family: Family,
    _shared: Shared,
}

impl Running {
    /// Sends a signal to the driver alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Its standard error so far.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    /// The record, once there is one.
    pub(crate) fn record(&self) -> Option<PathBuf> {
        files(&self.folder).into_iter().find(|file| file.ends_with("run.json"))
    }

    /// Waits for its end, and fails if it does not end in time.
    pub(crate) fn end(mut self) -> Ended {
        let status = wait_at_most(PATIENCE, || self.child.try_wait().unwrap()).unwrap_or_else(|| {
            let _ = self.child.kill();
            panic!("`fairlane` did not end")
        });
        // On a terminal there are no such files.
        let text = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        let (stdout, stderr) = (text("stdout"), text("stderr"));
        let by_ctrl_c = status.signal() == Some(Signal::SIGINT as i32);
        let code = if by_ctrl_c { Some(130) } else { status.code() };
        Ended { code, by_ctrl_c, stdout, stderr, folder: self.folder, family: self.family }
    }
}
