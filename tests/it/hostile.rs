//! Hostile servers, and others than mock servers: the error comes at once and names the cause, and nothing hangs or is left.

use std::thread;
use std::time::Duration;

use fairlane::clock;
use fairlane::record::Status;

use crate::cli::{Ended, Invocation};
use crate::stranger::{Manner, serve, serve_each};

/// What each does, and what the error says of it.
const HOSTILE: [(Manner, &str); 13] = [
    (Manner::IsSilent, "did not answer within 5s"),
    (Manner::Closes, "the server closed the connection after 0 bytes of its answer"),
    (Manner::Resets, "Connection reset by peer"),
    (Manner::SendsGarbage, "invalid HTTP version"),
    (Manner::KnowsNothing, "answered with status 404"),
    (Manner::IsEmpty, "answered with another body than the mock server's"),
    (Manner::IsAnother, "answered with another body than the mock server's"),
    (Manner::BreaksOff, "the server closed the connection after "),
    (Manner::Trickles, "did not answer within 5s"),
    (Manner::HasALongHead, "answered with a head of more than 65536 bytes"),
    (Manner::HasAnEndlessBody, "answered without a content-length"),
    (Manner::Redirects, "answered with status 302"),
    (Manner::Fails, "answered with status 500"),
];

/// Runs against such a server, and gives how it ended and how long that took.
fn run(url: &str, words: &str) -> (Ended, Duration) {
    let begun = clock::now();
    let ended = Invocation::new(&format!("run --server {url} -w http -w tcp -j 4 {words}")).run().exits(1);
    (ended, clock::now().since(begun))
}

/// All at once: most of the time they wait.
fn against_each(check: impl Fn(Manner, &str) + Sync) {
    thread::scope(|scope| {
        for (manner, reason) in HOSTILE {
            let check = &check;
            scope.spawn(move || check(manner, reason));
        }
    });
}

#[test]
fn a_hostile_server_is_an_error_at_once_with_the_cause() {
    against_each(|manner, reason| {
        let (ended, took) = run(&serve(manner, manner), "--timeout 5");
        let lines: Vec<_> = ended.stderr.lines().collect();
        let [error, help] = lines.as_slice() else { panic!("{manner:?}: {}", ended.stderr) };
        assert!(error.starts_with("error: cannot GET `http://127.0.0.1:"), "{manner:?}: {error}");
        assert!(error.contains(reason), "{manner:?}: {error}");
        assert!(help.starts_with("help: `--server` takes a mock server's URL"), "{manner:?}: {help}");
        assert!(!ended.results().exists(), "{manner:?}");
        assert!(took < Duration::from_secs(10), "{manner:?}: {took:?}");
    });
}

#[test]
fn a_server_that_becomes_hostile_fails_its_cells_within_the_limit() {
    against_each(|manner, _| {
        let words = "-e thread-pool,tasks --timeout 2 --budget 1";
        let (ended, took) = run(&serve_each(Manner::Answers, manner), words);
        let run = ended.record();
        assert_eq!(run.cells.len(), 4, "{manner:?}");
        for cell in &run.cells {
            let reason = cell.reason.as_deref().unwrap_or_default();
            assert_eq!((cell.status, cell.median_ns), (Status::Failed, None), "{manner:?}: {cell:#?}");
            assert!((1..500).contains(&reason.len()), "{manner:?}: {reason}");
            if matches!(manner, Manner::Trickles | Manner::IsSilent) {
                assert!(reason.contains("`fairlane-lane`") && reason.contains("within 2s"), "{reason}");
                let help = cell.help.as_deref().unwrap_or_default();
                assert!(help.contains("the server `127.0.0.1:"), "{help}");
            }
        }
        assert!(took < Duration::from_secs(30), "{manner:?}: {took:?}");
    });
}
