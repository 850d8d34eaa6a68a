//! Checks of single values, and how a wrong one is named. Knows no cell and no group.

use std::fmt::{self, Display};

/// A wrong field, and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    field: String,
    what: String,
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.what)
    }
}

pub(super) type Checked = Result<(), Wrong>;

pub(super) fn wrong(field: impl Into<String>, what: impl Into<String>) -> Checked {
    Err(Wrong { field: field.into(), what: what.into() })
}

/// The same as a part of `outer`.
pub(super) fn within(outer: impl Display) -> impl FnOnce(Wrong) -> Wrong {
    move |inner| Wrong { field: format!("{outer}.{}", inner.field), ..inner }
}

/// Checks every item of a list.
pub(super) fn each<T>(list: &str, items: &[T], check: fn(&T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(at, item)| check(item).map_err(within(format!("{list}[{at}]"))))
}

/// Finite and not negative.
pub(super) fn amount(field: &str, value: impl Into<Option<f64>>) -> Checked {
    match value.into() {
        Some(value) if value < 0.0 => wrong(field, "is negative"),
        Some(value) if !value.is_finite() => wrong(field, "is not a finite number"),
        _ => Ok(()),
    }
}

/// Two finite ends, the lower one first.
pub(super) fn interval(field: &str, ends: Option<[f64; 2]>) -> Checked {
    match ends {
        Some([low, high]) if !(low.is_finite() && high.is_finite() && low <= high) => {
            wrong(field, format!("starts at {low} and ends at {high}"))
        }
        _ => Ok(()),
    }
}

/// The same of something that cannot be negative.
pub(super) fn range(field: &str, ends: Option<[f64; 2]>) -> Checked {
    interval(field, ends)?;
    amount(field, ends.map(|[low, _]| low))
}

/// A figure lies in its interval.
pub(super) fn inside(field: &str, value: Option<f64>, ends: Option<[f64; 2]>) -> Checked {
    match (value, ends) {
        // Both can be means or logarithms, whose last digits are rounded.
        (Some(value), Some([low, high])) if value < low * (1.0 - 1e-9) || value > high * (1.0 + 1e-9) => {
            wrong(field, format!("is {value}, outside its interval from {low} to {high}"))
        }
        _ => Ok(()),
    }
}

pub(super) fn count(field: &str, n: usize) -> Checked {
    if n == 0 { wrong(field, "is 0") } else { Ok(()) }
}

/// A list of no more items than that: what is computed of it takes more than proportional time.
pub(super) fn at_most(field: &str, items: usize, most: usize) -> Checked {
    if items > most {
        wrong(field, format!("has {items} items, and at most {most} are possible"))
    } else {
        Ok(())
    }
}

pub(super) fn name(field: &str, text: &str) -> Checked {
    if text.is_empty() { wrong(field, "is empty") } else { Ok(()) }
}

pub(super) fn date(field: &str, text: &str) -> Checked {
    match humantime::parse_rfc3339_weak(text) {
        Ok(_) => Ok(()),
        Err(_) => wrong(field, format!("is `{text}`, which is not a date")),
    }
}
