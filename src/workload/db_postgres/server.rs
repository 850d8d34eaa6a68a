//! The PostgreSQL server that the user named: its address, without the password, and what to do when it refuses.
//!
//! Its URL stands in the environment alone, which lanes and workers inherit: in no request, no record and no message.
//! Knows neither tables nor jobs.

use std::env;
use std::error::Error as _;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, Error};

use crate::failure::Failure;
use crate::process::limits;

/// Where its URL stands.
const VARIABLE: &str = "FAIRLANE_DATABASE_URL";
const EXAMPLE: &str = "postgres://user:password@127.0.0.1:5432/database";

/// A server on loopback answers at once; one that takes longer is none that can be measured.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why there is no server, if none is named.
pub(super) fn missing() -> Option<String> {
    let named = env::var_os(VARIABLE).is_some_and(|url| !url.is_empty());
    (!named).then(|| format!("needs a PostgreSQL server: set {VARIABLE} to its URL, like `{EXAMPLE}`"))
}

/// A server, a database on it, and the user who connects.
#[derive(Debug, Clone)]
pub(super) struct Server {
    config: Config,
    /// Database, address and user, for messages.
    name: String,
    /// How long it may take until a connection is ready.
    patience: Duration,
}

impl Server {
    /// The one that the environment names.
    ///
    /// # Errors
    /// If it names none, no URL, or one that wants TLS.
    pub(super) fn named() -> Result<Self, Failure> {
        let url = env::var(VARIABLE).map_err(|_| malformed(""))?;
        Self::of(&url)
    }

    fn of(url: &str) -> Result<Self, Failure> {
        // A second `@` belongs to a password that is not encoded, of which the parser would take a part for the host.
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://"))
            || url.matches('@').count() > 1
        {
            return Err(malformed(""));
        }
        let mut config: Config = url.parse().map_err(|cause: Error| malformed(&harmless(&cause)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(malformed(": it names no host"));
        }
        if config.get_ssl_mode() == SslMode::Require {
            let why = format!(
                "cannot connect to the server in {VARIABLE}: `sslmode=require` asks for TLS, which Fairlane does not support"
            );
            return Err(Failure::new(why).help("leave `sslmode` out, and measure a server on loopback"));
        }
        let patience = config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT);
        config.connect_timeout(patience);
        Ok(Self { name: name(&config), config, patience })
    }

    /// How to connect, under a name that the server shows in `pg_stat_activity`.
    pub(super) fn config(&self, application: &str) -> Config {
        let mut config = self.config.clone();
        config.application_name(application);
        config
    }

    /// How long it may take until a connection is ready: `connect_timeout`, if the URL sets one.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Why there is no connection, and the way out.
    pub(super) fn refused(&self, cause: &Error) -> Failure {
        let failure = self.failure("connect to PostgreSQL", cause);
        if failure.help.is_some() { failure } else { failure.help(check()) }
    }

    /// An operation that failed on a connection that was there, and the way out where one is known.
    pub(super) fn failed(&self, operation: &str, cause: &Error) -> Failure {
        let failure = self.failure(operation, cause);
        let lost = failure.help.is_none() && (cause.is_closed() || system(cause).is_some());
        if lost { failure.help(LOST) } else { failure }
    }

    /// The failure with server and user, and with advice if server or system say what is wrong.
    fn failure(&self, operation: &str, cause: &Error) -> Failure {
        let operation = format!("{operation} {}", self.name);
        if let Some(error) = cause.as_db_error() {
            let message = format!("cannot {operation}: {}: {}", error.severity(), error.message());
            return Failure { message, help: advice(error.code()) };
        }
        let help = system(cause).and_then(|cause| limits::explain("", cause).help);
        Failure { help, ..Failure::caused(operation, cause) }
    }

    /// An operation that took too long.
    pub(super) fn silent(&self, operation: &str, patience: Duration) -> Failure {
        Failure::new(format!("cannot {operation} {}: no answer within {patience:?}", self.name)).help(check())
    }

    /// A server that is not what a durable transaction needs.
    pub(super) fn not_durable(&self, settings: &str) -> Failure {
        Failure::new(format!("cannot commit durably {}: the server has {settings} off", self.name)).help(
            format!("turn {settings} on in the server: this workload measures commits that reach the disk"),
        )
    }
}

/// The error of the operating system, if it was one.
fn system(cause: &Error) -> Option<&io::Error> {
    cause.source()?.downcast_ref()
}

const LOST: &str =
    "the log of the server says why it closed the connection; run again: a slot connects only once";

fn check() -> String {
    format!("see that the server runs, and that {VARIABLE} names its host, port, database, user and password")
}

