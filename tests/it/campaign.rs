//! The fault campaign: random rounds, each a command that somebody kills, or that finds no room, or whose server lies. After each
//! of them no process and no temporary file is left, what was recorded before is unchanged, the exit code is the right one, and
//! one message says what happened.
//!
//! A round is drawn from its own seed, and a campaign plays the seeds from `FAIRLANE_FAULT_SEED` on for `FAIRLANE_FAULT_SECONDS`.
//! `ci/faults` runs it for longer and shows the table. `draw` says what can happen in a round, `world` makes its conditions,
//! `round` plays it, `left` looks at what it left, and `table` counts.

mod draw;
mod left;
mod round;
mod table;
mod world;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, thread};

use fairlane::clock;

use table::Table;

/// Rounds at once: most of their time they wait.
const AT_ONCE: usize = 3;

/// In the usual test run.
const SECONDS: u64 = 20;

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

#[test]
fn whatever_happens_to_a_command_nothing_is_left_nothing_is_lost_and_one_message_says_it() {
    let (seconds, first) = (number("FAIRLANE_FAULT_SECONDS", SECONDS), number("FAIRLANE_FAULT_SEED", 1));
    let end = clock::now().after(Duration::from_secs(seconds));
    let (next, table) = (AtomicU64::new(first), Mutex::new(Table::default()));
    let play = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            // With no time at all it is the first round alone.
            if seed > first && clock::now() > end {
                return;
            }
            let round = draw::round(seed);
            // The usual test run has no time to start a database server.
            if seconds == SECONDS && round.has_database() {
                continue;
            }
            let played = catch_unwind(AssertUnwindSafe(|| round::play(&round)));
            let played = played.map_err(|panic| said(panic.as_ref()));
            table.lock().unwrap_or_else(PoisonError::into_inner).add(&round, played);
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(play))));
    let table = table.into_inner().unwrap();
    eprintln!("\n{table}");
    assert!(table.faults.is_empty(), "{} rounds found a fault", table.faults.len());
}
