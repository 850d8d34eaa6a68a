//! Searches how many jobs can wait at once on this machine: [`capacity`] chooses the sizes, [`waiting`] tries one.

pub mod capacity;
pub mod waiting;
