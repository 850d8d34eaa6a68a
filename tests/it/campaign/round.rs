//! Plays a round: starts the command under its condition, kills the victim at its moment, and judges how the command ended.

use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use fairlane::record::{Status, store};
use nix::sys::signal::Signal;

use super::draw::{self, Condition, Round, Victim};
use super::left::{self, Before};
use super::world::{self, Place};
use crate::cli::{Ended, Invocation, Running, wait_at_most};
use crate::cluster::{Cluster, VARIABLE};
use crate::family::Member;

const ITSELF: &str = env!("CARGO_BIN_EXE_fairlane");

/// How long a victim is awaited that does not live yet.
const AWAITED: Duration = Duration::from_millis(700);

/// How a round ended in which no fault was found.
pub(super) struct Played {
    pub(super) code: Option<i32>,
    pub(super) hit: bool,
}

/// A server of the campaign's own: a round stops it. One round at a time has it.
fn cluster() -> MutexGuard<'static, Cluster> {
    static CLUSTER: LazyLock<Mutex<Cluster>> = LazyLock::new(|| Mutex::new(Cluster::start(60)));
    CLUSTER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn words(round: &Round) -> String {
    round
        .verb
        .words
        .replace("RECORD", left::RECORD)
        .replace("ITSELF", ITSELF)
        .replace("FOREIGN", draw::foreign())
        .replace("VIA", &format!("--via ./launch --via-program {ITSELF} --timeout 20"))
}

/// A panic is a fault.
pub(super) fn play(round: &Round) -> Played {
    let cluster = round.has_database().then(cluster);
    let database = cluster.as_ref().map(|cluster| cluster.database());
    let with_database = |invocation: Invocation| match &database {
        Some(database) => invocation.env(VARIABLE, &database.url),
        None => invocation,
    };
    let (first, more) = world::first(round.condition, round.seed);
    let invocation = with_database(Invocation::under(&first, &(words(round) + &more)));
    let kib = if let Condition::FullDisk(kib) = round.condition { Some(Before::kib() + kib) } else { None };
    let place = Place::make(invocation.folder(), kib);
    let before = Before::put(place.path());
    place.give(round.condition, round.seed);
    let tmp = invocation.folder().join("tmp");
    let running = invocation.env("KEEPER", place.keeper()).env("TMPDIR", &tmp).start();
    thread::sleep(Duration::from_millis(round.moment));
    if round.victim == Victim::Driver && round.writing {
        left::await_writing(place.path(), AWAITED);
    }
    let records = left::records(place.path());
    let hit = strike(round, &running, cluster.as_deref());
    let ended = running.end();
    if round.victim == Victim::Database
        && let Some(cluster) = &cluster
    {
        cluster.start_again();
    }
    ended.family.assert_gone();
    place.take(round.condition);
    judge(round, hit, &ended);
    for record in records {
        assert!(record.exists(), "the record `{}` has vanished", record.display());
    }
    let again =
        |words: &str| with_database(Invocation::new(words)).env("TMPDIR", place.path().join("tmp")).run();
    before.check(place.path(), hit.then_some(round.victim), again);
    reasons(round, hit, place.path());
    if let Some(database) = database.filter(|_| round.victim != Victim::Database) {
        assert_eq!(database.tables(), [""; 0], "tables are left");
    }
    Played { code: ended.code, hit }
}

/// Kills the victim, if it lives now or comes to life soon. Whether it did.
fn strike(round: &Round, running: &Running, cluster: Option<&Cluster>) -> bool {
    let is_victim = |member: &Member| match round.victim {
        Victim::Lane => member.name == "fairlane-lane",
        Victim::Worker => member.name == "fairlane-worker",
        Victim::Server => member.name == "fairlane-server",
        Victim::Launcher => member.name == "launch",
        _ => member.name.starts_with("python") || member.name.starts_with("node"),
    };
    let living = || running.family.members();
    match round.victim {
        Victim::Nobody => return false,
        Victim::Driver | Victim::Interrupted => {
            let lives = !living().is_empty();
            let asks = if round.any.is_multiple_of(2) { Signal::SIGINT } else { Signal::SIGTERM };
            let signal = if round.victim == Victim::Driver { Signal::SIGKILL } else { asks };
            running.signal(signal);
            return lives;
        }
        Victim::Database => {
            cluster.unwrap().stop();
            return true;
        }
        _ => {}
    }
    let found = wait_at_most(AWAITED, || {
        let mut members = living();
        let ended = members.is_empty();
        members.retain(is_victim);
        (ended || !members.is_empty()).then_some(members)
    });
    let members = found.unwrap_or_default();
    let victim = members.get(round.any % members.len().max(1));
    victim.inspect(|victim| victim.kill()).is_some()
}

/// The exit code, and what standard error says.
fn judge(round: &Round, hit: bool, ended: &Ended) {
    let Ended { code, stderr, stdout, .. } = ended;
    let hurt = hit || round.condition != Condition::AsUsual;
    let said = || format!("ended with {code:?}\n{stderr}");
    for sign in ["panicked", "RUST_BACKTRACE", "stack backtrace"] {
        assert!(!stderr.contains(sign), "it shows `{sign}`: {}", said());
    }
    let errors: Vec<_> = stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    let signalled = hit && matches!(round.victim, Victim::Driver | Victim::Interrupted);
    match code {
        None => assert!(signalled, "a signal ended it: {}", said()),
        Some(0) => assert!(errors.is_empty(), "an error, and exit code 0: {}", said()),
        Some(130) => {
            assert!(signalled, "nobody interrupted it: {}", said());
            assert_eq!(errors, ["error: interrupted"], "{}", said());
        }
        Some(1 | 3) => {
            assert!(hurt, "nothing happened to it: {}", said());
            // Of `calibrate`, each table that it cannot judge.
            let most = if round.verb.words.starts_with("calibrate") { 4 } else { 1 };
            assert!(errors.len() <= most, "more than one error: {}", said());
            let tells = !errors.is_empty() || format!("{stdout}{stderr}").contains("failed");
            // The message itself may not fit into the file.
            let is_cut = matches!(round.condition, Condition::SmallFiles(_));
            assert!(
                tells || is_cut || stdout.contains("broken"),
                "it fails and does not say why: {}",
                said()
            );
        }
        _ => panic!("it ends in no way that is known: {}", said()),
    }
}

/// The reasons of failed cells: each has one, and that of a kill names who was killed.
fn reasons(round: &Round, hit: bool, place: &Path) {
    let records = left::records(place);
    let runs =
        records.iter().filter(|file| file.ends_with("run.json")).map(|file| store::read(file).unwrap());
    for cell in runs.flat_map(|run| run.cells).filter(|cell| cell.status == Status::Failed) {
        let reason = cell.reason.unwrap_or_default();
        assert!(!reason.trim().is_empty(), "{} has no reason", cell.id);
        assert!(!reason.contains("panicked"), "{}: {reason}", cell.id);
        let name = match round.victim {
            _ if !hit || round.condition != Condition::AsUsual => continue,
            Victim::Lane => "`fairlane-lane`",
            Victim::Worker => "worker process",
            Victim::Server => "mock server",
            Victim::ForeignLane => "lane",
            Victim::Launcher => "via",
            Victim::Database => "database `",
            _ => "",
        };
        assert!(reason.contains(name), "{} does not name `{name}`: {reason}", cell.id);
    }
}
