//! Standard error as a place that may take nothing: its disk is full, or its reader has gone. Writing to it never panics.
//!
//! Must not know what the texts say.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes a text, with colours where they are shown.
///
/// # Errors
/// If the stream does not take it.
pub fn write(text: impl Display) -> io::Result<()> {
    let mut stream = anstream::stderr();
    // In one piece: several processes write to the same stream.
    stream.write_all(text.to_string().as_bytes()).and_then(|()| stream.flush())
}

/// Writes the last words of a process as a line. If the stream does not take them, no other way is left.
pub fn print(text: impl Display) {
    let _ = write(format_args!("{text}\n"));
}
