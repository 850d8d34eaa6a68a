//! Verdicts: [`counted`] says which passes of a group count, [`standing`] where each cell stands, [`ideal`] which time no
//! executor can beat, [`bottleneck`] what kept a cell from being faster, and [`calibration`] how often verdicts are right. Must
//! not open a lane or read a clock.

pub mod bottleneck;
pub mod calibration;
mod costs;
pub mod counted;
pub mod ideal;
pub mod standing;

#[cfg(test)]
mod tests;
