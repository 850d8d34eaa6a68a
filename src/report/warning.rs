//! A warning on the terminal: one line says what is wrong, one what to do. Must not know the warnings.

use anstyle::{AnsiColor, Style};

use crate::record::Warning;

const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default();

/// The two lines, with colour codes; `anstream` drops them where colours are not shown.
pub fn lines(warning: &Warning) -> String {
    let Warning { text, advice, .. } = warning;
    format!("{WARNING}warning:{WARNING:#} {text}\n{HELP}help:{HELP:#} {advice}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_a_line_and_its_help_another() {
        let warning = Warning { id: "battery".into(), text: "it is dark".into(), advice: "light it".into() };
        let plain = anstream::adapter::strip_str(&lines(&warning)).to_string();
        assert_eq!(plain, "warning: it is dark\nhelp: light it\n");
    }
}
