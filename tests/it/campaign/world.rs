//! The condition under which a command runs: what a shell does before it becomes the command, and a disk of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::draw::Condition;
use crate::cli::Invocation;
use crate::stranger::{self, Manner};

/// Enters the namespace of the process that keeps the disk.
const ENTER: &str =
    r#"exec nsenter --mount=/proc/$KEEPER/ns/mnt sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$0" "$@""#;

/// Mounts a disk of `$2` on `$1`, in a namespace that ends with this shell, at the end of its input.
const KEEPER: &str = r#"mount -t tmpfs -o size="$2" none "$1" && echo ready && read -r end"#;

/// A user that nobody else is.
fn user(seed: u64) -> u32 {
    70_000 + u32::try_from(seed % 100_000).unwrap()
}

/// Whether this machine lets a test mount a disk and become another user, who may start the command.
pub(super) fn can() -> bool {
    let first = format!("{} test -x \"$0\" && exec unshare --mount true", becoming(user(0), 100));
    Invocation::under(&first, "").run().code == Some(0)
}

fn becoming(user: u32, threads: u64) -> String {
    format!("setpriv --reuid={user} --regid={user} --clear-groups prlimit --nproc={threads}")
}

/// What the shell does first, and further words of the command.
pub(super) fn first(condition: Condition, seed: u64) -> (String, String) {
    let as_usual = || "true".to_owned();
    match condition {
        Condition::AsUsual => (as_usual(), String::new()),
        Condition::FullDisk(_) => (ENTER.to_owned(), String::new()),
        Condition::SmallFiles(blocks) => (format!("ulimit -f {blocks}"), String::new()),
        Condition::Descriptors(count) => (format!("ulimit -n {count}"), String::new()),
        Condition::Threads(count) => {
            (format!("exec {} \"$0\" \"$@\"", becoming(user(seed), count)), String::new())
        }
        Condition::Memory(mib) => (format!("ulimit -v {}", mib * 1024), String::new()),
        Condition::SlowServer => ("export FAIRLANE_SLOW_SERVER=busy=2ms".to_owned(), String::new()),
        Condition::Hostile(manner) => {
            (as_usual(), format!(" --server {}", stranger::serve_each(Manner::Answers, manner)))
        }
    }
}

/// The folder of a command as the command sees it.
pub(super) struct Place {
    path: PathBuf,
    keeper: Option<Child>,
}

impl Place {
    /// With a disk of that many KiB on it, if there is a number.
    pub(super) fn make(folder: &Path, kib: Option<u64>) -> Self {
        let Some(kib) = kib else { return Self { path: folder.to_owned(), keeper: None } };
        let mut keeper = shell(&[folder.to_str().unwrap(), &format!("{kib}k")]);
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "no disk");
        let root = PathBuf::from(format!("/proc/{}/root", keeper.id()));
        Self { path: root.join(folder.strip_prefix("/").unwrap()), keeper: Some(keeper) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The process that keeps the disk.
    pub(super) fn keeper(&self) -> String {
        self.keeper.as_ref().map_or_else(String::new, |keeper| keeper.id().to_string())
    }

    /// Makes its files those of the user that the command becomes.
    pub(super) fn give(&self, condition: Condition, seed: u64) {
        if let Condition::Threads(_) = condition {
            give(&self.path, user(seed));
        }
    }

    /// Makes all files, also those that the command left, those of this process.
    pub(super) fn take(&self, condition: Condition) {
        if let Condition::Threads(_) = condition {
            give(&self.path, 0);
        }
    }
}

fn give(path: &Path, user: u32) {
    std::os::unix::fs::chown(path, Some(user), Some(user)).unwrap();
    for entry in path.read_dir().into_iter().flatten() {
        give(&entry.unwrap().path(), user);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a process that keeps a namespace, and no lane")]
fn shell(words: &[&str]) -> Child {
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", KEEPER, "keeper"]).args(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}
