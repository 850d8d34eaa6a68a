//! The method in half a page, for a reader who has only this file. docs/METHODOLOGY.md is the long form.

use maud::{Markup, html};

/// What was done, and what could still be unfair.
pub(super) fn method() -> Markup {
    html! {
        section #method.prose {
            h2 { "How it was measured" }
            p { b { "Lanes." } " A cell is a workload under an executor at a size. Each cell runs in a child process of its own, its lane. Nothing else runs in that process, and only one lane runs at any moment. So memory, threads and counters of one model never mix with those of another." }
            p { b { "The clock" } " starts when an executor gets the batch and stops when it has the last answer. It includes hand-over, waiting, computing and collecting, and also making units where a model makes one for each job. It does not include making pools, runtimes and connections, the warm-up, resetting the server and checking answers. The driver compares every answer of every sample with a known one, and the server's own count must agree. A cell with a wrong answer has failed and has no number." }
            p { b { "Passes." } " In every pass each cell gets a new lane. Groups and cells run in a new random order; the record has the seed. The value of a lane is the median of its samples, and verdicts rest on lanes, because two processes of the same program differ by chance. Lanes of one pass are a pair: a machine that slows down slows all of them. A ratio is estimated from these pairs and can differ from the ratio of two medians." }
            p { b { "Disturbance." } " In every pass the driver measures the processor time of other programs. If they took more than 5 %, the pass runs again while there is time, whatever its times were. It does not count if enough other passes are undisturbed." }
            p { b { "Intervals." } " A number is the median over the lanes. In 99 of 100 runs its interval encloses the true median. The ends of the interval are two of the values, chosen by the binomial distribution, without an assumption about the noise. Fewer than 8 lanes have no interval." }
            p { b { "Ties." } " A cell is slower if another one is faster beyond chance, by an exact test on the pairs, and by at least 1 %. The tests of a table share one error rate: of 100 tables of identical executors at most one calls one of them slower. All other cells are first, tied or open: nothing was shown to be faster. Below each table is the smallest difference that most such tables would show." }
            p { b { "Ideal" } " depends on the workload alone. For waiting it is the delay times the number of waves. For computing it is the sequential median divided by the cores. For both in turn it is the larger of the two." }
            p { b { "What limited a cell" } " is judged from evidence: how busy the server, the cores and the disk were, whether the server refused connections, how coarse the timer is. If the server or its backlog limited a cell, its number says nothing of the model, and the cell has no rank." }
            p { b { "Costs." } " Processor time, switches and cores are those of all samples, with all processes of a lane. " b { "The probe" } " is one run of the batch before all passes, with time stamps on every job. Overlap, latencies and the pictures of when jobs ran come from it and have no interval. Memory is measured in one more run, in which all jobs stand still." }
            h3 { "What could still be unfair" }
            ul {
                li { b { "Client and server share the cores." } " On a small machine the server and the client library cause the last few percent between models on waiting work. Read " code { "timer" } ", " code { "tcp" } " and " code { "http" } " together: a ranking that is the same in all three has another cause. " code { "cargo bench -- servers" } " compares the rankings with two servers." }
                li { b { "Libraries differ." } " Blocking and async executors use different HTTP clients, because no library is good at both." }
                li { b { "Timers have ticks." } " An async timer ends a wait at the first tick of 1 ms after it is due. A difference below 1.5 ms between blocking and async waits is that tick." }
                li { b { "Lanes are short." } " Each runs for a fraction of a second, after another one that filled the caches. What a model gains or loses over minutes is not measured." }
                li { b { "Virtual cores" } " can be two threads of one core. Then twice the cores do less than twice the work." }
            }
        }
    }
}
