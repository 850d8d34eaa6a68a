//! What a reader is shown, as data: all text is written, all relations are decided.
//!
//! The renderers (terminal, Markdown, HTML) lay this out and compute nothing. Texts have their values with them only so
//! that charts can be drawn to scale. Must not know colours, widths or markup.
//!
//! The types of several parts are here and in [`chart`]; each part of a page has a file. Start reading at `page.rs`. At a
//! line feed in a text a renderer may break the line; a word between backticks is a name.

mod bars;
mod calibration;
pub mod chart;
pub mod class;
pub mod comparison;
mod curves;
mod facts;
mod fields;
mod group;
pub mod lesson;
mod lessons;
mod matrix;
mod order;
mod page;
mod parts;
mod plane;
mod primitives;
mod side_by_side;
mod timelines;
mod verdict;
mod words;

#[cfg(test)]
mod tests;

pub use crate::record::Warning;
pub use calibration::table as calibration;
pub(super) use facts::processor;
pub use group::table;
pub use lessons::{Explanation, Lessons};
pub use matrix::{Executor, Matrix, MatrixCell, MatrixRow};
pub use page::tables;
pub use primitives::slopes;
pub use side_by_side::SideBySide;
pub use verdict::{Finding, Verdict};

/// A page about one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// When, on what machine: `2026-11-24, 2 cores of an AMD EPYC`.
    pub title: String,
    /// Reasons to doubt all numbers: interrupted, a selection, a debug build. Empty for a whole run without failures.
    pub cautions: Vec<String>,
    /// What the run says, in words, one for each family of work that was measured.
    pub verdicts: Vec<Verdict>,
    /// All groups on one screen.
    pub matrix: Matrix,
    /// One for each workload at a size, real work first. Groups that are points of a curve are in it, too.
    pub groups: Vec<Group>,
    /// How times grow with jobs or with workers, where the run has several sizes of one workload.
    pub curves: Vec<chart::Curves>,
    /// Overlap against parallelism of all cells that were probed.
    pub plane: Option<chart::Plane>,
    /// What the models themselves cost, with what others published.
    pub primitives: Vec<Table>,
    /// The names of the lessons that explain that.
    pub primitive_lessons: Vec<&'static str>,
    /// The lessons that explain what the page shows.
    pub lessons: Lessons,
    /// The machine and the build.
    pub environment: Vec<Fact>,
    /// Server, timers, noise.
    pub apparatus: Vec<Fact>,
    /// What may have changed numbers, and what to do about it.
    pub warnings: Vec<Warning>,
    /// The command that made the run.
    pub command: String,
}

/// The rank of a cell in its group; in a comparison, how HEAD differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The fastest, alone.
    First,
    /// Tied with the fastest: about as fast, at 99 %.
    Tied,
    /// As fast as the fastest or slower: too close to rank.
    Open,
    /// Slower than the fastest.
    Slower,
    /// Measured, with too few undisturbed lanes to rank.
    Unranked,
    /// Limited by the apparatus: its number says nothing of the model.
    Limited,
    /// Failed.
    Failed,
    /// Makes no sense here.
    NotApplicable,
    /// HEAD takes more.
    Worse,
    /// HEAD takes less.
    Better,
    /// Nothing to point out.
    Plain,
}

/// A workload at a size: its picture, its table, its timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// `http/32`.
    pub name: String,
    /// Its name without characters that an `id` may not have.
    pub anchor: String,
    /// What one job does, in a sentence; empty of workloads that this program does not know.
    pub about: String,
    /// Medians with intervals, and the ideal.
    pub bars: chart::Bars,
    /// Time, speed-up, cost: everything the picture shows is in it, too.
    pub table: Table,
    /// When the jobs of each executor ran, on one axis.
    pub timelines: Option<chart::TimelineChart>,
}

/// A table with remarks below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it is about.
    pub caption: String,
    /// The heads of the columns, the first of which names the row.
    pub head: Vec<Head>,
    /// The rows, fastest first.
    pub rows: Vec<Row>,
    /// How many of the last columns are for a closer look: a page shows them only if its reader asks.
    pub folded: usize,
    /// Remarks below it.
    pub remarks: Vec<String>,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Its text.
    pub text: String,
    /// What it means, in a sentence.
    pub title: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its rank.
    pub mark: Mark,
    /// The executor.
    pub name: String,
    /// What the executor is made of, in the record's word (`OS thread`), which chooses the colour.
    pub model: String,
    /// One for each column after the first. A row without numbers has fewer: then the last says why: `failed`.
    pub fields: Vec<Field>,
    /// Why there is no number, and what to do about it.
    pub reason: Option<String>,
}

/// A number or a word in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// As a reader sees it.
    pub text: String,
    /// As the record has it, for sorting and for spreadsheets; `None` where there is no number.
    pub value: Option<f64>,
}

/// A fact about the machine or the apparatus.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
