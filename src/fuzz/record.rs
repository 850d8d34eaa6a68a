//! The record of a run: read, written and read again, shown, compared with another, merged, and asked for the figures of lessons.

use std::path::Path;

use super::engine::Tried;
use super::{compared, shown};
use crate::lesson;
use crate::lesson::outcome::Outcome;
use crate::lesson::session::Measured;
use crate::record::comparison::runs;
use crate::record::merge::{Named, merge};
use crate::record::{Run, agreement, check, fixture, store};

/// Reads a record, and uses it in every way in which a command does.
pub(super) fn read(path: &Path) -> Tried {
    let run = match store::read(path) {
        Ok(run) => run,
        Err(failure) => return Ok(Err(failure)),
    };
    let length = again(&run, path)?;
    shown::run(&run, length)?;
    compare(&run, path)?;
    merged(&run)?;
    for lesson in lesson::all().map_err(|failure| failure.message)? {
        let outcome = Outcome::of(lesson, &Measured { run: Some(run.clone()), fates: Vec::new() });
        serde_json::to_string(&outcome).map_err(|cause| format!("an outcome cannot be written: {cause}"))?;
    }
    let _ = agreement::of_servers(&run);
    Ok(Ok(()))
}

/// Writes the record and reads it again. Gives its length.
fn again(run: &Run, path: &Path) -> Result<usize, String> {
    let text = serde_json::to_string_pretty(run).map_err(|cause| format!("it cannot be written: {cause}"))?;
    let back = store::understand(&text, path)
        .map_err(|failure| format!("it was read, and refused once it was written: {failure}"))?;
    // A number may change in its last digit when it is read.
    let same = |one: &Run, other: &Run| {
        one.cells.iter().map(|cell| &cell.id).eq(other.cells.iter().map(|cell| &cell.id))
            && one.groups.len() == other.groups.len()
    };
    if same(run, &back) { Ok(text.len()) } else { Err("it changed when it was written and read".into()) }
}

fn compare(run: &Run, path: &Path) -> Result<(), String> {
    let other = fixture::whole();
    let faster = Run {
        environment: run.environment.clone(),
        cells: run.cells.iter().cloned().rev().collect(),
        ..run.clone()
    };
    for pair in [[run, &other], [&other, run], [run, run], [run, &faster]] {
        let names = ["a", "b"].map(String::from);
        compared::is_sound(&runs::compare(pair, names, "compare".into()), path)?;
    }
    Ok(())
}

fn merged(run: &Run) -> Result<(), String> {
    let named = Named { name: "a".into(), run: run.clone() };
    if let Ok(merged) = merge(vec![named], "merge".into()) {
        check::run(&merged).map_err(|wrong| format!("a merged record is refused: {wrong}"))?;
        shown::run(&merged, 1 << 20)?;
    }
    Ok(())
}
