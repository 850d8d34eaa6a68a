//! Checks a comparison: a cell has numbers or a reason, a ratio lies in its interval, no value is negative.

use super::environment;
use super::value::{Checked, amount, at_most, date, each, inside, name, range, within, wrong};
use crate::record::Figure;
use crate::record::comparison::{Compared, Comparison, Judgement, Pair, Source, Status, Values};

/// A comparison takes 50 at most. The controls are judged again where they are shown, in a time that grows with the cube of this.
const MOST_PAIRS: usize = 200;

pub(super) fn whole(found: &Comparison) -> Checked {
    if found.source != Source::Criterion {
        date("started", &found.started)?; // baselines have none
    }
    amount("seconds", found.seconds)?;
    amount("budget_seconds", found.budget_seconds)?;
    amount("alpha", found.alpha)?;
    found.environment.as_ref().map_or(Ok(()), environment).map_err(within("environment"))?;
    each("cells", &found.cells, cell)?;
    each("controls", &found.controls, cell)
}

fn cell(cell: &Compared) -> Checked {
    name("id", &cell.id)?;
    let is_measured = cell.status == Status::Measured;
    if !is_measured && cell.reason.is_none() {
        return wrong("reason", "is missing, but the cell is not measured");
    }
    if !is_measured && !cell.metrics.is_empty() {
        return wrong("metrics", "is present, but the cell is not measured");
    }
    each("metrics", &cell.metrics, judgement)?;
    at_most("pairs", cell.pairs.len(), MOST_PAIRS)?;
    each("pairs", &cell.pairs, pair)
}

fn judgement(judged: &Judgement) -> Checked {
    amount("threshold", judged.threshold)?;
    amount("ratio", judged.ratio)?;
    amount("visible", judged.visible)?;
    range("interval90", judged.interval90)?;
    figure(judged.base.as_ref()).map_err(within("base"))?;
    figure(judged.head.as_ref()).map_err(within("head"))?;
    inside("ratio", judged.ratio, judged.interval90)?;
    match (judged.verdict, judged.ratio) {
        (Some(_), None) => wrong("ratio", "is missing, but there is a verdict"),
        _ => Ok(()),
    }
}

fn figure(figure: Option<&Figure>) -> Checked {
    let Some(figure) = figure else { return Ok(()) };
    amount("median", figure.median)?;
    range("interval99", figure.interval99)?;
    inside("median", Some(figure.median), figure.interval99)
}

fn pair(pair: &Pair) -> Checked {
    amount("others", pair.others)?;
    values(&pair.base).map_err(within("base"))?;
    values(&pair.head).map_err(within("head"))
}

fn values(lane: &Values) -> Checked {
    amount("time_ns", lane.time_ns)?;
    amount("cpu_ns", lane.cpu_ns)?;
    amount("switches", lane.switches)?;
    amount("memory_bytes", lane.memory_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::comparison::slower;

    #[test]
    fn impossible_values_of_a_comparison_are_named_with_their_field() {
        type Change = fn(&mut Comparison);
        let table: [(Change, &str); 8] = [
            (|found| found.started = "soon".into(), "`started` is `soon`, which is not a date"),
            (
                |found| found.controls[0].pairs = vec![found.controls[0].pairs[0]; MOST_PAIRS + 1],
                "`controls[0].pairs` has 201 items, and at most 200 are possible",
            ),
            (|found| found.cells[2].id.clear(), "`cells[2].id` is empty"),
            (
                |found| found.cells[2].status = Status::Failed,
                "`cells[2].reason` is missing, but the cell is not measured",
            ),
            (
                |found| found.controls[0].metrics[0].interval90 = Some([1.2, 1.1]),
                "`controls[0].metrics[0].interval90` starts at 1.2 and ends at 1.1",
            ),
            (
                |found| found.cells[0].metrics[0].ratio = Some(9.0),
                "`cells[0].metrics[0].ratio` is 9, outside its interval from 0.992 to 1.008",
            ),
            (
                |found| found.cells[1].pairs[3].head.cpu_ns = Some(-1.0),
                "`cells[1].pairs[3].head.cpu_ns` is negative",
            ),
            (
                |found| found.cells[0].metrics[0].base = Some(Figure { median: -1.0, interval99: None }),
                "`cells[0].metrics[0].base.median` is negative",
            ),
        ];
        assert_eq!(whole(&slower()), Ok(()));
        for (change, message) in table {
            let mut found = slower();
            change(&mut found);
            assert_eq!(whole(&found).map_err(|wrong| wrong.to_string()), Err(message.to_owned()));
        }
    }
}
