//! `fairlane limits`: how many jobs waited at once, what stopped more, and that no process is left.

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::cli::{Ended, Invocation};

/// The line of that model, and the limits.
fn found(ended: &Ended, model: &str) -> Value {
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert!(report["limits"]["pid_max"].is_u64(), "{}", ended.stdout);
    report["models"].as_array().unwrap().iter().find(|found| found["model"] == model).unwrap().clone()
}

#[test]
fn two_hundred_of_each_wait_at_once_and_the_cap_stops_more() {
    let ended = Invocation::new("limits --cap 200 --json").run().exits(0);
    for model in ["threads", "processes", "tasks"] {
        let found = found(&ended, model);
        assert_eq!((&found["waited_at_once"], &found["stopped_by"]), (&200.into(), &"cap".into()), "{found}");
        let ns = |name: &str| found[name].as_u64().unwrap();
        assert!(ns("wait_ns") < ns("batch_ns") && ns("batch_ns") < 2 * ns("wait_ns"), "{found}");
        assert!(found["anonymous_bytes_each"].as_u64().unwrap() > 100, "{found}");
        assert!(ended.stderr.contains(&format!("200 {model} at once")), "{}", ended.stderr);
    }
    assert!(!ended.results().exists());
}

/// A thread reserves 2 MiB of addresses for its stack, and some of them much more for an allocator's arena.
#[test]
fn what_refuses_threads_is_named_and_smaller_sizes_are_tried() {
    let ended = Invocation::under("ulimit -v 600000", "limits --cap 400 --json").run().exits(0);
    let threads = found(&ended, "threads");
    assert_eq!(threads["stopped_by"], "failure", "{threads}");
    // The stack itself is refused, or what a thread reserves when it begins: that looks like too many maps.
    let help = threads["help"].as_str().unwrap_or_default();
    assert!(help.contains("`ulimit -v` 614400000") || help.contains("vm.max_map_count"), "{threads}");
    assert!((1..300).contains(&threads["waited_at_once"].as_u64().unwrap()), "{threads}");
    assert_eq!(found(&ended, "tasks")["stopped_by"], "cap", "tasks need no stacks");
}

#[test]
fn text_has_one_line_for_each_model_and_the_limits_below() {
    let text = Invocation::new("limits --cap 2").run().exits(0).stdout;
    for model in ["threads", "processes", "tasks"] {
        assert_eq!(text.matches(&format!("2 {model} waited at once (")).count(), 1, "{text}");
    }
    assert_eq!(text.matches("; --cap is 2\n").count(), 3, "{text}");
    assert!(text.contains("kernel.pid_max") && text.contains("vm.max_map_count"), "{text}");
}

#[test]
fn an_interrupt_leaves_no_process_and_a_cap_of_zero_is_misuse() {
    let running = Invocation::new("limits").start();
    running.family.await_named("fairlane-lane", 1);
    running.signal(Signal::SIGINT);
    let ended = running.end().exits(130);
    assert_eq!(ended.stdout, "");
    let output = Invocation::new("limits --cap 0").run().exits(2).stderr;
    assert!(output.contains("'--cap <N>': the least is `1`"), "{output}");
}
