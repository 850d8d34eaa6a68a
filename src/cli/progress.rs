//! Progress: a bar with the remaining time on a terminal, elsewhere one line for each pass.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::output::{is_quiet, say};
use crate::measure::gate::trial::Step;
use crate::measure::passes::schedule::Next;

/// The progress of a run.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    terminal: bool,
    /// The last pass that was printed, where there is no bar.
    printed: Cell<usize>,
}

impl Progress {
    /// Nothing is shown before the first group is rehearsed.
    pub(super) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal() && !is_quiet();
        let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{prefix} {msg} [{wide_bar}] {pos}/{len}, ETA {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        Self { bar, terminal, printed: Cell::new(0) }
    }

    /// A group is rehearsed: its number and the number of groups, and its name.
    pub(super) fn rehearse(&self, (number, groups): (usize, usize), name: &str) {
        self.bar.set_prefix(format!("rehearsal {number}/{groups} {name}"));
        self.at(number - 1, groups);
        self.tick(String::new());
        if !self.terminal && number == 1 {
            say(format_args!("rehearsal: {groups} {}", if groups == 1 { "table" } else { "tables" }));
        }
    }

    /// A pass of a group begins.
    pub(super) fn pass(&self, next: &Next, name: &str) {
        let Next { pass, passes, done, expected, .. } = *next;
        if done == 0 {
            self.bar.reset(); // its ETA is about passes from now on
            self.tick(String::new());
        }
        self.bar.set_prefix(format!("pass {pass}/{passes} {name}"));
        self.at(done, expected);
        if !self.terminal && self.printed.replace(pass) != pass {
            say(format_args!("pass {pass} of {passes}"));
        }
    }

    /// A block of a comparison begins.
    pub(super) fn block(&self, step: &Step, name: &str) {
        let phase = step.phase.name();
        if step.done == 0 {
            self.bar.reset();
            self.tick(String::new());
            // The first pairs, which show what fits, come one by one.
            if !self.terminal && step.of > 1 {
                say(format_args!("{phase}: {} pairs", step.of));
            }
        }
        self.bar.set_prefix(format!("{phase} {name}"));
        self.at(step.done, step.of);
    }

    fn at(&self, done: usize, of: usize) {
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }

    /// The bar moves from now on, with this text.
    fn tick(&self, message: String) {
        if self.terminal {
            self.bar.set_message(message);
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
    }

    /// The lanes of a slope of that executor are opened one by one.
    pub(super) fn slope(&self, executor: &str) {
        self.bar.reset();
        self.tick(format!("memory of {executor}"));
    }

    /// One more of many is done.
    pub(super) fn step(&self, done: usize, expected: usize) {
        self.bar.set_message("");
        self.at(done, expected);
    }

    /// Prints something meanwhile, which the bar does not overwrite.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// The line is free for results.
    pub(super) fn clear(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }
}
