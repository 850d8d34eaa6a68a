//! Every verb in odd worlds: a shell makes the world, then it becomes the command. In a harmless world the verb does what it
//! always does. In a harsh one it may fail, with an error that says so. No world makes it panic, hang or leave a process.
//!
//! A new verb has its row in [`VERBS`], or a test here fails.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::thread;

use crate::cli::{Invocation, project};

/// How a verb is called, and its exit code. `RUN` and `OTHER` are two records, `ITSELF` is the command.
const VERBS: [(&str, &str, i32); 17] = [
    ("list", "list", 0),
    ("list", "list --json", 0),
    ("verify", "verify noop/t", 0),
    ("run", "run -w noop -e tasks,processes -j 2 --budget 0.2", 0),
    ("lane", "lane timer-1ms/threads/2 --probe", 0),
    ("lane-check", "lane-check ITSELF --executor tasks --workloads noop", 0),
    ("languages", "languages", 0),
    ("lesson", "lesson", 0),
    ("lesson", "lesson gil --recorded --save mine.json --html lab.html", 0),
    ("limits", "limits --cap 20", 0),
    ("calibrate", "calibrate --workload tcp --budget 100h", 2),
    ("compare", "compare RUN OTHER", 0),
    ("report", "report RUN", 0),
    ("report", "report RUN OTHER --html page.html", 0),
    ("merge", "merge RUN", 2),
    ("serve", "serve --kind nonsense", 2),
    ("completions", "completions bash", 0),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum World {
    /// The verb does all that it always does.
    Harmless,
    /// The verb may fail.
    Harsh,
}
use World::{Harmless, Harsh};

/// What the shell does before it becomes the command, whose words are `"$0" "$@"`. `ROOM` enters a mount namespace, which
/// takes root.
const WORLDS: [(&str, World, &str); 34] = [
    ("as usual", Harmless, "true"),
    ("no environment", Harmless, "exec env -i FAIRLANE_TEST_FAMILY=$FAIRLANE_TEST_FAMILY \"$0\" \"$@\""),
    ("an unknown locale", Harmless, "export LC_ALL=xx_XX.nonsense LANGUAGE=xx"),
    ("a terminal of 20 columns that can do nothing", Harmless, "export TERM=dumb COLUMNS=20 NO_COLOR=1"),
    ("empty variables", Harmless, "export FAIRLANE_SUITE= FAIRLANE_RESULTS= FAIRLANE_LANE= FAIRLANE_LANES="),
    ("no PATH", Harmless, "export PATH="),
    ("no home", Harmless, "export HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent"),
    ("a closed standard input", Harmless, "exec <&-"),
    ("one core", Harmless, "exec taskset -c 0 \"$0\" \"$@\""),
    ("the lowest priority", Harmless, "exec nice -n 19 \"$0\" \"$@\""),
    ("a careful umask", Harmless, "umask 077"),
    ("ignored ends of children", Harmless, "trap '' CHLD"),
    ("ignored interrupts", Harmless, "trap '' INT TERM HUP PIPE USR1"),
    (
        "a temporary folder with a name of 200 bytes",
        Harmless,
        "d=$PWD/$(printf %0200d 0) && mkdir $d && export TMPDIR=$d",
    ),
    ("a small stack", Harmless, "ulimit -s 512"),
    ("process 1", Harmless, "ROOM exec unshare --pid --fork --kill-child --mount-proc \"$0\" \"$@\""),
    (
        "a temporary folder that starts no program",
        Harmless,
        "ROOM mkdir n && mount -t tmpfs -o noexec none n && export TMPDIR=$PWD/n && exec \"$0\" \"$@\"",
    ),
    ("a reader of standard output that has gone", Harmless, "mkfifo p && { : <p & } && exec >p && wait"),
    ("a reader of standard error that has gone", Harmless, "mkfifo p && { : <p & } && exec 2>p && wait"),
    ("a closed standard output", Harsh, "exec >&-"),
    ("a closed standard error", Harsh, "exec 2>&-"),
    ("no stream at all", Harsh, "exec <&- >&- 2>&-"),
    ("a full standard output", Harsh, "exec >/dev/full"),
    ("a full standard error", Harsh, "exec 2>/dev/full"),
    ("no temporary folder", Harsh, "export TMPDIR=/nonexistent"),
    ("a file in place of the temporary folder", Harsh, "export TMPDIR=/etc/passwd"),
    ("a folder for results that cannot be", Harsh, "export FAIRLANE_RESULTS=/dev/null/results"),
    ("40 descriptors", Harsh, "ulimit -n 40"),
    ("files of no size", Harsh, "ulimit -f 0 && exec 2>/dev/null"),
    ("a folder that is gone", Harsh, "mkdir gone && cd gone && rmdir ../gone"),
    (
        "folders that may only be read",
        Harsh,
        "ROOM for m in / /tmp /dev/shm; do mount -o remount,bind,ro $m 2>&-; done; exec \"$0\" \"$@\"",
    ),
    ("a umask that forbids all", Harsh, "umask 777"),
    ("no /proc", Harsh, "ROOM mount -t tmpfs none /proc && exec \"$0\" \"$@\""),
    ("no network, not even loopback", Harsh, "ROOM exec unshare --net \"$0\" \"$@\""),
];

fn words(verb: &str) -> String {
    let record = |name: &str| project().join("results").join(name).join("run.json").display().to_string();
    verb.replace("RUN", &record("2026-11-26-2-core-epyc"))
        .replace("OTHER", &record("2026-11-26-2-core-epyc-languages"))
        .replace("ITSELF", env!("CARGO_BIN_EXE_fairlane"))
}

/// The shell's part. What takes root is done in a namespace of its own.
fn first(world: &str) -> String {
    match world.strip_prefix("ROOM ") {
        Some(inner) => format!("exec unshare --mount sh -c '{inner}' \"$0\" \"$@\""),
        None => world.into(),
    }
}

/// Whether this machine lets a test make such a world.
fn can(world: &str) -> bool {
    static HAS_ROOM: LazyLock<bool> =
        LazyLock::new(|| Invocation::under("exec unshare --mount --net true", "").run().code == Some(0));
    !world.starts_with("ROOM ") || *HAS_ROOM
}

/// What is wrong with the end of that verb in that world, if something is.
fn fault(verb: &(&str, &str, i32), world: &(&str, World, &str)) -> Option<String> {
    let ended = Invocation::under(&first(world.2), &words(verb.1)).run();
    let known = matches!(ended.code, Some(0..=3));
    let as_always = ended.code == Some(verb.2);
    let silent = world.2.contains("2>");
    let wrong = match world.1 {
        _ if ended.stderr.contains("panicked") || ended.stderr.contains("RUST_BACKTRACE") => "it panics",
        _ if !known => "it ends in no way that is known",
        Harmless if !as_always => "it does not do what it always does",
        Harsh
            if !as_always
                && !silent
                && !ended.stderr.contains("error: ")
                && !format!("{}{}", ended.stderr, ended.stdout).contains("failed") =>
        {
            "it fails and does not say why"
        }
        _ if ended.stderr.contains("error: ") && ended.stderr.matches("error: ").count() > 20 => {
            "it says too much"
        }
        _ => {
            ended.family.assert_gone();
            return None;
        }
    };
    Some(format!("{} in a world with {}: {wrong} ({:?})\n{}", verb.1, world.0, ended.code, ended.stderr))
}

#[test]
fn every_verb_gets_on_in_every_world() {
    let faults: Vec<String> = thread::scope(|scope| {
        let half = |odd: usize| {
            let cells = VERBS.iter().flat_map(|verb| WORLDS.iter().map(move |world| (verb, world)));
            cells.enumerate().filter(move |(at, _)| at % 2 == odd).map(|(_, cell)| cell)
        };
        let run = |odd| {
            scope.spawn(move || {
                half(odd)
                    .filter(|(_, world)| can(world.2))
                    .filter_map(|(verb, world)| fault(verb, world))
                    .collect::<Vec<_>>()
            })
        };
        [0, 1].map(run).into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), VERBS.len() * WORLDS.len(), faults.join("\n"));
}

#[test]
fn every_verb_has_a_row() {
    let help = Invocation::new("--help").run().exits(0).stdout;
    let commands = help.split_once("Commands:").unwrap().1.split_once("\n\n").unwrap().0;
    let verbs: BTreeSet<&str> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let rows: BTreeSet<&str> = VERBS.iter().map(|(verb, ..)| *verb).chain(["help"]).collect();
    assert_eq!(verbs, rows);
}
