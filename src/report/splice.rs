//! Puts tables of a run into a text of the user, between markers.
//!
//! ```text
//! <!-- fairlane:begin http/32 -->
//! what is here is replaced
//! <!-- fairlane:end -->
//! ```

use super::{markdown, view};
use crate::failure::{Failure, nearest};
use crate::record::Run;
use crate::report::view::Page;

const BEGIN: &str = "<!-- fairlane:begin ";
const END: &str = "<!-- fairlane:end -->";

/// A marker can name a group, or this.
const VERDICT: &str = "verdict";

/// The text, with everything between markers replaced by the tables of the run.
///
/// # Errors
/// If there is no marker, or a marker has no end or names a group that the run does not have. The error has the line, the
/// advice has the nearest name.
pub fn splice(text: &str, run: &Run) -> Result<String, Failure> {
    let parts = parts(run);
    let mut spliced = String::with_capacity(text.len());
    let first_ends_so = text.lines().next().is_some_and(|line| text[line.len()..].starts_with("\r\n"));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let line = text[..text.len() - rest.len() + before.len()].matches('\n').count() + 1;
        let at = |what: &str| Failure::new(format!("line {line}: {what}"));
        let (name, after) = after.split_once("-->").ok_or_else(|| {
            at("a marker is not closed").help(format!("write it like `{BEGIN}http/32 -->`"))
        })?;
        let name = name.trim();
        let old = after.split_once(END).filter(|(old, _)| !old.contains(BEGIN));
        let (old, after) =
            old.ok_or_else(|| at(&format!("`{name}` has no end")).help(format!("end it with `{END}`")))?;
        let new = part(&parts, name)
            .map_err(|failure| Failure { message: at(&failure.message).message, ..failure })?;
        spliced.push_str(before);
        // As the line of the marker ends, or the first one of the text.
        let end =
            if old.starts_with("\r\n") || !old.starts_with('\n') && first_ends_so { "\r\n" } else { "\n" };
        let new = format!("{BEGIN}{name} -->\n{}\n{END}", new.trim_end());
        spliced += &new.replace('\n', end);
        rest = after;
    }
    if rest.len() == text.len() {
        return Err(Failure::new("it has no marker")
            .help(format!("write `{BEGIN}{VERDICT} -->` and `{END}` where the text should be")));
    }
    spliced.push_str(rest);
    Ok(spliced)
}

/// Every name that a marker can have, with its text. A name can have several tables.
fn parts(run: &Run) -> Vec<(String, String)> {
    let verdict = (VERDICT.to_owned(), markdown::verdicts(&Page::of(run).verdicts));
    let tables = view::tables(run).into_iter().map(|(name, table)| (name, markdown::table(&table)));
    std::iter::once(verdict).chain(tables).collect()
}

fn part(parts: &[(String, String)], name: &str) -> Result<String, Failure> {
    let found: Vec<&str> =
        parts.iter().filter(|(known, _)| known == name).map(|(_, text)| text.as_str()).collect();
    if !found.is_empty() {
        return Ok(found.join("\n"));
    }
    let known = || parts.iter().map(|(known, _)| known.as_str());
    let near = nearest(name, known()).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let all = known().collect::<Vec<_>>().join(", ");
    Err(Failure::new(format!("the run has no `{name}`")).help(format!("{near}there are {all}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::whole;

    #[test]
    fn what_stands_between_markers_is_replaced_and_nothing_else() {
        let text = "before\n<!-- fairlane:begin http/32 -->\nold\n<!-- fairlane:end -->\nafter <!-- fairlane:begin verdict --><!-- fairlane:end -->.\n";
        let once = splice(text, &whole()).expect("spliced");
        assert!(once.starts_with("before\n<!-- fairlane:begin http/32 -->\n**http/32**\n"), "{once}");
        assert!(once.contains("**Waiting: ") && once.ends_with("<!-- fairlane:end -->.\n"), "{once}");
        assert!(!once.contains("old"), "{once}");
        assert_eq!(splice(&once, &whole()).expect("again"), once);
    }

    #[test]
    fn line_ends_stay_what_they_were() {
        let text = "a\r\n<!-- fairlane:begin http/32 -->\r\n<!-- fairlane:end -->\r\nb\r\n";
        let spliced = splice(text, &whole()).expect("spliced");
        assert_eq!(spliced.matches('\n').count(), spliced.matches("\r\n").count());
        let mixed = "a\r\nb\n<!-- fairlane:begin http/32 -->\n<!-- fairlane:end -->\nc\r\n";
        let spliced = splice(mixed, &whole()).expect("spliced");
        assert!(spliced.starts_with("a\r\nb\n<!--") && spliced.ends_with("<!-- fairlane:end -->\nc\r\n"));
        assert_eq!(spliced.matches("\r\n").count(), 2, "{spliced}");
    }

    #[test]
    fn what_cannot_be_replaced_is_told_with_its_line() {
        for (text, says, helps) in [
            ("no marker\n", "it has no marker", "verdict"),
            (
                "\n<!-- fairlane:begin htp/32 -->\n<!-- fairlane:end -->",
                "line 2: the run has no `htp/32`",
                "did you mean `http/32`?",
            ),
            ("<!-- fairlane:begin http/32 -->\n", "line 1: `http/32` has no end", "fairlane:end"),
            (
                "<!-- fairlane:begin http/32 -->\n<!-- fairlane:begin verdict -->\n<!-- fairlane:end -->",
                "`http/32` has no end",
                "fairlane:end",
            ),
            ("<!-- fairlane:begin http/32 ", "a marker is not closed", "http/32 -->"),
        ] {
            let failure = splice(text, &whole()).expect_err(text);
            assert!(failure.message.contains(says), "{failure}");
            assert!(failure.help.as_deref().is_some_and(|help| help.contains(helps)), "{failure:?}");
        }
    }
}
