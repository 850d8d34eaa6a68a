//! Which process may become a child of Fairlane: none that a user starts, and none of a program that would only start again.

use fairlane::process::program::Program;

use crate::cli::Invocation;

#[test]
fn a_role_that_is_set_by_hand_is_misuse() {
    for role in ["fairlane-lane", "fairlane-worker", "fairlane-server", "fairlane-nothing", ""] {
        for leash in [None, Some("nonsense"), Some("999:1"), Some("-1:1")] {
            let mut invocation = Invocation::new("list").env("FAIRLANE_ROLE", role);
            if let Some(leash) = leash {
                invocation = invocation.env("FAIRLANE_LEASH", leash);
            }
            let ended = invocation.run().exits(2);
            let expected = "error: cannot start: `FAIRLANE_ROLE` is set, which fairlane sets for its own children alone\nhelp: unset FAIRLANE_ROLE\n";
            assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", expected), "`{role}` {leash:?}");
        }
    }
}

#[test]
fn a_program_that_never_intercepted_does_not_re_execute_itself() {
    let refused = Program::myself().unwrap_err();
    assert!(refused.message.contains("`fairlane::intercept()`"), "{refused}");
}
