//! What a comparison shows, as data: the verdict first, then what differs, then the rest. Must not know how it is laid out.
//!
//! `sort` says which cells belong where, `verdict` has the sentences of the verdict, `chart` and `tables` what
//! differs and by how much, `facts` the two sides and the machine, `method` how it was done, `words` the words for a
//! difference.

pub mod chart;
mod facts;
mod head;
mod method;
mod sort;
mod tables;
mod verdict;
mod words;

#[cfg(test)]
mod tests;

use super::{Fact, Table, Warning};
use crate::record::comparison;
use sort::Sorted;

pub use verdict::{Outcome, Verdict};

/// A page about a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// When, on what machine: `2026-11-26, 2 cores of an AMD EPYC`.
    pub title: String,
    /// What all cells together show.
    pub verdict: Verdict,
    /// Reasons to doubt it, and what is missing.
    pub cautions: Vec<String>,
    /// What there was no time for; empty if there was time for all.
    pub left_out: String,
    /// What the picture and the tables of differences are about.
    pub section: String,
    /// What differs, and what may differ, on one axis; `None` if nothing does.
    pub chart: Option<chart::Ratios>,
    /// What differs, in sentences, the most important first.
    pub differences: Vec<String>,
    /// What may differ, in sentences, with the difference that would have shown.
    pub doubts: Vec<String>,
    /// What differs, as a table.
    pub changed: Table,
    /// What may differ.
    pub open: Table,
    /// `17 of 20 cells: the same, 1 failed`; empty where nothing was judged.
    pub count_same: String,
    /// The cells in which nothing differs.
    pub same: Table,
    /// Every metric of every cell.
    pub all: Table,
    /// BASE against itself, in sentences.
    pub controls: Vec<String>,
    /// What was before.
    pub base: Side,
    /// What is new.
    pub head: Side,
    /// When, how long, how.
    pub comparison: Vec<Fact>,
    /// The machine.
    pub environment: Vec<Fact>,
    /// What may have changed numbers, and what to do about it.
    pub warnings: Vec<Warning>,
    /// How it was measured, in a few sentences, each with its title.
    pub method: Vec<Fact>,
    /// The command that made the comparison.
    pub command: String,
}

/// One of the two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// `BASE` or `HEAD`.
    pub name: String,
    /// What it is, on one line.
    pub summary: String,
    /// The same one by one.
    pub facts: Vec<Fact>,
}

impl Comparison {
    /// The page about a comparison.
    pub fn of(comparison: &comparison::Comparison) -> Self {
        let sorted = Sorted::of(comparison);
        Self {
            title: facts::title(comparison),
            verdict: verdict::of(comparison, &sorted),
            cautions: facts::cautions(comparison),
            left_out: facts::left_out(comparison).unwrap_or_default(),
            section: match comparison.overall {
                comparison::Overall::Disturbed => "How BASE differs from itself".into(),
                _ => "Differences".into(),
            },
            chart: chart::of(&sorted),
            differences: sorted.changed.iter().map(words::sentence).collect(),
            doubts: sorted.open.iter().map(words::doubt).collect(),
            changed: tables::changed(comparison, &sorted),
            open: tables::open(comparison, &sorted),
            count_same: verdict::count_same(comparison, &sorted),
            same: tables::same(comparison, &sorted),
            all: tables::all(comparison, &sorted),
            controls: facts::controls(comparison),
            base: facts::side("BASE", &comparison.base, comparison.source),
            head: facts::side("HEAD", &comparison.head, comparison.source),
            comparison: facts::comparison(comparison),
            environment: facts::environment(comparison),
            warnings: comparison.warnings.clone(),
            method: method::of(comparison),
            command: comparison.command.clone(),
        }
    }
}
