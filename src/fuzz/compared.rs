//! The record of a comparison: read, written and read again, shown.

use std::fs;
use std::path::Path;

use super::engine::Tried;
use super::shown;
use crate::record::comparison::Comparison;
use crate::record::{check, store};

/// Reads a comparison and uses it.
pub(super) fn read(path: &Path) -> Tried {
    if let Ok(file) = store::open(path) {
        let _ = store::holds_comparison(path, &file);
    }
    match store::read_comparison(path) {
        Ok(found) => is_sound(&found, path).map(Ok),
        Err(failure) => Ok(Err(failure)),
    }
}

/// Whether a comparison, wherever it is from, is read as it is written, and shown. Its file lies beside that one.
pub(super) fn is_sound(found: &Comparison, beside: &Path) -> Result<(), String> {
    check::comparison(found).map_err(|wrong| format!("a comparison would be refused: {wrong}"))?;
    let text =
        serde_json::to_string_pretty(found).map_err(|cause| format!("it cannot be written: {cause}"))?;
    let path = beside.with_extension("again");
    fs::write(&path, &text).map_err(|cause| cause.to_string())?;
    let back = store::read_comparison(&path)
        .map_err(|failure| format!("a comparison was written and is refused: {failure}"))?;
    if back.cells.len() != found.cells.len() || back.overall != found.overall {
        return Err("it changed when it was written and read".into());
    }
    shown::comparison(found, text.len())
}
