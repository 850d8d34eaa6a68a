//! `--via ssh`, through a real SSH server on loopback: the same cells as without it, a connection that breaks, another build,
//! and nothing left behind.

use std::fs;

use fairlane::record::{Run, Status};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cli::{Invocation, Running, cell};
use crate::sshd::Sshd;
use crate::via::via;

#[test]
#[cfg_attr(not(openssh), ignore = "needs OpenSSH: apt-get install openssh-server")]
fn lanes_over_ssh_give_the_same_answers_at_about_the_same_times() {
    let server = Sshd::start();
    let words = "run -w http,timer,primes -e tasks,thread-pool -j 8 -b 10 --seed 7";
    let local = Invocation::new(words).run().exits(0).record();
    let remote = via(&server.launcher, words).run().exits(0).record();
    assert_eq!(remote.via.as_deref(), Some("ssh"));
    assert!(remote.environment.is_like(&local.environment));
    let median = |run: &Run, id: &str| {
        let cell = cell(run, id);
        assert_eq!(cell.status, Status::Measured, "{cell:#?}");
        cell.median_ns.unwrap()
    };
    for id in local.cells.iter().map(|cell| &cell.id) {
        let (here, there) = (median(&local, id), median(&remote, id));
        eprintln!("{id}: {here:.0} ns here, {there:.0} ns over ssh, ratio {:.3}", there / here);
    }
    let text = serde_json::to_string(&remote).unwrap();
    assert!(!text.contains(&server.launcher), "the record names no host");
}

/// The process of the server that serves the connection of the only lane.
fn session(driver: &Running) -> Pid {
    let mut id = driver.family.await_named("fairlane-lane", 1)[0].id;
    loop {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        let (name, rest) = stat.split_once('(').unwrap().1.rsplit_once(") ").unwrap();
        if name.starts_with("sshd") {
            return Pid::from_raw(id);
        }
        id = rest.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(id > 1, "the lane is no descendant of the SSH server");
    }
}

#[test]
#[cfg_attr(not(openssh), ignore = "needs OpenSSH: apt-get install openssh-server")]
fn a_connection_that_breaks_fails_its_cell_and_no_other() {
    let server = Sshd::start();
    let words = "run -w timer-60s,noop -e process-pool -j 2 -b 1 --timeout 600";
    let driver = via(&server.launcher, words).start();
    driver.family.await_named("fairlane-worker", 2);
    kill(session(&driver), Signal::SIGKILL).unwrap();
    let run = driver.end().exits(1).record();
    let reason = cell(&run, "timer-60s/process-pool/2").reason.clone().unwrap();
    assert!(reason.contains("via `ssh`") && reason.contains("it exited with status 255"), "{reason}");
    assert_eq!(cell(&run, "noop/process-pool/2").status, Status::Measured);
}

#[test]
#[cfg_attr(not(openssh), ignore = "needs OpenSSH: apt-get install openssh-server")]
fn another_build_there_is_refused() {
    let server = Sshd::start();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("fairlane");
    fs::write(&other, "#!/bin/sh\necho '{\"version\":\"0.0.1 (abc, release)\"}'\n").unwrap();
    fs::set_permissions(&other, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let options = ["--via", &server.launcher, "--via-program", other.to_str().unwrap()];
    let words = Invocation::new("run -w noop -e tasks -j 2");
    let ended = options.iter().fold(words, |so_far, word| so_far.arg(word.as_ref())).run().exits(1);
    let own = fairlane::version::VERSION.as_str();
    let says = format!("there is version 0.0.1 (abc, release), and this driver is version {own}\n");
    assert!(
        ended.stderr.contains(&says) && ended.stderr.contains("\nhelp: copy this program"),
        "{}",
        ended.stderr
    );
    assert!(!ended.results().exists());
}

#[test]
#[cfg_attr(not(openssh), ignore = "needs OpenSSH: apt-get install openssh-server")]
fn an_interrupt_leaves_nothing_behind_on_either_side() {
    let server = Sshd::start();
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let driver = via(&server.launcher, "run -w timer-60s -e process-pool -j 4 --timeout 600").start();
        driver.family.await_named("fairlane-worker", 4);
        driver.signal(signal);
        driver.family.assert_gone();
        driver.end();
    }
    let gone =
        Invocation::new("run -w noop -e tasks -j 2").arg("--via".as_ref()).arg("ssh -p 1 127.0.0.1".as_ref());
    let ended = gone.run().exits(1);
    assert!(
        ended.stderr.contains("it exited with status 255; its last messages: ssh: connect to host"),
        "{}",
        ended.stderr
    );
}
