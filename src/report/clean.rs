//! Text of a record or a session on a terminal: somebody else may have written it. Must not know what it says.

use crate::failure::controls;

/// Without control characters and those that change the direction of the text after them.
pub(super) fn clean(text: &str) -> String {
    text.replace(controls, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_or_reverses_a_line_is_replaced() {
        assert_eq!(
            clean("a\u{1b}[2J\r\n\u{202e}b\u{85}并"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}b\u{fffd}并"
        );
    }
}
