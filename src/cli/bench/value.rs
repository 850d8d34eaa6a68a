//! What the options of criterion take. Criterion reads most of them again, in one spelling: plain numbers. Must not know what
//! is done with them.

use std::time::Duration;

use crate::measure::passes::suite::MOST_LANES;
use crate::quantity;

/// Criterion takes no fewer samples.
pub const LEAST_SAMPLES: usize = 10;

/// Criterion keeps all of them in memory, several times.
const MOST_RESAMPLES: u64 = 1_000_000;

/// Folders that criterion makes beside those of baselines: of the present run, and of its pages.
const TAKEN: [&str; 3] = ["new", "change", "report"];

pub(super) fn lanes(text: &str) -> Result<String, String> {
    let lanes = quantity::count(text, LEAST_SAMPLES as u64, MOST_LANES as u64)?;
    plainly(text, lanes as f64)
}

pub(super) fn resamples(text: &str) -> Result<String, String> {
    let count = quantity::count(text, 1, MOST_RESAMPLES)?;
    plainly(text, count as f64)
}

pub(super) fn seconds(text: &str) -> Result<String, String> {
    plainly(text, quantity::time(text)?.as_secs_f64())
}

pub(super) fn profile(text: &str) -> Result<String, String> {
    match quantity::time(text)? {
        time if time < Duration::from_secs(1) => Err("the least is `1`".into()),
        time => plainly(text, time.as_secs_f64()),
    }
}

pub(super) fn warm_up(_: &str) -> Result<String, String> {
    Err("every lane warms up for as long as its cell needs: leave it out".into())
}

/// A number between 0 and 1.
pub(super) fn share(text: &str) -> Result<String, String> {
    let number: Option<f64> = text.trim().trim_end_matches('%').trim().parse().ok();
    match number {
        Some(number) if 0.0 < number && number < 1.0 => plainly(text, number),
        Some(number) if 1.0 < number && number < 100.0 => {
            Err(format!("it must be more than 0 and less than 1: write `{}`", number / 100.0))
        }
        _ => Err("it must be a number that is more than 0 and less than 1, like `0.05`".into()),
    }
}

/// The name of a baseline, which becomes a folder.
pub(super) fn baseline(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is empty: write a name like `main`".into());
    }
    if text.starts_with('.') || text.contains(|c: char| c == '/' || c == '\\' || crate::failure::controls(c))
    {
        return Err("it becomes the name of a folder: write a name like `main`".into());
    }
    Ok(text.into())
}

/// The name of a baseline that was named by the user.
pub(super) fn own(text: &str) -> Result<String, String> {
    if TAKEN.contains(&text) {
        return Err("criterion has a folder of that name itself: write a name like `main`".into());
    }
    baseline(text)
}

/// The text, if it is how criterion would write the number.
fn plainly(text: &str, number: f64) -> Result<String, String> {
    let same = text.parse().is_ok_and(|read: f64| (read - number).abs() <= f64::EPSILON * number);
    if same { Ok(text.into()) } else { Err(format!("criterion reads plain numbers: write `{number}`")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_criterion_cannot_read_is_refused_with_what_it_can() {
        for (found, why) in [
            (lanes("5"), "the least is `10`"),
            (lanes("1e9"), "the most is `200`"),
            (lanes("1_00"), "criterion reads plain numbers: write `100`"),
            (lanes(" 20"), "criterion reads plain numbers: write `20`"),
            (resamples("0"), "the least is `1`"),
            (seconds("nonsense"), "it is not a time: write it like `90`"),
            (seconds("1.5m"), "criterion reads plain numbers: write `90`"),
            (seconds("inf"), "it is not a time: write it like `90`"),
            (profile("0.5"), "the least is `1`"),
            (share("2"), "it must be more than 0 and less than 1: write `0.02`"),
            (share("95 %"), "it must be more than 0 and less than 1: write `0.95`"),
            (share("NaN"), "it must be a number that is more than 0 and less than 1, like `0.05`"),
            (share("0"), "it must be a number that is more than 0 and less than 1, like `0.05`"),
            (share("1"), "it must be a number that is more than 0 and less than 1, like `0.05`"),
            (baseline(""), "it is empty: write a name like `main`"),
            (baseline("../x"), "it becomes the name of a folder: write a name like `main`"),
            (baseline("a/b"), "it becomes the name of a folder: write a name like `main`"),
            (own("new"), "criterion has a folder of that name itself: write a name like `main`"),
        ] {
            assert_eq!(found, Err(why.into()));
        }
        for (found, text) in [
            (lanes("20"), "20"),
            (resamples("100000"), "100000"),
            (seconds("2.5"), "2.5"),
            (profile("1"), "1"),
            (share("0.05"), "0.05"),
            (baseline("new"), "new"),
            (own("main 2"), "main 2"),
        ] {
            assert_eq!(found, Ok(text.into()));
        }
    }
}
