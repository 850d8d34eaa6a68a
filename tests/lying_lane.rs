//! A lane that breaks the rule that `LIE` names, in the cell that `LIE_IN` names or in all: tests see that it is found.
//!
//! Everything else is the lane of the library. Drivers start it because `FAIRLANE_LANE` names it.

use std::process::ExitCode;
use std::time::Duration;
use std::{env, thread};

use fairlane::lane::child;
use fairlane::lane::hex::Hex;
use fairlane::lane::protocol::{Jobs, Probed, Reply, Sampled};
use fairlane::process::role::{self, Role};
use fairlane::{executor, primitive};

fn main() -> ExitCode {
    role::intercept(|role| match role {
        Role::Lane => lie(&env::var("LIE").unwrap_or_default()),
        Role::Worker => executor::worker::main(),
        Role::Unit => primitive::unit::main(),
        Role::Server | Role::OneJob => ExitCode::FAILURE,
    });
    ExitCode::FAILURE
}

fn lie(rule: &str) -> ExitCode {
    let idle = || thread::sleep(Duration::from_secs(3_600));
    match rule {
        "extra-thread" => drop(thread::spawn(idle)),
        "hidden-runtime" => drop(thread::Builder::new().name("tokio-rt-worker".into()).spawn(idle)),
        _ => {}
    }
    let only = env::var("LIE_IN").ok();
    child::serve(|cell, reply| {
        if only.as_ref().is_none_or(|only| *only == cell.to_string()) {
            edit(rule, reply);
        }
    })
}

fn edit(rule: &str, reply: &mut Reply) {
    match (rule, reply) {
        ("wrong-answer", Reply::Sampled(Sampled { digests, .. })) => digests.iter_mut().for_each(spoil),
        ("wrong-answer", Reply::Probed(Probed { digest, .. }) | Reply::Stood { digest }) => spoil(digest),
        ("wrong-answer", Reply::Answers { answers }) => answers.iter_mut().last().into_iter().for_each(spoil),
        (rule, Reply::Probed(Probed { jobs: Some(Jobs { tasks: Some(tasks), .. }), .. })) => match rule {
            "unspawned" => tasks.count = 1,
            "blocked-worker" => tasks.poll_p50_ns = 20_000_000,
            _ => {}
        },
        _ => {}
    }
}

fn spoil(number: &mut Hex) {
    number.0 ^= 1;
}
