//! A server that is not ours: it answers the first request in one manner, and all others in another.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use mock_server::route;

/// What it does with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// Answers as a mock server does.
    Answers,
    /// Answers with status 500.
    Fails,
    /// Announces 256 bytes, sends 3 and closes.
    BreaksOff,
    /// Keeps the connection open and sends nothing.
    IsSilent,
}

/// The URL of a server that meets its first request in one manner and all others in another. It ends with the test.
pub(crate) fn serve(first: Manner, then: Manner) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answered = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for connection in listener.incoming() {
            let answered = Arc::clone(&answered);
            let manner = move || if answered.fetch_add(1, Ordering::SeqCst) == 0 { first } else { then };
            thread::spawn(move || converse(connection.unwrap(), manner));
        }
    });
    url
}

/// The URL of a port where no program listens.
pub(crate) fn closed() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn converse(connection: TcpStream, mut manner: impl FnMut() -> Manner) {
    let mut reader = BufReader::new(connection);
    while let Some(path) = request(&mut reader) {
        let (status, length, body) = match manner() {
            Manner::Answers => {
                let route = route::parse(&path).unwrap();
                let body = route::body(route.answer().key, route.answer().bytes);
                ("200 OK", body.len(), body)
            }
            Manner::Fails => ("500 Internal Server Error", 0, Vec::new()),
            Manner::BreaksOff => ("200 OK", 256, b"abc".to_vec()),
            Manner::IsSilent => continue,
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
        let sent = reader.get_mut().write_all(&[head.as_bytes(), &body].concat());
        if sent.is_err() || body.len() < length {
            return;
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
