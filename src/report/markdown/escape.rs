//! Text from a record, which must not become markup.

use std::fmt::Write as _;

/// Text without markup, on one line. A name between backticks stays one.
pub(super) fn escaped(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text); // a backtick without a partner is text
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => plain(part),
        _ if part.is_empty()
            || part.contains(['&', '<', '>', '|', '\\'])
            || part.contains(char::is_control) =>
        {
            format!("<code>{}</code>", entities(part))
        }
        _ => format!("`{part}`"),
    };
    parts.iter().enumerate().map(part).collect()
}

fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            // A name from a record must not notify a user.
            '@' => escaped += "@\u{200b}",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// For places that are HTML and not Markdown: within `<code>` and `<summary>`.
pub(super) fn entities(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '@' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_record_is_no_markup() {
        assert_eq!(escaped("a|b <script> *c* [d](e)"), "a\\|b &lt;script&gt; \\*c\\* \\[d\\](e)");
        assert_eq!(escaped("no `such|thing` here"), "no <code>such&#124;thing</code> here");
        assert_eq!(escaped("one `name`\nand two"), "one `name` and two");
        assert_eq!(escaped("half a `name"), "half a \\`name");
        assert_eq!(escaped("@all"), "@\u{200b}all");
    }
}
