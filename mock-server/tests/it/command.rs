//! The command as a user meets it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use mock_server::{Kind, route};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::client::{Client, get_path};

#[expect(clippy::disallowed_methods, reason = "the subject of these tests is a process, and no lane")]
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-server"));
    command.args(args).stdin(Stdio::null());
    command
}

fn output(args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command(args).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn it_prints_its_address_answers_and_ends_upon_a_signal() {
    for (kind, signal) in [(Kind::Wiremock, Signal::SIGTERM), (Kind::Hyper, Signal::SIGINT)] {
        let mut child = command(&["--kind", &kind.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let addr = url.trim_end().strip_prefix("http://").unwrap().parse().unwrap();
        let response = Client::connect(addr).get(&get_path(17, Duration::ZERO, 64));
        assert_eq!(response.body, route::body(17, 64));

        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{kind}");
    }
}

#[test]
fn an_address_beyond_loopback_is_misuse_unless_asked_for() {
    let (code, stdout, stderr) = output(&["--addr", "0.0.0.0:0"]);
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(
        stderr,
        "error: cannot listen on `0.0.0.0:0`: other machines can reach this address\n\
         help: add `--expose` if they may\n"
    );
}

#[test]
fn an_unknown_flag_or_kind_is_misuse() {
    for args in [&["--port", "1"][..], &["--kind", "nginx"]] {
        let (code, _, stderr) = output(args);
        assert_eq!(code, Some(2));
        assert!(stderr.starts_with("error: "), "{stderr}");
    }
}

#[test]
fn a_taken_address_is_an_error_with_its_cause() {
    let taken = mock_server::listen(crate::client::LOOPBACK, 1).unwrap();
    let addr = taken.local_addr().unwrap();
    let (code, _, stderr) = output(&["--addr", &addr.to_string()]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.starts_with(&format!("error: cannot listen on `{addr}`: Address already in use")),
        "{stderr}"
    );
}

#[test]
fn a_standard_error_that_takes_nothing_is_no_panic() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let refused = command(&["--addr", "0.0.0.0:0"]).stderr(full()).status().unwrap();
    assert_eq!(refused.code(), Some(2));

    let mut child = command(&[]).stdout(Stdio::piped()).stderr(full()).spawn().unwrap();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn help_goes_to_stdout_and_ends_with_two_examples() {
    let (code, stdout, stderr) = output(&["--help"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let examples = "Examples:\n  mock-server\n  mock-server --kind hyper --addr 127.0.0.1:8080\n";
    assert!(stdout.ends_with(examples), "{stdout}");
}
