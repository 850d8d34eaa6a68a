//! What a lane says of itself must be what is known of its cell.

use crate::failure::Failure;
use crate::lane::Cell;
use crate::lane::protocol::{Opened, PROTOCOL};

/// The lane speaks no newer version of the protocol than this driver.
///
/// # Errors
/// If it does.
pub fn version(opened: &Opened) -> Result<(), Failure> {
    let version = opened.protocol;
    if version <= PROTOCOL {
        return Ok(());
    }
    let why = format!(
        "it speaks version {version} of the lane protocol, and this driver speaks version {PROTOCOL}"
    );
    Err(refused(why).help("use a driver of the newer build"))
}

/// The executor is made of what the registry or the lanes file says, if the lane says something.
///
/// # Errors
/// If the lane says something else.
pub fn model(cell: &Cell, opened: &Opened) -> Result<(), Failure> {
    let model = cell.executor.model.name();
    match opened.model.as_deref().filter(|other| *other != model) {
        None => Ok(()),
        Some(other) => Err(refused(format!(
            "it says that the model of `{}` is `{other}`, and the list of executors says `{model}`",
            cell.executor.id
        ))),
    }
}

/// The lane can have as many jobs in flight as follows from the registry or the lanes file, if the lane says how many.
///
/// # Errors
/// If the lane says another number.
pub fn in_flight(cell: &Cell, cores: usize, opened: &Opened) -> Result<(), Failure> {
    let width = cell.width(cores);
    match opened.in_flight.filter(|other| *other != width) {
        None => Ok(()),
        Some(other) => Err(refused(format!(
            "it says that it can have {other} jobs of `{cell}` in flight, and the list of executors says {width}"
        ))),
    }
}

fn refused(why: String) -> Failure {
    Failure::new(format!("cannot use the lane: {why}"))
}

/// Whether no warm batch may open a connection. What a lane says counts in other languages only: a build of Fairlane cannot
/// excuse itself from what its registry promises.
pub fn keeps_connections(cell: &Cell, opened: &Opened) -> bool {
    let said = opened.keeps_connections.filter(|_| cell.executor.foreign.is_some());
    said.unwrap_or(cell.keeps_connections())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_no_lie_and_what_differs_is() {
        let cell: Cell = "timer/tasks/4".parse().expect("a cell");
        let all = |opened: &Opened| {
            version(opened).and_then(|()| model(&cell, opened)).and_then(|()| in_flight(&cell, 2, opened))
        };
        let honest = Opened {
            protocol: PROTOCOL,
            model: Some("async task".into()),
            in_flight: Some(4),
            ..Opened::default()
        };
        assert_eq!((all(&Opened::default()), all(&honest)), (Ok(()), Ok(())));
        for (opened, says) in [
            (Opened { protocol: 99, ..honest.clone() }, "speaks version 99 of the lane protocol"),
            (
                Opened { model: Some("process".into()), ..honest.clone() },
                "is `process`, and the list of executors says `async task`",
            ),
            (
                Opened { in_flight: Some(7), ..honest.clone() },
                "can have 7 jobs of `timer/tasks/4` in flight, and the list of executors says 4",
            ),
        ] {
            let failure = all(&opened).expect_err(says);
            assert!(failure.message.contains(says), "{failure}");
        }
    }
}
