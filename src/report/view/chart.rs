//! What charts show, as data: values to draw to scale, and their texts.

use super::Mark;

/// A value and its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The value, in the unit of the record.
    pub value: f64,
    /// The same as text, with its unit.
    pub text: String,
}

/// How values become places on an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// From zero.
    Linear,
    /// By powers of ten: for spans that a linear axis would hide.
    Log,
}

/// One bar for each executor, with its interval, and the ideal as a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What the bars are: `time of one batch of 32 jobs, shorter is better`.
    pub caption: String,
    /// The axis.
    pub scale: Scale,
    /// The time that no executor can beat.
    pub ideal: Option<Amount>,
    /// The bars, in the order of the table. Bars of failed and not applicable cells have no figure and are shown as a word.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The executor.
    pub label: String,
    /// The record's word for what it is made of, which chooses the colour.
    pub model: String,
    /// Its rank.
    pub mark: Mark,
    /// The median.
    pub median: Option<Amount>,
    /// The ends of its 99 % interval.
    pub interval: Option<[f64; 2]>,
    /// The word in place of a bar: `failed`, `not applicable`.
    pub word: String,
}

/// How a figure changes with a number: one line for each executor. Both axes are logarithmic.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// What is shown: `timer: jobs at once and the time of the batch`.
    pub caption: String,
    /// What grows to the right: `jobs at once`, `workers`.
    pub x_label: String,
    /// What grows upwards: `time of the batch`.
    pub y_label: String,
    /// Where to mark the number of cores on the x axis, where x counts workers.
    pub cores: Option<usize>,
    /// The lines.
    pub lines: Vec<Line>,
    /// The same as a table: a row for each x, a column for each line.
    pub table: super::Table,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The executor.
    pub label: String,
    /// What it is made of.
    pub model: String,
    /// By x.
    pub points: Vec<Point>,
    /// Where it ended, and why: a size that failed or was left out.
    pub ended: Option<Ended>,
}

/// A point of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The number.
    pub x: f64,
    /// The figure.
    pub y: Amount,
    /// The ends of its interval.
    pub interval: Option<[f64; 2]>,
    /// Whether the apparatus limited it.
    pub limited: bool,
}

/// The end of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// The size that has no number.
    pub x: f64,
    /// `failed` or `left out`.
    pub word: String,
    /// Why.
    pub reason: String,
}

/// Jobs in flight on average against cores at work on average, both logarithmic: concurrency is not parallelism.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The cores there are.
    pub cores: usize,
    /// A point for each cell that has both and whose jobs do something.
    pub points: Vec<PlanePoint>,
}

/// A cell on the plane.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanePoint {
    /// `http/tasks/32`.
    pub label: String,
    /// What its executor is made of.
    pub model: String,
    /// What its work is: `io`, `cpu`, `mixed`, `control`.
    pub family: String,
    /// Jobs in flight on average.
    pub overlap: Amount,
    /// Cores at work on average.
    pub parallelism: Amount,
}

/// The timelines of one group, one under another on one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineChart {
    /// What is shown: `when each job ran, in one more run of the batch`.
    pub caption: String,
    /// Where the picture ends, in nanoseconds: before the longest batch does, if that takes many times as long as most.
    pub until_ns: f64,
    /// One for each executor, fastest first.
    pub strips: Vec<Strip>,
}

/// The timeline of one executor.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip {
    /// The executor.
    pub label: String,
    /// What it is made of.
    pub model: String,
    /// The batch, which may end after the picture does.
    pub wall: Amount,
    /// What the rows are, which are not shown, and the cores: `a row for each thread`, `2 more rows begin later`.
    pub remarks: Vec<String>,
    /// A row for each worker, or for each job that shares its worker with others in flight. None is empty: a row whose jobs
    /// all begin after the picture ends is left out, and so are such parts of other rows.
    pub rows: Vec<Vec<Span>>,
}

/// A part of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// From, in nanoseconds since the batch was handed over.
    pub from_ns: f64,
    /// To.
    pub to_ns: f64,
    /// What it is.
    pub tone: Tone,
    /// The core it began on, where that is known.
    pub core: Option<usize>,
}

/// What a part of a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The job has not begun: its unit is made, or it is handed over.
    OnItsWay,
    /// The job waits for something outside.
    Waiting,
    /// The job computes, or is ready to and has no core.
    Computing,
}
