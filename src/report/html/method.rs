//! The method in half a page, for a reader who has only this file. docs/METHODOLOGY.md is the long form.

use maud::{Markup, html};

/// What was done, and what could still be unfair.
pub(super) fn method() -> Markup {
    html! {
        section #method.prose {
            h2 { "How it was measured" }
            p { b { "Lanes." } " Every cell, which is a workload under an executor at a size, lives in a child process of its own, its lane. Nothing else happens in that process, and only one lane runs at any moment, so memory, threads and counters of one model never mix with another's." }
            p { b { "The clock" } " starts when an executor is handed the batch and stops when the last answer lies in its place. Inside are hand-over, waiting, computing and collecting, and making units where a model makes one for each job. Outside are pools, runtimes, connections, warm-up, resetting the server and checking answers. Every answer of every sample is compared with a known one, and the server's own count must agree: a wrong answer makes a cell failed, never fast." }
            p { b { "Rounds." } " All cells of a group run once in each round, in a new random order. They are compared within rounds, so a machine that slows down slows all of them; a ratio is the median of these ratios, and need not be that of two medians. The order is seeded; the seed is in the record. Unit costs of the models take their rounds in several passes over the whole run, each round in a fresh lane, so that their intervals hold what differs between minutes and between processes." }
            p { b { "Intervals." } " A number is the median over the rounds. Its interval encloses the true median in 99 of 100 runs; its ends are two of the samples themselves, chosen by the binomial distribution, and assume nothing of the shape of the noise. Fewer than 8 rounds have none." }
            p { b { "Ties." } " Two cells tie if the 99 % interval of their ratios within rounds includes 1, or if they differ by less than the noise floor. That is what the fastest cell differs from itself when it is opened as a second lane in the same rounds." }
            p { b { "Ideal" } " depends on the workload alone. For waiting it is the delay times the number of waves; for computing the sequential median over the cores; for both the larger of the two." }
            p { b { "What limited a cell" } " is judged from evidence: how busy the server, the cores and the disk were, whether connections were turned away, how coarse the timer is. A cell that was limited by the server or its backlog says nothing of its model and is not ranked." }
            p { b { "The probe" } " is one more run of the batch, outside all medians, with stamps on every job and an account of the whole process tree. Overlap, cores, processor time, switches and the pictures of when jobs ran come from it; they are one run and have no interval. Memory is taken in yet another run, in which all jobs stand still." }
            h3 { "What could still be unfair" }
            ul {
                li { b { "Client and server share the cores." } " On a small machine the last few percent between models on waiting work are the server's and the library's. Read " code { "timer" } ", " code { "tcp" } " and " code { "http" } " together: where a ranking holds in all three, neither is the reason. " code { "cargo bench -- servers" } " holds one server's ranking against another's." }
                li { b { "Libraries differ." } " Blocking and async executors use different HTTP clients; no library is good at both." }
                li { b { "Timers tick." } " An async timer rounds up to a millisecond; differences below 1.5 ms between blocking and async waits are the tick." }
                li { b { "Taking turns cools caches." } " A lane that waited for its turn starts colder than one that runs alone. All suffer alike, the shortest most." }
                li { b { "Virtual cores" } " may be two threads of one core; then twice the cores is not twice the work." }
            }
        }
    }
}
