//! What can happen in a round: which command runs, who is killed when, and under which condition.

use std::sync::LazyLock;

use mock_server::route;
use serde_json::Value;

use super::world;
use crate::cli::Invocation;
use crate::stranger::Manner;

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Victim {
    Nobody,
    Driver,
    /// The driver again, by SIGINT or SIGTERM: it may tidy up.
    Interrupted,
    Lane,
    Worker,
    Server,
    ForeignLane,
    Launcher,
    /// PostgreSQL, stopped as by a crash.
    Database,
}
use Victim::{Database, Driver, ForeignLane, Interrupted, Lane, Launcher, Nobody, Server, Worker};

/// What is wrong with the machine, or with the server that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    AsUsual,
    /// KiB that are left on the disk on which everything is.
    FullDisk(u64),
    /// Blocks that a file may have.
    SmallFiles(u64),
    Descriptors(u64),
    /// Threads and processes together, of a user without rights.
    Threads(u64),
    /// MiB that a process may map.
    Memory(u64),
    SlowServer,
    /// A server that meets each connection well at first, and then in that manner.
    Hostile(Manner),
}
use Condition::{AsUsual, Descriptors, FullDisk, Hostile, Memory, SlowServer, SmallFiles, Threads};

/// A command, about how long it takes in milliseconds, and who takes part in it.
pub(super) struct Verb {
    pub(super) words: &'static str,
    span_ms: u64,
    cast: &'static [Victim],
}

/// `RECORD` is a record, `ITSELF` the command, `FOREIGN` executors in other languages, `VIA` a launcher.
static VERBS: [Verb; 14] = [
    Verb {
        words: "run -w http-1ms,timer-1ms,primes-1000,file -e sequential,threads,processes,process-pool,tasks -j 4 -b 1 --timeout 3",
        span_ms: 2_500,
        cast: &[Nobody, Driver, Interrupted, Lane, Worker, Server],
    },
    Verb {
        words: "run -w db,tcp-2ms -e sequential,process-pool -j 4 -b 1 --timeout 3",
        span_ms: 2_500,
        cast: &[Nobody, Driver, Interrupted, Lane, Worker, Server],
    },
    Verb {
        words: "run -w tcp-1ms,timer-1ms,file -e sequential,FOREIGN -j 4 -b 1",
        span_ms: 5_000,
        cast: &[Nobody, Driver, Interrupted, Server, ForeignLane],
    },
    Verb {
        words: "run VIA -w timer-1ms,tcp-1ms,db -e sequential,process-pool -j 4 -b 1",
        span_ms: 3_000,
        cast: &[Nobody, Driver, Interrupted, Lane, Worker, Server, Launcher],
    },
    Verb { words: "verify VIA ^(timer|db)/", span_ms: 3_000, cast: &[Driver, Lane, Worker, Launcher] },
    Verb {
        words: "run -w db-postgres-1ms -e sequential,process-pool,tasks -j 4 -b 1",
        span_ms: 2_500,
        cast: &[Driver, Interrupted, Lane, Worker, Database],
    },
    Verb {
        words: "verify ^(timer|tcp|db)/",
        span_ms: 2_000,
        cast: &[Nobody, Driver, Interrupted, Lane, Worker, Server],
    },
    Verb {
        words: "lane-check ITSELF --executor process-pool --workloads timer-1ms,tcp-1ms,db",
        span_ms: 500,
        cast: &[Nobody, Driver, Interrupted, Lane, Worker, Server],
    },
    Verb {
        words: "lane db/process-pool/4 --seconds 0.3",
        span_ms: 500,
        cast: &[Nobody, Driver, Interrupted, Worker],
    },
    Verb {
        words: "lesson gil --quick --no-input --save mine.json --html page.html",
        span_ms: 6_000,
        cast: &[Nobody, Driver, Interrupted, Lane],
    },
    Verb {
        words: "calibrate -w noop,tcp-1ms -e tasks,process-pool --lanes 8 --budget 2",
        span_ms: 3_000,
        cast: &[Nobody, Driver, Interrupted, Lane, Worker, Server],
    },
    Verb { words: "limits --cap 30", span_ms: 1_000, cast: &[Nobody, Driver, Interrupted] },
    Verb { words: "report RECORD --html page.html", span_ms: 200, cast: &[Nobody, Driver, Interrupted] },
    Verb { words: "languages", span_ms: 2_000, cast: &[Nobody, Driver, Interrupted, ForeignLane] },
];

