//! What judges: [`counted`] says which passes of a group count, [`standing`] how each cell of it stands, [`ideal`] what no
//! executor can beat, [`limit`] what kept a cell from being faster; [`calibration`] says how often all that is right. Must
//! not open a lane or read a clock.

pub mod calibration;
mod costs;
pub mod counted;
pub mod ideal;
pub mod limit;
pub mod standing;

#[cfg(test)]
mod tests;
