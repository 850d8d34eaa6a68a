//! Shows records. Formats everything and computes nothing: every number comes from the record.
//!
//! [`mod@format`] writes a number with its unit and sensible digits; [`table`] lays out a group for the terminal,
//! [`slope`] what its units hold; [`warning`] says what may have spoilt the numbers; [`trace`] writes timelines for
//! trace viewers.

pub mod column;
pub mod format;
pub mod slope;
pub mod table;
pub mod trace;
pub mod view;
pub mod warning;
