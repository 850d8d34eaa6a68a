//! A cell's folder: made before its lane, removed after it, with what the workload left elsewhere under its name.
//!
//! The driver holds it, so that a lane that is killed leaves nothing behind. Knows no lane and no particular workload.

use std::path::Path;

use tempfile::TempDir;

use super::Kind;
use crate::failure::Failure;
use crate::scratch;

/// One cell's own; dropping it removes it, so its owner drops the lane first.
#[derive(Debug)]
pub struct Scratch {
    kind: &'static Kind,
    folder: TempDir,
}

impl Scratch {
    pub(super) fn new(kind: &'static Kind) -> Result<Self, Failure> {
        Ok(Self { kind, folder: scratch::folder()? })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        (self.kind.clear)(self.path());
    }
}
