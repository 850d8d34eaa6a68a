//! The driver's measuring core: every number of `cargo bench`, `run` and `verify` comes through here.
//!
//! [`passes`] is what runs: it opens lanes, samples them and checks every sample. [`machine`] inspects the machine and
//! what else happens on it. [`statistics`] is arithmetic over plain numbers. [`verdict`] judges what the passes left.
//! [`search`] finds a limit of this machine with many short measurements, [`failing`] looks at jobs that fail.
//! [`conformance`] holds lanes against their protocol. Arrows point one way: `search`, `failing`, `verdict`,
//! `conformance` → `passes` → `machine`, `statistics`. Knows no file format of results and no way to show them.

pub mod conformance;
pub mod failing;
pub mod gate;
pub mod machine;
pub mod passes;
pub mod search;
pub mod statistics;
pub mod verdict;
