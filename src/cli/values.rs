//! The values that many verbs take: times, names and numbers, each in its range. Must not know what they are for.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::failure::Failure;
use crate::lane::cell::MOST_JOBS;
use crate::measure::passes::suite::MOST_LANES;
use crate::measure::statistics::ranking::LEAST;
use crate::quantity::{self, Scale};

/// More processors than this have no name in the kernel's sets.
const MOST_CORES: u64 = 1024;

/// Reads a time, like `90`, `2.5s` or `5m30s`.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    quantity::time(text)
}

/// Reads a time with a unit, like `20ms`. What it may be depends on the workload.
pub(super) fn wait(text: &str) -> Result<String, String> {
    Scale::WAIT.read(text, 0, u64::MAX).map(|_| text.trim().into())
}

/// Reads one name of a list; blanks around it do not count.
pub(super) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is missing: there is nothing before or after a comma".into()),
        name if name.contains(['\u{ff0c}', '\u{3001}', ';']) => {
            Err("it is not one name: separate names with `,`".into())
        }
        name => Ok(name.into()),
    }
}

/// Refuses a list that has a name twice: what that would mean, nobody knows.
///
/// # Errors
/// Which name it is.
pub(super) fn distinct(option: &str, names: &[String]) -> Result<(), Failure> {
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    twice.map_or(Ok(()), |(_, name)| {
        Err(Failure::new(format!("cannot use `{option}`: `{name}` is named twice")).help("name it once"))
    })
}

/// Reads a number of jobs.
pub(super) fn jobs(text: &str) -> Result<usize, String> {
    count(text, 1, MOST_JOBS as u64)
}

/// Reads a number of lanes from which a verdict can come.
pub(super) fn lanes(text: &str) -> Result<usize, String> {
    count(text, LEAST as u64, MOST_LANES as u64)
}

/// Reads a number of cores.
pub(super) fn cores(text: &str) -> Result<usize, String> {
    count(text, 1, MOST_CORES)
}

/// Reads a port that has one after it.
pub(super) fn port(text: &str) -> Result<u16, String> {
    let port = quantity::count(text, 1, u64::from(u16::MAX) - 1)?;
    u16::try_from(port).map_err(|cause| cause.to_string())
}

/// Reads the seed of what is random.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    quantity::count(text, 0, u64::MAX)
}

/// Reads an address of this machine.
pub(super) fn ip(text: &str) -> Result<IpAddr, String> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    match bare.parse() {
        Err(_) if bare.eq_ignore_ascii_case("localhost") => Ok(Ipv4Addr::LOCALHOST.into()),
        read => read.map_err(|_| "it is not an address like `192.168.0.7`, without a port".into()),
    }
}

fn count(text: &str, least: u64, most: u64) -> Result<usize, String> {
    quantity::count(text, least, most).map(|count| usize::try_from(count).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_beside_commas_do_not_count() {
        assert_eq!(name(" tasks "), Ok("tasks".into()));
        assert_eq!(jobs(" 8"), Ok(8));
        let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(distinct("--x", &names(&["a", "b"])), Ok(()));
        let twice = distinct("--x", &names(&["a", "b", "a"])).expect_err("twice");
        assert_eq!(twice.message, "cannot use `--x`: `a` is named twice");
        assert!(name(" ").is_err() && jobs("eight").is_err());
        assert_eq!(name("http\u{ff0c}tcp"), Err("it is not one name: separate names with `,`".into()));
    }

    #[test]
    fn addresses_are_read_with_and_without_brackets() {
        for (text, address) in
            [("192.168.0.7", "192.168.0.7"), ("[::1]", "::1"), ("::1", "::1"), ("Localhost", "127.0.0.1")]
        {
            assert_eq!(ip(text), Ok(address.parse().expect(address)), "{text}");
        }
        for text in ["", "host", "127.0.0.1:80", "[::1]:80", "http://127.0.0.1"] {
            assert!(ip(text).is_err(), "{text}");
        }
    }
}
