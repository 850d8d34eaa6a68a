//! Chooses how many jobs of a model wait at once next, and when to stop: sizes double until the machine refuses one or a
//! guard forbids the next. Pure: the caller reports what happened.
//!
//! The guards keep the machine usable for other programs. Must not know how a size is tried, nor how the result is shown.

use std::time::Duration;

use super::waiting::{Model, Waited};
use crate::failure::Failure;
use crate::process::room::{Left, Room};

/// A batch that took longer than this is the last one: the next takes twice as long.
const LONG: Duration = Duration::from_secs(15);

/// After a failure this many sizes between the last good one and the failed one are tried.
const STEPS_BACK: u32 = 2;

/// What bounds the next size.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The most that was asked for.
    pub asked: Option<usize>,
    /// The most of the executor.
    pub most: usize,
    /// What the machine has left.
    pub room: Room,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This size.
    Try(usize),
    /// Nothing.
    Stop(Stopped),
}

/// Why no larger size is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// The machine refused this many.
    Failed(usize, Failure),
    /// More were not asked for.
    Asked(usize),
    /// Its executor takes no more.
    Most(usize),
    /// More would take over half of what this limit leaves.
    Room(Left),
    /// More would take over half of the memory that is available: these bytes.
    Memory(u64),
    /// The batch took long, and the next takes longer.
    Time(Duration),
}

/// The search for the largest size of one model.
#[derive(Debug)]
pub struct Search {
    model: &'static Model,
    /// The largest that waited so far.
    pub best: Option<Waited>,
    failed: Option<(usize, Failure)>,
    back: u32,
}

impl Search {
    /// A search that has tried no size.
    pub fn new(model: &'static Model) -> Self {
        Self { model, best: None, failed: None, back: 0 }
    }

    /// All jobs of a size waited at once.
    pub fn waited(&mut self, waited: Waited) {
        self.back += u32::from(self.failed.is_some() && self.best.is_some());
        self.best = Some(waited);
    }

    /// A size failed.
    pub fn failed(&mut self, size: usize, failure: Failure) {
        self.back += u32::from(self.failed.is_some() && self.best.is_some());
        self.failed = Some((size, failure));
    }

    /// What to do now.
    pub fn next(&mut self, bounds: &Bounds) -> Next {
        let good = self.best.map_or(0, |best| best.size);
        let (cap, stopped) = self.cap(bounds);
        if let Some((size, failure)) = &self.failed {
            // Far below until one has waited, then halfway between.
            let middle = if good == 0 { size / 4 } else { good.midpoint(*size) };
            if self.back >= STEPS_BACK || middle == good || middle > cap {
                return Next::Stop(Stopped::Failed(*size, failure.clone()));
            }
            return Next::Try(middle);
        }
        // What a guard allows differs each time it is read: a few more jobs are not worth another try.
        let exact = matches!(stopped, Stopped::Asked(_) | Stopped::Most(_));
        let reached = if exact { good >= cap } else { good + good / 16 >= cap };
        match self.best {
            _ if reached => Next::Stop(stopped),
            Some(best) if best.batch > LONG => Next::Stop(Stopped::Time(best.batch)),
            Some(best) => Next::Try((best.size * 2).min(cap)),
            None => Next::Try(self.model.first.min(cap)),
        }
    }

