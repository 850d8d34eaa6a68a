//! The least HTTP client that can check a server: one keep-alive connection, blocking.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use mock_server::route::{ResponseSpec, Route, path};
use mock_server::{BACKLOG, Kind, Server, listen};

pub(crate) const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A server that does not answer fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn start(kind: Kind) -> Server {
    Server::start(kind, listen(LOOPBACK, BACKLOG).unwrap()).unwrap()
}

pub(crate) fn get_path(key: u64, delay: Duration, bytes: usize) -> String {
    path(&Route::Get(ResponseSpec { key, delay, bytes }))
}

pub(crate) fn hold_path(k: u32, key: u64) -> String {
    path(&Route::Hold { k, response: ResponseSpec { key, delay: Duration::ZERO, bytes: 8 } })
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(addr: SocketAddr) -> Client {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Client(BufReader::new(stream))
    }

    pub(crate) fn get(&mut self, path: &str) -> Response {
        self.request("GET", path)
    }

    pub(crate) fn request(&mut self, method: &str, path: &str) -> Response {
        self.send(method, path);
        self.receive()
    }

    pub(crate) fn send(&mut self, method: &str, path: &str) {
        // In one write: a second small segment would wait for the acknowledgement of the first.
        let request = format!("{method} {path} HTTP/1.1\r\nhost: mock\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
    }

    fn receive(&mut self) -> Response {
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let (mut content_type, mut length) = (None, 0);
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            match name {
                "content-type" => content_type = Some(value.to_owned()),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Response { status, content_type, body }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}
