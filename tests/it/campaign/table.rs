//! How the rounds of a campaign ended, counted by victim and by condition, and how a round that found a fault is repeated.

use std::collections::BTreeMap;
use std::fmt;

use super::draw::Round;
use super::round::Played;

/// Exit codes with a column; then come signals.
const CODES: [i32; 5] = [0, 1, 2, 3, 130];

#[derive(Default)]
struct Row {
    rounds: usize,
    /// The victim lived, and was killed.
    hits: usize,
    codes: [usize; CODES.len() + 1],
    faults: usize,
}

#[derive(Default)]
pub(super) struct Table {
    victims: BTreeMap<(usize, String), Row>,
    conditions: BTreeMap<(usize, String), Row>,
    pub(super) faults: Vec<String>,
}

impl Row {
    fn add(&mut self, played: Option<&Played>) {
        self.rounds += 1;
        match played {
            None => self.faults += 1,
            Some(played) => {
                self.hits += usize::from(played.hit);
                let at = CODES.iter().position(|code| played.code == Some(*code)).unwrap_or(CODES.len());
                self.codes[at] += 1;
            }
        }
    }
}

impl Table {
    pub(super) fn add(&mut self, round: &Round, played: Result<Played, String>) {
        let condition = format!("{:?}", round.condition);
        let condition = (0, condition.split('(').next().unwrap().to_owned());
        let victim = (round.victim as usize, format!("{:?}", round.victim)); // in the order of the type
        for row in [self.victims.entry(victim).or_default(), self.conditions.entry(condition).or_default()] {
            row.add(played.as_ref().ok());
        }
        if let Err(fault) = played {
            let repeat = format!("ci/faults 0 {}", round.seed);
            self.faults
                .push(format!("{round}: {}\n    again: {repeat}", fault.trim().replace('\n', "\n    ")));
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, rows) in [("victim", &self.victims), ("condition", &self.conditions)] {
            let codes: String = CODES.iter().map(|code| format!("{code:>6}")).collect();
            writeln!(out, "{name:<14}{:>8}{:>8}{codes}{:>8}{:>8}", "rounds", "killed", "signal", "faults")?;
            for ((_, name), row) in rows {
                write!(out, "{name:<14}{:>8}{:>8}", row.rounds, row.hits)?;
                row.codes.iter().take(CODES.len()).try_for_each(|count| write!(out, "{count:>6}"))?;
                writeln!(out, "{:>8}{:>8}", row.codes[CODES.len()], row.faults)?;
            }
            writeln!(out)?;
        }
        self.faults.iter().try_for_each(|fault| writeln!(out, "{fault}"))
    }
}

impl fmt::Display for Round {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, verb, victim, condition, moment, .. } = self;
        write!(out, "seed {seed}, `{}`, {victim:?} after {moment} ms, {condition:?}", verb.words)
    }
}
