//! The facts about a workload that need no run.

use std::path::Path;

use super::{Param, Primitive};
use crate::scratch;

/// What the time of a job mostly goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Nothing: it measures the apparatus.
    Control,
    /// Waiting.
    Io,
    /// Computing.
    Cpu,
    /// Waiting, then computing.
    Mixed,
    /// Neither: a unit cost of the model itself.
    Primitive,
}

impl Family {
    /// The name in tables and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Io => "io",
            Self::Cpu => "cpu",
            Self::Mixed => "mixed",
            Self::Primitive => "primitive",
        }
    }
}

/// What a workload needs to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A folder that is this cell's alone, and that all its slots share; no other cell has one of that name.
    Scratch,
    /// Any mock server; wiremock unless the name says `-hyper`.
    Server,
    /// The thin mock server: only it has the route.
    ThinServer,
}

/// The facts about a workload that need no run.
#[derive(Debug)]
pub struct Kind {
    /// The name without variations: lower case and hyphens.
    pub id: &'static str,
    /// What its time goes into.
    pub family: Family,
    /// Whether jobs wait: then all of them run at once by default, else one per core.
    pub waits: bool,
    /// One sentence: what one job does.
    pub about: &'static str,
    /// What jobs are called, several of them.
    pub many: &'static str,
    /// Its variations, each with a unit of its own.
    pub params: &'static [Param],
    /// What it talks to, or writes in.
    pub needs: Needs,
    /// Whether what it waits for is a disk.
    pub on_disk: bool,
    /// Threads that each of its clients hides, at most: a runtime's, or a resolver's.
    pub hidden_threads: usize,
    /// Why it cannot run inside an async runtime, if it cannot.
    pub blocking_only: Option<&'static str>,
    /// What its async form is, where it is not what the word promises.
    pub async_note: Option<&'static str>,
    /// The same of its blocking form.
    pub blocking_note: Option<&'static str>,
    /// What the environment lacks for it to run, if anything.
    pub missing: fn() -> Option<String>,
    /// Removes what a cell left elsewhere under the name of its folder, once its lane has ended, however that ended.
    pub clear: fn(&Path),
    /// What it is instead of a workload, if it is a primitive: then `src/primitive` opens its cells.
    pub primitive: Option<Primitive>,
}

impl Kind {
    /// What most workloads say: no remark applies to them. A base to write the others upon.
    pub(super) const PLAIN: Self = Self {
        id: "",
        family: Family::Control,
        waits: false,
        about: "",
        many: "jobs",
        params: &[],
        needs: Needs::Nothing,
        on_disk: false,
        hidden_threads: 0,
        blocking_only: None,
        async_note: None,
        blocking_note: None,
        missing: || None,
        clear: |_| (),
        primitive: None,
    };

    /// What a reader of its numbers must know of this machine, if there is anything.
    pub fn caveat(&self) -> Option<String> {
        if self.on_disk { scratch::caveat() } else { None }
    }
}
