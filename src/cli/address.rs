//! The server that a user names by a URL: which addresses it may have.
//!
//! A name can have several, and finding them can take long. Must not know what is asked of the server.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use crossbeam::channel::{bounded, select_biased};

use crate::failure::Failure;
use crate::process::interrupt;
use crate::quantity;

const SCHEME: &str = "http://";

/// How long the system may look for the addresses of a name. A name server that is silent takes longer.
const LIMIT: Duration = Duration::from_secs(5);

/// The addresses behind `http://HOST:PORT`, at least one, in the order in which the system would try them.
///
/// # Errors
/// If the text is no such URL, or if the system finds no address within 5 s.
pub(super) fn addresses(url: &str) -> Result<Vec<SocketAddr>, Failure> {
    let bad = |why: String| {
        Failure::new(format!("cannot use `--server {}`: {why}", shown(url)))
            .help("write it like `http://127.0.0.1:8080`")
    };
    let (host, port) = parts(url).map_err(bad)?;
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let name = host.to_owned();
    let found = within(LIMIT, move || (name.as_str(), port).to_socket_addrs().map(Vec::from_iter));
    let found = found.map_err(|cause| bad(format!("its address is unknown: {cause}")))?;
    if found.is_empty() { Err(bad("it has no address".into())) } else { Ok(found) }
}

/// The URL without a name and a password: errors are in the logs of CI, too.
fn shown(url: &str) -> String {
    let Some((before, host)) = url.rsplit_once('@') else { return url.to_owned() };
    let scheme = before.split_once("://").map_or(String::new(), |(scheme, _)| format!("{scheme}://"));
    format!("{scheme}...@{host}")
}

/// Host and port of a URL, or what is wrong with it.
fn parts(url: &str) -> Result<(&str, u16), String> {
    let url = url.trim();
    let rest = match url.split_at_checked(SCHEME.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SCHEME) => rest,
        // As people write it: a port says that it is an address.
        _ if !url.contains("://") && url.contains(':') => url,
        _ => return Err(format!("it does not start with `{SCHEME}`")),
    };
    if rest.contains('@') {
        return Err("it names a user, and a mock server asks for none".into());
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains(['/', '?', '#']) {
        return Err("it has a path".into());
    }
    if rest.contains(char::is_whitespace) {
        return Err("it has a blank in it".into());
    }
    let (host, port) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or("its `[` has no `]`")?;
            // `%` begins the name of a network interface.
            let address = host.split('%').next().unwrap_or_default();
            address.parse::<Ipv6Addr>().map_err(|_| format!("`{host}` is not an IPv6 address"))?;
            (host, port)
        }
        None if rest.matches(':').count() > 1 => {
            return Err("an IPv6 address must be in brackets, like `[::1]`".into());
        }
        None => rest.split_at(rest.find(':').unwrap_or(rest.len())),
    };
    if host.is_empty() {
        return Err("it names no host".into());
    }
    let port = if port.is_empty() { ":80" } else { port };
    let number = port.strip_prefix(':').ok_or_else(|| format!("`{port}` is not a port"))?;
    let read = quantity::count(number, 1, u16::MAX.into()).map(u16::try_from);
    let read = read.map_err(|why| format!("`{number}` is not a port: {why}"))?;
    Ok((host, read.map_err(|cause| cause.to_string())?))
}

/// What `look` finds, unless it takes longer than the limit or an interrupt comes first. It cannot be stopped, so it may
/// go on until this process ends.
fn within<T: Send + 'static>(
    limit: Duration,
    look: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = bounded(1);
    thread::Builder::new().name("name lookup".into()).spawn(move || {
        let _ = sender.send(look()); // nobody receives what comes too late
    })?;
    let interrupts = interrupt::channel();
    select_biased! {
        recv(receiver) -> found => found.map_err(io::Error::other)?,
        recv(interrupts) -> _ => Err(io::ErrorKind::Interrupted.into()),
        default(limit) => Err(io::Error::other(format!("no name server answered within {limit:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_spelling() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("HTTP://127.0.0.1:8080/", "127.0.0.1:8080"),
            ("http://127.0.0.1", "127.0.0.1:80"),
            ("http://[::1]:8080/", "[::1]:8080"),
            ("Http://[::1]", "[::1]:80"),
            (" http://127.0.0.1:8080 ", "127.0.0.1:8080"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(addresses(url), Ok(vec![expected.parse().unwrap()]), "{url}");
        }
        let local = addresses("http://localhost:8080").expect("known everywhere");
        assert!(local.iter().all(|address| address.ip().is_loopback()), "{local:?}");
    }

    #[test]
    fn what_is_no_such_url_is_refused_with_the_reason() {
        for (url, why) in [
            ("nonsense", "it does not start with `http://`"),
            ("https://a:1", "it does not start with `http://`"),
            ("http://a:1/b", "it has a path"),
            ("http://", "it names no host"),
            ("http://:80", "it names no host"),
            ("http://a:", "`` is not a port: it is empty: write it like `32`"),
            ("http://a:0", "`0` is not a port: the least is `1`"),
            ("http://a:99999", "`99999` is not a port: the most is `65535`"),
            ("http://a?x", "it has a path"),
            ("http://a b:1", "it has a blank in it"),
            ("", "it does not start with `http://`"),
            ("8080", "it does not start with `http://`"),
            ("http://::1:80", "an IPv6 address must be in brackets, like `[::1]`"),
            ("http://[::1:80", "its `[` has no `]`"),
            ("http://[a]:80", "`a` is not an IPv6 address"),
            ("http://[::1]80", "`80` is not a port"),
        ] {
            let failure = addresses(url).expect_err(url);
            assert_eq!(failure.message, format!("cannot use `--server {url}`: {why}"));
            assert!(failure.help.is_some());
        }
        let refused = addresses("http://anna:secret@a:1").expect_err("a password").message;
        assert_eq!(
            refused,
            "cannot use `--server http://...@a:1`: it names a user, and a mock server asks for none"
        );
        let other = addresses("https://anna:secret@a:1").expect_err("another scheme").message;
        assert_eq!(other, "cannot use `--server https://...@a:1`: it does not start with `http://`");
    }

    #[test]
    fn a_search_that_takes_too_long_is_given_up() {
        let silent = || {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        };
        let cause = within(Duration::from_millis(10), silent).expect_err("too late");
        assert_eq!(cause.to_string(), "no name server answered within 10ms");
        assert_eq!(within(LIMIT, || Ok(1)).expect("in time"), 1);
    }
}
