//! The columns a table can have, as data: a name to choose it by, a head, and where its number comes from.
//!
//! One line says both what is read and what a spreadsheet gets: the text is written from the value. `list` has all columns,
//! `read` the numbers of a cell that several of them show.

mod list;
pub(in crate::report) mod read;

use super::format::MISSING;
use super::view::{Field, Head};
use crate::failure::{Failure, nearest};
use crate::record::CellResult;

pub use list::COLUMNS;

/// One column.
#[derive(Debug)]
pub struct Column {
    /// The name on the command line.
    pub id: &'static str,
    /// The text above it.
    pub head: &'static str,
    /// What it means, in a sentence.
    pub title: &'static str,
    shows: Shows,
}

/// What of a cell, and how it is written.
#[derive(Debug)]
enum Shows {
    Number(fn(&CellResult) -> Option<f64>, fn(f64) -> String),
    Range(fn(&CellResult) -> Option<[f64; 2]>, fn([f64; 2]) -> String),
    Word(fn(&CellResult) -> Option<&str>),
}

use Shows::{Number, Range, Word};

impl Column {
    /// Its number, as the record has it: of an interval the lower end, of a word none.
    pub fn value(&self, cell: &CellResult) -> Option<f64> {
        let value = match self.shows {
            Number(value, _) => value(cell),
            Range(ends, _) => ends(cell).map(|[low, _]| low),
            Word(_) => None,
        };
        value.filter(|value| value.is_finite())
    }

    /// Its text; nothing where it was not measured.
    pub fn text(&self, cell: &CellResult) -> Option<String> {
        match self.shows {
            Number(_, write) => self.value(cell).map(write),
            Range(ends, write) => ends(cell).filter(|ends| ends.iter().all(|end| end.is_finite())).map(write),
            Word(word) => word(cell).map(str::to_owned),
        }
    }

    /// Both.
    pub fn field(&self, cell: &CellResult) -> Field {
        Field { text: self.text(cell).unwrap_or_else(|| MISSING.into()), value: self.value(cell) }
    }

    /// The head of the column in a table.
    pub fn head(&self) -> Head {
        Head::new(self.head, self.title)
    }
}

/// The columns of a table on a terminal: those that fit into 100 characters and say most.
pub const DEFAULT: [&str; 8] =
    ["median", "interval", "speedup", "overlap", "parallelism", "cpu", "switches", "memory"];

/// The same where other languages stand beside Rust.
pub const LANGUAGES: [&str; 8] =
    ["median", "speedup", "speedup-rust", "overlap", "parallelism", "cpu", "switches", "memory"];

/// The same for unit costs, where a single job counts and not the batch, and only one is in flight.
pub const PRIMITIVE: [&str; 6] = ["per-job", "per-job-interval", "median", "cpu", "switches", "memory"];

/// The columns of a page after [`DEFAULT`], of which it folds the last [`PAGE_FOLDED`].
const PAGE: [&str; 5] = ["efficiency", "limit", "p50", "p99", "throughput"];

/// How many columns a page folds: with them its tables are wider than a screen of 1,280 pixels.
pub const PAGE_FOLDED: usize = 3;

/// The columns that a group has by default.
pub fn usual(cells: &[CellResult]) -> Vec<&'static Column> {
    let any = |is: fn(&CellResult) -> bool| cells.iter().any(is);
    match (any(CellResult::is_primitive), any(|cell| cell.language.is_some())) {
        (true, _) => named(&PRIMITIVE),
        (_, true) => named(&LANGUAGES),
        _ => named(&DEFAULT),
    }
}

/// The columns of a group on a page, the last [`PAGE_FOLDED`] for a closer look.
pub fn page(cells: &[CellResult]) -> Vec<&'static Column> {
    let longest = |id| if id == "p99" && !cells.iter().any(read::has_hundredths) { "max" } else { id };
    let languages = cells.iter().any(|cell| cell.language.is_some());
    let first = if languages { &LANGUAGES } else { &DEFAULT };
    named(first).into_iter().chain(named(&PAGE.map(longest))).collect()
}

/// The columns of names that are known to exist.
pub fn named(ids: &[&str]) -> Vec<&'static Column> {
    ids.iter().filter_map(|id| find(id)).collect()
}

/// The column of that name, however its words are joined: `speed-up` is `speedup`.
fn find(id: &str) -> Option<&'static Column> {
    let joined = |name: &str| name.replace(['-', '_', ' '], "").to_ascii_lowercase();
    COLUMNS.iter().find(|column| column.id == id).or_else(|| {
        let id = joined(id);
        COLUMNS.iter().find(|column| joined(column.id) == id)
    })
}

/// The columns of those names.
///
/// # Errors
/// If there is none of a name; the help has the nearest.
pub fn chosen<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Vec<&'static Column>, Failure> {
    let found = |id: &str| {
        find(id).ok_or_else(|| {
            let all = COLUMNS.iter().map(|column| column.id);
            let near =
                nearest(id, all.clone()).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let all = all.collect::<Vec<_>>().join(", ");
            Failure::new(format!("cannot show column `{id}`: there is none of that name"))
                .help(format!("{near}the columns are {all}"))
        })
    };
    ids.into_iter().map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_those_of_default_tables_exist() {
        for ids in [&DEFAULT[..], &LANGUAGES, &PRIMITIVE, &PAGE] {
            assert_eq!(named(ids).len(), ids.len());
        }
        for (at, column) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..at].iter().all(|other| other.id != column.id), "{}", column.id);
            assert!(column.title.ends_with('.'), "{}", column.id);
        }
    }

    #[test]
    fn the_error_of_an_unknown_column_names_the_nearest() {
        let failure = chosen(["medan"]).expect_err("unknown");
        assert_eq!(failure.message, "cannot show column `medan`: there is none of that name");
        assert!(
            failure
                .help
                .is_some_and(|help| help.starts_with("did you mean `median`? the columns are at-once, "))
        );
    }
}
