//! The cells of `gate.toml` that need no server, as plain criterion benches: one process for all of them, one after
//! another. `ci/false-alarms-criterion` counts how often criterion calls equal code different in this form.

use criterion::Criterion;
use fairlane::lane::child::Prepared;
use fairlane::measure::gate::plan::Plan;
use fairlane::workload::JobContext;

const CELLS: &str = include_str!("gate.toml");

fn main() {
    fairlane::intercept();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut criterion = Criterion::default().configure_from_args();
    let plan = Plan::parse("benches/gate.toml", CELLS).unwrap_or_else(|failure| panic!("{failure}"));
    for judged in plan.cells.iter().filter(|judged| judged.cell.workload.server().is_none()) {
        let context = JobContext { server: None, scratch: None, warm: true };
        let mut prepared = Prepared::open(judged.cell.clone(), context, cores)
            .unwrap_or_else(|failure| panic!("cannot prepare `{}`: {failure}", judged.cell));
        criterion.bench_function(&judged.cell.to_string(), |bencher| {
            bencher.iter(|| prepared.sample(1).map(|sampled| sampled.total_ns));
        });
    }
    criterion.final_summary();
}
