//! Checks a calibration: nothing came more often than it could, and there are not too many tables to find their intervals again.

use super::value::{Checked, amount, count, date, each, name, range, within, wrong};
use crate::record::calibration::{Calibrated, Calibration, Rate};

/// A calibration of ten cells has a few thousand. Sums are shown with exact intervals, whose time grows with the tables.
const MOST_TABLES: u64 = 100_000;

pub(super) fn whole(found: &Calibration) -> Checked {
    date("started", &found.started)?;
    count("cores", found.cores)?;
    amount("seconds", found.seconds)?;
    each("cells", &found.cells, cell)?;
    let planted = found.planted_percent.len();
    for (at, cell) in found.cells.iter().enumerate() {
        let has = cell.found.len();
        if has != planted {
            return wrong(
                format!("cells[{at}].found"),
                format!("has {has} rates, but {planted} were planted"),
            );
        }
    }
    let rates = found.cells.iter().flat_map(|cell| [&cell.wrong].into_iter().chain(&cell.found));
    let tables = rates.fold(0_u64, |sum, rate| sum.saturating_add(rate.of));
    if tables > MOST_TABLES {
        return wrong("cells", format!("have {tables} tables, and at most {MOST_TABLES} are possible"));
    }
    Ok(())
}

fn cell(cell: &Calibrated) -> Checked {
    name("id", &cell.id)?;
    rate(&cell.wrong).map_err(within("wrong"))?;
    each("found", &cell.found, rate)
}

fn rate(rate: &Rate) -> Checked {
    if rate.times > rate.of {
        return wrong("times", format!("is {}, of {}", rate.times, rate.of));
    }
    range("interval99", Some(rate.interval99))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::check;
    use crate::record::fixture::whole as run;

    #[test]
    fn counts_that_cannot_be_are_named() {
        type Change = fn(&mut Calibration);
        let table: [(Change, &str); 5] = [
            (|found| found.cores = 0, "`calibration.cores` is 0"),
            (|found| found.cells[0].wrong.times = 9, "`calibration.cells[0].wrong.times` is 9, of 8"),
            (
                |found| found.cells[0].found.clear(),
                "`calibration.cells[0].found` has 0 rates, but 1 were planted",
            ),
            (
                |found| found.cells[0].found[0].of = u64::MAX,
                "`calibration.cells` have 18446744073709551615 tables, and at most 100000 are possible",
            ),
            (
                |found| found.cells[0].wrong.interval99 = [0.5, 0.1],
                "`calibration.cells[0].wrong.interval99` starts at 0.5 and ends at 0.1",
            ),
        ];
        let rates =
            || Calibrated { id: "a/b/1".into(), wrong: Rate::new(0, 8), found: vec![Rate::new(8, 8)] };
        let mut whole = run();
        let mut found = Calibration::new("2026-11-24T12:00:00Z".into(), &whole.environment, 8, 1.0, &[]);
        (found.planted_percent, found.cells) = (vec![5], vec![rates()]);
        whole.calibration = Some(found.clone());
        assert_eq!(check::run(&whole), Ok(()));
        for (change, says) in table {
            let mut changed = found.clone();
            change(&mut changed);
            whole.calibration = Some(changed);
            assert_eq!(check::run(&whole), Err(says.to_owned()));
        }
    }
}
