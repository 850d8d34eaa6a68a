//! What a record contains about the machine, and the warnings of a run about its own numbers.

use fairlane::process::affinity;
use fairlane::record::Run;
use serde_json::Value;

use crate::cli::{Ended, Invocation};

const WORDS: &str = "run -w noop -e sequential -j 4 --budget 0.2 --json";

fn ids(run: &Run) -> Vec<&str> {
    run.warnings.iter().map(|warning| warning.id.as_str()).collect()
}

/// Every warning of the record was shown, and nothing else was.
fn assert_shown(ended: &Ended) {
    let run = ended.record();
    for warning in &run.warnings {
        let shown = format!("warning: {}\nhelp: {}\n", warning.text, warning.advice);
        assert!(ended.stderr.contains(&shown), "{shown} not in {}", ended.stderr);
    }
    assert_eq!(ended.stderr.matches("warning: ").count(), run.warnings.len(), "{}", ended.stderr);
}

#[test]
fn a_record_has_the_machine_and_every_limit_as_a_number_or_null() {
    let ended = Invocation::new(WORDS).run().exits(0);
    let output: Value = serde_json::from_str(&ended.stdout).unwrap();
    let limits = output["environment"]["limits"].as_object().unwrap();
    assert_eq!(limits.len(), 7);
    for (name, limit) in limits {
        assert!(limit.is_number() || limit.is_null(), "`{name}` is {limit}");
    }
    let Run { environment, apparatus, .. } = ended.record();
    assert!(environment.limits.pid_max > Some(0) && environment.limits.threads_max > Some(0));
    assert!(environment.affinity.is_some_and(|affinity| !affinity.is_empty()));
    assert!(environment.steal_share.is_none_or(|share| (0.0..=1.0).contains(&share)));
    assert!(apparatus.timer_resolution_ns.is_some() && apparatus.tokio_timer_resolution_ns.is_some());
}

#[test]
fn a_soft_limit_is_recorded_as_the_run_met_it() {
    let run = Invocation::under("ulimit -n 300", WORDS).run().exits(0).record();
    assert_eq!(run.environment.limits.nofile, Some(300));
}

#[test]
fn a_debug_build_warns_on_the_terminal_and_in_the_record_alike() {
    let ended = Invocation::new(WORDS).run().exits(0);
    assert_shown(&ended);
    let run = ended.record();
    assert_eq!(ids(&run).contains(&"debug-build"), run.environment.profile != "release");
    let advised = run.warnings.iter().all(|warning| !warning.text.is_empty() && !warning.advice.is_empty());
    assert!(advised, "{:?}", run.warnings);
    if run.environment.profile != "release" {
        let (shown, first) = (ended.stderr.find("debug build"), ended.stderr.find("rehearsal"));
        assert!(shown.is_some() && shown < first, "before anything is measured: {}", ended.stderr);
    }
}

#[test]
fn a_run_on_one_core_warns_about_it() {
    let core = affinity::allowed().unwrap().last().unwrap().to_string();
    let pinned = format!("taskset -cp {core} $$ >&2");
    let run = Invocation::under(&pinned, WORDS).run().exits(0).record();
    assert_eq!((run.environment.cores, run.environment.affinity.as_deref()), (1, Some(core.as_str())));
    assert!(ids(&run).contains(&"few-cores"), "{:?}", run.warnings);
}
