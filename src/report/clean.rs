//! Text of a record or a session on a terminal: somebody else may have written it. Must not know what it says.

/// Without control characters and those that change the direction of the text after them.
pub(super) fn clean(text: &str) -> String {
    let controls = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if controls(c) { '\u{fffd}' } else { c }).collect()
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
