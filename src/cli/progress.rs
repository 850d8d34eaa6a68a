//! Progress: a bar with ETA on a terminal, one quiet line a group elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::measure::passes::suite::Group;

/// The progress of one group after another.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    terminal: bool,
}

impl Progress {
    /// Nothing is shown before the first group begins.
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{prefix} {msg} [{wide_bar}] {pos}/{len} rounds, ETA {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        Self { bar, terminal }
    }

    /// A group begins: its number of how many, the pass of how many, and the time that is left for all, where there is
    /// a budget.
    pub fn begin(
        &self,
        (number, groups): (usize, usize),
        (pass, passes): (usize, usize),
        group: &Group,
        left: Option<Duration>,
    ) {
        let pass = if passes > 1 { format!(" (pass {pass} of {passes})") } else { String::new() };
        let name = group.name() + &pass;
        if self.terminal {
            self.bar.reset();
            self.bar.set_prefix(format!("{number}/{groups} {name}"));
            self.bar.set_message("opening lanes");
            self.bar.enable_steady_tick(Duration::from_millis(200));
        } else {
            let cells = group.cells.len();
            let left = left.map_or_else(String::new, |left| {
                format!(", at most {:.0} s left for all", left.as_secs_f64())
            });
            anstream::eprintln!("{number}/{groups} {name}: {cells} cells{left}");
        }
    }

    /// The lanes of a slope of that executor are opened one by one.
    pub fn look(&self, executor: &str) {
        if self.terminal {
            self.bar.reset();
            self.bar.set_message(format!("memory of {executor}"));
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
    }

    /// A round is done.
    pub fn round(&self, done: usize, expected: usize) {
        self.bar.set_message("");
        self.bar.set_length(expected as u64);
        self.bar.set_position(done as u64);
    }

    /// Nothing more comes for now: the line is free for results.
    pub fn clear(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
