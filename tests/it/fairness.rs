//! A lane that is not what it claims to be fails its cell. Each of these lanes breaks one rule, on purpose.

use fairlane::record::Status;

use crate::cli::Invocation;

/// Runs cells whose lanes break a rule, if there is such a rule; gives what the cells say.
fn reasons(rule: &str, words: &str) -> Vec<Option<String>> {
    let ended = Invocation::new(&format!("run {words} -b 1")).lie(rule, None).run();
    let run = ended.record();
    assert!(run.cells.iter().all(|cell| (cell.status != Status::Measured) == cell.reason.is_some()));
    run.cells.into_iter().map(|cell| cell.reason).collect()
}

fn assert_all_say(reasons: &[Option<String>], what: &str) {
    for reason in reasons {
        let reason = reason.as_deref().unwrap_or("no failure");
        assert!(reason.starts_with("unfair: ") && reason.contains(what), "{reason}");
    }
}

#[test]
fn a_thread_too_many_is_found_under_every_executor() {
    let reasons = reasons("extra-thread", "-w timer -j 8");
    assert_eq!(reasons.len(), 10);
    assert_all_say(&reasons, "threads, and its model has");
}

#[test]
fn a_runtime_hidden_in_a_blocking_executor_is_found() {
    // `threads` may have up to one hidden thread a client there, but not one by that name elsewhere.
    let found =
        reasons("hidden-runtime", "-w timer -j 8 -e sequential,threads,thread-pool,rayon,process-pool");
    assert_all_say(&found, "threads, and its model has");
    let found = reasons("hidden-runtime", "-w http-reqwest-blocking -j 4 -e threads");
    assert_all_say(&found, "threads, and its model has");
}

#[test]
fn jobs_that_share_a_task_are_found() {
    let reasons = reasons("unspawned", "-w noop,timer-1ms,primes -j 4 -e tasks");
    assert_all_say(&reasons, "ran in 1 tasks");
}

#[test]
fn a_job_that_blocks_its_worker_while_it_waits_is_found() {
    let reasons = reasons("blocked-worker", "-w timer,tcp -j 4 -e tasks,tasks-mt");
    assert_all_say(&reasons, "block their worker");
}

#[test]
fn all_others_are_what_they_claim_to_be() {
    let words = "-w timer,tcp,http,http-reqwest-blocking,file,primes,blur,crawl -j 8";
    let reasons = reasons("nothing", words);
    assert_eq!(reasons.len(), 80);
    for reason in reasons.into_iter().flatten() {
        assert!(reason.contains("panics inside an async runtime"), "{reason}");
    }
}
