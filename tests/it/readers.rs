//! Every reader of files against every kind of file that a user may hand to it. Each reads it, or says in one error which file it is,
//! what is wrong with it, and what to do.

use std::ffi::OsStr;
use std::fs;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::cli::{Ended, Invocation};
use crate::kinds::{Comes, KINDS, Kind};

/// What a reader expects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Toml,
    /// Any text with markers.
    Markdown,
}
use Form::{Json, Markdown, Toml};

/// Who reads a file that a user names.
pub(crate) struct Reader {
    /// The command, whose last word is the file; or a file in a folder that it names.
    words: &'static str,
    /// The file in its folder.
    file: &'static str,
    form: Form,
    /// A good one, among what [`GOOD`] has.
    good: &'static str,
    /// How the version of its form is written, without the first quotation mark.
    pub(crate) schema: &'static str,
    /// A key with its value, and what divides it from the next one.
    pub(crate) key: &'static str,
}

const fn json(words: &'static str, file: &'static str, good: &'static str, schema: &'static str) -> Reader {
    let key = match schema.as_bytes() {
        [b's', b'c', ..] => "\"schema\": 2,",
        [b'c', ..] => "\"comparison_schema\": 1,",
        [b's', b'e', ..] => "\"session_schema\":1,",
        _ => "\"iters\":[1,2,3,4,5,6,7,8,9],",
    };
    Reader { words, file, form: Json, good, schema, key }
}

const fn text(words: &'static str, form: Form, good: &'static str, key: &'static str) -> Reader {
    Reader { words, file: "given", form, good, schema: "none", key }
}

const RUN: &str = "schema\": 2";

pub(crate) const READERS: [Reader; 12] = [
    json("report", "given.json", "run.json", RUN),
    json("report", "given.json", "comparison.json", "comparison_schema\": 1"),
    json("merge", "given.json", "run.json", RUN),
    json("compare run.json", "given.json", "run.json", RUN),
    json("run -w noop -e tasks -j 4 --budget 0.1 --partition 1/1 --costs", "given.json", "run.json", RUN),
    json("lesson --from", "given.json", "session.json", "session_schema\":1"),
    json("lesson --gather class", "class/given.json", "session.json", "session_schema\":1"),
    json("compare base new --criterion criterion", "criterion/sort/new/sample.json", "sample.json", "iters"),
    text("verify noop --suite", Toml, "suite.toml", "seconds = 1\n"),
    text("compare /bin/true ./copy --suite", Toml, "gate.toml", "seconds = 1\n"),
    text("languages", Toml, "lanes.toml", "name = \"ruby\"\n"),
    text("report run.json --splice", Markdown, "notes.md", ""),
];

const SUITE: &str = "seconds = 1\nlanes = 1\nquick_seconds = 1\nquick_lanes = 1\nexecutors = [\"tasks\"]\n[[group]]\nworkload = \"noop\"\njobs = [4]\n";
const GATE: &str = "seconds = 1\n[thresholds]\ntime = 5\n[[group]]\nworkload = \"noop\"\njobs = [4]\nexecutors = [\"tasks\"]\n";
const LANES: &str = "[[lane]]\nname = \"ruby\"\nlanguage = \"Ruby\"\nprograms = [\"no-such-ruby\"]\ncheck = [\"--version\"]\narguments = [\"lane.rb\"]\nsetup = \"it\"\nsequential = \"ruby-sequential\"\nworkloads = [\"noop\"]\n[[lane.executor]]\nid = \"ruby-sequential\"\nmodel = \"main thread\"\nin_flight = \"one\"\nparallel = false\nabout = \"a\"\nin_the_clock = \"b\"\n";
const NOTES: &str = "# Notes\n\n<!-- fairlane:begin verdict -->\n<!-- fairlane:end -->\n";
const SAMPLE: &str = "{\"iters\":[1,2,3,4,5,6,7,8,9],\"times\":[11,22,33,44,55,66,77,88,99]}\n";

