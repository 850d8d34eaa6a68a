//! The cells of all primitives, as data, with what others published of the same.

use super::Open::{self, On, Plain};
use super::PrimitiveSpec;
use super::{count, handover, pipe, spawn, switch, wait};

/// A number that somebody else published.
#[derive(Debug)]
pub struct Published {
    /// What of, with an article: `a switch between tasks`.
    pub what: &'static str,
    /// What kind of number it is.
    pub quantity: Quantity,
    /// The number: nanoseconds or bytes.
    pub value: f64,
    /// How many of these are in one job of ours.
    pub in_a_job: f64,
    /// Where it stands.
    pub source: &'static str,
}

/// What is measured of a primitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The time of a job.
    Time,
    /// What a unit holds.
    Memory,
}

const BRIGADE: &str = "jimblandy/context-switch";
const RUNTIMES: &str = "hez2010/async-runtimes-benchmarks-2024, derived";

const NONE: &[Published] = &[];
const TASK_SWITCH: &[Published] = &[time("a switch between tasks", 200.0, 2.0)];
const THREAD_SWITCH: &[Published] = &[time("a switch between threads", 1_700.0, 2.0)];
const READY_SWITCH: &[Published] = &[time("a switch by readiness of I/O", 1_700.0, 2.0)];
const TASK_SPAWN: &[Published] = &[time("a new task", 300.0, 1.0)];
const THREAD_SPAWN: &[Published] = &[time("a new thread", 17_000.0, 1.0)];
const TASK_MEMORY: &[Published] =
    &[memory("a task", 0.4 * 1_024.0, BRIGADE), memory("a task of a million", 455.0, RUNTIMES)];
const THREAD_MEMORY: &[Published] =
    &[memory("a thread, without some 10 KiB of the kernel's", 9.5 * 1_024.0, BRIGADE)];

/// Nanoseconds, and how many of these are in one job of ours.
const fn time(what: &'static str, value: f64, in_a_job: f64) -> Published {
    Published { what, quantity: Quantity::Time, value, in_a_job, source: BRIGADE }
}

/// Bytes.
const fn memory(what: &'static str, value: f64, source: &'static str) -> Published {
    Published { what, quantity: Quantity::Memory, value, in_a_job: 1.0, source }
}

const SWITCH: &str = "primitive-switch";
const PIPE: &str = "primitive-pipe";
const SPAWN: &str = "primitive-spawn";
const HANDOVER: &str = "primitive-handover";
const COUNT_MUTEX: &str = "primitive-count-mutex";
const COUNT_ATOMIC: &str = "primitive-count-atomic";
const COUNT_CHANNEL: &str = "primitive-count-channel";
const COUNT_CELL: &str = "primitive-count-cell";
const WAIT: &str = "primitive-wait";

/// Every cell of a primitive, in the order of lists.
pub static TABLE: &[PrimitiveSpec] = &[
    row(SWITCH, "tasks", "two tasks on one thread, `Notify`", TASK_SWITCH, On(switch::tasks)),
    row(SWITCH, "tasks-mt", "two tasks, `Notify`", TASK_SWITCH, On(switch::tasks)),
    row(SWITCH, "threads", "two threads, park and unpark", THREAD_SWITCH, Plain(switch::threads)),
    row(SWITCH, "processes", "two processes, a pair of pipes", NONE, Plain(pipe::processes)),
    row(PIPE, "tasks", "two tasks on one thread, tokio's pipes", READY_SWITCH, On(pipe::tasks)),
    row(PIPE, "tasks-mt", "two tasks, tokio's pipes", READY_SWITCH, On(pipe::tasks)),
    row(PIPE, "threads", "two threads", THREAD_SWITCH, Plain(pipe::threads)),
    row(PIPE, "processes", "two processes", NONE, Plain(pipe::processes)),
    row(SPAWN, "tasks", "`tokio::spawn` and await on one thread", TASK_SPAWN, On(spawn::tasks)),
    row(SPAWN, "tasks-mt", "`tokio::spawn` and await on a worker", TASK_SPAWN, On(spawn::tasks)),
    row(SPAWN, "threads", "`thread::Builder::spawn` and join", THREAD_SPAWN, Plain(spawn::threads)),
    row(SPAWN, "processes", "this program once more, which ends at once", NONE, Plain(spawn::processes)),
    row(HANDOVER, "tasks", "an owned buffer, tokio's channels", NONE, On(handover::tasks)),
    row(HANDOVER, "tasks-mt", "an owned buffer, tokio's channels", NONE, On(handover::tasks)),
    row(HANDOVER, "threads", "an owned buffer, crossbeam's channels", NONE, Plain(handover::threads)),
    row(HANDOVER, "processes", "copied into a pipe and out of it", NONE, Plain(handover::processes)),
    row(COUNT_MUTEX, "sequential", "nobody else", NONE, Plain(count::alone::<count::Locked>)),
    row(COUNT_MUTEX, "threads", "std's mutex", NONE, Plain(count::threads::<count::Locked>)),
    row(COUNT_MUTEX, "tasks", "std's mutex, one thread", NONE, On(count::tasks::<count::Locked>)),
    row(COUNT_MUTEX, "tasks-mt", "std's mutex", NONE, On(count::tasks::<count::Locked>)),
    row(COUNT_ATOMIC, "sequential", "nobody else", NONE, Plain(count::alone::<count::Atomic>)),
    row(COUNT_ATOMIC, "threads", "relaxed", NONE, Plain(count::threads::<count::Atomic>)),
    row(COUNT_ATOMIC, "tasks", "relaxed, one thread", NONE, On(count::tasks::<count::Atomic>)),
    row(COUNT_ATOMIC, "tasks-mt", "relaxed", NONE, On(count::tasks::<count::Atomic>)),
    row(COUNT_CHANNEL, "threads", "crossbeam's channel", NONE, Plain(count::channel_threads)),
    row(COUNT_CHANNEL, "tasks", "tokio's channel, one thread", NONE, On(count::channel_tasks)),
    row(COUNT_CHANNEL, "tasks-mt", "tokio's channel", NONE, On(count::channel_tasks)),
    row(COUNT_CELL, "sequential", "a loop", NONE, Plain(count::cell_alone)),
    row(COUNT_CELL, "tasks", "tasks of one thread", NONE, On(count::cell_tasks)),
    row(WAIT, "tasks", "tasks of one thread, one `Notify`", TASK_MEMORY, On(wait::tasks)),
    row(WAIT, "tasks-mt", "tasks, one `Notify`", TASK_MEMORY, On(wait::tasks)),
    row(WAIT, "threads", "parked threads", THREAD_MEMORY, Plain(wait::threads)),
    row(WAIT, "processes", "processes that read a pipe", NONE, Plain(wait::processes)),
];

const fn row(
    kind: &'static str,
    executor: &'static str,
    how: &'static str,
    published: &'static [Published],
    open: Open,
) -> PrimitiveSpec {
    PrimitiveSpec { kind, executor, how, published, open }
}
