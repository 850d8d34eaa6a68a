//! Shows records. Formats everything and computes nothing: every number comes from the record.
//!
//! [`mod@format`] writes a number with its unit and three digits; [`mod@column`] has the columns of tables; [`view`] is what
//! a reader is shown, as data. Renderers lay that out: [`terminal`], [`markdown`], [`html`]; [`splice`] replaces marked parts
//! of a text with it. [`csv`] and [`trace`] are for other programs. [`agreement`], [`elsewhere`], [`forecast`],
//! [`mod@partition`] and [`warning`] are single lines on the terminal.

pub mod agreement;
mod clean;
pub mod column;
pub mod csv;
pub mod elsewhere;
pub mod forecast;
pub mod format;
pub mod html;
pub mod lesson;
pub mod markdown;
pub mod partition;
pub mod splice;
pub mod terminal;
pub mod trace;
pub mod view;
pub mod warning;
