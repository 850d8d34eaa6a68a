//! What was found of each rule in one cell.

use super::rule::Rule;
use crate::failure::Failure;

/// Whether a rule is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Ok,
    /// It is not.
    Broken,
    /// The lane does not say what the rule is about, and need not.
    NotClaimed,
}

/// What was found of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: &'static Rule,
    /// Whether it is kept.
    pub verdict: Verdict,
    /// What was seen: the reason if it is broken.
    pub seen: String,
}

/// What was found of all rules that were reached: one finding each, the worst if there were several.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: &'static Rule, verdict: Verdict, seen: String) {
        let finding = Finding { rule, verdict, seen };
        match self.0.iter_mut().find(|one| one.rule == rule) {
            None => self.0.push(finding),
            Some(earlier) if earlier.verdict != Verdict::Broken && verdict != Verdict::NotClaimed => {
                *earlier = finding;
            }
            Some(_) => {}
        }
    }

    /// What a check of the driver found; `seen` tells it of a lane that keeps the rule.
    pub(super) fn check(
        &mut self,
        rule: &'static Rule,
        checked: Result<(), Failure>,
        seen: impl Into<String>,
    ) {
        match checked {
            Ok(()) => self.add(rule, Verdict::Ok, seen.into()),
            Err(failure) => self.broken(rule, failure.message),
        }
    }

    pub(super) fn ok(&mut self, rule: &'static Rule, seen: impl Into<String>) {
        self.add(rule, Verdict::Ok, seen.into());
    }

    pub(super) fn broken(&mut self, rule: &'static Rule, seen: impl Into<String>) {
        self.add(rule, Verdict::Broken, seen.into());
    }

    pub(super) fn not_claimed(&mut self, rule: &'static Rule, seen: impl Into<String>) {
        self.add(rule, Verdict::NotClaimed, seen.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::conformance::rule::{COUNT, USAGE};

    #[test]
    fn the_worst_of_several_findings_counts() {
        let mut found = Findings::default();
        found.not_claimed(&USAGE, "none");
        found.ok(&USAGE, "some");
        found.not_claimed(&USAGE, "none");
        found.broken(&COUNT, "2");
        found.check(&COUNT, Ok(()), "3");
        let seen: Vec<_> = found.0.iter().map(|one| (one.verdict, one.seen.as_str())).collect();
        assert_eq!(seen, [(Verdict::Ok, "some"), (Verdict::Broken, "2")]);
    }
}
