//! What a measurement says of a lesson: its figures and its verdict. Must not know how they are shown.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figure::{Unit, Value};
use super::plan::Special;
use super::rule::Verdict;
use super::session::Measured;
use super::{Lesson, errors, rule};
use crate::measure::failing::Fate;
use crate::record::Run;

/// What came of one lesson.
#[derive(Debug, Serialize)]
pub struct Outcome {
    claim: String,
    lesson: &'static str,
    /// Whether the claim holds.
    pub verdict: Verdict,
    /// Whether other programs took too much of the processors for a verdict.
    pub disturbed: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    figures: BTreeMap<String, Option<Figure>>,
    /// The cores of the machine.
    #[serde(skip)]
    pub cores: usize,
    /// What became of jobs that failed; empty in a lesson that is made of cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fates: Vec<Fate>,
}

/// A number with its unit.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figure {
    /// The number.
    #[serde(flatten)]
    pub value: Value,
    /// What it is a number of.
    pub unit: Unit,
}

impl Outcome {
    /// What this measurement says of that lesson; inconclusive where it lacks what the lesson needs.
    pub fn of(lesson: &Lesson, measured: &Measured) -> Self {
        let (claim, id) = (lesson.plan.claim.clone(), lesson.id);
        if lesson.plan.special == Some(Special::Errors) {
            let (fates, figures) = (measured.fates.clone(), BTreeMap::new());
            return Self {
                cores: 0,
                claim,
                lesson: id,
                verdict: errors::judge(&fates),
                disturbed: false,
                figures,
                fates,
            };
        }
        let figures = measured.run.as_ref().map(|run| figures(lesson, run)).unwrap_or_default();
        let value = |name: &str| figures.get(name)?.as_ref().map(|figure: &Figure| figure.value);
        let cores = measured.run.as_ref().map_or(1, |run| run.environment.cores);
        let verdict = rule::judge(&lesson.plan.rule, cores, value);
        let judged = |name: &String| lesson.plan.rule.iter().any(|condition| condition.figure == *name);
        let disturbed = |run: &Run| {
            let mut figures = lesson.plan.figures.iter().filter(|(name, _)| judged(name));
            figures.any(|(_, figure)| figure.is_disturbed(run))
        };
        let disturbed = measured.run.as_ref().is_some_and(disturbed);
        Self { cores, claim, lesson: id, verdict, disturbed, figures, fates: Vec::new() }
    }

    /// The figure of that name; `None` if it was not measured.
    pub fn figure(&self, name: &str) -> Option<Figure> {
        *self.figures.get(name)?
    }
}

fn figures(lesson: &Lesson, run: &Run) -> BTreeMap<String, Option<Figure>> {
    let figure = |one: &super::figure::Figure| one.value(run).map(|value| Figure { value, unit: one.unit() });
    lesson.plan.figures.iter().map(|(name, one)| (name.clone(), figure(one))).collect()
}
