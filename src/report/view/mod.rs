//! What a reader is shown, before anyone knows where: all text is written, all relations are decided.
//!
//! The renderers (terminal, Markdown, CSV, HTML) lay this out and compute nothing. Values stand beside their texts only
//! so that charts can be drawn to scale. Must not know colours, widths or markup.
//!
//! The types are here and in [`chart`], and what fills them has a file each; start reading at `page.rs`. A line feed in a
//! text is where a renderer may break the line, a word between backticks is the name of something.

mod bars;
mod beside;
mod calibration;
pub mod chart;
mod curves;
mod facts;
mod group;
mod matrix;
mod order;
mod page;
mod plane;
mod primitives;
mod timelines;
mod verdict;
mod words;

#[cfg(test)]
mod tests;

pub use beside::Beside;
pub use calibration::table as calibration;
pub use group::table;
pub use page::tables;
pub use primitives::slopes;

/// A page about one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// When, on what machine: `2026-11-24, 2 cores of an AMD EPYC`.
    pub title: String,
    /// What may make a reader doubt the whole: interrupted, a selection, a debug build. Empty for a clean whole run.
    pub cautions: Vec<String>,
    /// What the run says, in words, one for each family of work that was measured.
    pub verdicts: Vec<Verdict>,
    /// Who won where.
    pub matrix: Matrix,
    /// One for each workload at a size, real work first. Groups that are points of a curve are in it, too.
    pub groups: Vec<Group>,
    /// How times grow with jobs or with workers, where the run has several sizes of one workload.
    pub curves: Vec<chart::Curves>,
    /// Overlap against parallelism of all cells that were probed.
    pub plane: Option<chart::Plane>,
    /// What the models themselves cost, beside what others published.
    pub primitives: Vec<Table>,
    /// The machine and the build.
    pub environment: Vec<Fact>,
    /// Server, timers, noise.
    pub apparatus: Vec<Fact>,
    /// What may have spoilt numbers, and what to do about it.
    pub warnings: Vec<Warning>,
    /// The command that made the run.
    pub command: String,
}

/// What a family of work says of the models.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// `Waiting`, `Computing`, `Both in turn`.
    pub work: String,
    /// What to use for it, in a few words: `async tasks or OS threads`.
    pub answer: String,
    /// Which executors these are, and how often they were first; empty where there is no answer.
    pub support: String,
    /// What each group of the family says.
    pub said: Vec<Said>,
}

/// What a group says of the models, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The anchor of the group on the page.
    pub anchor: String,
    /// The work and who is first with it: `32 requests of 10 ms: tasks and thread-pool tie at ...`.
    pub headline: String,
    /// What that costs, who is behind, who has no place.
    pub details: Vec<String>,
}

/// Who won where: a row for each workload at a size, a column for each executor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    /// Executors, in the order of the record.
    pub executors: Vec<Executor>,
    /// A row for each group.
    pub rows: Vec<MatrixRow>,
}

/// An executor at the head of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Executor {
    /// Its name.
    pub name: String,
    /// The record's word for what it is made of, which chooses the colour.
    pub model: String,
    /// What it does with a batch; empty of executors that this program does not know.
    pub about: String,
}

/// A group in the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixRow {
    /// `http/32`.
    pub group: String,
    /// The anchor of the group on the page.
    pub anchor: String,
    /// One for each executor of the matrix; `None` where the group has no such cell.
    pub cells: Vec<Option<MatrixCell>>,
}

/// A cell in the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixCell {
    /// What stands in it: `12.7 ms`, `failed`.
    pub text: String,
    /// How it stands.
    pub mark: Mark,
    /// How many times as long as the winner it took; for the shade, and nothing else.
    pub behind: Option<f64>,
    /// The same for readers: `4.2x the fastest`, or why there is no number.
    pub title: String,
}

/// How a cell stands in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The fastest, alone.
    First,
    /// Tied with the fastest: about as fast, for certain.
    Tied,
    /// Neither tied for certain nor behind for certain.
    Open,
    /// Behind.
    Behind,
    /// Measured, with too few quiet lanes to say how it stands.
    Unranked,
    /// Limited by the apparatus: its number is no number of the model.
    Limited,
    /// Failed.
    Failed,
    /// Makes no sense here.
    NotApplicable,
}

/// A workload at a size: its picture, its table, its timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// `http/32`.
    pub name: String,
    /// What may stand in an `id` and after `#`.
    pub anchor: String,
    /// What one job does, in a sentence; empty of workloads that this program does not know.
    pub about: String,
    /// Medians with intervals, and the ideal.
    pub bars: chart::Bars,
    /// Time, speed-up, cost: everything the picture shows is in it, too.
    pub table: Table,
    /// When the jobs of each executor ran, on one axis.
    pub timelines: Option<chart::Timelines>,
}

/// A table with remarks below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it is about.
    pub caption: String,
    /// What stands above the columns, the first of which names the row.
    pub head: Vec<Head>,
    /// The rows, best first.
    pub rows: Vec<Row>,
    /// How many of the last columns are for a closer look: a page shows them only if its reader asks.
    pub folded: usize,
    /// What must be said below.
    pub remarks: Vec<String>,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// What stands above it.
    pub text: String,
    /// What it means, in a sentence.
    pub title: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// How it stands.
    pub mark: Mark,
    /// The executor.
    pub name: String,
    /// What the executor is made of: the record's word (`OS thread`), which chooses the colour.
    pub model: String,
    /// One for each column after the first; fewer where it was not measured: then the first says what it is instead.
    pub fields: Vec<Field>,
    /// Why there is no number, and what to do about it.
    pub reason: Option<String>,
}

/// What stands in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// As it is read.
    pub text: String,
    /// As the record has it, for sorting and for spreadsheets; `None` where there is no number.
    pub value: Option<f64>,
}

/// A fact about the machine or the apparatus.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What of.
    pub name: String,
    /// What it is.
    pub value: String,
}

/// What may have spoilt numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// What it is.
    pub text: String,
    /// What to do about it.
    pub advice: String,
}
