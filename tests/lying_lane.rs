//! A lane that breaks the rule that `LIE` names, in the cell that `LIE_IN` names or in all: tests see that it is found.
//!
//! Everything else is the lane of the library. Drivers start it because `FAIRLANE_LANE` names it.

use std::io::{self, Write};
use std::process::{Command, ExitCode, Stdio, exit};
use std::time::Duration;
use std::{env, thread};

use fairlane::lane::child;
use fairlane::lane::hex::Hex;
use fairlane::lane::protocol::{Jobs, Opened, Probed, Reply, Sampled};
use fairlane::process::role::{self, Role};
use fairlane::process::usage::Usage;
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

fn idle() {
    thread::sleep(Duration::from_secs(3_600));
}

fn lie(rule: &str) -> ExitCode {
    match rule {
        "extra-thread" => drop(thread::spawn(idle)),
        "hidden-runtime" => drop(thread::Builder::new().name("tokio-rt-worker".into()).spawn(idle)),
        "left-process" => leave(),
        _ => {}
    }
    let only = env::var("LIE_IN").ok();
    let ended = child::serve(|cell, reply| {
        if only.as_ref().is_none_or(|only| *only == cell.to_string()) {
            edit(rule, reply);
        }
    });
    if rule == "endless" {
        idle();
    }
    ended
}

#[expect(clippy::disallowed_methods, reason = "what it leaves must not be tied to it")]
fn leave() {
    let mut other = Command::new("sleep");
    let _ = other.arg("3600").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}

/// Writes without end, until this process is killed.
fn flood(stream: &mut impl Write, bytes: &[u8]) {
    while stream.write_all(bytes).is_ok() {}
}

/// The last part of a rule `dies-in-PART`.
fn part(reply: &Reply) -> &'static str {
    match reply {
        Reply::Ready(_) => "open",
        Reply::Sampled(_) => "sample",
        Reply::Used { .. } => "usage",
        Reply::Probed(_) => "probe",
        Reply::Stood { .. } => "stand-still",
        Reply::Answers { .. } => "answers",
        Reply::Failed(_) => "failure",
    }
}

fn edit(rule: &str, reply: &mut Reply) {
    if rule.strip_prefix("dies-in-") == Some(part(reply)) {
        exit(7);
    }
    match reply {
        Reply::Ready(opened) => open(rule, opened),
        Reply::Sampled(sampled) => sample(rule, sampled),
        Reply::Probed(probed) => probe(rule, probed),
        Reply::Stood { digest } if rule == "wrong-answer" => spoil(digest),
        Reply::Answers { answers } if rule == "wrong-answer" => {
            answers.iter_mut().last().into_iter().for_each(spoil);
        }
        Reply::Answers { answers } if rule == "other-cell" => drop(answers.pop()),
        _ => {}
    }
}

fn open(rule: &str, opened: &mut Opened) {
    match rule {
        "chatty" => write("the lane is ready"),
        "other-protocol" => opened.protocol = 99,
        "other-model" => opened.model = Some("process".into()),
        "other-width" => opened.in_flight = Some(7),
        _ => {}
    }
}

fn sample(rule: &str, sampled: &mut Sampled) {
    const HUGE: u64 = 1 << 63;
    match rule {
        "wrong-answer" | "other-cell" | "dies-in-answers" => sampled.digests.iter_mut().for_each(spoil),
        "wrong-count" => sampled.count += 1,
        "no-wait" => {
            sampled.samples_ns.fill(1);
            sampled.total_ns = sampled.count;
        }
        "huge-time" => sampled.total_ns = HUGE,
        "huge-single-time" => sampled.samples_ns.fill(HUGE),
        "huge-usage" => sampled.usage = Some(Usage { cpu_user_ns: HUGE, ..Usage::default() }),
        "negative-time" => {
            write(r#"{"reply":"sampled","count":1,"total_ns":-5,"samples_ns":[-5],"digests":[]}"#);
        }
        "not-a-number" => {
            write(r#"{"reply":"sampled","count":1,"total_ns":NaN,"samples_ns":[NaN],"digests":[]}"#);
        }
        "silent" => idle(),
        "flood-of-errors" => {
            (0..16).for_each(|_| drop(io::stderr().write_all(&b"an error\n".repeat(100_000))));
        }
        "gigabyte" => (0..1_024).for_each(|_| drop(io::stdout().write_all(&[b'x'; 1 << 20]))),
        "flood" => flood(&mut io::stdout(), &b"{\"reply\":\"used\",\"usage\":null}\n".repeat(1_000)),
        _ => {}
    }
}

fn probe(rule: &str, probed: &mut Probed) {
    match (rule, &mut probed.jobs, &mut probed.timeline) {
        ("wrong-answer", ..) => spoil(&mut probed.digest),
        ("reversed-timeline", _, Some(timeline)) => timeline.jobs.reverse(),
        ("falling-quantiles", Some(Jobs { latency, .. }), _) => latency.p90_ns = 0,
        ("too-much-in-flight", Some(jobs), _) => jobs.in_flight_ns *= 1_000,
        ("unspawned", Some(Jobs { tasks: Some(tasks), .. }), _) => tasks.count = 1,
        ("blocked-worker", Some(Jobs { tasks: Some(tasks), .. }), _) => tasks.poll_p50_ns = 20_000_000,
        _ => {}
    }
}

/// A line that takes the place of the reply, which comes after it.
fn write(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn spoil(number: &mut Hex) {
    number.0 ^= 1;
}