/// A folder with a good file for each reader, and pages that contain some of them.
static GOOD: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let run =
        Invocation::new("run -w noop -e tasks,threads -j 4 --budget 0.2 --partition 1/1").run().exits(0);
    put("run.json", &fs::read_to_string(run.record_file()).unwrap());
    put("session.json", include_str!("../../lessons/recorded.json"));
    for (name, text) in [
        ("suite.toml", SUITE),
        ("gate.toml", GATE),
        ("lanes.toml", LANES),
        ("notes.md", NOTES),
        ("sample.json", SAMPLE),
        ("benchmark.json", "{\"full_id\": \"sort\"}"),
    ] {
        put(name, text);
    }
    let made = |words: &str| {
        Invocation::under(&format!("cd {}", folder.path().display()), words).run().exits(0).stdout
    };
    put("comparison.json", &made("compare run.json run.json --json"));
    made("lesson gil --recorded --no-input --html book.html");
    made("report run.json --html run.html");
    made("report comparison.json --html comparison.html");
    folder
});

fn good(name: &str) -> Vec<u8> {
    fs::read(GOOD.path().join(name)).unwrap()
}

impl Reader {
    /// What a shell command prints in a folder with a file `good` and a good record; `$0` is the command.
    pub(crate) fn made(&self, command: &str, content: &[u8]) -> Vec<u8> {
        let made = Invocation::under(&format!("{command} >made"), "completions bash");
        fs::write(made.folder().join("good"), content).unwrap();
        fs::write(made.folder().join("run.json"), good("run.json")).unwrap();
        let ended = made.run().exits(0);
        fs::read(ended.folder.path().join("made")).unwrap()
    }

    /// The command, with its file at `name`, from a shell that makes a world first. There `$f` is that file.
    fn command(&self, first: &str, name: &OsStr, content: &[u8]) -> Invocation {
        let first = format!("f={}; {first}", self.file);
        let command = Invocation::under(&first, self.words).env("FAIRLANE_LANES", "");
        let there = command.folder();
        for folder in ["class", "criterion/sort/new", "criterion/sort/base"] {
            fs::create_dir_all(there.join(folder)).unwrap();
        }
        fs::write(there.join("run.json"), good("run.json")).unwrap();
        fs::copy("/bin/true", there.join("copy")).unwrap(); // of the same program nothing is measured
        for side in ["base", "new"] {
            let baseline = there.join("criterion/sort").join(side);
            fs::write(baseline.join("sample.json"), SAMPLE).unwrap();
            fs::write(baseline.join("benchmark.json"), good("benchmark.json")).unwrap();
        }
        fs::write(there.join(self.file), content).unwrap();
        match self.file {
            "given" if self.words == "languages" => command.env("FAIRLANE_LANES", name),
            file if file.contains('/') => command,
            _ => command.arg(name),
        }
    }

    fn run(&self, first: &str, content: &[u8]) -> Ended {
        self.command(first, self.file.as_ref(), content).run()
    }

    /// What is wrong with the end of the command, if something is.
    fn fault(&self, kind: &str, name: &str, comes: Comes, ended: &Ended) -> Option<String> {
        let errors = ended.stderr.matches("error: ").count();
        let one_error = errors == 1 && ended.stderr.contains(name) && ended.stderr.contains("\nhelp: ");
        let wrong = match comes {
            _ if ended.stderr.contains("panicked") => "it panics",
            _ if !matches!(ended.code, Some(0..=3)) => "it ends in no way that is known",
            Comes::Read | Comes::Either if ended.code == Some(0) => return None,
            Comes::Read => "it is not read",
            Comes::Says(_) if ended.code == Some(0) => "it is taken for a good one",
            _ if self.words.contains("--gather") && ended.stderr.contains(name) && errors <= 2 => match comes
            {
                Comes::Says(words) if !ended.stderr.contains(words) => "it does not say what is wrong",
                _ => return None,
            },
            _ if !one_error => "there is not one error that names the file, with advice",
            Comes::Says(words) if !ended.stderr.contains(words) => "it does not say what is wrong",
            _ => return None,
        };
        Some(format!("`{}` of {kind}: {wrong} ({:?})\n{}", self.words, ended.code, ended.stderr))
    }
}

