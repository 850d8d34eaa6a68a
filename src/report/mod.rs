//! Shows records. Formats everything and computes nothing: every number comes from the record.
//!
//! [`mod@format`] writes a number with its unit and sensible digits; [`mod@column`] says which numbers a table can have;
//! [`view`] is what a reader is shown, as data. Renderers lay that out: [`terminal`], [`markdown`], [`html`]; [`splice`]
//! puts a part of it into a text that somebody else wrote. [`csv`] and [`trace`] hand the record to other programs;
//! [`agreement`] says whether two servers tell the same.

pub mod agreement;
pub mod column;
pub mod csv;
pub mod forecast;
pub mod format;
pub mod html;
pub mod markdown;
pub mod splice;
pub mod terminal;
pub mod trace;
pub mod view;
pub mod warning;
