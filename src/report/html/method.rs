//! The method in half a page, for a reader who has only this file. docs/METHODOLOGY.md is the long form.

use maud::{Markup, html};

/// What was done, and what could still be unfair.
pub(super) fn method() -> Markup {
    html! {
        section #method.prose {
            h2 { "How it was measured" }
            p { b { "Lanes." } " Every cell, which is a workload under an executor at a size, lives in a child process of its own, its lane. Nothing else happens in that process, and only one lane runs at any moment, so memory, threads and counters of one model never mix with another's." }
            p { b { "The clock" } " starts when an executor is handed the batch and stops when the last answer lies in its place. Inside are hand-over, waiting, computing and collecting, and making units where a model makes one for each job. Outside are pools, runtimes, connections, warm-up, resetting the server and checking answers. Every answer of every sample is compared with a known one, and the server's own count must agree: a wrong answer makes a cell failed, never fast." }
            p { b { "Passes." } " In every pass each cell gets a fresh lane, groups and cells in a new random order; the seed is in the record. What one process shows is that process's luck, too, so the value of a lane is the median of its samples, and verdicts rest on lanes. Lanes of one pass are a pair: a machine that slows down slows all of them. A ratio is estimated from these pairs, and need not be that of two medians." }
            p { b { "Disturbance." } " What other programs took of the processors is measured with every pass of a group. A pass in which they took more than a twentieth is taken again while there is time, whatever its times were, and does not count if enough others do." }
            p { b { "Intervals." } " A number is the median over the lanes. Its interval encloses the true median in 99 of 100 runs; its ends are two of the values themselves, chosen by the binomial distribution, and assume nothing of the shape of the noise. Fewer than 8 lanes have none." }
            p { b { "Ties." } " A cell is behind if another one is faster beyond chance, by an exact test on the pairs, and by at least a hundredth. The tests of a table share one error rate: of a hundred tables of identical executors at most one calls one of them behind. All others tie for the first place. Below each table stands the smallest difference that would have shown." }
            p { b { "Ideal" } " depends on the workload alone. For waiting it is the delay times the number of waves; for computing the sequential median over the cores; for both the larger of the two." }
            p { b { "What limited a cell" } " is judged from evidence: how busy the server, the cores and the disk were, whether connections were turned away, how coarse the timer is. A cell that was limited by the server or its backlog says nothing of its model and is not ranked." }
            p { b { "Costs" } ": processor time, switches and cores are those of all samples, with all processes of a lane. " b { "The probe" } " is one run of the batch before all passes, with stamps on every job: overlap, latencies and the pictures of when jobs ran come from it, and have no interval. Memory is taken in yet another run, in which all jobs stand still." }
            h3 { "What could still be unfair" }
            ul {
                li { b { "Client and server share the cores." } " On a small machine the last few percent between models on waiting work are the server's and the library's. Read " code { "timer" } ", " code { "tcp" } " and " code { "http" } " together: where a ranking holds in all three, neither is the reason. " code { "cargo bench -- servers" } " holds one server's ranking against another's." }
                li { b { "Libraries differ." } " Blocking and async executors use different HTTP clients; no library is good at both." }
                li { b { "Timers tick." } " An async timer rounds up to a millisecond; differences below 1.5 ms between blocking and async waits are the tick." }
                li { b { "Lanes are young." } " Each lives for a fraction of a second, after another one that left the caches full of its own. What a model gains or loses over minutes is not measured." }
                li { b { "Virtual cores" } " may be two threads of one core; then twice the cores is not twice the work." }
            }
        }
    }
}
