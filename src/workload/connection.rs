//! What the clients share: a connection for each slot, and a GET written by hand for plain sockets.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::time::Duration;

use mock_server::route::{self, Route};
use nix::errno::Errno;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::given::SILENCE;
use super::{Answer, Digest, Outcome, Server, Spec, phase};
use crate::failure::{Failure, OrFail};
use crate::process::limits;

/// What one GET asks for. The parameters are those of the workload; every job has a key of its own.
pub(super) fn get(spec: &Spec, index: usize) -> route::ResponseSpec {
    route::ResponseSpec {
        key: index as u64,
        delay: Duration::from_nanos(spec.value("delay")),
        bytes: usize::try_from(spec.value("body")).unwrap_or(usize::MAX),
    }
}

/// What makes a fresh connection a warm one: an answer without delay and body.
pub(super) const WARM_UP: Route = Route::Get(route::ResponseSpec { key: 0, delay: Duration::ZERO, bytes: 0 });

/// The answer to the right body.
pub(super) fn known(response: &route::ResponseSpec, digest: Digest) -> Answer {
    digest.of(&route::body(response.key, response.bytes))
}

pub(super) fn digest(body: &[u8]) -> Answer {
    Digest::Xxh3.of(body)
}

/// A job's failure: which GET, and what came instead of its answer.
pub(super) fn failed(server: Server, route: &Route, cause: &(dyn std::error::Error + 'static)) -> Failure {
    let failure = Failure::caused(format_args!("GET `http://{server}{}`", route::path(route)), cause);
    // That of a read is no limit of threads.
    if limits::os_error(&failure.message) == Some(Errno::EAGAIN) {
        failure
    } else {
        limits::explained(failure)
    }
}

/// One GET and its answer as bytes on a socket. Both forms read into the same buffer in the same steps.
pub(super) struct Exchange<'a> {
    server: Server,
    route: &'a Route,
    /// The answer as far as it has come, and room for more.
    buffer: Vec<u8>,
    filled: usize,
    /// Where the body lies, once the head is there.
    body: Option<Range<usize>>,
}

impl<'a> Exchange<'a> {
    /// Room for a head, and for the body of most jobs.
    const ROOM: usize = 1024;

    pub(super) fn new(server: Server, route: &'a Route) -> Self {
        Self { server, route, buffer: vec![0; Self::ROOM], filled: 0, body: None }
    }

    pub(super) fn blocking(mut self, mut socket: impl Read + Write) -> Outcome {
        socket.write_all(self.request().as_bytes()).map_err(|cause| self.failed(&cause))?;
        loop {
            let count = phase::wait(|| socket.read(self.room())).map_err(|cause| self.failed(&cause))?;
            if let Some(answer) = self.take(count)? {
                return Ok(answer);
            }
        }
    }

    pub(super) async fn asynchronous(mut self, socket: &mut tokio::net::TcpStream) -> Outcome {
        socket.write_all(self.request().as_bytes()).await.map_err(|cause| self.failed(&cause))?;
        loop {
            let received = phase::wait_async(socket.read(self.room())).await;
            let count = received.map_err(|cause| self.failed(&cause))?;
            if let Some(answer) = self.take(count)? {
                return Ok(answer);
            }
        }
    }

    fn request(&self) -> String {
        format!("GET {} HTTP/1.1\r\nhost: {}\r\n\r\n", self.server.path(self.route), self.server)
    }

    fn room(&mut self) -> &mut [u8] {
        let end = self.body.as_ref().map_or(self.filled + Self::ROOM, |body| body.end);
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        &mut self.buffer[self.filled..]
    }

    /// Counts `count` more bytes as received. Gives the digest of the body, once all of it is there.
    fn take(&mut self, count: usize) -> Result<Option<Answer>, Failure> {
        if count == 0 {
            let cause = format!("the server closed the connection after {} bytes of its answer", self.filled);
            return Err(self.failed(&io::Error::other(cause)));
        }
        self.filled += count;
        if self.body.is_none() {
            self.body = body_of(&self.buffer[..self.filled]).map_err(|cause| self.failed(&cause))?;
            if self.body.is_none() && self.filled > LONGEST_HEAD {
                let cause = format!("the server answered with a head of more than {LONGEST_HEAD} bytes");
                return Err(self.failed(&io::Error::other(cause)));
            }
        }
        let whole = self.body.clone().filter(|body| body.end <= self.filled);
        Ok(whole.map(|body| digest(&self.buffer[body])))
    }

    fn failed(&self, cause: &io::Error) -> Failure {
        // The message of a read that timed out sounds as if a limit of the system were hit.
        if cause.kind() == io::ErrorKind::WouldBlock {
            let timeout = io::Error::other(format!("the server did not answer within {SILENCE:?}"));
            return failed(self.server, self.route, &timeout);
        }
        failed(self.server, self.route, cause)
    }
}

/// Where the body lies in a response whose head is complete. Only status 200 with a length is an answer.
fn body_of(received: &[u8]) -> io::Result<Option<Range<usize>>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(received).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.trim().parse().ok());
    let length = check_head(response.code.unwrap_or(0), length)?;
    Ok(Some(head..head + length))
}

/// The most that a head may have before its end must have come, in bytes; `ureq` has the same limit.
const LONGEST_HEAD: usize = 64 << 10;

/// The most that a body may have, in bytes: an image as PNG has a few more than it has pixels.
const LARGEST_BODY: usize = 2 * route::MAX_BYTES;

/// What every client demands of a head before it reads the body, so that no server can fill a lane's memory: status 200
/// and a length. Gives the length in bytes.
pub(super) fn check_head(status: u16, length: Option<u64>) -> io::Result<usize> {
    if status != 200 {
        return Err(io::Error::other(format!("the server answered with status {status}")));
    }
    let length = length.ok_or_else(|| io::Error::other("the server answered without a content-length"))?;
    let bounded = usize::try_from(length).ok().filter(|length| *length <= LARGEST_BODY);
    bounded.ok_or_else(|| {
        io::Error::other(format!(
            "the server announced a body of {length} bytes, and {LARGEST_BODY} is the most"
        ))
    })
}

/// A connected socket without Nagle's algorithm.
pub(super) fn connect(server: Server) -> Result<TcpStream, Failure> {
    let socket = TcpStream::connect(server.addr).map_err(|cause| refused(server, &cause))?;
    socket.set_nodelay(true).or_fail(|| format!("set up a connection to `{server}`"))?;
    Ok(socket)
}

/// The same inside a runtime.
pub(super) async fn connect_async(server: Server) -> Result<tokio::net::TcpStream, Failure> {
    let socket = tokio::net::TcpStream::connect(server.addr).await;
    let socket = socket.map_err(|cause| refused(server, &cause))?;
    socket.set_nodelay(true).or_fail(|| format!("set up a connection to `{server}`"))?;
    Ok(socket)
}

pub(super) fn refused(server: Server, cause: &io::Error) -> Failure {
    limits::explain(format_args!("connect to `{server}`"), cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_found_once_the_head_is_complete() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(body_of(&whole[..20]).expect("a part of a head is fine"), None);
        assert_eq!(body_of(whole).expect("complete").and_then(|range| whole.get(range)), Some(&b"abc"[..]));
    }

    #[test]
    fn errors_lengthless_and_foreign_answers_are_refused() {
        for answer in [
            &b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n",
            b"SSH-2.0-OpenSSH\r\n",
        ] {
            assert!(body_of(answer).is_err(), "{:?}", String::from_utf8_lossy(answer));
        }
    }
}
