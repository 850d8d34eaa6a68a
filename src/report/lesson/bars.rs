//! Numbers of one unit as bars of characters, each with its label and its number.

use textwrap::core::display_width;

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is the number of.
    pub label: String,
    /// How long it is.
    pub number: f64,
    /// The number as it stands in a text.
    pub shown: String,
}

/// The lines of bars that begin at zero; the longest fills the width.
pub fn bars(bars: &[Bar], width: usize) -> Vec<String> {
    let widest = |text: fn(&Bar) -> &str| bars.iter().map(|bar| display_width(text(bar))).max().unwrap_or(0);
    let (labels, numbers) = (widest(|bar| &bar.label), widest(|bar| &bar.shown));
    let most = bars.iter().map(|bar| bar.number).fold(0.0, f64::max);
    let room = width.saturating_sub(labels + numbers + 4).max(1);
    let line = |bar: &Bar| {
        let pad = |text: &str, to: usize| " ".repeat(to.saturating_sub(display_width(text)));
        // What is not nothing has a beginning.
        let length = (bar.number / most * room as f64).round().max(1.0);
        format!(
            "{}{}  {}{}  {}",
            bar.label,
            pad(&bar.label, labels),
            pad(&bar.shown, numbers),
            bar.shown,
            "█".repeat(length as usize)
        )
    };
    bars.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_fills_the_width_and_columns_align_in_both_scripts() {
        let bar =
            |label: &str, number: f64| Bar { label: label.into(), number, shown: format!("{number} us") };
        let lines = bars(&[bar("4 KiB，交给线程", 2.0), bar("1 MiB", 20.0)], 40);
        assert_eq!(lines[0], "4 KiB，交给线程   2 us  ██");
        assert_eq!(lines[1], format!("1 MiB{}20 us  {}", " ".repeat(12), "█".repeat(16)));
        assert_eq!(display_width(&lines[1]), 40);
    }
}
