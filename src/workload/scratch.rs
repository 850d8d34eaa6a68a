//! A cell's folder: made before its lane, removed after it, with what the workload left elsewhere under its name.
//!
//! The driver holds it, so that a lane that is killed leaves nothing behind. What a killed driver left, [`sweep`] removes.
//! Knows no lane and no particular workload.

use std::path::Path;

use super::{KINDS, Kind};
use crate::failure::Failure;
use crate::scratch;

/// One cell's own; dropping it removes it, so its owner drops the lane first.
#[derive(Debug)]
pub struct Scratch {
    kind: &'static Kind,
    folder: scratch::Folder,
}

impl Scratch {
    pub(super) fn new(kind: &'static Kind) -> Result<Self, Failure> {
        Ok(Self { kind, folder: scratch::folder(kind.id)? })
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

/// Removes what cells of killed drivers left: their folders, and what is elsewhere under the names of these.
pub fn sweep() {
    scratch::sweep(|id, folder| {
        if let Some(kind) = KINDS.iter().find(|kind| kind.id == id) {
            (kind.clear)(folder);
        }
    });
}
