//! `/hold/k` proves concurrency: no answer before `k` requests wait. Unit tests of the module test giving up.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use mock_server::{Kind, Server, route};

use crate::client::{Client, hold_path, start};

fn await_in_flight(server: &Server, expected: u64) {
    while server.stats().in_flight != Some(expected) {
        thread::yield_now();
    }
}

#[test]
fn nobody_is_answered_before_k_requests_wait_and_then_everybody_is() {
    const K: u32 = 32;
    let server = start(Kind::Hyper);
    let answered = AtomicUsize::new(0);
    let hold = |key: u64| {
        let body = Client::connect(server.addr()).get(&hold_path(K, key)).body;
        answered.fetch_add(1, SeqCst);
        assert_eq!(body, route::body(key, 8));
    };
    thread::scope(|scope| {
        for key in 1..u64::from(K) {
            scope.spawn(move || hold(key));
        }
        await_in_flight(&server, u64::from(K) - 1);
        assert_eq!(answered.load(SeqCst), 0);
        hold(0);
    });
    assert_eq!(answered.load(SeqCst), K as usize);
    let stats = server.stats();
    assert_eq!((stats.requests, stats.peak_in_flight, stats.in_flight), (32, 32, Some(0)));
}

#[test]
fn generations_of_different_size_do_not_disturb_each_other() {
    let server = start(Kind::Hyper);
    thread::scope(|scope| {
        for k in [1, 2, 3, 3, 2, 3, 2, 2] {
            let addr = server.addr();
            scope.spawn(move || assert_eq!(Client::connect(addr).get(&hold_path(k, 1)).status, 200));
        }
    });
    assert_eq!(server.stats().requests, 8);
}

#[test]
fn a_client_that_hangs_up_leaves_the_waiting_room() {
    let server = start(Kind::Hyper);
    let mut gone = Client::connect(server.addr());
    gone.send("GET", &hold_path(2, 1));
    await_in_flight(&server, 1);
    drop(gone);
    await_in_flight(&server, 0);

    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert_eq!(Client::connect(server.addr()).get(&hold_path(2, 1)).status, 200));
        }
    });
}
