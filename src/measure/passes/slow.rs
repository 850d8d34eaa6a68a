//! How the user wants our mock servers to be slow, to see that a measurement notices it: reads the variable. Must not know how a
//! server is slow.

use std::env;

use mock_server::Slow;

use crate::failure::Failure;
use crate::quantity::Scale;

/// The environment variable that makes our servers slow on purpose, and how.
const VARIABLE: &str = "FAIRLANE_SLOW_SERVER";

/// No request may take longer, or lanes are silent for too long.
const LONGEST: u64 = 10_000_000_000;

/// More is more than the kernel's own limit.
const MOST_BACKLOG: u64 = 65_535;

/// How our servers are slow, as the user wrote it, if they are.
pub fn given() -> Option<String> {
    let text = env::var_os(VARIABLE)?.to_string_lossy().into_owned();
    (!text.trim().is_empty()).then_some(text)
}

/// The same, read.
///
/// # Errors
/// If it is none of the ways in which a server can be slow.
pub fn read() -> Result<Slow, Failure> {
    given().map_or_else(|| Ok(Slow::default()), |text| parse(&text))
}

fn parse(text: &str) -> Result<Slow, Failure> {
    let wrong = |why: String| {
        Failure::new(format!("cannot read `{VARIABLE}={text}`: {why}"))
            .help("write `busy=2ms`, `serial` or `backlog=1`, or several of them with `,` between")
    };
    let mut slow = Slow::default();
    for way in text.split(',').map(str::trim) {
        let (name, value) = way.split_once('=').map_or((way, None), |(name, value)| (name, Some(value)));
        let number = |scale: Scale, least, most| {
            scale.read(value.unwrap_or_default(), least, most).map_err(|why| wrong(format!("`{way}`: {why}")))
        };
        match (name.trim(), value) {
            ("serial", None) => slow.serial = true,
            ("busy", _) => {
                slow.busy = std::time::Duration::from_nanos(number(Scale::WAIT, 1, LONGEST)?);
            }
            ("backlog", _) => {
                let backlog = number(Scale::COUNT, 0, MOST_BACKLOG)?;
                slow.backlog = u32::try_from(backlog).ok();
            }
            _ => return Err(wrong(format!("`{way}` is not a way to be slow"))),
        }
    }
    Ok(slow)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ways_to_be_slow_are_read() {
        let busy = Duration::from_millis(2);
        for text in ["busy=2ms,serial,backlog=1", " busy = 2 ms, serial , backlog=1"] {
            assert_eq!(parse(text), Ok(Slow { busy, serial: true, backlog: Some(1) }), "{text}");
        }
        for (text, why) in [
            ("fast", "`fast` is not a way to be slow"),
            ("serial=yes", "`serial=yes` is not a way to be slow"),
            ("serial,", "`` is not a way to be slow"),
            ("busy=2", "`busy=2`: it has no unit: write `2ms`"),
            ("busy", "`busy`: it is empty: write it like `20ms`"),
            ("busy=1h", "`h` is not a unit of a time"),
            ("backlog=many", "`backlog=many`: it is not a whole number"),
            ("backlog=99999999999", "`backlog=99999999999`: the most is `65535`"),
        ] {
            let refused = parse(text).expect_err(text);
            assert!(refused.message.starts_with("cannot read `FAIRLANE_SLOW_SERVER="), "{refused}");
            assert!(refused.message.contains(why), "{refused}");
        }
    }
}
