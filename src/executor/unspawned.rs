//! What `tasks` must not be: all jobs in one task. In debug builds only, to see that it is noticed.

use tokio::runtime;

use super::Executor;
use crate::failure::{Failure, OrFail};
use crate::workload::Batch;

/// Runs the jobs one after another in the task that was to spawn them.
///
/// # Errors
/// As a real executor.
pub fn open(batch: &Batch) -> Result<Box<dyn Executor>, Failure> {
    let jobs = batch.jobs;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().or_fail(|| "start a runtime")?;
    let work = runtime.block_on(batch.asynchronous(1))?;
    Ok(Box::new(move || {
        let (work, one_task) = (work.clone(), runtime.handle().clone());
        let task = one_task.spawn(async move {
            let mut answers = Vec::with_capacity(jobs);
            for job in 0..jobs {
                answers.push(work.clone().run(job, 0).await?);
            }
            Ok(answers)
        });
        runtime.block_on(task).or_fail(|| "await the task")?
    }))
}
