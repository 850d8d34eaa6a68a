//! A server that the user runs: asked for one answer before anything is measured. Must not know any job.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use mock_server::route::{self, Route};

use super::connection::{Exchange, failed, known, refused};
use super::{Digest, Server};
use crate::clock::{self, Stamp};
use crate::failure::Failure;

/// How long a server that the user named may take for its first answer, to the last byte.
pub(super) const SILENCE: Duration = Duration::from_secs(5);

/// A socket that fails instead of waiting beyond that moment, however the bytes trickle.
struct Until<'a>(Stamp, &'a TcpStream);

impl Until<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.0.since(clock::now());
        if left.is_zero() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.set_read_timeout(self.left()?)?;
        self.1.read(buffer)
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.set_write_timeout(self.left()?)?;
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

/// Asks a server that the user named for one short answer, so that a wrong one is found before anything is measured. Of its
/// addresses it takes the first that accepts a connection.
///
/// # Errors
/// If all refuse, or that one answers something else than 200 with the right body, breaks off, or has not answered in full
/// after 5 s.
pub fn check_server(addresses: &[SocketAddr]) -> Result<SocketAddr, Failure> {
    let help = "`--server` takes a mock server's URL: `fairlane serve` or `mock-server` starts one";
    let advise = |failure: Failure| Failure { help: failure.help.or(Some(help.into())), ..failure };
    first(addresses).and_then(|(server, socket)| ask(server.into(), &socket).map(|()| server)).map_err(advise)
}

/// The first address that accepts a connection, and the connection.
fn first(addresses: &[SocketAddr]) -> Result<(SocketAddr, TcpStream), Failure> {
    let mut refusal = Failure::new("cannot connect to the server: it has no address");
    for server in addresses {
        match TcpStream::connect_timeout(server, SILENCE) {
            Ok(socket) => return Ok((*server, socket)),
            Err(cause) => refusal = refused(Server::from(*server), &cause),
        }
    }
    Err(refusal) // the last: without IPv6 a machine refuses the first address for a reason that is not the user's
}

fn ask(server: Server, socket: &TcpStream) -> Result<(), Failure> {
    let route = Route::Get(route::ResponseSpec { key: 17, delay: Duration::ZERO, bytes: 256 });
    let answer = Exchange::new(server, &route).blocking(Until(clock::now().after(SILENCE), socket))?;
    if answer == known(route.response(), Digest::Xxh3) {
        return Ok(());
    }
    Err(failed(server, &route, &io::Error::other("answered with another body than the mock server's")))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_first_address_that_accepts_is_taken() {
        let listen = || TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = |listener: &TcpListener| listener.local_addr().expect("its address");
        let (closed, open, other) = (address(&listen()), listen(), listen());
        let (taken, _) = first(&[closed, address(&open), address(&other)]).expect("one accepts");
        assert_eq!(taken, address(&open));
        let failure = first(&[closed]).expect_err("none accepts");
        assert!(failure.message.starts_with(&format!("cannot connect to `{closed}`: ")), "{failure}");
    }
}