/// What a user can do about an error of the server.
fn advice(code: &SqlState) -> Option<String> {
    let text = match *code {
        SqlState::TOO_MANY_CONNECTIONS => {
            "raise max_connections or lower --concurrency: every slot has a connection, in all lanes of a table at once"
        }
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            return Some(format!("check user and password in {VARIABLE}, and the server's pg_hba.conf"));
        }
        SqlState::INVALID_CATALOG_NAME => {
            return Some(format!("make it with `createdb`, or name another in {VARIABLE}"));
        }
        SqlState::INSUFFICIENT_PRIVILEGE => {
            "the user must be allowed to make tables: give it a database of its own, or CREATE on the schema"
        }
        SqlState::CANNOT_CONNECT_NOW => "the server starts or stops: try again when it is ready",
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::DATABASE_DROPPED => LOST,
        SqlState::UNDEFINED_TABLE => "something else dropped the cell's table: run again",
        _ => return None,
    };
    Some(text.into())
}

/// Never with the URL: it may hold a password.
fn malformed(why: &str) -> Failure {
    Failure::new(format!("cannot read {VARIABLE}: it is not the URL of a PostgreSQL database{why}"))
        .help(format!("write it like `{EXAMPLE}`, and percent-encode special characters"))
}

/// The parser's complaint if it names an option that it knows. What else it says quotes the URL.
fn harmless(cause: &Error) -> String {
    let source = cause.source().map(ToString::to_string).unwrap_or_default();
    if source.starts_with("invalid value for option") { format!(": {source}") } else { String::new() }
}

fn name(config: &Config) -> String {
    let ports = config.get_ports();
    let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
    let address = |(at, host): (usize, &Host)| match host {
        Host::Tcp(host) => format!("{host}:{}", port(at)),
        Host::Unix(folder) => format!("{}:{}", folder.display(), port(at)),
    };
    let mut addresses: Vec<_> = config.get_hosts().iter().enumerate().map(address).collect();
    if addresses.is_empty() {
        let numbered = config.get_hostaddrs().iter().enumerate();
        addresses = numbered.map(|(at, host)| format!("{host}:{}", port(at))).collect();
    }
    let mut name = format!("at `{}`", addresses.join(","));
    for (what, value) in [("database", config.get_dbname()), ("user", config.get_user())] {
        if let Some(value) = value {
            let _ = write!(name, ", {what} `{value}`");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};
    use std::sync::mpsc;
    use std::thread;

    use tokio_postgres::NoTls;

    use super::*;

    /// The kernel may report the loss before the server's last words are read, or in their place.
    #[test]
    fn a_connection_that_is_reset_is_a_lost_one() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Server::of(&format!("postgres://me@127.0.0.1:{port}/bench")).expect("a URL");
        let (reset, when) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                let (mut socket, _) = listener.accept().expect("a client");
                socket.read_exact(&mut [0; 8]).expect("the head of its greeting");
                socket.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").expect("welcome, ready");
                when.recv().expect("a word"); // closed with input unread: that resets
            });
            let mut client = postgres::Config::from(server.config("test")).connect(NoTls).expect("welcome");
            reset.send(()).expect("received");
            let cause = client.batch_execute("").expect_err("no answer");
            let failure = server.failed("commit", &cause);
            assert!(failure.message.starts_with("cannot commit at `127.0.0.1:"), "{failure}");
            assert_eq!(failure.help.as_deref(), Some(LOST), "{failure}");
        });
    }

    fn named(url: &str) -> String {
        Server::of(url).map_or_else(|failure| failure.message, |server| server.name)
    }

    #[test]
    fn a_server_is_named_without_its_password() {
        let whole = "at `127.0.0.1:5433`, database `bench`, user `me`";
        assert_eq!(named("postgres://me:s3cret@127.0.0.1:5433/bench"), whole);
        assert_eq!(named("postgresql://me@127.0.0.1:5433/bench?password=s3cret"), whole);
        assert_eq!(named("postgres://%2Frun%2Fpg/bench"), "at `/run/pg:5432`, database `bench`");
        assert_eq!(named("postgres://one:1,two:2"), "at `one:1,two:2`");
    }

    #[test]
    fn what_is_no_url_is_refused_and_never_shown() {
        let no = "cannot read FAIRLANE_DATABASE_URL: it is not the URL of a PostgreSQL database";
        for (url, why) in [
            ("s3cret", ""),
            ("host=127.0.0.1 password=s3cret", ""),
            ("postgres://me:s3@cret@127.0.0.1/bench", ""),
            ("postgres://me:s3@cret/bench@127.0.0.1/bench", ""),
            ("postgres://me@127.0.0.1/bench?s3cret=1", ""),
            ("postgres://me@127.0.0.1/bench?s3cret", ""),
            ("postgres://me:s3cret", ": invalid value for option `port`"),
            ("postgres://127.0.0.1/bench?sslmode=s3cret", ": invalid value for option `sslmode`"),
            ("postgres:///bench", ": it names no host"),
        ] {
            assert_eq!(named(url), format!("{no}{why}"), "{url}");
        }
    }

    #[test]
    fn tls_is_refused() {
        assert!(named("postgres://127.0.0.1/bench?sslmode=require").contains("does not support"));
        assert!(named("postgres://127.0.0.1/bench?sslmode=prefer").starts_with("at `"));
    }
}
