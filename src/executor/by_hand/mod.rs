//! `hand-*`: each model as one would write it without Fairlane, for one job type known at compile time.
//!
//! Controls: the same job bodies, the same answers, but no registry, no trait object, no slots and no checks. Measured
//! in the same passes as the executors, they show what Fairlane itself costs.

mod processes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use tokio::runtime::{self, Runtime};

use super::{Answers, Executor, ExecutorResult, ExecutorSpec, Model, Width};
use crate::failure::{Failure, OrFail};
use crate::workload::{Batch, Job, Outcome, Visitor};

/// What opens a control: that function, for the job type of the batch.
macro_rules! opens {
    ($make:ident) => {
        |batch| {
            struct Make<'a>(&'a Batch);
            impl Visitor for Make<'_> {
                type Output = Box<dyn Executor>;
                fn visit<J: Job>(self) -> ExecutorResult {
                    $make::<J>(self.0)
                }
            }
            batch.spec.visit(Make(batch))
        }
    };
}

const CONTROL: ExecutorSpec =
    ExecutorSpec { in_the_clock: "the same as in what it stands beside", ..ExecutorSpec::PLAIN };

pub(super) static LOOP: ExecutorSpec = ExecutorSpec {
    id: "hand-loop",
    model: Model::MainThread,
    about: "control: a hand-written loop",
    width: Width::One,
    parallel: false,
    by_hand_for: &["sequential"],
    open: opens!(in_a_loop),
    ..CONTROL
};

pub(super) static SCOPE: ExecutorSpec = ExecutorSpec {
    id: "hand-scope",
    model: Model::OsThread,
    about: "control: hand-written scoped threads, as many as the concurrency, that share a counter",
    threads: Some(Width::Concurrency),
    by_hand_for: &["thread-pool", "rayon", "tasks-mt"],
    open: opens!(in_a_scope),
    ..CONTROL
};

pub(super) static THREADS: ExecutorSpec = ExecutorSpec {
    id: "hand-threads",
    model: Model::OsThread,
    about: "control: a hand-written scoped thread for every job, all at once",
    width: Width::Jobs,
    threads: Some(Width::Jobs),
    by_hand_for: &["threads"],
    open: opens!(in_threads),
    ..CONTROL
};

pub(super) static RAYON: ExecutorSpec = ExecutorSpec {
    id: "hand-rayon",
    model: Model::OsThread,
    about: "control: a hand-written `par_iter`",
    width: Width::Cores,
    threads: Some(Width::Cores),
    by_hand_for: &["rayon"],
    open: opens!(in_rayon),
    ..CONTROL
};

pub(super) static COMMAND: ExecutorSpec = ExecutorSpec {
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

pub(super) static POOL: ExecutorSpec = ExecutorSpec {
    id: "hand-pool",
    model: Model::Process,
    about: "control: hand-written processes made ahead, as many as the concurrency, fed by pipes with 8 bytes a job",
    most: 4_096,
    by_hand_for: &["process-pool"],
    open: processes::pool,
    ..CONTROL
};

pub(super) static SPAWN: ExecutorSpec = ExecutorSpec {
    id: "hand-spawn",
    model: Model::Async,
    about: "control: hand-written `tokio::spawn` and await on one thread",
    width: Width::Jobs,
    parallel: false,
    by_hand_for: &["tasks"],
    open: opens!(spawned),
    ..CONTROL
};

pub(super) static SPAWN_MT: ExecutorSpec = ExecutorSpec {
    id: "hand-spawn-mt",
    model: Model::Async,
    about: "control: hand-written `tokio::spawn` and await on one worker thread per core",
    width: Width::Jobs,
    threads: Some(Width::Cores),
    by_hand_for: &["tasks-mt"],
    open: opens!(spawned_mt),
    ..CONTROL
};

pub use processes::main;

fn in_a_loop<J: Job>(batch: &Batch) -> ExecutorResult {
    let (jobs, clients) = (batch.jobs::<J>(), batch.clients::<J>(1)?);
    Ok(Box::new(move || jobs.iter().map(|job| job.run(&clients[0])).collect()))
}

fn in_a_scope<J: Job>(batch: &Batch) -> ExecutorResult {
    let (jobs, clients) = (batch.jobs::<J>(), batch.clients::<J>(batch.concurrency)?);
    Ok(Box::new(move || scoped(&jobs, &clients)))
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

fn in_threads<J: Job>(batch: &Batch) -> ExecutorResult {
    let (jobs, clients) = (batch.jobs::<J>(), batch.clients::<J>(batch.jobs)?);
    Ok(Box::new(move || {
        thread::scope(|scope| {
            let start = |(job, client)| scope.spawn(move || J::run(job, client));
            let threads: Vec<_> = jobs.iter().zip(&clients).map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| panicked())).collect()
        })
    }))
}

fn panicked() -> Outcome {
    Err(Failure::new("cannot run a job: its thread panicked"))
}

fn in_rayon<J: Job>(batch: &Batch) -> ExecutorResult {
    let (jobs, clients) = (batch.jobs::<J>(), batch.clients::<J>(batch.cores)?);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(batch.cores).build();
    let pool = pool.or_fail(|| "start rayon's worker threads")?;
    Ok(Box::new(move || {
        let client = || &clients[rayon::current_thread_index().unwrap_or(0)];
        pool.install(|| {
            (0..jobs.len()).into_par_iter().with_max_len(1).map(|job| jobs[job].run(client())).collect()
        })
    }))
}

fn spawned<J: Job>(batch: &Batch) -> ExecutorResult {
    spawned_on::<J>(batch, runtime::Builder::new_current_thread())
}

fn spawned_mt<J: Job>(batch: &Batch) -> ExecutorResult {
    let mut workers = runtime::Builder::new_multi_thread();
    workers.worker_threads(batch.cores);
    spawned_on::<J>(batch, workers)
}

fn spawned_on<J: Job>(batch: &Batch, mut runtime: runtime::Builder) -> ExecutorResult {
    let runtime: Runtime = runtime.enable_all().build().or_fail(|| "start a runtime")?;
    let jobs: Arc<Vec<J>> = Arc::new(batch.jobs());
    let clients = Arc::new(runtime.block_on(batch.async_clients::<J>(jobs.len()))?);
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
