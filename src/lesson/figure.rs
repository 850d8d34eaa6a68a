//! The numbers of a lesson, taken from the record of a run, each with the interval that encloses the true one at 99 %.

use serde::{Deserialize, Serialize};

use crate::lane::Cell;
use crate::measure::statistics::{self, Estimate};
use crate::record::{CellResult, Run, Slope};

/// Where a number comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "what is named is a cell, or the largest cell of a slope")]
pub enum Figure {
    /// Nanoseconds for a batch.
    Time { cell: Cell },
    /// Nanoseconds for a job.
    TimePerJob { cell: Cell },
    /// How many times as fast as `sequential` of the same group.
    SpeedUp { cell: Cell },
    /// Processor time over wall time.
    Cores { cell: Cell },
    /// Jobs in flight on average, in one observed batch.
    Overlap { cell: Cell },
    /// The time for a job of `cell` over that of `to`.
    Ratio { cell: Cell, to: Cell },
    /// The sum of all delays over the time of the batch: 1 if one wait comes after another.
    OfSum { cell: Cell },
    /// The time of the batch over that of its slowest job, in one observed batch.
    OfSlowest { cell: Cell },
    /// Bytes of one more unit.
    Memory { slope: Cell },
    /// The bytes of one more unit of `slope` over those of `to`.
    MemoryRatio { slope: Cell, to: Cell },
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Nanoseconds.
    Time,
    /// Bytes.
    Bytes,
    /// How many times something.
    Times,
    /// A share of one core.
    Share,
    /// A plain number.
    Number,
}

/// A number and what is sure of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The number.
    pub number: f64,
    /// Between these it is at 99 %; both are the number where it was counted once; `None` of too few lanes.
    pub sure: Option<[f64; 2]>,
}

/// A cell or a slope that a figure names.
#[derive(Debug)]
pub struct Named<'f> {
    /// Its name.
    pub id: &'f Cell,
    /// Whether it is a slope.
    pub is_slope: bool,
}

impl Named<'_> {
    /// Whether a run has it.
    pub fn is_in(&self, run: &Run) -> bool {
        if self.is_slope {
            run.slopes.iter().any(|slope| is_of(slope, self.id))
        } else {
            run.cells.iter().any(|cell| cell.id == self.id.to_string())
        }
    }
}

impl From<Estimate> for Value {
    fn from(found: Estimate) -> Self {
        Self { number: found.median, sure: found.interval99 }
    }
}

impl Value {
    fn exactly(number: f64) -> Self {
        Self { number, sure: Some([number; 2]) }
    }

    /// Multiplied with a positive number.
    fn scaled(self, by: f64) -> Self {
        Self { number: self.number * by, sure: self.sure.map(|ends| ends.map(|end| end * by)) }
    }

    /// `number` over this.
    fn under(self, number: f64) -> Self {
        Self {
            number: number / self.number,
            sure: self.sure.map(|[low, high]| [number / high, number / low]),
        }
    }

    /// This over another that is not its pair: the widest that both intervals allow.
    fn over(self, other: Self) -> Self {
        let sure = self.sure.zip(other.sure).map(|([low, high], [least, most])| [low / most, high / least]);
        Self { number: self.number / other.number, sure }
    }
}

impl Figure {
    /// What it names.
    pub fn names(&self) -> Vec<Named<'_>> {
        let cell = |id| Named { id, is_slope: false };
        let slope = |id| Named { id, is_slope: true };
        match self {
            Self::Ratio { cell: one, to } => vec![cell(one), cell(to)],
            Self::Memory { slope: one } => vec![slope(one)],
            Self::MemoryRatio { slope: one, to } => vec![slope(one), slope(to)],
            Self::Time { cell: one }
            | Self::TimePerJob { cell: one }
            | Self::SpeedUp { cell: one }
            | Self::Cores { cell: one }
            | Self::Overlap { cell: one }
            | Self::OfSum { cell: one }
            | Self::OfSlowest { cell: one } => vec![cell(one)],
        }
    }

    /// What its number is.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Time { .. } | Self::TimePerJob { .. } => Unit::Time,
            Self::Memory { .. } => Unit::Bytes,
            Self::SpeedUp { .. } | Self::Ratio { .. } | Self::OfSlowest { .. } | Self::MemoryRatio { .. } => {
                Unit::Times
            }
            Self::Cores { .. } => Unit::Share,
            Self::Overlap { .. } | Self::OfSum { .. } => Unit::Number,
        }
    }

    /// Its number in that run; `None` if what it needs was not measured. Nothing is sure of it where other programs disturbed
    /// too many passes for a verdict.
    pub fn value(&self, run: &Run) -> Option<Value> {
        let value = self.measured(run)?;
        Some(if self.is_disturbed(run) { Value { sure: None, ..value } } else { value })
    }

    /// Whether a table from which its number comes has no verdict.
    pub fn is_disturbed(&self, run: &Run) -> bool {
        let judged = |named: &Named<'_>| {
            let cell = run.cells.iter().find(|cell| cell.id == named.id.to_string());
            cell.and_then(|cell| run.group_of(cell)).is_none_or(|group| group.judged)
        };
        !self.names().iter().all(judged)
    }

    fn measured(&self, run: &Run) -> Option<Value> {
        let cell = |id: &Cell| run.cells.iter().find(|cell| cell.id == id.to_string());
        let slope = |id: &Cell| memory(run.slopes.iter().find(|slope| is_of(slope, id))?);
        match self {
            Self::Time { cell: id } => time(cell(id)?),
            Self::TimePerJob { cell: id } => per_job(time(cell(id)?)?, id),
            Self::SpeedUp { cell: id } => {
                let cell = cell(id)?;
                Some(Value { number: cell.speedup_vs_sequential?, sure: cell.speedup_interval99 })
            }
            Self::Cores { cell: id } => cores(run, cell(id)?),
            Self::Overlap { cell: id } => cell(id)?.overlap_factor.map(Value::exactly),
            Self::Ratio { cell: one, to } => ratio(run, (cell(one)?, one), (cell(to)?, to)),
            Self::OfSum { cell: id } => {
                let all = id.workload.value("delay") as f64 * id.jobs as f64;
                time(cell(id)?).map(|time| time.under(all))
            }
            Self::OfSlowest { cell: id } => {
                let cell = cell(id)?;
                let slowest = cell.latency_ns.as_ref()?.max as f64;
                Some(Value::exactly(cell.timeline.as_ref()?.wall_ns as f64 / slowest))
            }
            Self::Memory { slope: id } => slope(id),
            Self::MemoryRatio { slope: one, to } => Some(slope(one)?.over(slope(to)?)),
        }
    }
}

