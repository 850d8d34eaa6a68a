//! The one place that turns numbers into text: with a unit and three significant digits.

/// The text in place of a missing number.
pub const MISSING: &str = "-";

/// A time in nanoseconds: `31.4 ms`.
pub fn time(ns: f64) -> String {
    in_unit(ns, &[("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1.0)])
}

/// A difference in nanoseconds, with its sign: `+12.3 ns`.
pub fn difference(ns: f64) -> String {
    format!("{}{}", if ns < 0.0 { '-' } else { '+' }, time(ns.abs()))
}

/// Two ends of an interval in the unit of the larger: `30.1..32.0 ms`.
pub fn time_range([low, high]: [f64; 2]) -> String {
    let high_text = time(high);
    let Some((high_number, unit)) = high_text.split_once(' ') else { return high_text };
    let scale = match unit {
        "s" => 1e9,
        "ms" => 1e6,
        "us" => 1e3,
        _ => 1.0,
    };
    format!("{}..{high_number} {unit}", digits(low / scale).0)
}

/// An amount of memory: `1.50 MiB`.
pub fn bytes(bytes: u64) -> String {
    let (kibi, mebi, gibi) = (1024.0, 1_048_576.0, 1_073_741_824.0);
    in_unit(bytes as f64, &[("GiB", gibi), ("MiB", mebi), ("KiB", kibi), ("B", 1.0)])
}

/// The same of a value that may be a mean, or below zero: a difference by noise.
pub fn memory(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}", bytes(value.abs().round() as u64))
}

/// Two ends of an interval of memory: `1.50 KiB..2.00 KiB`.
pub fn memory_range([low, high]: [f64; 2]) -> String {
    format!("{}..{}", memory(low), memory(high))
}

/// A rate: `2.34 k/s`.
pub fn rate(per_second: f64) -> String {
    in_unit(per_second, &[("M/s", 1e6), ("k/s", 1e3), ("/s", 1.0)])
}

/// A ratio: `1.98x`.
pub fn ratio(value: f64) -> String {
    format!("{}x", digits(value).0)
}

/// Two ends of a ratio's interval: `1.91..2.02x`.
pub fn ratio_range([low, high]: [f64; 2]) -> String {
    format!("{}..{}x", digits(low).0, digits(high).0)
}

/// A ratio that is compared with one, as precise above as below: `0.98x`.
pub fn factor(value: f64) -> String {
    format!("{}x", hundredths(value))
}

/// Two ends of the interval of such a ratio: `0.98..1.02`.
pub fn factor_range([low, high]: [f64; 2]) -> String {
    format!("{}..{}", hundredths(low), hundredths(high))
}

/// Two decimals, if that is at least two digits and at most three.
fn hundredths(value: f64) -> String {
    if (0.1..9.995).contains(&value) { format!("{value:.2}") } else { digits(value).0 }
}

/// A count, every digit of it: `31,999`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let grouped = digits.char_indices().map(|(at, digit)| match digits.len() - at {
        left if at > 0 && left.is_multiple_of(3) => format!(",{digit}"),
        _ => digit.to_string(),
    });
    grouped.collect()
}

/// A number without a unit: `1.98`.
pub fn plain(value: f64) -> String {
    digits(value).0
}

/// Two ends of an interval without a unit: `1.90..2.10`.
pub fn plain_range([low, high]: [f64; 2]) -> String {
    format!("{}..{}", digits(low).0, digits(high).0)
}

/// A share of the whole: `87 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", digits(share * 100.0).0)
}

/// A share that somebody chose, without zeros at its end: `5 %`.
pub fn given_percent(share: f64) -> String {
    let digits = digits(share * 100.0).0;
    let short = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{} %", if digits.contains('.') { short } else { &digits })
}

/// In the largest unit that leaves at least 1, or in the last. 999.6 us is 1.00 ms: what counts is what will be written.
fn in_unit(value: f64, units: &[(&str, f64)]) -> String {
    let fits = units.iter().find(|(_, scale)| digits(value / scale).1 >= 1.0);
    let (unit, scale) = fits.or(units.last()).unwrap_or(&("", 1.0));
    format!("{} {unit}", digits(value / scale).0)
}

/// Three significant digits as text, and as the number that the text is.
fn digits(value: f64) -> (String, f64) {
    if !value.is_finite() {
        return (MISSING.into(), 0.0);
    }
    // No time, size or ratio that was measured gets there.
    if value != 0.0 && !(1e-3..1e7).contains(&value.abs()) {
        return (format!("{value:.2e}"), value);
    }
    let decimals = |value: f64| match value.abs() {
        0.0 => 0,
        value => usize::try_from(2 - value.log10().floor() as i32).unwrap_or(0),
    };
    let rounded = |decimals: usize| format!("{value:.decimals$}").parse::<f64>().unwrap_or(value);
    // Rounding may add a digit before the point: 9.996 is 10.0, not 10.00.
    let decimals = decimals(rounded(decimals(value)));
    (format!("{value:.decimals$}"), rounded(decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_the_unit_that_reads_best() {
        for (ns, text) in [
            (0.0, "0 ns"),
            (0.5, "0.500 ns"),
            (1.0, "1.00 ns"),
            (12.34, "12.3 ns"),
            (999.4, "999 ns"),
            (999.6, "1.00 us"),
            (9_996.0, "10.0 us"),
            (31_415_926.0, "31.4 ms"),
            (999_600_000.0, "1.00 s"),
            (61e9, "61.0 s"),
            (1e13, "10000 s"),
            (1e300, "1.00e291 s"),
        ] {
            assert_eq!(time(ns), text, "{ns} ns");
        }
        assert_eq!(time(f64::NAN), "- ns");
    }

    #[test]
    fn ranges_share_the_unit_of_the_larger_end() {
        assert_eq!(time_range([998_000.0, 1_204_000.0]), "0.998..1.20 ms");
        assert_eq!(ratio_range([0.994, 13.37]), "0.994..13.4x");
    }

    #[test]
    fn amounts_rates_ratios_and_shares() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (31_999, "31,999"), (1_234_567, "1,234,567")]
        {
            assert_eq!(count(number), text);
        }
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1_536), "1.50 KiB");
        assert_eq!(bytes(67_108_864), "64.0 MiB");
        assert_eq!(bytes(5 << 30), "5.00 GiB");
        assert_eq!(memory(-1_536.4), "-1.50 KiB");
        assert_eq!(memory_range([0.0, 2_048.0]), "0 B..2.00 KiB");
        assert_eq!(rate(2_345.0), "2.35 k/s");
        assert_eq!(rate(0.25), "0.250 /s");
        assert_eq!(ratio(1.0), "1.00x");
        assert_eq!(ratio(0.003_337), "0.00334x");
        assert_eq!([0.9949, 1.0051, 9.999, 0.0123].map(factor), ["0.99x", "1.01x", "10.0x", "0.0123x"]);
        assert_eq!(factor_range([0.914, 1.0]), "0.91..1.00");
        assert_eq!(ratio(1e-9), "1.00e-9x");
        assert_eq!(percent(0.8674), "86.7 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(
            [0.05, 0.125, 0.1, 1.0, 0.0].map(given_percent),
            ["5 %", "12.5 %", "10 %", "100 %", "0 %"]
        );
    }
}
