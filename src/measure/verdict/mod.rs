//! What judges: [`standing`] says how each cell of a table stands, [`limit`] what kept it from being faster.
//! Must not open a lane or read a clock.

pub mod limit;
pub mod standing;
