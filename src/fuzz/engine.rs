//! Runs a reader over spoiled inputs, and holds it to what is the same for all readers: no panic, a failure of one line, little time
//! and little memory. Must not know what is read.

use std::any::Any;
use std::env;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::mutate::Mutator;
use crate::clock;
use crate::failure::Failure;

/// What became of an input: it was read, or refused with a failure. An error is a finding.
pub(super) type Tried = Result<Result<(), Failure>, String>;

/// A reader with the inputs that it gets.
pub(super) struct Target {
    /// What it reads, in a word.
    pub(super) name: &'static str,
    /// Inputs that it accepts.
    pub(super) seeds: Vec<Vec<u8>>,
    /// How many inputs take about a second.
    pub(super) inputs: u64,
    /// How many it gets at most: more where a reader keeps some memory for ever.
    pub(super) most: u64,
}

/// What a run over a target took.
#[derive(Debug)]
pub(super) struct Took {
    pub(super) inputs: u64,
    pub(super) accepted: u64,
    pub(super) time: Duration,
    pub(super) slowest: Duration,
}

/// Runs each target for that many seconds in place of its usual number of inputs.
const SECONDS: &str = "FAIRLANE_FUZZ_SECONDS";
/// Gives other inputs than by default: 0 are the usual ones.
const SEED: &str = "FAIRLANE_FUZZ_SEED";

/// An input that takes longer is a finding. Real ones take milliseconds; the machine may be busy.
const SLOW: Duration = Duration::from_secs(5);
/// A reader that is silent for longer does not end.
const HANGS: Duration = Duration::from_secs(60);
/// An input that makes the process this much larger is a finding: in memory, and in addresses, of which threads of other tests
/// take some.
const LARGE: [u64; 2] = [512 << 20, 8 << 30];

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

/// Runs a reader over the inputs of a target. The input is a file, which is left behind on a finding and after an abort.
///
/// # Panics
/// On a finding, with the seed, the number of the input and its file.
pub(super) fn run(target: Target, read: impl Fn(&Path) -> Tried + Send + 'static) -> Took {
    let (name, seed) = (target.name, number(SEED).unwrap_or(0));
    let folder =
        tempfile::Builder::new().prefix(&format!("fairlane-fuzz-{name}-")).tempdir().expect("a folder");
    let file = folder.path().join("input");
    let at = Arc::new(AtomicU64::new(0));
    let worker = {
        let (file, at) = (file.clone(), Arc::clone(&at));
        // The usual stack of a thread: what nests deeply must not need more.
        thread::Builder::new().name(format!("fuzz-{name}")).spawn(move || go(&target, seed, &file, &at, read))
    };
    let worker = worker.expect("a thread");
    let finding = match watch(&worker, &at) {
        Watched::Ended => match worker.join() {
            Ok(Ok(took)) => return took,
            Ok(Err(finding)) => finding,
            Err(panic) => format!("it panicked: {}", text(panic.as_ref())),
        },
        Watched::Hangs => format!("it is not done after {HANGS:?}"),
    };
    let folder = folder.keep();
    let at = at.load(Ordering::Relaxed);
    panic!("{name}: input {at} of {SEED}={seed}, `{}`: {finding}", folder.join("input").display());
}

enum Watched {
    Ended,
    Hangs,
}

/// Waits for the end of the worker, or until it has been at the same input for too long.
fn watch<T>(worker: &thread::JoinHandle<T>, at: &AtomicU64) -> Watched {
    let mut last = (at.load(Ordering::Relaxed), clock::now());
    while !worker.is_finished() {
        thread::sleep(Duration::from_millis(5));
        let now = at.load(Ordering::Relaxed);
        if now != last.0 {
            last = (now, clock::now());
        } else if clock::now().since(last.1) > HANGS {
            return Watched::Hangs;
        }
    }
    Watched::Ended
}

fn go(
    target: &Target,
    seed: u64,
    file: &Path,
    at: &AtomicU64,
    read: impl Fn(&Path) -> Tried,
) -> Result<Took, String> {
    let mutator = Mutator::new(seed, &target.seeds);
    let (begun, seconds) = (clock::now(), number(SECONDS).map(Duration::from_secs));
    let mut took = Took { inputs: 0, accepted: 0, time: Duration::ZERO, slowest: Duration::ZERO };
    let goes_on = |took: &Took| match seconds {
        Some(seconds) => took.inputs < target.most && took.time < seconds,
        None => took.inputs < target.inputs,
    };
    while goes_on(&took) {
        at.store(took.inputs, Ordering::Relaxed);
        fs::write(file, mutator.input(took.inputs)).map_err(|cause| cause.to_string())?;
        let (before, start) = (sizes(), clock::now());
        let tried = read(file)?;
        let (after, each) = (sizes(), clock::now().since(start));
        if each > SLOW {
            return Err(format!("it took {each:?}"));
        }
        for ((before, after), most) in before.into_iter().zip(after).zip(LARGE) {
            if after.saturating_sub(before) > most {
                return Err(format!("it took {} MiB", (after - before) >> 20));
            }
        }
        let is_seed = took.inputs < target.seeds.len() as u64;
        match tried {
            Ok(()) => took.accepted += 1,
            Err(failure) if is_seed => {
                return Err(format!("a real input is refused: {}", failure.with_help()));
            }
            Err(failure) => one_line(&failure)?,
        }
        took.inputs += 1;
        took.slowest = took.slowest.max(each);
        took.time = clock::now().since(begun);
    }
    Ok(took)
}

/// Whether a failure has a message, and each of its texts is one line.
pub(super) fn one_line(failure: &Failure) -> Result<(), String> {
    let is_line = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
    if is_line(&failure.message) && failure.help.as_deref().is_none_or(is_line) {
        return Ok(());
    }
    Err(format!("its failure is not of one line: {failure:?}"))
}

/// The most bytes that this process has had so far: in memory, and of addresses.
fn sizes() -> [u64; 2] {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    ["VmHWM:", "VmPeak:"].map(|name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        number.unwrap_or(0) << 10
    })
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
