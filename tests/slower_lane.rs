//! A lane that does more work: in the cells of the executor that `PLANT_IN` names, each batch computes on for the share
//! `PLANT` (0.1 is a tenth) of the time that it took. A comparison must find that, in these cells and in no other.
//!
//! Everything else is the lane of the library. The added time is really spent and really measured.

use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, hint};

use fairlane::lane::child;
use fairlane::lane::protocol::{Reply, Sampled};
use fairlane::process::role::{self, Role};
use fairlane::process::usage::Usage;
use fairlane::{executor, primitive};

fn main() -> ExitCode {
    role::intercept(|role| match role {
        Role::Lane => slow(),
        Role::Worker => executor::worker::main(),
        Role::Unit => primitive::unit::main(),
        Role::Server | Role::OneJob => ExitCode::FAILURE,
    });
    ExitCode::FAILURE
}

fn slow() -> ExitCode {
    let share: f64 = env::var("PLANT").ok().and_then(|share| share.parse().ok()).unwrap_or(0.0);
    let executor = env::var("PLANT_IN").unwrap_or_default();
    child::serve(|cell, reply| {
        if let Reply::Sampled(sampled) = reply
            && cell.executor_name() == executor
        {
            compute_on(sampled, share);
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "a program for tests with a clock of its own")]
fn compute_on(sampled: &mut Sampled, share: f64) {
    let wanted = Duration::from_nanos(sampled.total_ns).mul_f64(share);
    let (used, begun) = (Usage::so_far(), Instant::now());
    while begun.elapsed() < wanted {
        hint::spin_loop();
    }
    let used = Usage::so_far() - used;
    let added = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
    sampled.total_ns += added;
    // Single times add up to the whole.
    sampled.samples_ns.first_mut().into_iter().for_each(|first| *first += added);
    sampled.usage = sampled.usage.map(|own| own + used);
}
