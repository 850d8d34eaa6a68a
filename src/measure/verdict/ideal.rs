//! The time that no executor can beat. It depends on the workload, on the cores that the cell may use and on the
//! apparatus, and never on the executor.
//!
//! Waiting: waves of as many jobs as the group wants at once, each as long as its delay, plus the tick of the server's timer
//! if a server does the waiting. Computing: the sequential time spread over the cores. Mixed: the larger of the two.

use super::standing::Lanes;
use crate::executor::Width;
use crate::lane::Cell;
use crate::measure::machine::timer::Lateness;
use crate::workload::Family;

/// The ideal of one cell in nanoseconds, where its workload has one. `sequential` is that cell of the group, if measured.
pub(super) fn of(
    cell: &Cell,
    group: &[&Cell],
    sequential: Option<&Lanes>,
    cores: usize,
    lateness: Option<Lateness>,
) -> Option<f64> {
    let asked = group
        .iter()
        .filter(|other| other.executor.width == Width::Concurrency && other.processors == cell.processors);
    let concurrency =
        asked.map(|other| other.concurrency(cores)).max().unwrap_or_else(|| cell.concurrency(cores));
    let parallel = concurrency.min(cell.cores(cores)) as f64;
    let kind = cell.workload.kind();
    let delay = cell.workload.value("delay") as f64;
    let tick =
        cell.workload.server().and(lateness).and_then(|lateness| lateness.tokio_ns).unwrap_or(0) as f64;
    let waiting =
        (kind.waits && delay > 0.0).then(|| cell.jobs.div_ceil(concurrency) as f64 * (delay + tick));
    match kind.family {
        Family::Cpu => Some(sequential?.time.median / parallel),
        Family::Io | Family::Control => waiting,
        Family::Mixed => Some((sequential?.used?.cpu_ns() / parallel).max(waiting?)),
        Family::Primitive => None,
    }
}
