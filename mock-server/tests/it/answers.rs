//! What both servers answer, and what they saw.

use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use mock_server::{BACKLOG, Error, Kind, Options, Server, Token, listen, route};
use socket2::Socket;

use crate::client::{Client, LOOPBACK, get_path, hold_path, start};

#[test]
fn both_kinds_answer_every_path_with_the_same_known_bytes() {
    for (key, delay_ms, bytes) in [(17, 0, 256), (17, 2, 256), (0, 0, 0), (u64::MAX, 0, 1), (3, 0, 100_000)] {
        let path = get_path(key, Duration::from_millis(delay_ms), bytes);
        let [wiremock, hyper] = Kind::ALL.map(|kind| Client::connect(start(kind).addr()).get(&path));
        assert_eq!(wiremock, hyper, "{path}");
        assert_eq!(wiremock.status, 200);
        assert_eq!(wiremock.content_type.as_deref(), Some("application/octet-stream"));
        assert_eq!(wiremock.body, route::body(key, bytes));
    }
}

#[test]
fn an_unknown_path_or_method_is_not_found_and_not_counted() {
    for kind in Kind::ALL {
        let server = start(kind);
        let mut client = Client::connect(server.addr());
        for path in ["/", "/get", "/get?key=1", "/hold/0?key=1&delay_ns=0&bytes=1"] {
            assert_eq!(client.get(path).status, 404, "{kind} {path}");
        }
        assert_eq!(client.request("DELETE", &get_path(1, Duration::ZERO, 1)).status, 404, "{kind}");
        assert_eq!(server.stats().requests, 0, "{kind}");
    }
}

#[test]
fn without_the_token_nothing_is_answered_or_counted() {
    for kind in Kind::ALL {
        let token = Token::random().unwrap();
        let options = Options { token: Some(token), ..Options::default() };
        let server = Server::start_with(kind, listen(LOOPBACK, BACKLOG).unwrap(), options).unwrap();
        let path = get_path(17, Duration::ZERO, 8);
        let mut stranger = Client::connect(server.addr());
        let other = Token::random().unwrap();
        for path in ["/", &path, &(path.clone() + &other.field()), &format!("{path}{}&x=1", token.field())] {
            assert_eq!(stranger.get(path).status, 403, "{kind} {path}");
        }
        assert_eq!((server.stats().requests, server.stats().connections.unwrap_or(0)), (0, 0), "{kind}");

        let mut client = Client::connect(server.addr());
        for _ in 0..2 {
            let response = client.get(&(path.clone() + &token.field()));
            assert_eq!((response.status, response.body), (200, route::body(17, 8)), "{kind}");
        }
        assert_eq!((server.stats().requests, server.stats().connections.unwrap_or(1)), (2, 1), "{kind}");
    }
}

#[test]
fn wiremock_says_that_it_cannot_hold() {
    let server = start(Kind::Wiremock);
    let response = Client::connect(server.addr()).get(&hold_path(1, 1));
    assert_eq!(response.status, 501);
    assert_eq!(response.body, b"wiremock cannot hold requests; hyper can");
    assert_eq!(server.stats().requests, 0);
}

fn load(server: &Server, clients: u64, requests_each: u64) {
    thread::scope(|scope| {
        for client in 0..clients {
            scope.spawn(move || {
                let mut connection = Client::connect(server.addr());
                for request in 0..requests_each {
                    let key = client * requests_each + request;
                    let body = connection.get(&get_path(key, Duration::from_millis(1), 64)).body;
                    assert_eq!(body, route::body(key, 64));
                }
            });
        }
    });
}

#[test]
fn the_counts_agree_with_what_the_clients_did() {
    for kind in Kind::ALL {
        let server = start(kind);
        load(&server, 8, 25);
        let stats = server.stats();
        assert_eq!(stats.requests, 200, "{kind}");
        assert!((1..=8).contains(&stats.peak_in_flight), "{kind}: {stats:?}");
        assert_eq!(stats.peak_is_nominal, kind == Kind::Wiremock);
        let counted = (kind == Kind::Hyper).then_some(());
        assert_eq!(stats.connections, counted.map(|()| 8));
        assert_eq!(stats.in_flight, counted.map(|()| 0));
    }
}

#[test]
fn a_connection_used_again_is_counted_once() {
    let server = start(Kind::Hyper);
    load(&server, 1, 10);
    assert_eq!(server.stats().connections, Some(1));
    load(&server, 1, 1);
    assert_eq!(server.stats().connections, Some(2));
}

#[test]
fn a_reset_zeroes_all_but_the_connections_and_keeps_them_open() {
    for kind in Kind::ALL {
        let server = start(kind);
        let mut client = Client::connect(server.addr());
        client.get(&get_path(1, Duration::ZERO, 1));
        let connections = server.stats().connections;

        server.reset().unwrap();
        let stats = server.stats();
        assert_eq!((stats.requests, stats.peak_in_flight), (0, 0), "{kind}");
        assert_eq!(stats.connections, connections, "{kind}");

        assert_eq!(client.get(&get_path(2, Duration::ZERO, 8)).body, route::body(2, 8));
        assert_eq!(server.stats().requests, 1, "{kind}");
    }
}

#[test]
fn a_dropped_server_has_closed_its_listener() {
    let server = start(Kind::Hyper);
    let addr = server.addr();
    drop(server);
    assert!(TcpStream::connect(addr).is_err());
}

// A shut-down listener stands in for a process out of files. The thin server survives it: its own unit tests show that.
#[test]
fn a_failed_accept_ends_wiremock_and_the_next_reset_says_so() {
    let listener = listen(LOOPBACK, BACKLOG).unwrap();
    let handle = Socket::from(listener.try_clone().unwrap());
    let server = Server::start(Kind::Wiremock, listener).unwrap();
    handle.shutdown(Shutdown::Both).unwrap();
    assert!(matches!(server.reset(), Err(Error::Unreachable { kind: Kind::Wiremock, .. })));
}
