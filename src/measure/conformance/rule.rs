//! The rules of docs/LANES.md, each as the one sentence that a reader sees.

/// A rule that a lane keeps or breaks.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in JSON.
    pub id: &'static str,
    /// What a lane that keeps it does.
    pub text: &'static str,
}

macro_rules! rules {
    ($($name:ident $id:literal $text:literal;)+) => {
        $(pub(super) const $name: Rule = Rule { id: $id, text: $text };)+

        /// All rules, in the order in which a lane meets them.
        pub const RULES: &[Rule] = &[$($name),+];
    };
}

rules! {
    OPENS "open" "`open` is answered by `ready` in time";
    EXTRA_KEYS "extra-keys" "keys that the lane does not know are ignored";
    VERSION "version" "the lane speaks no newer version of the protocol than the driver";
    MODEL "model" "`model` is that of the executor";
    IN_FLIGHT "in-flight" "`in_flight` is the number of jobs that the executor can have in flight";
    HASH "hash" "`hash` is `xxh3-64` or `crc32`";
    WARM_UP "warm-up" "`warm_up_ms` is 10,000 at most";
    SAMPLES "sample" "`sample` is answered by `sampled` in time";
    COUNT "count" "the batch runs as often as requested";
    TIME "time" "`total_ns` is not longer than the driver waited";
    SINGLE_TIMES "single-times" "`samples_ns` has a time for each run, 1,000 at most, and they add up to `total_ns`";
    WAITS "waits" "no batch is faster than the waits of its jobs";
    RIGHT "right" "every answer is right";
    HEXADECIMAL "hexadecimal" "digests and answers are strings of 16 hexadecimal digits";
    USAGE "usage-of-sample" "no more is used than the processors have in that time";
    REQUESTS "requests" "the server counts a request for each job of each run";
    CONNECTIONS "connections" "no warm batch opens a connection";
    ANSWERS "answers" "`answers` is answered by the answers of a batch";
    USED "usage" "`usage` is answered by `used`";
    PROBES "probe" "`probe` is answered by `probed`, with the right digest";
    WALL "wall" "`wall_ns` is not longer than the driver waited";
    OVERLAP "overlap" "no more jobs are in flight at once than `in_flight` says";
    QUANTILES "quantiles" "quantiles grow from `p50_ns` to `max_ns`, and none is longer than the batch";
    TASKS "tasks" "each job of an async executor has a task of its own, and releases its worker while it waits";
    TIMELINE "timeline" "the timeline has 64 jobs at most, in order, each with its waits within the batch";
    STANDS "stand-still" "`stand-still` is answered by `stood`, with the right digest";
    STILL "still" "the jobs stand still until the driver has looked";
    THREADS "threads" "the process of the lane has as many threads as `threads` says";
    OUTPUT "output" "standard output has nothing but one reply for each request";
    ENDS "end" "the end of input ends the lane with all its processes within 5 s";
    SECOND "second-open" "a second `open` is answered by `failed`";
    UNKNOWN "unknown-request" "a request that the lane does not know is answered by `failed`";
    NEWER "newer-driver" "an `open` of a newer version of the protocol is answered by `failed`";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let ids: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
    }
}
