//! Lanes in other languages that this machine lacks: `list`, `run` and `languages` say why and what gets them, and all else is
//! measured. `languages setup` gets them, or changes nothing.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use fairlane::record::Status;
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::cli::{Invocation, cell, project, wait_for};

/// A lanes file with one lane, whose executor is `fake-sequential`.
fn lanes(programs: &str, get: &str) -> String {
    format!(
        "[[lane]]\nname = \"fake\"\nlanguage = \"Fake\"\nprograms = [{programs}]\ncheck = [\"--check\"]\narguments = []\n\
         setup = \"fairlane languages setup fake\"\nget = [{get}]\nsequential = \"fake-sequential\"\n\
         workloads = [\"noop\"]\n[[lane.executor]]\nid = \"fake-sequential\"\nmodel = \"main thread\"\n\
         in_flight = \"one\"\nparallel = false\nabout = \"a loop\"\nin_the_clock = \"the jobs\"\n"
    )
}

/// `fairlane` with that lanes file, in whose folder its programs are.
fn with(words: &str, lanes: &str) -> Invocation {
    let invocation = Invocation::new(words).file("lanes.toml", lanes);
    let path = invocation.folder().join("lanes.toml");
    invocation.env("FAIRLANE_LANES", path)
}

/// What `python` is, and why the lane is not available then.
const BROKEN: [(&str, &str); 5] = [
    ("", "none of its programs is on this machine"),
    (
        "#!/bin/sh\necho 'Python 3.9.18 is too old: 3.11 or later is needed' >&2\nexit 1\n",
        "Python 3.9.18 is too old",
    ),
    ("#!/bin/sh\necho \"No module named 'aiohttp'\" >&2\nexit 1\n", "No module named 'aiohttp'"),
    ("#!/no/such/interpreter\n", "No such file or directory"),
    (
        "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n",
        "pyenv: python3: command not found",
    ),
];

const HELP: &str = "`fairlane languages setup fake` gets what is missing";

#[test]
fn a_lane_that_is_missing_says_why_and_what_gets_it_and_the_others_are_measured() {
    let file = lanes("\"{here}/python\"", "");
    for (python, reason) in BROKEN {
        let fake = |words: &str| {
            let invocation = with(words, &file);
            if python.is_empty() { invocation } else { invocation.script("python", python) }
        };
        let listed = fake("list").run().exits(0).stdout;
        let said = |line: &str| line.contains(reason) && line.contains(HELP);
        assert!(listed.lines().any(said), "{python}: {listed}");

        let text = fake("languages").run().exits(0).stdout;
        assert!(
            text.contains(reason) && text.contains("`fairlane languages setup fake`"),
            "{python}: {text}"
        );
        let json: Value = serde_json::from_str(&fake("languages --json").run().exits(0).stdout).unwrap();
        let lane = json.as_array().unwrap().iter().find(|lane| lane["name"] == "fake").unwrap();
        assert_eq!(lane["available"], false, "{python}");
        assert_eq!(lane["setup"], "fairlane languages setup fake", "{python}");
        assert!(lane["missing"].as_str().unwrap().contains(reason), "{python}: {lane}");

        let run = fake("run -w noop -e sequential,fake-sequential -j 4 -b 1").run().exits(0).record();
        let missing = cell(&run, "noop/fake-sequential/4");
        let why = missing.reason.as_deref().unwrap_or_default();
        assert_eq!(missing.status, Status::NotApplicable, "{python}: {why}");
        assert!(why.contains(reason) && why.contains(HELP), "{python}: {why}");
        assert_eq!(cell(&run, "noop/sequential/4").status, Status::Measured, "{python}");
    }
}

#[test]
fn the_first_program_that_works_is_taken() {
    let shim = "#!/bin/sh\necho 'no such version' >&2\nexit 127\n";
    let file = lanes("\"{here}/missing\", \"{here}/shim\", \"{here}/good\"", "");
    let fake = with("languages --json", &file).script("shim", shim);
    let ended = fake.script("good", "#!/bin/sh\necho Fake 3.14\n").run().exits(0);
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    let lane = json.as_array().unwrap().iter().find(|lane| lane["name"] == "fake").unwrap();
    assert_eq!((&lane["available"], &lane["runtime"]), (&true.into(), &"Fake 3.14".into()));
    assert!(lane["program"].as_str().unwrap().ends_with("/good"), "{lane}");
    assert_eq!(lane["executors"], serde_json::json!(["fake-sequential"]));
}

#[test]
fn the_folder_of_a_lanes_file_without_a_path_is_the_current_one() {
    let fake = with("languages --json", &lanes("\"{here}/good\"", "")).env("FAIRLANE_LANES", "lanes.toml");
    let ended = fake.script("good", "#!/bin/sh\necho Fake 3.14\n").run().exits(0);
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    let lane = json.as_array().unwrap().iter().find(|lane| lane["name"] == "fake").unwrap();
    assert_eq!(lane["runtime"], "Fake 3.14", "{lane}");
}

/// Stands for an interpreter: what `lanes/python/setup` asks of one, and a lane's `--check`.
const PYTHON: &str = r#"#!/bin/sh
here=$(dirname "$0")
case "$*" in
    "-c "*) echo "${FAKE_VERSION:-3.12.1}" ;;
    "-m venv "*)
        if [ "$FAKE_NO_VENV" ]; then echo "ensurepip is not available."; exit 1; fi
        mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip install "*)
        if [ "$FAKE_NO_NETWORK" ]; then echo "ERROR: No matching distribution found for aiohttp" >&2; exit 1; fi
        if [ "$FAKE_SLOW" ]; then sleep 300; fi
        : >"$here/installed" ;;
    "--check") if [ -e "$here/installed" ]; then echo Fake 3.12.1; else echo not installed >&2; exit 1; fi ;;
