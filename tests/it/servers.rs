//! A server of the user's own: one that is right, and those that are not.

use std::net::{Ipv4Addr, SocketAddr};

use fairlane::record::{CellResult, Group, Pass, Status};
use mock_server::{BACKLOG, Kind, Server, listen};

use crate::alone::alone;
use crate::cli::{Ended, Invocation, cell};
use crate::stranger::{Manner, closed, serve};

fn run(url: &str, words: &str) -> Ended {
    Invocation::new(&format!("run --server {url} -e thread-pool,tasks --budget 1 {words}")).run()
}

#[test]
fn a_server_that_refuses_is_reported_before_anything_is_measured() {
    let ended = run(&closed(), "-w http -j 8").exits(1);
    let lines: Vec<_> = ended.stderr.lines().collect();
    let [error, help] = lines.as_slice() else { panic!("{}", ended.stderr) };
    assert!(error.starts_with("error: ") && error.contains("Connection refused"), "{error}");
    assert!(help.starts_with("help: ") && help.contains("`fairlane serve`"), "{help}");
    assert!(!ended.results().exists());
}

/// Runs cells that fail, asserts that there are so many, and gives their reasons.
fn reasons(first: Manner, then: Manner, words: &str, cells: usize) -> Vec<String> {
    let run = run(&serve(first, then), words).exits(1).record();
    assert_eq!(run.cells.len(), cells);
    let failed = |cell: CellResult| {
        assert_eq!((cell.status, cell.median_ns), (Status::Failed, None), "{}", cell.id);
        cell.reason.unwrap()
    };
    run.cells.into_iter().map(failed).collect()
}

#[test]
fn a_server_that_begins_to_answer_errors_fails_the_cells_with_the_status() {
    for reason in reasons(Manner::Answers, Manner::Fails, "-w http,tcp -j 8", 4) {
        assert!(reason.contains("500"), "{reason}");
    }
}

#[test]
fn a_server_that_falls_silent_fails_the_cells() {
    for reason in reasons(Manner::Answers, Manner::IsSilent, "-w tcp -j 8 --timeout 2", 2) {
        assert!(reason.contains("did not answer within 2s"), "{reason}");
    }
}

#[test]
fn a_server_that_answers_rightly_but_does_not_wait_fails_the_cells() {
    for reason in reasons(Manner::Answers, Manner::Answers, "-w http,tcp -j 4", 4) {
        assert!(reason.ends_with("waiting alone takes 10ms: its jobs did not wait"), "{reason}");
    }
}

#[test]
fn a_right_server_is_measured_and_called_foreign() {
    for kind in Kind::ALL {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), BACKLOG).unwrap();
        let server = Server::start(kind, listener).unwrap();
        let run = run(&server.url(), "-w http -j 8").exits(0).record();
        assert_eq!(run.apparatus.server, "foreign");
        for executor in ["thread-pool", "tasks"] {
            let cell = cell(&run, &format!("http/{executor}/8"));
            assert_eq!(
                (cell.status, &cell.server),
                (Status::Measured, &None),
                "its counters are not asked for"
            );
        }
        assert!(server.stats().requests > 0);
    }
}

/// The name may have another address as well, where nobody listens.
#[test]
fn a_server_is_found_by_its_name() {
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), BACKLOG).unwrap();
    let server = Server::start(Kind::Hyper, listener).unwrap();
    let url = format!("HTTP://localhost:{}/", server.addr().port());
    run(&url, "-w http -j 4").exits(0);
    assert!(server.stats().requests > 0);
}

#[test]
fn the_rankings_of_both_mock_servers_are_compared() {
    let _alone = alone();
    // 4 answers in 20 ms: on a busy machine, too, the servers can give many more, so they limit no cell.
    let run = |words: &str| Invocation::new(&format!("run {words} -j 4 -e sequential,tasks")).run().exits(0);
    let ended = run("-w tcp-20ms,tcp-20ms-hyper -b 12");
    // Where other programs took the processors there is no verdict, and no pair to compare.
    let bearable = |pass: &&Pass| pass.others.is_none_or(|others| others <= 0.25);
    let judged = |group: &Group| group.passes.iter().filter(bearable).count() >= 8;
    let pairs = if ended.record().groups.iter().all(judged) {
        "1 pair of executors both servers order 1"
    } else {
        "0 pairs of executors both servers order 0"
    };
    let agree = format!("tcp-20ms/4 and tcp-20ms-hyper/4: of {pairs} alike, and none the other way round");
    assert!(ended.stderr.contains(&agree), "{}", ended.stderr);
    let one = run("-w tcp-hyper -b 1").stderr;
    assert!(!one.contains("both servers"), "there is only one server: {one}");
}