/// Victims in the order of the table.
const VICTIMS: [Victim; 9] =
    [Nobody, Driver, Interrupted, Lane, Worker, Server, ForeignLane, Launcher, Database];

const MANNERS: [Manner; 8] = [
    Manner::IsSilent,
    Manner::IsLate,
    Manner::Trickles,
    Manner::BreaksOff,
    Manner::Closes,
    Manner::Resets,
    Manner::Fails,
    Manner::IsAnother,
];

pub(super) struct Round {
    pub(super) seed: u64,
    pub(super) verb: &'static Verb,
    pub(super) victim: Victim,
    pub(super) condition: Condition,
    /// Milliseconds after the start.
    pub(super) moment: u64,
    /// A driver is killed at the next moment after that at which it writes a file.
    pub(super) writing: bool,
    /// Chooses among several victims or signals.
    pub(super) any: usize,
}

/// What the machine has for a round.
struct Able {
    languages: bool,
    root: bool,
}

static ABLE: LazyLock<Able> = LazyLock::new(|| Able { languages: !foreign().is_empty(), root: world::can() });

/// The executors of languages that are here.
pub(super) fn foreign() -> &'static str {
    static FOREIGN: LazyLock<String> = LazyLock::new(|| {
        let known = ["cpython-asyncio", "cpython-processes-fork", "node-workers"];
        let listed = Invocation::new("languages --json").run().exits(0).stdout;
        let lanes: Vec<Value> = serde_json::from_str(&listed).unwrap();
        let here = lanes.iter().filter(|lane| lane["available"] == true);
        let executors = here.flat_map(|lane| lane["executors"].as_array().unwrap());
        let executors: Vec<_> =
            executors.filter_map(Value::as_str).filter(|executor| known.contains(executor)).collect();
        executors.join(",")
    });
    &FOREIGN
}

impl Round {
    /// Whether it takes a database server.
    pub(super) fn has_database(&self) -> bool {
        self.verb.words.contains("postgres")
    }
}

/// The round of that seed: on one machine always the same.
pub(super) fn round(seed: u64) -> Round {
    let bytes = route::body(seed, 7 * 8);
    let mut numbers = bytes.chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
    let mut draw = |count: usize| (numbers.next().unwrap() % count as u64) as usize;
    let can = |victim: &Victim| match victim {
        ForeignLane => ABLE.languages,
        Database => cfg!(postgresql),
        _ => true,
    };
    let victims: Vec<_> = VICTIMS.into_iter().filter(can).collect();
    let victim = victims[draw(victims.len())];
    let is_possible = |verb: &&Verb| {
        verb.cast.contains(&victim)
            && (ABLE.languages || !verb.words.contains("FOREIGN"))
            && (cfg!(postgresql) || !verb.words.contains("postgres"))
    };
    let verbs: Vec<_> = VERBS.iter().filter(is_possible).collect();
    let verb = verbs[draw(verbs.len())];
    let (kind, size) = (draw(15), draw(usize::MAX));
    let condition = if verb.words.contains("postgres") { AsUsual } else { condition(kind, size, verb) };
    Round {
        seed,
        verb,
        victim,
        condition,
        moment: draw(verb.span_ms as usize) as u64,
        any: draw(usize::MAX),
        writing: draw(2) == 1,
    }
}

/// Half of the rounds have none; one that does not fit is none.
fn condition(kind: usize, size: usize, verb: &Verb) -> Condition {
    let of = |sizes: &[u64]| sizes[size % sizes.len()];
    let has_server = verb.words.starts_with("run -w ") && verb.words.contains("--timeout");
    match kind {
        0 if ABLE.root => FullDisk(of(&[0, 8, 32, 128, 1_024])),
        1 => SmallFiles(of(&[0, 1, 8, 64, 512])),
        2 => Descriptors(of(&[6, 10, 16, 24, 40, 64])),
        3 if ABLE.root => Threads(of(&[1, 2, 4, 8, 12, 24])),
        4 => Memory(of(&[40, 60, 80, 120, 200, 400])),
        5 => SlowServer,
        6 | 7 if has_server => Hostile(MANNERS[size % MANNERS.len()]),
        _ => AsUsual,
    }
}
