//! An executor that no lanes file names: what must be known of it beforehand is what its lane says when it opens.

use crate::executor::{ExecutorSpec, Foreign, Model, Width};
use crate::lane::Cell;
use crate::lane::protocol::Opened;

/// The executor of that name, before its lane has said anything: it may have all jobs in flight.
pub fn unlisted(id: &str, workloads: Vec<&'static str>) -> &'static ExecutorSpec {
    let id: &'static str = String::from(id).leak();
    Box::leak(Box::new(ExecutorSpec {
        id,
        about: "what its lane says",
        width: Width::Jobs,
        foreign: Some(Foreign { language: "unknown", lane: id, sequential: id, workloads }),
        ..ExecutorSpec::PLAIN
    }))
}

/// The same cell under an executor of the model and the width that its lane claims. What it does not say, or says in no known way,
/// stays as it was.
pub fn as_claimed(cell: &Cell, cores: usize, opened: &Opened) -> Cell {
    let known = cell.executor;
    let claims = |model: &Model| opened.model.as_deref() == Some(model.name());
    let has = |width: &Width| opened.in_flight == Some(cell.number(*width, cores).min(cell.jobs));
    let widths = [Width::One, Width::Cores, Width::Concurrency, Width::Jobs];
    let executor = ExecutorSpec {
        id: known.id,
        about: known.about,
        model: Model::ALL.into_iter().find(claims).unwrap_or(known.model),
        width: widths.into_iter().find(has).unwrap_or(known.width),
        foreign: known.foreign.clone(),
        ..ExecutorSpec::PLAIN
    };
    Cell { executor: Box::leak(Box::new(executor)), ..cell.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lane_claims_is_what_is_known_of_it() {
        let cell = Cell {
            executor: unlisted("new", vec!["timer"]),
            ..Cell::new("timer".parse().expect("known"), "tasks", 32).expect("a cell")
        };
        assert_eq!(cell.to_string(), "timer/new/32");
        let claimed = |model: &str, in_flight| {
            let opened =
                Opened { model: Some(model.into()), in_flight: Some(in_flight), ..Opened::default() };
            let claimed = as_claimed(&cell, 2, &opened);
            (claimed.executor.model, claimed.width(2), claimed.to_string())
        };
        assert_eq!(claimed("process", 1), (Model::Process, 1, "timer/new/32".into()));
        assert_eq!(claimed("async task", 32), (Model::Async, 32, "timer/new/32".into()));
        assert_eq!(claimed("OS thread", 2).1, 2);
        assert_eq!(claimed("fibre", 7), (Model::OsThread, 32, "timer/new/32".into()));
    }
}
