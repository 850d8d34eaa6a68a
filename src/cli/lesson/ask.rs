//! Asks on a terminal. An interrupt ends the waiting; without a terminal nothing is asked.

use std::io::{self, BufRead};
use std::thread;
use std::time::Duration;

use crossbeam::channel::{Receiver, bounded, select};
use nix::sys::termios::{FlushArg, tcflush};

use super::screen;
use crate::cli::Stop;
use crate::cli::output::print;
use crate::lesson::plan::Choice;
use crate::process::interrupt;

/// Who is asked: somebody at a terminal, or nobody.
pub(super) struct Asker {
    lines: Option<Receiver<String>>,
}

impl Asker {
    pub(super) fn new(asks: bool) -> Self {
        Self { lines: asks.then(lines).flatten() }
    }

    /// Whether somebody can answer.
    pub(super) fn asks(&self) -> bool {
        self.lines.is_some()
    }

    /// Forgets what was typed until now: whoever pressed Enter while nothing was asked has not answered what comes.
    pub(super) fn forget(&self) {
        let Some(lines) = &self.lines else { return };
        let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        while lines.try_recv().is_ok() {} // what the thread has read already
    }

    /// Asks until one of that many choices is given. `None` without a terminal, or where Enter alone is pressed.
    pub(super) fn choice(&mut self, prompt: &str, choices: usize) -> Result<Option<Choice>, Stop> {
        loop {
            let Some(line) = self.line(prompt)? else { return Ok(None) };
            if line.trim().is_empty() {
                return Ok(None);
            }
            if let Some(choice) = Choice::read(&line).filter(|choice| choice.0 < choices) {
                return Ok(Some(choice));
            }
        }
    }

    /// Asks for a number above zero. `None` as above.
    pub(super) fn number(&mut self, prompt: &str) -> Result<Option<f64>, Stop> {
        loop {
            let Some(line) = self.line(prompt)? else { return Ok(None) };
            let text = line.trim().trim_end_matches(['x', 'X']);
            if text.is_empty() {
                return Ok(None);
            }
            if let Some(number) = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
            {
                return Ok(Some(number));
            }
        }
    }

    /// Waits for Enter.
    pub(super) fn pause(&mut self, prompt: &str) -> Result<(), Stop> {
        self.line(prompt).map(|_| ())
    }

    /// What is typed within that time, if a line of it is ended. The end of the input is an empty line.
    pub(super) fn within(&mut self, time: Duration) -> Result<Option<String>, Stop> {
        let Some(lines) = &self.lines else { return Ok(Some(String::new())) };
        let interrupts = interrupt::channel();
        select! {
            recv(lines) -> line => Ok(Some(line.unwrap_or_else(|_| {
                self.lines = None;
                String::new()
            }))),
            recv(interrupts) -> _ => Err(Stop::Interrupted),
            default(time) => Ok(None),
        }
    }

    fn line(&mut self, prompt: &str) -> Result<Option<String>, Stop> {
        let Some(lines) = &self.lines else { return Ok(None) };
        let (columns, _) = screen::room();
        print(&format!("{} ", textwrap::fill(&format!("{prompt}:"), columns)))?;
        let interrupts = interrupt::channel();
        select! {
            recv(lines) -> line => match line {
                Ok(line) => Ok(Some(line)),
                Err(_) => {
                    self.lines = None; // the end of the input
                    print("\n").map(|()| None)
                }
            },
            recv(interrupts) -> _ => {
                print("\n")?; // what follows begins a line of its own
                Err(Stop::Interrupted)
            }
        }
    }
}

/// The lines of standard input, read by a thread so that an interrupt can end the waiting.
fn lines() -> Option<Receiver<String>> {
    let (sender, lines) = bounded(0);
    let read = move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("input".into()).spawn(read).ok().map(|_| lines)
}
