//! Criterion runs the cells itself, on lanes that live while it asks for them: to see that they answer right, or for a
//! profiler. No number of it is recorded.

use std::time::Duration;

use fairlane::cli::Stop;
use fairlane::cli::bench::{Bench, Task};
use fairlane::cli::output::{complain, say};
use fairlane::failure::Failure;
use fairlane::lane::Cell;
use fairlane::measure::passes::session::Session;
use fairlane::measure::passes::suite::Group;
use fairlane::measure::passes::visit;
use fairlane::process::interrupt;

use super::keeper::Keeper;

/// Runs the cells of the groups.
///
/// # Errors
/// If it was interrupted, a cell failed, or criterion cannot go on.
pub(super) fn run(
    bench: &Bench,
    groups: &[Group],
    keeper: &Keeper,
    session: &mut Session,
) -> Result<(), Stop> {
    let cores = session.cores();
    for cell in groups.iter().flat_map(|group| &group.cells) {
        if let Some(reason) = cell.not_applicable(cores) {
            say(format_args!("{cell} is not applicable: {reason}"));
        }
    }
    let mut lane = None;
    let mut failed = Vec::new();
    let applicable = |cell: &Cell| usize::from(cell.not_applicable(cores).is_none());
    let walked = keeper.walk(groups, applicable, &mut |cell, iterations| {
        let id = cell.to_string();
        if failed.last().is_some_and(|failed: &Cell| failed.to_string() == id) {
            return Duration::ZERO;
        }
        let mut sample = || {
            if lane.as_ref().is_none_or(|(open, _)| *open != id) {
                lane = None; // only one lane runs at any moment
                let (opened, ..) = visit::warm(session, cell)?;
                if bench.task == Task::Profile {
                    say(format_args!("the lane is process {}: attach the profiler there", opened.id()));
                }
                lane = Some((id.clone(), opened));
            }
            let (_, lane) = lane.as_mut().ok_or_else(|| Failure::new("the lane is not open"))?;
            session.sample(lane, iterations)
        };
        // Criterion has no way to fail: a time of zero makes it skip its analysis.
        match sample() {
            Ok(sampled) => Duration::from_nanos(sampled.total_ns),
            Err(failure) => {
                if !interrupt::came() {
                    let message = format!("cannot run `{id}`: {failure}");
                    complain(&Failure { message, ..failure });
                }
                failed.push(cell.clone());
                Duration::ZERO
            }
        }
    });
    if interrupt::came() {
        return Err(Stop::Interrupted);
    }
    for cell in &failed {
        keeper.forget(cell);
    }
    walked?;
    Stop::after(!failed.is_empty())
}