/// The faults of all cells, by two threads.
fn faults<C: Sync>(cells: &[C], fault: impl Fn(&C) -> Option<String> + Sync) -> Vec<String> {
    let half = |odd: usize| {
        let own = cells.iter().enumerate().filter(move |(at, _)| at % 2 == odd).map(|(_, cell)| cell);
        own.filter_map(&fault).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let half = &half;
        [0, 1]
            .map(|odd| scope.spawn(move || half(odd)))
            .into_iter()
            .flat_map(|half| half.join().unwrap())
            .collect()
    })
}

fn no_faults(of: usize, faults: &[String]) {
    assert!(faults.is_empty(), "{} of {of}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_kind_of_content_is_read_or_named_by_every_reader() {
    let cells: Vec<(&Reader, &Kind)> =
        READERS.iter().flat_map(|reader| KINDS.iter().map(move |kind| (reader, kind))).collect();
    let fault = |(reader, kind): &(&Reader, &Kind)| {
        let content = (kind.1)(reader, &good(reader.good));
        let ended = reader.run("true", &content);
        reader.fault(kind.0, reader.file, kind.comes(reader.form), &ended)
    };
    no_faults(cells.len(), &faults(&cells, fault));
}

/// What a shell makes of the good file `$f`, and what comes of it.
const WORLDS: [(&str, &str, Comes); 14] = [
    ("a link to it", "mv $f it && ln -s \"$PWD/it\" $f", Comes::Read),
    (
        "a link to nothing",
        "rm $f && ln -s nothing $f",
        Comes::Says("it is a link to `nothing`, which is not there"),
    ),
    ("a link to itself", "rm $f && ln -s \"$PWD/$f\" $f", Comes::Says("Too many levels of symbolic links")),
    ("no file", "rm $f", Comes::Says("o such file")),
    ("a folder", "rm $f && mkdir $f", Comes::Says("folder")),
    ("an empty device", "rm $f && ln -s /dev/null $f", Comes::Says("it is empty")),
    ("an endless device", "rm $f && ln -s /dev/zero $f", Comes::Says("it is no text")),
    ("an endless text", "mv $f it && mkfifo $f && (yes >$f 2>&- &)", Comes::Says("it is larger than ")),
    ("noise", "rm $f && ln -s /dev/urandom $f", Comes::Says("it is no")),
    ("memory", "rm $f && ln -s /proc/self/mem $f", Comes::Says("error")),
    ("a file without an end", "truncate -s 100G $f", Comes::Says("it is larger than ")),
    ("a pipe", "mv $f it && mkfifo $f && (cat it >$f &)", Comes::Read),
    ("a slow pipe", "mv $f it && mkfifo $f && ((sleep 0.2; cat it) >$f &)", Comes::Read),
    (
        "a file of somebody else",
        "chmod 711 . && chmod 000 $f && exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\"",
        Comes::Says("Permission denied"),
    ),
];

#[test]
fn every_kind_of_file_is_read_or_named_by_every_reader() {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let cells = READERS.iter().flat_map(|reader| WORLDS.iter().map(move |world| (reader, world)));
    let cells: Vec<_> = cells
        .filter(|(_, world)| is_root || !world.1.contains("setpriv"))
        // What is in a folder is not missed: it is not known to be. What is spliced into is written, too.
        .filter(|(reader, world)| reader.form != Markdown || !world.0.contains("pipe"))
        .filter(|(reader, world)| world.0 != "no file" || !reader.file.contains('/'))
        .collect();
    let fault = |(reader, (kind, first, comes)): &(&Reader, &(&str, &str, Comes))| {
        let ended = reader.run(first, &good(reader.good));
        // What is spliced into is written, too.
        let comes = if reader.form == Markdown { Comes::Either } else { *comes };
        reader.fault(kind, reader.file, comes, &ended)
    };
    no_faults(cells.len(), &faults(&cells, fault));
}

/// How else a file is named, and what the shell does for it. What reads a folder has no such names.
const NAMES: [(&str, &str, Comes); 9] = [
    ("/dev/stdin", "exec <$f", Comes::Read),
    ("-", "exec <$f", Comes::Read),
    ("/dev/stdin", "mkfifo p && (cat $f >p &) && exec <p", Comes::Read),
    ("-", "mkfifo p && (cat $f >p &) && exec <p", Comes::Read),
    ("/dev/fd/3", "mkfifo p && (cat $f >p &) && exec 3<p", Comes::Read),
    ("/dev/fd/9", "true", Comes::Says("o such file")),
    ("-", "exec <&-", Comes::Says("it is empty")),
    (
        "a name with a space, a \" and a \n.json",
        "mv $f \"$(printf 'a name with a space, a \" and a \\n.json')\"",
        Comes::Read,
    ),
    ("\u{1f6e3}.json", "mv $f \u{1f6e3}.json", Comes::Read),
];

#[test]
fn every_name_is_a_name_for_every_reader() {
    let readers = READERS.iter().filter(|reader| !reader.file.contains('/') && reader.form != Markdown);
    let cells: Vec<_> = readers.flat_map(|reader| NAMES.iter().map(move |name| (reader, name))).collect();
    let fault = |(reader, (name, first, comes)): &(&Reader, &(&str, &str, Comes))| {
        let ended = reader.command(first, OsStr::new(name), &good(reader.good)).run();
        let shown = if name.contains('\n') { "a name with a space" } else { name };
        reader.fault(&format!("{name} after {first}"), shown, *comes, &ended)
    };
    no_faults(cells.len(), &faults(&cells, fault));
}

#[test]
fn a_page_is_read_as_the_record_in_it() {
    let pages = ["run.html", "comparison.html", "book.html"];
    let readers = READERS.iter().filter(|reader| reader.form == Json);
    let cells: Vec<_> = readers.flat_map(|reader| pages.map(|page| (reader, page))).collect();
    let fault = |(reader, page): &(&Reader, &str)| {
        let comes = match (page.split_once('.').unwrap().0, reader.good.split_once('.').unwrap().0) {
            (page, good) if page == good => Comes::Read,
            ("run" | "comparison", _) if reader.words == "report" => Comes::Read,
            ("run", _) => Comes::Says("it is a record of a run"),
            ("comparison", _) => Comes::Says("it is a comparison"),
            _ => Comes::Says("it is a page (HTML) without a record"),
        };
        reader.fault(page, reader.file, comes, &reader.run("true", &good(page)))
    };
    no_faults(cells.len(), &faults(&cells, fault));
}

/// One wrong form of Fairlane's own in place of another.
#[test]
fn each_form_in_place_of_another_is_named() {
    let files = [
        ("run.json", "it is a record of a run"),
        ("comparison.json", "it is a comparison"),
        ("session.json", "it is a session of lessons"),
        ("suite.toml", "it is a file of settings (TOML)"),
    ];
    let cells: Vec<_> = READERS
        .iter()
        .filter(|reader| reader.form == Json)
        .flat_map(|reader| files.iter().filter(|file| file.0 != reader.good).map(move |file| (reader, file)))
        .filter(|(reader, file)| {
            reader.words != "report" || file.0 == "session.json" || file.0 == "suite.toml"
        })
        .collect();
    let fault = |(reader, (name, says)): &(&Reader, &(&str, &'static str))| {
        reader.fault(name, reader.file, Comes::Says(says), &reader.run("true", &good(name)))
    };
    no_faults(cells.len(), &faults(&cells, fault));
}

#[test]
fn a_pipe_without_a_writer_is_not_waited_for_for_ever() {
    let cells = [&READERS[0], &READERS[8]];
    let fault = |reader: &&Reader| {
        let ended = reader.run("rm $f && mkfifo $f", b"");
        reader.fault("a pipe", reader.file, Comes::Says("no process writes to this pipe, after 5 s"), &ended)
    };
    no_faults(cells.len(), &faults(&cells, fault));
}

/// The writer is there and has nothing to say.
#[test]
fn ctrl_c_ends_the_wait_for_a_pipe() {
    let reader = &READERS[0];
    for (first, name) in [
        ("rm $f && mkfifo $f && (sleep 4 >$f &)", reader.file),
        ("mkfifo p && (sleep 4 >p &) && exec <p", "-"),
    ] {
        let running = reader.command(first, OsStr::new(name), b"").start();
        thread::sleep(Duration::from_millis(700)); // it waits for the pipe by then, or was ended before
        running.signal(Signal::SIGINT);
        let ended = running.end();
        assert!(ended.by_ctrl_c && ended.stderr.contains("interrupted"), "{name}: {}", ended.stderr);
    }
}
