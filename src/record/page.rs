//! The record inside the page about it, which users hand on in its place. `report::html` puts it there as a link, compressed and in
//! base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::files;

/// How the link begins.
pub const LINK: &str = "data:application/gzip;base64,";

/// The record in a text, if it is a page with one.
pub fn record_in(text: &str) -> Option<String> {
    let (_, link) = text.trim_start().starts_with('<').then(|| text.split_once(LINK))??;
    let packed = link.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '=')).next()?;
    String::from_utf8(files::gunzip(&STANDARD.decode(packed).ok()?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_link_of_a_page_is_a_record() {
        // The letter a, packed.
        let packed = "H4sIAAAAAAACA0sEAEO+t+gBAAAA";
        assert_eq!(record_in(&format!("\n<!DOCTYPE html><a href=\"{LINK}{packed}\">")), Some("a".into()));
        for text in [
            format!("{LINK}{packed}"),
            format!("<a href=\"{packed}\">"),
            format!("<a href=\"{LINK}{}\">", &packed[..20]),
            format!("<a href=\"{LINK}!\">"),
        ] {
            assert_eq!(record_in(&text), None, "{text}");
        }
    }
}