esac
"#;

/// `languages setup fake`, which runs the script of the Python lanes. The interpreters are those in `bin` and no others.
fn setup() -> Invocation {
    let script = project().join("lanes/python/setup");
    let file = lanes("\"{here}/env/bin/python\"", &format!("\"{}\", \"{{here}}/env\"", script.display()));
    let invocation = with("languages setup fake", &file);
    let bin = invocation.folder().join("bin");
    fs::create_dir(&bin).unwrap();
    for tool in [
        "bash", "cp", "dirname", "env", "grep", "head", "mkdir", "mktemp", "mv", "rm", "sh", "sleep", "tail",
        "tr",
    ] {
        let there = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
        symlink(there.iter().find(|file| file.exists()).unwrap(), bin.join(tool)).unwrap();
    }
    invocation.env("PATH", &bin)
}

/// What is in the folder beside the lanes file and the tools.
fn left(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("env")).collect();
    names.sort();
    names
}

#[test]
fn a_setup_makes_an_environment_anew_and_says_what_it_does() {
    // A broken one is there.
    let broken = setup().script("bin/python3", PYTHON).script("env/bin/python", "#!/no/such/interpreter\n");
    let ended = broken.run().exits(0);
    for line in ["fake: makes a virtual environment with Python 3.12.1", "fake: Fake 3.12.1 is available"] {
        assert!(ended.stderr.contains(line), "{}", ended.stderr);
    }
    assert_eq!(left(ended.folder.path()), ["env"]);
}

#[test]
fn a_setup_that_fails_says_why_and_changes_nothing() {
    let shim = "#!/bin/sh\necho 'pyenv: python3.14: command not found' >&2\nexit 127\n";
    let python = |invocation: Invocation| invocation.script("bin/python3", PYTHON);
    let table: [(Invocation, &str, &str); 5] = [
        (setup(), "there is no Python 3.11 or later\n", "`python3-venv`"),
        (
            python(setup()).script("bin/python3.14", shim).env("FAKE_VERSION", "3.9.18"),
            "python3.14` does not run: pyenv: python3.14: command not found; ",
            "`python3-venv`",
        ),
        (python(setup()).env("FAKE_VERSION", "3.9.18"), "python3` is Python 3.9.18\n", "`python3-venv`"),
        (python(setup()).env("FAKE_NO_VENV", "1"), "fails: ensurepip is not available.", "`python3-venv`"),
        (
            python(setup()).env("FAKE_NO_NETWORK", "1"),
            "pip cannot install the packages: No matching distribution found for aiohttp\n",
            "PIP_INDEX_URL",
        ),
    ];
    for (invocation, error, help) in table {
        let before = invocation.script("env/before", "");
        let ended = before.run().exits(1);
        let (start, said) = ended.stderr.split_once("error: ").unwrap_or_else(|| panic!("{}", ended.stderr));
        assert!(said.starts_with("cannot set up the `fake` lane: "), "{start}{said}");
        assert!(said.contains(error), "{start}{said}");
        let advice = said.lines().find(|line| line.starts_with("help: ")).unwrap_or_else(|| panic!("{said}"));
        assert!(advice.contains(help), "{said}");
        assert_eq!(said.lines().count(), 2, "{said}");
        assert_eq!(left(ended.folder.path()), ["env"]);
        assert!(ended.folder.path().join("env/before").exists(), "it was not touched");
    }
}

#[test]
fn an_interrupted_setup_leaves_nothing_that_counts() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let running = setup().script("bin/python3", PYTHON).env("FAKE_SLOW", "1").start();
        wait_for("the packages", || running.stderr().contains("installs the packages").then_some(()));
        running.signal(signal);
        let ended = running.end().exits(130);
        assert!(ended.stderr.ends_with("error: interrupted\n"), "{}", ended.stderr);
        assert_eq!(left(ended.folder.path()), [""; 0], "{signal}");
    }
}

#[test]
fn what_several_lanes_need_is_got_once() {
    let several = |count: &str| {
        let one = lanes("\"{here}/good\"", "\"{here}/make\"");
        let make = format!("#!/bin/sh\n{count}\necho made >>\"$(dirname \"$0\")/log\"\n");
        with("languages setup fake other", &(one.clone() + &one.replace("fake", "other")))
            .script("make", &make)
    };
    let works = "printf '#!/bin/sh\\necho Good 1\\n' >\"$(dirname \"$0\")/good\"; chmod +x \"$(dirname \"$0\")/good\"";
    let ended = several(works).run().exits(0);
    assert_eq!(ended.text("log"), "made\n");
    assert_eq!(ended.stderr.matches(": Good 1 is available").count(), 2, "{}", ended.stderr);
    let ended = several("echo made >>\"$(dirname \"$0\")/log\"; exit 3").run().exits(1);
    assert_eq!(ended.text("log"), "made\n");
    assert_eq!(ended.stderr.matches("error: ").count(), 1, "{}", ended.stderr);
}

#[test]
fn one_lane_that_cannot_be_got_does_not_stop_the_others() {
    let both = lanes("\"{here}/bad\"", "\"{here}/no-such-setup\"")
        + &lanes("\"{here}/good\"", "\"{here}/make\"").replace("fake", "other");
    let make = "#!/bin/sh\nprintf '#!/bin/sh\\necho Other 1\\n' >\"$(dirname \"$0\")/good\"\nchmod +x \"$(dirname \"$0\")/good\"\n";
    let ended = with("languages setup fake other", &both).script("make", make).run().exits(1);
    assert!(ended.stderr.contains("error: cannot set up the `fake` lane: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("other: Other 1 is available"), "{}", ended.stderr);
}