fn time(cell: &CellResult) -> Option<Value> {
    Some(Value { number: cell.median_ns?, sure: cell.interval99_ns })
}

fn per_job(value: Value, cell: &Cell) -> Option<Value> {
    Some(value.scaled(1.0 / cell.jobs as f64))
}

/// Processor time over wall time, lane by lane.
fn cores(run: &Run, cell: &CellResult) -> Option<Value> {
    let passes = &run.group_of(cell)?.passes;
    let lanes = cell.lanes.iter().zip(cell.lane_times()).zip(passes).filter(|(_, pass)| pass.counted);
    let cores: Option<Vec<f64>> = lanes.map(|((lane, time), _)| Some(lane.cpu_ns? / time)).collect();
    statistics::estimate(&cores?).map(Into::into)
}

/// Pass by pass, if both stand in one group.
fn ratio(
    run: &Run,
    (one, of_one): (&CellResult, &Cell),
    (other, of_other): (&CellResult, &Cell),
) -> Option<Value> {
    if one.group != other.group {
        return Some(per_job(time(one)?, of_one)?.over(per_job(time(other)?, of_other)?));
    }
    statistics::ratio(&run.counted_times(one), &run.counted_times(other)).map(Into::into)
}

fn is_of(slope: &Slope, cell: &Cell) -> bool {
    slope.workload == cell.workload.to_string() && slope.executor == cell.executor_name()
}

fn memory(slope: &Slope) -> Option<Value> {
    let found = slope.memory.as_ref()?;
    Some(Value { number: found.bytes, sure: found.interval99 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;

    fn value(text: &str) -> Option<Value> {
        toml::from_str::<Figure>(text).expect(text).value(&fixture::run(vec![fixture::cell(
            "http",
            "sequential",
            32,
            356e6,
        )]))
    }

    #[test]
    fn figures_come_from_the_cells_that_they_name() {
        let time = value("of = \"time\"\ncell = \"http/sequential/32\"").expect("measured");
        assert!((time.number - 356e6).abs() < 1.0, "{time:?}");
        let each = value("of = \"time-per-job\"\ncell = \"http/sequential/32\"").expect("measured");
        assert!((each.number * 32.0 - time.number).abs() < 1.0, "{each:?}");
        let sum = value("of = \"of-sum\"\ncell = \"http/sequential/32\"").expect("measured");
        assert!((sum.number - 320.0 / 356.0).abs() < 1e-9, "{sum:?}");
        assert_eq!(value("of = \"time\"\ncell = \"noop/tasks/3\""), None, "not in the run");
    }

    #[test]
    fn nothing_is_sure_of_a_table_that_other_programs_disturbed() {
        let mut run = fixture::run(vec![fixture::cell("http", "sequential", 32, 356e6)]);
        let time: Figure = toml::from_str("of = \"time\"\ncell = \"http/sequential/32\"").expect("a figure");
        assert!(time.value(&run).expect("measured").sure.is_some() && !time.is_disturbed(&run));
        run.groups.iter_mut().for_each(|group| group.judged = false);
        let value = time.value(&run).expect("measured");
        assert!(value.sure.is_none() && value.number > 0.0 && time.is_disturbed(&run));
    }

    #[test]
    fn a_ratio_of_cells_of_two_tables_is_as_wide_as_both_intervals_allow() {
        let one = Value { number: 4.0, sure: Some([3.0, 5.0]) };
        let other = Value { number: 2.0, sure: Some([1.0, 4.0]) };
        assert_eq!(one.over(other), Value { number: 2.0, sure: Some([0.75, 5.0]) });
        assert_eq!(one.under(60.0), Value { number: 15.0, sure: Some([12.0, 20.0]) });
    }

    #[test]
    fn an_unknown_kind_of_figure_is_refused() {
        assert!(toml::from_str::<Figure>("of = \"speed\"\ncell = \"http/tasks/1\"").is_err());
    }
}
