//! A program that works for a while and tells what it does, line by line. Must not know what that is.

use std::thread;
use std::time::Duration;

use crossbeam::channel::{bounded, select_biased};

use super::child::{Child, Stderr};
use super::ending::Ending;
use super::interrupt;
use super::lines::Lines;
use super::program::Program;
use super::role::Role;
use crate::clock;
use crate::failure::{Failure, OrFail};

/// More of a line is not kept, in bytes.
const LONGEST: usize = 1_000;

/// How long it may take to clear away when it is interrupted.
const TO_CLEAR_AWAY: Duration = Duration::from_secs(5);

/// What starts the line of standard error that says what helps.
const HELP: &str = "help: ";

/// Runs the program to its end. `say` gets every line that it writes to standard output.
///
/// # Errors
/// If it cannot be started or ends without success: its last lines on standard error are the reason, and one that begins with
/// `help: ` is the advice. If the user interrupts: it gets SIGTERM with its process group, and a moment to clear away.
pub fn run(program: &Program, mut say: impl FnMut(&str)) -> Result<(), Failure> {
    let mut child = Child::start(program, Role::Lane, Stderr::Keep)?;
    child.stdin = None;
    let (sender, lines) = bounded(1);
    if let Some(output) = child.stdout.take() {
        let read = move || Lines::of(output, LONGEST).try_for_each(|line| sender.send(line.text));
        let reads = thread::Builder::new().name("command".into()).spawn(read);
        reads.or_fail(|| "start a thread that reads what a program says")?;
    }
    let interrupts = interrupt::channel();
    let pause = Duration::from_millis(20);
    loop {
        select_biased! {
            recv(interrupts) -> _ => return Err(stop(child)),
            recv(lines) -> line => match line {
                Ok(line) => say(&line),
                Err(_) => thread::sleep(pause),
            },
            default(pause) => {}
        }
        if let Some(ending) = child.ended() {
            // A process that it left can hold its output open.
            while let Ok(line) = lines.recv_timeout(Duration::from_millis(500)) {
                say(&line);
            }
            return if ending.success() { Ok(()) } else { Err(reason(&ending)) };
        }
    }
}

fn stop(mut child: Child) -> Failure {
    child.terminate();
    let end = clock::now().after(TO_CLEAR_AWAY);
    while child.ended().is_none() && clock::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    Failure::new("interrupted")
}

fn reason(ending: &Ending) -> Failure {
    let (help, said): (Vec<&str>, Vec<&str>) =
        ending.stderr.iter().map(String::as_str).partition(|line| line.starts_with(HELP));
    let said: Vec<_> = said.into_iter().map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
    let failure =
        Failure::new(if said.is_empty() { format!("its command {ending}") } else { said.join("; ") });
    match help.first().and_then(|line| line.strip_prefix(HELP)) {
        Some(help) => failure.help(help),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (Result<(), Failure>, Vec<String>) {
        let arguments = ["-c", script].map(Into::into).to_vec();
        let mut said = Vec::new();
        let program = Program::foreign("sh".into(), arguments, Vec::new());
        let ended = run(&program, |line| said.push(line.to_owned()));
        (ended, said)
    }

    #[test]
    fn its_lines_come_in_order_and_its_end_is_the_result() {
        let lines: Vec<_> = (1..=500).map(|number| number.to_string()).collect();
        assert_eq!(shell("seq 500"), (Ok(()), lines));
        assert_eq!(
            shell("exec >/dev/null; sleep 0.1"),
            (Ok(()), Vec::new()),
            "its output ends before it does"
        );
        let (ended, said) = shell("echo first; echo error: no network >&2; echo help: connect >&2; exit 3");
        assert_eq!(said, ["first"]);
        assert_eq!(ended, Err(Failure::new("no network").help("connect")));
        assert_eq!(shell("exit 3").0, Err(Failure::new("its command exited with status 3")));
    }
}
