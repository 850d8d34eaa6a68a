//! What searches: [`capacity`] how many jobs can wait at once on this machine, [`waiting`] lets them.

pub mod capacity;
pub mod waiting;
