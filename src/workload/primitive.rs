//! The primitives as names: the facts about the unit costs of the models that need no run.
//!
//! A primitive has the name, the variations and the known answer of a workload, and no job that an executor could do:
//! `src/primitive` opens its cells, model by model. Must not know how.

use super::{Answer, Family, Kind, Param, Spec, Unit};

/// What makes a kind a primitive.
#[derive(Debug)]
pub struct Primitive {
    /// The one answer of a whole batch, of that many jobs: a list with one for each would be made in the clock and
    /// would count as memory.
    pub known: fn(&Spec, u64) -> Answer,
    /// Whether one job comes after another under every executor.
    pub alone: bool,
    /// Why a model that has no cell has none.
    pub without: &'static str,
}

/// Every primitive there is, in the order of lists.
pub static KINDS: &[&Kind] =
    &[&SWITCH, &PIPE, &SPAWN, &HANDOVER, &COUNT_MUTEX, &COUNT_ATOMIC, &COUNT_CHANNEL, &COUNT_CELL, &WAIT];

const BASE: Kind = Kind { family: Family::Primitive, ..Kind::PLAIN };

/// Everything that a cell makes, and the cell itself, runs on that number of cores.
const CORES: Param = Param {
    name: "cores",
    unit: Unit::Cores,
    default: 0,
    range: (0, 1_024),
    about: "how many cores all its units are pinned to; 0: not pinned",
};

const TWO_UNITS: &str = "it takes two units";

static SWITCH: Kind = Kind {
    id: "primitive-switch",
    about: "a ball goes to and fro between two units that wake each other: a job is one round trip, two switches",
    params: &[CORES],
    primitive: Some(Primitive { known: |_, jobs| 2 * jobs, alone: true, without: TWO_UNITS }),
    ..BASE
};

static PIPE: Kind = Kind {
    id: "primitive-pipe",
    about: "the same through a pair of pipes, the one means that all models share",
    params: &[CORES],
    primitive: Some(Primitive { known: |_, jobs| 2 * jobs, alone: true, without: TWO_UNITS }),
    ..BASE
};

static SPAWN: Kind = Kind {
    id: "primitive-spawn",
    about: "makes a unit and waits for its end: a job is one unit",
    params: &[CORES],
    primitive: Some(Primitive { known: |_, jobs| jobs, alone: true, without: "it makes nothing" }),
    ..BASE
};

static HANDOVER: Kind = Kind {
    id: "primitive-handover",
    about: "hands data over to another unit, which says what it got: a job is one hand-over and its receipt",
    params: &[
        Param {
            name: "size",
            unit: Unit::Bytes,
            default: 1,
            range: (1, 256 << 20),
            about: "how much is handed over",
        },
        CORES,
    ],
    primitive: Some(Primitive { known: receipts, alone: true, without: TWO_UNITS }),
    ..BASE
};

const COUNT: Primitive =
    Primitive { known: |_, jobs| jobs, alone: false, without: "processes share no memory" };

static COUNT_MUTEX: Kind = Kind {
    id: "primitive-count-mutex",
    about: "a unit for each core adds to one number under a mutex: a job is one increment",
    primitive: Some(COUNT),
    ..BASE
};

static COUNT_ATOMIC: Kind = Kind {
    id: "primitive-count-atomic",
    about: "the same with an atomic number",
    primitive: Some(COUNT),
    ..BASE
};

static COUNT_CHANNEL: Kind = Kind {
    id: "primitive-count-channel",
    about: "the same, but the number has one owner, who hears of each increment through a channel of 1,024 places",
    primitive: Some(COUNT),
    ..BASE
};

static COUNT_CELL: Kind = Kind {
    id: "primitive-count-cell",
    about: "the same with a plain number, which only one thread may touch",
    primitive: Some(Primitive { without: "a plain number belongs to one thread", ..COUNT }),
    ..BASE
};

static WAIT: Kind = Kind {
    id: "primitive-wait",
    waits: true,
    about: "makes all units, which all wait at once, and lets them end: a job is one unit, and what counts is its memory",
    params: &[Param {
        name: "state",
        unit: Unit::Bytes,
        default: 0,
        range: (0, 16 << 20),
        about: "how much memory a unit fills before it waits",
    }],
    primitive: Some(Primitive {
        known: |_, jobs| jobs,
        alone: false,
        without: "it has no unit besides itself",
    }),
    ..BASE
};

/// What both sides of a hand-over write on the data of one trip: its first and its last byte.
pub fn mark(data: &mut [u8], trip: u64) {
    let at_the_end = data.len().saturating_sub(1);
    for at in [0, at_the_end] {
        data[at] = trip as u8;
    }
}

/// What the receiver says: the length, and the two bytes that change from trip to trip.
pub fn receipt(data: &[u8]) -> u64 {
    let end = |byte: Option<&u8>| u64::from(byte.copied().unwrap_or_default());
    (data.len() as u64) << 16 | end(data.first()) << 8 | end(data.last())
}

/// The sum of all receipts, from the sum of the lengths and the sum of the marks.
fn receipts(spec: &Spec, jobs: u64) -> Answer {
    let marks: u64 = (0..jobs).map(|trip| trip % 256).sum();
    (spec.value("size") << 16).wrapping_mul(jobs).wrapping_add(marks.wrapping_mul(0x101))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{Digest, known};

    #[test]
    fn the_known_sum_of_receipts_is_that_of_what_a_receiver_says() {
        for (name, size) in [("primitive-handover", 1), ("primitive-handover-300b", 300)] {
            let spec: Spec = name.parse().expect("a primitive");
            let mut data = vec![7; size];
            let mut sum = 0_u64;
            for trip in 0..1_000 {
                mark(&mut data, trip);
                sum = sum.wrapping_add(receipt(&data));
            }
            assert_eq!(known(&spec, 1_000, Digest::Xxh3), [sum], "{name}");
        }
    }

    #[test]
    fn primitives_have_one_answer_and_names_of_their_own() {
        for kind in KINDS {
            assert!(kind.id.starts_with("primitive-") && kind.family == Family::Primitive, "{}", kind.id);
            let spec: Spec = kind.id.parse().expect("a name");
            assert_eq!((spec.to_string().as_str(), known(&spec, 10, Digest::Xxh3).len()), (kind.id, 1));
        }
        assert_eq!("primitive-switch-1core".parse::<Spec>().expect("a name").value("cores"), 1);
    }
}
