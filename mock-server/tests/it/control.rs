//! The protocol of a server that runs as a child.

use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe};
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use mock_server::{Error, Kind, Options, Reply, Request, control};

use crate::client::{Client, LOOPBACK, get_path};

/// The controlling end of a server that runs on another thread.
struct Controller {
    requests: PipeWriter,
    replies: BufReader<PipeReader>,
    server: thread::JoinHandle<Result<(), Error>>,
}

impl Controller {
    fn open(kind: Kind) -> (Controller, SocketAddr) {
        let (input, requests) = pipe().unwrap();
        let (replies, output) = pipe().unwrap();
        let server =
            thread::spawn(move || control(kind, LOOPBACK, Options::default(), BufReader::new(input), output));
        let mut controller = Controller { requests, replies: BufReader::new(replies), server };
        let ready = controller.read();
        let Reply::Ready { kind: started, addr } = serde_json::from_str(&ready).unwrap() else {
            panic!("not ready: {ready}")
        };
        assert_eq!(started, kind);
        (controller, addr)
    }

    fn send(&mut self, line: &[u8]) -> String {
        self.requests.write_all(&[line, b"\n"].concat()).unwrap();
        self.read()
    }

    fn ask(&mut self, request: Request) -> Reply {
        let line = serde_json::to_vec(&request).unwrap();
        serde_json::from_str(&self.send(&line)).unwrap()
    }

    fn read(&mut self) -> String {
        let mut line = String::new();
        self.replies.read_line(&mut line).unwrap();
        line
    }
}

#[test]
fn a_child_counts_resets_and_ends_with_its_input() {
    for kind in Kind::ALL {
        let (mut controller, addr) = Controller::open(kind);
        assert_eq!(Client::connect(addr).get(&get_path(1, Duration::ZERO, 8)).status, 200);
        let requests = |reply| match reply {
            Reply::Stats(stats) => stats.requests,
            other => panic!("no stats: {other:?}"),
        };
        assert_eq!(requests(controller.ask(Request::Stats)), 1);
        assert_eq!(controller.ask(Request::Reset), Reply::Reset(true));
        assert_eq!(requests(controller.ask(Request::Stats)), 0);

        drop(controller.requests);
        assert!(controller.server.join().unwrap().is_ok());
    }
}

#[test]
fn a_broken_line_is_answered_with_an_error_and_the_next_one_is_served() {
    let (mut controller, _) = Controller::open(Kind::Hyper);
    for line in [&b""[..], b"{", b"\xff", b"{\"do\":\"dance\"}", b"{\"do\":\"stats\"} trailing"] {
        let reply = controller.send(line);
        assert!(reply.starts_with("{\"error\":\"read the request `"), "{reply}");
    }
    assert_eq!(controller.send(b"{\"do\":\"reset\"}"), "{\"reset\":true}\n");
}

#[test]
fn the_lines_are_spelt_as_documented() {
    let ready = Reply::Ready { kind: Kind::Wiremock, addr: "127.0.0.1:43211".parse().unwrap() };
    let written = serde_json::to_string(&ready).unwrap();
    assert_eq!(written, r#"{"ready":{"kind":"wiremock","addr":"127.0.0.1:43211"}}"#);
    assert_eq!(serde_json::to_string(&Request::Stats).unwrap(), r#"{"do":"stats"}"#);

    let (mut controller, _) = Controller::open(Kind::Hyper);
    let stats = r#"{"stats":{"requests":0,"connections":0,"in_flight":0,"peak_in_flight":0,"peak_is_nominal":false}}"#;
    assert_eq!(controller.send(b"{\"do\":\"stats\"}").trim_end(), stats);
}

#[test]
fn an_address_in_use_is_an_error_that_names_it() {
    let taken = mock_server::listen(LOOPBACK, 1).unwrap();
    let addr = taken.local_addr().unwrap();
    let error = control(Kind::Hyper, addr, Options::default(), &b""[..], Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), format!("listen on `{addr}`"));
}

#[test]
fn every_kind_is_read_as_it_is_written_and_no_other() {
    for kind in Kind::ALL {
        assert_eq!(kind.to_string().parse::<Kind>().unwrap(), kind);
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
    }
    let error = "Hyper".parse::<Kind>().unwrap_err();
    assert_eq!(error.to_string(), "parse the server kind `Hyper`: it is neither `wiremock` nor `hyper`");
}
