//! Progress: a bar with ETA on a terminal, one quiet line a group elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The progress of one group after another.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    terminal: bool,
}

impl Progress {
    /// For so many groups.
    pub fn new(groups: usize) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{prefix} {msg} [{wide_bar}] {pos}/{len} rounds, ETA {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        bar.set_prefix(format!("of {groups}"));
        Self { bar, terminal }
    }

    /// A group begins.
    pub fn begin(&self, number: usize, groups: usize, name: &str, cells: usize, left: Duration) {
        if self.terminal {
            self.bar.reset();
            self.bar.set_prefix(format!("{number}/{groups} {name}"));
            self.bar.set_message("opening lanes");
            self.bar.enable_steady_tick(Duration::from_millis(200));
        } else {
            let left = left.as_secs();
            anstream::eprintln!("{number}/{groups} {name}: {cells} cells, at most {left} s left for all");
        }
    }

    /// A round is done.
    pub fn round(&self, done: usize, expected: usize) {
        self.bar.set_message("");
        self.bar.set_length(expected as u64);
        self.bar.set_position(done as u64);
    }

    /// Nothing more comes: the line is free for results.
    pub fn clear(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }
}
