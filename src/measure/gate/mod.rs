//! Two programs compared cell by cell: whether HEAD is slower than BASE, with one error rate for the whole comparison.
//!
//! [`plan`] reads which cells, thresholds and time; [`programs`] makes both programs alike in all but their code; a
//! [`block`] is one lane of each; [`trial`] decides which cell gets the next block; [`judge`] says what the blocks show. [`unpaired`]
//! judges sides that were measured one after the other.
//! Must not know how anything is shown or stored.

pub mod block;
pub mod judge;
pub mod metric;
pub mod plan;
pub mod programs;
pub mod trial;
pub mod unpaired;

#[cfg(test)]
mod tests;
