//! A server that is not ours: it answers the first request in one manner, and all others in another.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use mock_server::route;

/// What it does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Answers as a mock server does.
    Answers,
    /// Answers with status 500.
    Fails,
    /// Announces 256 bytes, sends 3 and closes.
    BreaksOff,
    /// Keeps the connection open and sends nothing.
    IsSilent,
    /// Closes the connection.
    Closes,
    /// Resets the connection: it closes without having read the request.
    Resets,
    /// Answers with bytes that are not HTTP.
    SendsGarbage,
    /// Answers with status 404.
    KnowsNothing,
    /// Answers with status 200 and no body.
    IsEmpty,
    /// Answers with status 200 and the body of some other service.
    IsAnother,
    /// Sends the right answer, a byte a second.
    Trickles,
    /// Sends the right answer two seconds later.
    IsLate,
    /// Sends a head of 50 MB.
    HasALongHead,
    /// Sends a body without an end.
    HasAnEndlessBody,
    /// Sends its client elsewhere.
    Redirects,
}

/// The URL of a server that meets its first request in one manner and all others in another. It ends with the test.
pub(crate) fn serve(first: Manner, then: Manner) -> String {
    let answered = Arc::new(AtomicUsize::new(0));
    serve_by(move || {
        let answered = Arc::clone(&answered);
        move || if answered.fetch_add(1, Ordering::SeqCst) == 0 { first } else { then }
    })
}

/// The URL of a server that meets the first request of every connection in one manner and all others in another: lanes
/// become ready and then have no luck.
pub(crate) fn serve_each(first: Manner, then: Manner) -> String {
    serve_by(move || {
        let mut is_first = true;
        move || if std::mem::take(&mut is_first) { first } else { then }
    })
}

/// For each connection, what gives the manner of its next request.
fn serve_by<N: FnMut() -> Manner + Send + 'static>(manners: impl Fn() -> N + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let next = manners();
            thread::spawn(move || converse(connection.unwrap(), next));
        }
    });
    url
}

/// The URL of a port where no program listens.
pub(crate) fn closed() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Until the client hangs up, or the connection is of no more use.
fn converse(connection: TcpStream, mut next: impl FnMut() -> Manner) {
    let mut reader = BufReader::new(connection);
    // A byte of the request: until then no client asked for anything.
    while reader.get_ref().peek(&mut [0]).is_ok_and(|count| count > 0) {
        let manner = next();
        if manner == Manner::Resets {
            return;
        }
        let Some(path) = request(&mut reader) else { return };
        if misbehave(reader.get_mut(), manner, &path).is_err() {
            return;
        }
    }
}

/// An error ends the connection.
fn misbehave(to: &mut TcpStream, manner: Manner, path: &str) -> io::Result<()> {
    let closed = || Err(io::ErrorKind::ConnectionAborted.into());
    let answer = |status: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    };
    let right = || {
        let route = route::parse(path).unwrap();
        answer("200 OK", &route::body(route.response().key, route.response().bytes))
    };
    match manner {
        Manner::Answers => to.write_all(&right()),
        Manner::Fails => to.write_all(&answer("500 Internal Server Error", b"")),
        Manner::KnowsNothing => to.write_all(&answer("404 Not Found", b"not here")),
        Manner::IsEmpty => to.write_all(&answer("200 OK", b"")),
        Manner::IsAnother => to.write_all(&answer("200 OK", br#"{"status":"up"}"#)),
        Manner::IsSilent => Ok(()),
        Manner::Closes | Manner::Resets => closed(),
        Manner::BreaksOff => {
            to.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 256\r\n\r\nabc")?;
            closed()
        }
        Manner::SendsGarbage => {
            to.write_all(&[0xff, 0, b'\n', 7].repeat(100))?;
            closed()
        }
        Manner::Redirects => {
            to.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n")
        }
        Manner::Trickles => right().iter().try_for_each(|byte| {
            to.write_all(&[*byte])?;
            thread::sleep(Duration::from_secs(1));
            Ok(())
        }),
        Manner::IsLate => {
            thread::sleep(Duration::from_secs(2));
            to.write_all(&right())
        }
        Manner::HasALongHead => {
            let header = format!("x-filler: {}\r\n", "x".repeat(10_000));
            to.write_all(b"HTTP/1.1 200 OK\r\n")?;
            (0..5_000).try_for_each(|_| to.write_all(header.as_bytes()))?;
            to.write_all(b"content-length: 0\r\n\r\n")
        }
        Manner::HasAnEndlessBody => {
            to.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            let chunk = [b"10000\r\n", [0_u8; 0x10000].as_slice(), b"\r\n"].concat();
            loop {
                to.write_all(&chunk)?;
            }
        }
    }
}

/// The path of the next request; none when the client hangs up.
fn request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut lines = reader.lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    lines.find(String::is_empty)?;
    Some(path)
}
