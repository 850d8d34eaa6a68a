//! The folder of a cell: made before its lane, removed after it, together with what the workload has elsewhere under its name.
//!
//! The driver owns it, so that a killed lane leaves nothing behind. [`sweep`] removes the folders of killed drivers. Must not
//! know lanes, nor any particular workload.

use std::path::Path;

use super::{KINDS, Kind};
use crate::failure::Failure;
use crate::scratch;

/// The folder of one cell. Dropping it removes the folder, so its owner drops the lane first.
#[derive(Debug)]
pub struct Scratch {
    kind: &'static Kind,
    folder: scratch::Folder,
}

impl Scratch {
    pub(super) fn new(kind: &'static Kind) -> Result<Self, Failure> {
        Ok(Self { kind, folder: scratch::folder(kind.id)? })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        (self.kind.clear)(self.path());
    }
}

/// Removes what the cells of killed drivers left: their folders, and what they have elsewhere under the names of the folders.
pub fn sweep() {
    scratch::sweep(|id, folder| {
        if let Some(kind) = KINDS.iter().find(|kind| kind.id == id) {
            (kind.clear)(folder);
        }
    });
}
