//! `hand-*`: each model as one would write it without Fairlane, for one job type known at compile time.
//!
//! Controls: the same job bodies, the same answers, but no registry, no trait object, no slots and no checks. Run
//! beside the executors in the same passes, they show what Fairlane itself costs.

mod processes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use tokio::runtime::{self, Runtime};

use super::{Answers, Entry, Executor, Model, Width};
use crate::failure::{Failure, OrFail};
use crate::workload::{Batch, Job, Outcome, Visitor};

const CONTROL: Entry = Entry { in_the_clock: "the same as in what it stands beside", ..Entry::PLAIN };

pub(super) static LOOP: Entry = Entry {
    id: "hand-loop",
    model: Model::MainThread,
    about: "control: a hand-written loop",
    width: Width::One,
    parallel: false,
    by_hand_for: &["sequential"],
    open: |batch| batch.spec.visit(Loop(batch)),
    ..CONTROL
};

pub(super) static SCOPE: Entry = Entry {
    id: "hand-scope",
    model: Model::OsThread,
    about: "control: hand-written scoped threads, as many as the concurrency, that share a counter",
    threads: Some(Width::Concurrency),
    by_hand_for: &["thread-pool", "rayon", "tasks-mt"],
    open: |batch| batch.spec.visit(Scope(batch)),
    ..CONTROL
};

pub(super) static THREADS: Entry = Entry {
    id: "hand-threads",
    model: Model::OsThread,
    about: "control: a hand-written scoped thread for every job, all at once",
    width: Width::Jobs,
    threads: Some(Width::Jobs),
    by_hand_for: &["threads"],
    open: |batch| batch.spec.visit(Threads(batch)),
    ..CONTROL
};

pub(super) static RAYON: Entry = Entry {
    id: "hand-rayon",
    model: Model::OsThread,
    about: "control: a hand-written `par_iter`",
    width: Width::Cores,
    threads: Some(Width::Cores),
    by_hand_for: &["rayon"],
    open: |batch| batch.spec.visit(Rayon(batch)),
    ..CONTROL
};

pub(super) static COMMAND: Entry = Entry {
    id: "hand-command",
    model: Model::Process,
    about: "control: a `Command` for every job, all started, then all read",
    width: Width::Jobs,
    keeps_connections: false,
    most: 4_096,
    by_hand_for: &["processes"],
    open: processes::command,
    ..CONTROL
};

pub(super) static POOL: Entry = Entry {
    id: "hand-pool",
    model: Model::Process,
    about: "control: hand-written processes made ahead, as many as the concurrency, fed by pipes with 8 bytes a job",
    most: 4_096,
    by_hand_for: &["process-pool"],
    open: processes::pool,
    ..CONTROL
};

pub(super) static SPAWN: Entry = Entry {
    id: "hand-spawn",
    model: Model::Async,
    about: "control: hand-written `tokio::spawn` and await on one thread",
    width: Width::Jobs,
    parallel: false,
    by_hand_for: &["tasks"],
    open: |batch| batch.spec.visit(Spawn(batch, runtime::Builder::new_current_thread())),
    ..CONTROL
};

pub(super) static SPAWN_MT: Entry = Entry {
    id: "hand-spawn-mt",
    model: Model::Async,
    about: "control: hand-written `tokio::spawn` and await on one worker thread per core",
    width: Width::Jobs,
    threads: Some(Width::Cores),
    by_hand_for: &["tasks-mt"],
    open: |batch| {
        let mut builder = runtime::Builder::new_multi_thread();
        builder.worker_threads(batch.cores);
        batch.spec.visit(Spawn(batch, builder))
    },
    ..CONTROL
};

pub use processes::main;

type Opened = Result<Box<dyn Executor>, Failure>;

struct Loop<'a>(&'a Batch);

