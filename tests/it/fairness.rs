//! A lane that is not what it claims to be fails its cell. Each of these lanes breaks one rule, on purpose.

use fairlane::record::Status;

use crate::cli::{Ended, Invocation};

/// Part of the reason of a cell with a thread too many.
const TOO_MANY: &str = "threads, and its model has";

fn run(rule: &str, words: &str) -> Ended {
    Invocation::new(&format!("run {words} -b 1")).lie(rule, None).run()
}

/// Runs cells whose lanes break a rule: there are `cells` of them, each fails, and its reason contains `what`.
fn assert_found(rule: &str, words: &str, cells: usize, what: &str) {
    let found = run(rule, words).exits(1).record().cells;
    assert_eq!(found.len(), cells, "{words}");
    for cell in found {
        let reason = cell.reason.as_deref().unwrap_or("no reason");
        assert_eq!(cell.status, Status::Failed, "{}: {reason}", cell.id);
        assert!(reason.starts_with("unfair: ") && reason.contains(what), "{}: {reason}", cell.id);
    }
}

#[test]
fn a_thread_too_many_is_found_under_every_executor() {
    assert_found("extra-thread", "-w timer -j 8", 10, TOO_MANY);
}

#[test]
fn a_runtime_hidden_in_a_blocking_executor_is_found() {
    // `threads` may have up to one hidden thread a client there, but not one by that name elsewhere.
    let blocking = "-w timer -j 8 -e sequential,threads,thread-pool,rayon,process-pool";
    assert_found("hidden-runtime", blocking, 5, TOO_MANY);
    assert_found("hidden-runtime", "-w http-reqwest-blocking -j 4 -e threads", 1, TOO_MANY);
}

#[test]
fn jobs_that_share_a_task_are_found() {
    assert_found("unspawned", "-w noop,timer-1ms,primes -j 4 -e tasks", 3, "ran in 1 tasks");
}

#[test]
fn a_job_that_blocks_its_worker_while_it_waits_is_found() {
    // The lane that measures the server's ceiling breaks the rule, too: the limit ends it early.
    let words = "-w timer,tcp -j 4 -e tasks,tasks-mt --limit 5";
    assert_found("blocked-worker", words, 4, "blocked its worker");
}

#[test]
fn all_others_are_what_they_claim_to_be() {
    let words = "-w timer,tcp,http,http-reqwest-blocking,file,primes,blur,crawl -j 8";
    let cells = run("nothing", words).exits(0).record().cells;
    assert_eq!(cells.len(), 80);
    for cell in cells {
        let reason = cell.reason.as_deref().unwrap_or_default();
        // The blocking client has a runtime inside, and a runtime cannot run in another one.
        let cannot = cell.id.starts_with("http-reqwest-blocking/tasks");
        let status = if cannot { Status::NotApplicable } else { Status::Measured };
        assert_eq!(cell.status, status, "{}: {reason}", cell.id);
        assert_eq!(reason.contains("panics inside an async runtime"), cannot, "{}: {reason}", cell.id);
    }
}