    /// The most that may be tried, and what forbids more.
    fn cap(&self, bounds: &Bounds) -> (usize, Stopped) {
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let mut caps = vec![(bounds.most, Stopped::Most(bounds.most))];
        caps.extend(bounds.asked.map(|asked| (asked, Stopped::Asked(asked))));
        for left in &bounds.room.threads {
            let fit = (left.left / 2).checked_div(self.model.threads_each);
            caps.extend(fit.map(|fit| (count(fit), Stopped::Room(*left))));
        }
        let own = self.best.and_then(|best| best.bytes_each()).unwrap_or(self.model.guessed_bytes);
        let each = (own + self.model.kernel_bytes).max(1);
        let memory = bounds.room.memory_bytes.map(|bytes| (count(bytes / 2 / each), Stopped::Memory(bytes)));
        caps.extend(memory);
        caps.into_iter().min_by_key(|(cap, _)| *cap).unwrap_or((0, Stopped::Most(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::search::waiting::MODELS;

    fn bounds(asked: Option<usize>, most: usize, threads: u64, memory: u64) -> Bounds {
        let threads = vec![Left { name: "kernel.pid_max", left: threads }];
        Bounds { asked, most, room: Room { threads, memory_bytes: Some(memory) } }
    }

    /// Searches a machine that takes `bears` jobs, and returns the sizes that were tried and what stopped it.
    fn search(model: usize, bears: usize, batch_each: Duration, bounds: &Bounds) -> (Vec<usize>, Stopped) {
        let (mut search, mut tried) = (Search::new(&MODELS[model]), Vec::new());
        loop {
            let size = match search.next(bounds) {
                Next::Stop(stopped) => return (tried, stopped),
                Next::Try(size) => size,
            };
            tried.push(size);
            assert!(tried.len() < 40, "{tried:?}");
            if size > bears {
                search.failed(size, Failure::new("refused"));
            } else {
                let (batch, bytes) = (batch_each * u32::try_from(size).unwrap(), Some(8_192 * size as u64));
                search.waited(Waited { size, delay: Duration::ZERO, batch, bytes });
            }
        }
    }

    const FAST: Duration = Duration::from_micros(1);
    const MUCH: u64 = 1 << 40;

    #[test]
    fn sizes_double_up_to_what_was_asked_for_or_the_most() {
        let asked = bounds(Some(3_000), 100_000, MUCH, MUCH);
        assert_eq!(search(0, 1 << 30, FAST, &asked), (vec![1_000, 2_000, 3_000], Stopped::Asked(3_000)));
        let small = bounds(Some(200), 4_096, MUCH, MUCH);
        assert_eq!(search(1, 1 << 30, FAST, &small), (vec![200], Stopped::Asked(200)));
        let most = bounds(None, 4_096, MUCH, MUCH);
        let (tried, stopped) = search(1, 1 << 30, FAST, &most);
        assert_eq!((tried.last(), stopped), (Some(&4_096), Stopped::Most(4_096)));
    }

    #[test]
    fn a_failure_is_closed_in_by_two_steps() {
        let free = bounds(None, 100_000, MUCH, MUCH);
        let refused = |size| Stopped::Failed(size, Failure::new("refused"));
        let sizes = vec![1_000, 2_000, 4_000, 8_000, 6_000, 7_000];
        assert_eq!(search(0, 6_500, FAST, &free), (sizes, refused(7_000)));
        assert_eq!(search(0, 0, FAST, &free), (vec![1_000, 250, 62, 15, 3], refused(3)));
        let sizes = vec![1_000, 250, 62, 156, 109];
        assert_eq!(
            search(0, 70, FAST, &free),
            (sizes, refused(109)),
            "two steps above the first that waited"
        );
        let guarded = bounds(None, 100_000, 11_000, MUCH);
        assert_eq!(search(0, 5_000, FAST, &guarded).0, [1_000, 2_000, 4_000, 5_500, 4_750, 5_125]);
    }

    #[test]
    fn guards_take_no_more_than_half() {
        let left = Left { name: "kernel.pid_max", left: 9_000 };
        let few = bounds(None, 100_000, left.left, MUCH);
        assert_eq!(search(0, 1 << 30, FAST, &few), (vec![1_000, 2_000, 4_000, 4_500], Stopped::Room(left)));
        assert_eq!(search(1, 1 << 30, FAST, &few).0.last(), Some(&4_500), "a process has one thread");
        let (tried, stopped) = search(2, 1 << 30, FAST, &bounds(None, 100_000, 0, 8_192 * 5_000));
        assert_eq!((tried, stopped), (vec![1_000, 2_000, 2_500], Stopped::Memory(8_192 * 5_000)));
        let none = bounds(None, 100_000, 0, MUCH);
        assert!(matches!(search(0, 1 << 30, FAST, &none), (tried, Stopped::Room(_)) if tried.is_empty()));
    }

    #[test]
    fn a_long_batch_is_the_last() {
        let each = Duration::from_millis(10);
        let (tried, stopped) = search(0, 1 << 30, each, &bounds(None, 100_000, MUCH, MUCH));
        assert_eq!((tried, stopped), (vec![1_000, 2_000], Stopped::Time(each * 2_000)));
    }
}