impl Visitor for Loop<'_> {
    type Output = Box<dyn Executor>;
    fn visit<J: Job>(self) -> Opened {
        let (jobs, clients) = (self.0.jobs::<J>(), self.0.clients::<J>(1)?);
        Ok(Box::new(move || jobs.iter().map(|job| job.run(&clients[0])).collect()))
    }
}

struct Scope<'a>(&'a Batch);

impl Visitor for Scope<'_> {
    type Output = Box<dyn Executor>;
    fn visit<J: Job>(self) -> Opened {
        let (jobs, clients) = (self.0.jobs::<J>(), self.0.clients::<J>(self.0.concurrency)?);
        Ok(Box::new(move || scoped(&jobs, &clients)))
    }
}

fn scoped<J: Job>(jobs: &[J], clients: &[J::Client]) -> Answers {
    let next = AtomicUsize::new(0);
    let work = |client: &J::Client| -> Vec<(usize, Outcome)> {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match jobs.get(index) {
                Some(job) => done.push((index, job.run(client))),
                None => return done,
            }
        }
    };
    let mut answers = vec![0; jobs.len()];
    thread::scope(|scope| {
        let threads: Vec<_> = clients.iter().map(|client| scope.spawn(|| work(client))).collect();
        for thread in threads {
            for (index, outcome) in thread.join().unwrap_or_else(|_| vec![(0, panicked())]) {
                answers[index] = outcome?;
            }
        }
        Ok(answers)
    })
}

struct Threads<'a>(&'a Batch);

impl Visitor for Threads<'_> {
    type Output = Box<dyn Executor>;
    fn visit<J: Job>(self) -> Opened {
        let (jobs, clients) = (self.0.jobs::<J>(), self.0.clients::<J>(self.0.jobs)?);
        Ok(Box::new(move || {
            thread::scope(|scope| {
                let start = |(job, client)| scope.spawn(move || J::run(job, client));
                let threads: Vec<_> = jobs.iter().zip(&clients).map(start).collect();
                threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| panicked())).collect()
            })
        }))
    }
}

fn panicked() -> Outcome {
    Err(Failure::new("cannot run a job: its thread panicked"))
}

struct Rayon<'a>(&'a Batch);

impl Visitor for Rayon<'_> {
    type Output = Box<dyn Executor>;
    fn visit<J: Job>(self) -> Opened {
        let (jobs, clients) = (self.0.jobs::<J>(), self.0.clients::<J>(self.0.cores)?);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.0.cores).build();
        let pool = pool.or_fail(|| "start rayon's worker threads")?;
        Ok(Box::new(move || {
            let client = || &clients[rayon::current_thread_index().unwrap_or(0)];
            pool.install(|| {
                (0..jobs.len()).into_par_iter().with_max_len(1).map(|job| jobs[job].run(client())).collect()
            })
        }))
    }
}

struct Spawn<'a>(&'a Batch, runtime::Builder);

impl Visitor for Spawn<'_> {
    type Output = Box<dyn Executor>;
    fn visit<J: Job>(mut self) -> Opened {
        let runtime: Runtime = self.1.enable_all().build().or_fail(|| "start a runtime")?;
        let jobs: Arc<Vec<J>> = Arc::new(self.0.jobs());
        let clients = Arc::new(runtime.block_on(self.0.async_clients::<J>(jobs.len()))?);
        Ok(Box::new(move || {
            let (jobs, clients) = (jobs.clone(), clients.clone());
            let batch = runtime.spawn(async move {
                let one = |job: usize| {
                    let (jobs, clients) = (jobs.clone(), clients.clone());
                    tokio::spawn(async move { jobs[job].run_async(&clients[job]).await })
                };
                let tasks: Vec<_> = (0..jobs.len()).map(one).collect();
                let mut answers = Vec::with_capacity(tasks.len());
                for task in tasks {
                    answers.push(task.await.or_fail(|| "await a task")??);
                }
                Ok(answers)
            });
            runtime.block_on(batch).or_fail(|| "await the batch")?
        }))
    }
}
