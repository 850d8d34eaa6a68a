//! Text from a record, which must not become markup.

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
    mapped(text, |c| match c {
        // A name from a record must not notify a user.
        '@' => Some("@\u{200b}".into()),
        '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => Some(format!("\\{c}")),
        _ => None,
    })
}

/// For places that are HTML and not Markdown: within `<code>` and `<summary>`.
pub(super) fn entities(text: &str) -> String {
    mapped(text, |c| "|\\`*_[]~@".contains(c).then(|| format!("&#{};", u32::from(c))))
}

/// Without what both would take for a tag or a control character; `other` replaces more.
fn mapped(text: &str, other: impl Fn(char) -> Option<String>) -> String {
    let one = |c: char| match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        c if c.is_control() => " ".into(),
        c => other(c).unwrap_or_else(|| c.into()),
    };
    text.chars().map(one).collect()
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
